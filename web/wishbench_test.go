package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"piaojue/project"
	"piaojue/store"
)

// manyWishes lets n wishes stand in memory, without the disk: some of each
// field, many of them alike.
func manyWishes(b testing.TB, s *stage, n int) {
	b.Helper()
	p := s.server.projects
	p.mu.Lock()
	defer p.mu.Unlock()
	p.similar.places = make(map[uint64][]uint32)
	places := []string{"雁滩小学", "西站路口", "安宁新村", "东方红广场", "滨河中路", "敦煌路菜市场", "永登县城关", "榆中一中"}
	things := []string{"装红绿灯", "加装电梯", "修路灯", "建公交站台雨棚", "改造老旧水管", "增加停车位", "建社区食堂", "治理油烟扰民"}
	for i := range n {
		answers := wishAnswers{
			thing: fmt.Sprintf("希望在%s附近第%d号院%s，方便大家", places[i%8], i%97, things[i/8%8]),
			why:   "每天来往的人多，老人和孩子都不方便，反映过多次没有解决。", place: places[i%8],
		}
		sheet := &sheet{}
		body := &project.Suggestion{
			Number: uint32(i + 1), Channel: project.ChannelWeb, Field: 1 + project.Field(i%12), Held: 20261101,
			Text: sheet.keep(project.MediaText, []byte(answers.text()), nil),
		}
		entry, err := p.state.Draft(serverActor, max(20261101, p.state.Day()), body)
		must(b, err)
		must(b, p.state.Apply(entry))
		p.similar.add(body.Text, answers.text())
	}
}

// BenchmarkWishes serves the pages about wishes with 10,000 of them.
func BenchmarkWishes(b *testing.B) {
	s := newStage(b)
	s.beginProjects()
	s.config.PerMinute = 1 << 30
	manyWishes(b, s, 10_000)
	for _, path := range []string{
		"/projects/intake", "/projects/intake?page=100", "/projects/intake?words=%E7%94%B5%E6%A2%AF&field=3&stage=open", "/projects/intake?view=moderate",
		"/projects/intake?view=quarters", "/projects/wishes/5000", "/projects/wishes", "/projects/wish",
	} {
		b.Run(path, func(b *testing.B) {
			for b.Loop() {
				r := httptest.NewRequest(http.MethodGet, path, nil)
				r.Header.Set("Authorization", "Bearer "+s.people[store.RoleStaffLead])
				w := httptest.NewRecorder()
				s.server.Handler().ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
			}
		})
	}
}

// TestWishesMany: of a thousand wishes the similar ones are found among those of
// the same field.
func TestWishesMany(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	manyWishes(t, s, 1000)
	p := s.server.projects
	must(t, p.index(t.Context(), func(x *similarIndex) error {
		found := nearestOpen(p.state, x, 1)
		if len(found) != maxSimilar || found[0].Percent < 50 {
			t.Errorf("found %+v", found)
		}
		for _, f := range found {
			if a, b := x.texts[0], x.texts[f.Number-1]; f.Number%12 != 1 || a == "" || b == "" {
				t.Errorf("wish %d is of another field", f.Number)
			}
		}
		return nil
	}))
}
