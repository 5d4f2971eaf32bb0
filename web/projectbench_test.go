package web

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// BenchmarkProjects: 500 projects, each with its task book and report. Every page
// must be made in less than 200 ms.
func BenchmarkProjects(b *testing.B) {
	s := newStage(b)
	s.config.PerMinute = 1 << 30
	s.world(101, func(w *worldBuilder) {
		for range 4 {
			w.adopt(101)
		}
		for n := uint32(1); n <= 500; n++ {
			w.work(n)
			w.report(n, 100, 50)
		}
	})
	for _, path := range []string{"/projects", "/projects/250", "/projects/data.csv"} {
		b.Run(path, func(b *testing.B) {
			for b.Loop() {
				w := httptest.NewRecorder()
				s.server.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
				if w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
			}
		})
	}
}
