package web

import (
	"net/http"
	"strings"
	"testing"

	"piaojue/project"
	"piaojue/store"
)

// BenchmarkProjects serves every page about projects to the office, with 10,000
// wishes, 499 projects of twelve reports each and a log of as many entries. A page
// must take less than 200 ms at the server. Of the files, the table of the open data
// is among them.
func BenchmarkProjects(b *testing.B) {
	s := newStage(b)
	s.config.PerMinute = 1 << 30
	s.world(500, func(w *worldBuilder) {
		for n := uint32(1); n < 500; n++ {
			w.work(n)
			for range 12 {
				w.do(worldRoadsClerk, &project.Report{
					Project: n, Period: uint32(w.server.projects.day() / 100), Percents: []uint8{50, 10}, Spent: 1, Outlook: project.OutlookSure,
					Text: w.words("进展"), Because: w.words("更正"),
				})
			}
		}
	})
	manyWishes(b, s, 10_000)
	s.actAs(store.RoleMember, officeActor)
	for i := range pages {
		rt := &pages[i]
		if !strings.HasPrefix(rt.path, "/projects") || rt.answer != "" && rt.path != "/projects/data.csv" {
			continue
		}
		path := strings.NewReplacer("{number}", "7", "{kind}", "unit", "{hash}", strings.Repeat("0", 64)).Replace(rt.path)
		if a := s.send(store.RoleMember, "GET", path, nil, "Accept", mediaHTML); a.status != http.StatusOK {
			b.Logf("%s: %d", path, a.status) // nothing of that number here
			continue
		}
		b.Run(path, func(b *testing.B) {
			for b.Loop() {
				s.do(store.RoleMember, "GET", path, nil)
			}
		})
	}
}
