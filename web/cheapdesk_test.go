package web

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"piaojue/keyfile"
)

// Key files of tests are opened at once, those that pages write as well: the
// work of scrypt, two seconds and 256 MiB each time, would be a third of what
// the tests of desks take. TestSignDesk goes through it.
func init() { keyfile.TestOnlyWorkFactor(4) }

// buildCheapDesk compiles the program of the desks as it is, but for the work
// that a key file costs.
var buildCheapDesk = sync.OnceValues(func() ([]byte, error) {
	folder, err := os.MkdirTemp("", "desk")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	program := filepath.Join(folder, "desk.wasm")
	build := exec.Command("go", "build", "-tags", "testonly", "-o", program, "../cmd/desk")
	build.Env, build.Stderr = append(os.Environ(), "GOOS=js", "GOARCH=wasm"), os.Stderr
	if err := build.Run(); err != nil {
		return nil, err
	}
	return os.ReadFile(program)
})

// cheapDesk puts that program in the place of the one that ships.
func (t *tap) cheapDesk(inner http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if t.shipped.Load() || everyView || r.URL.Path != "/static/wasm/desk.wasm" {
			inner.ServeHTTP(w, r)
			return
		}
		program, err := buildCheapDesk()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		h := w.Header()
		h.Set("Content-Type", "application/wasm")
		h.Set("Cache-Control", "no-cache")
		h.Set("ETag", `"cheap"`)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(program))
	})
}
