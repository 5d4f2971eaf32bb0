package web

import (
	"slices"
	"testing"

	"piaojue/project"
	"piaojue/store"
)

// TestVerdictWaits: a wish that a department has waits for the answer of those who
// may give it, and for the department to look into it, until that has begun.
func TestVerdictWaits(t *testing.T) {
	s := newStage(t)
	s.world(3, func(w *worldBuilder) {
		w.do(serverActor, &project.Suggestion{Number: 1, Channel: project.ChannelWeb, Field: project.FieldTraffic, Held: w.server.projects.day(), Text: w.words("没有地方停车")})
		w.do(officeActor, &project.Transfer{Suggestion: 1, Unit: worldRoads})
	})
	for actor, want := range map[uint32]bool{officeActor: true, worldGovernment: true, worldRoadsClerk: false, worldSchoolsClerk: false} {
		items, err := s.server.waitsFor(t.Context(), actor, s.server.projects.day(), nil)
		must(t, err)
		waits := func(k project.Kind) bool {
			return slices.ContainsFunc(items, func(i waitingItem) bool { return i.Kind == k.String() })
		}
		if got := waits(project.KindVerdict); got != want {
			t.Errorf("actor %d: waits for a verdict: %t", actor, got)
		}
		if got := waits(project.KindStudy); got != (actor == worldRoadsClerk) {
			t.Errorf("actor %d: waits to look into it: %t", actor, got)
		}
		if actor == worldRoadsClerk {
			s.actAs(store.RoleMember, actor)
			if s.send(store.RoleMember, "GET", "/projects/wishes/1", nil).status != 200 {
				t.Error("the department does not find the wish")
			}
		}
	}
}
