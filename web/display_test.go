package web

import (
	"slices"
	"strings"
	"testing"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/store"
)

// TestTalliesKept: who asks sees how many voted how only where display.tallies has
// them as a reader: everybody, or those in whose browsers the hall looks. Others
// get no number, rank or reason, and no order of votes.
func TestTalliesKept(t *testing.T) {
	for _, tt := range []struct {
		tallies        string
		public, signed bool
	}{{"public", true, true}, {"deputies", false, true}, {"none", false, false}} {
		t.Run(tt.tallies, func(t *testing.T) {
			s := newStage(t)
			s.rules.Display.Tallies = tt.tallies
			s.begin()
			for i := range 4 {
				s.cast(i, [...]ballot.Choice{marks(1), marks(0, 1), marks(0, 1), marks(0, 1)}[i])
			}
			s.finish()
			for role, want := range map[store.Role]bool{
				"": tt.public, store.RoleGate: tt.public, store.RoleStaff: tt.signed, store.RoleScrutineer: tt.signed,
			} {
				s.checkTallies(role, want)
			}
			w := s.server.voteCalled(s.vote).view.Load()
			var names []string
			for _, x := range newRound(s.vote, w).Adopted {
				names = append(names, x.Name)
			}
			facts := resultFacts(voice{}, w.result, w)
			if log := facts[len(facts)-1].List; !slices.Equal(log, names) || slices.IsSorted(names) == tt.public {
				t.Errorf("adopted %v, in the story %v", log, names)
			}
		})
	}
}

// finish closes and counts a vote, and signs its result.
func (s *stage) finish() {
	s.Helper()
	s.order()
	s.collect()
	s.share(1, 2)
	s.await(election.PhaseCounted)
	s.certify()
	s.await(election.PhaseCertified)
}

func (s *stage) checkTallies(role store.Role, want bool) {
	s.Helper()
	conn, _, err := s.watch("hall", role, nil)
	must(s, err)
	defer conn.Close()
	_, live, err := conn.ReadMessage()
	must(s, err)
	_, hall := s.screenOf("hall", role)
	for name, text := range map[string]string{
		"vote":     string(s.do(role, "GET", s.path(""), nil)),
		"snapshot": string(s.do(role, "GET", s.path("/snapshot?view=hall"), nil)),
		"live":     string(live),
		"hall":     between(hall, `id="state"`, "</script>"),
	} {
		_, lines, ok := strings.Cut(text, `"lines":`)
		lines, _, _ = strings.Cut(lines, "]")
		if !ok || !strings.Contains(lines, `"adopted":true`) {
			s.Errorf("%s for %q: %s", name, role, text)
		}
		for _, field := range []string{"for", "share", "base", "needed", "passed", "rank", "reason"} {
			if strings.Contains(lines, `"`+field+`":`) != want {
				s.Errorf("%s for %q: %s given is not %v: %s", name, role, field, want, lines)
			}
		}
		order := `"adopted":[0,1]`
		if want {
			order = `"adopted":[1,0]`
		}
		if !strings.Contains(text, order) {
			s.Errorf("%s for %q: not %s: %s", name, role, order, text)
		}
	}
}

// TestProjectTalliesKept: nor does the page of a project tell what the rules of the
// vote on it keep from the public.
func TestProjectTalliesKept(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.world(4, func(w *worldBuilder) { w.work(1) })
	s.mustPost(store.RoleStaffLead, "/projects/votes", "vote", s.vote, "what", "decision", "matter", "同意暂缓实施", "projects", "1")
	v := s.server.voteCalled(s.vote)
	d, err := v.draft(t.Context())
	must(t, err)
	d.Rules.Display.Tallies = "deputies"
	options, err := s.config.DB.Candidates(t.Context(), s.vote)
	must(t, err)
	must(t, s.server.setDraft(t.Context(), v, options, d.Rules))
	s.freeze()
	s.approve()
	s.ceremony()
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	for i := range 4 {
		s.cast(i, ballot.Choice{Marks: []ballot.Mark{ballot.For}})
	}
	s.finish()
	s.settled()
	const told = "赞成 4，反对 0，弃权 0"
	if strings.Contains(s.page("", "/projects/1"), told) || strings.Contains(s.page(store.RoleMember, "/projects/1"), told) {
		t.Error("the public is told how many voted how")
	}
	if !strings.Contains(s.page(store.RoleStaffLead, "/projects/1"), told) {
		t.Error("who works in the vote is not told how many voted how")
	}
}
