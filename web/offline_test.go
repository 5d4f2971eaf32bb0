package web

import (
	"net/http"
	"strings"
	"testing"

	"piaojue/project"
	"piaojue/store"
)

// TestOfflineKey: who acts with a key is offered no form without a network, which
// could not be signed; and a phone that sends one all the same is told so, and
// does not take the draft for an entry.
func TestOfflineKey(t *testing.T) {
	s := newStage(t)
	s.world(3, func(w *worldBuilder) {
		w.work(1)
		clerk, _ := w.state().Actor(worldCommitteeClerk)
		clerk.Key = public(testKey("committee"))
		w.do(officeActor, &clerk)
	})
	visit := []string{"held", htmlDate(s.server.projects.day()), "score_progress", "4", "score_quality", "4", "score_effect", "4", "opinion", "进度正常"}
	kept := append([]string{"unsigned", "refuse"}, visit...)
	for _, c := range []struct {
		name  string
		actor uint32
		keyed bool
	}{{"a committee with a key", worldCommitteeClerk, true}, {"a deputy", worldDeputy, false}} {
		s.actAs(store.RoleMember, c.actor)
		page := s.page(store.RoleMember, offlinePath)
		if strings.Contains(page, `name="opinion"`) == c.keyed || strings.Contains(page, "/projects/do/inspection?about=1") != c.keyed {
			t.Errorf("%s: the page offers another form", c.name)
		}
		a := s.post(store.RoleMember, "/projects/do/inspection?about=1", fill{values: kept})
		if want := map[bool]int{true: http.StatusConflict, false: http.StatusSeeOther}[c.keyed]; a.status != want || c.keyed && a.code() != codeUnsigned {
			t.Errorf("%s: %d, want %d", c.name, a.status, want)
		}
	}
	s.actAs(store.RoleMember, worldCommitteeClerk)
	if to := s.mustPost(store.RoleMember, "/projects/do/inspection?about=1", visit...); !strings.HasPrefix(to, "/projects/drafts/") {
		t.Errorf("the ordinary form leads to %s", to)
	}
	s.seen(func(state *project.State) {
		if n := state.Count(project.NounInspection); n != 1 {
			t.Errorf("%d inspections, want 1", n)
		}
	})
}
