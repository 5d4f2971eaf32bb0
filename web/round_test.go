package web

import (
	"encoding/json"
	"slices"
	"testing"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/store"
)

// tied takes a vote to a certificate that leaves options 1 and 2 tied.
func (s *stage) tied(policy string) {
	s.Helper()
	s.rules.Base, s.rules.Tie = election.BaseNone, policy
	s.begin()
	for i, c := range []int{1, 2, 1, 2} {
		s.cast(i, marks(0, c))
	}
	s.order()
	s.collect()
	s.share(1, 2)
	s.await(election.PhaseCounted)
	s.certify()
	s.await(election.PhaseCertified)
}

// next makes the vote that follows, and returns a stage that plays it.
func (s *stage) next(as string) *stage {
	s.Helper()
	var made createdJSON
	must(s, json.Unmarshal(s.do(store.RoleStaffLead, "POST", s.path("/copies"), []byte(`{"as":"`+as+`"}`)), &made))
	n := *s
	n.vote = made.ID
	return &n
}

// TestSecondRound: after a tie the server makes the second round that the rules
// demand and freezes no other; each log leads to the other.
func TestSecondRound(t *testing.T) {
	s := newStage(t)
	s.tied(election.TieRevote)
	if got := s.send(store.RoleStaffLead, "POST", s.path("/copies"), []byte(`{"as":"repeat"}`)); got.code() != codePhase {
		t.Errorf("repeating a good vote: %s", got.body)
	}
	n := s.next("second_round")
	good := n.do(store.RolePresidium, "GET", n.path("/draft"), nil)
	m, err := election.ParseManifest(good)
	must(t, err)
	if len(m.Options) != 2 || m.Options[0].ID != "02" || m.Rules.WinnersK != 1 || m.Round != 2 || m.Parent != s.manifest {
		t.Errorf("manifest %+v", m)
	}
	other := m.Rules
	other.Tie = election.TieAdoptAll
	body, err := json.Marshal(other)
	must(t, err)
	n.do(store.RoleStaff, "PUT", n.path("/rules"), body)
	if got := n.send(store.RolePresidium, "GET", n.path("/draft"), nil); got.code() != codeBadRules {
		t.Errorf("other rules: %s", got.body)
	}
	body, err = json.Marshal(m.Rules)
	must(t, err)
	n.do(store.RoleStaff, "PUT", n.path("/rules"), body)
	n.freeze()
	s.update()
	next, err := election.ParseManifest(good)
	must(t, err)
	s.organize(s.board.ProposeSuccessor(1, next))
	if hash, ok := s.update().Successor(); !ok || hash != n.manifest {
		t.Errorf("successor %x, want %x", hash, n.manifest)
	}
	n.approve()
	n.ceremony()
	n.checkIn(0, 1, 2)
	n.opening(1, 0)
	n.cast(0, twoMarks(0))
	n.cast(1, twoMarks(0))
	n.cast(2, twoMarks(1))
	n.order()
	n.collect()
	n.share(1, 3)
	n.await(election.PhaseCounted)
	if got := n.board.State().Adopted(); !slices.Equal(got, []uint16{0}) {
		t.Errorf("adopted %v", got)
	}
}

// TestDecision: where the rules leave a tie to the presidium, its decision is an
// entry that the presidium alone signs, and no next vote is made.
func TestDecision(t *testing.T) {
	s := newStage(t)
	s.tied(election.TiePresidium)
	if got := s.send(store.RoleStaffLead, "POST", s.path("/copies"), []byte(`{"as":"second_round"}`)); got.code() != codePhase {
		t.Errorf("second round: %s", got.body)
	}
	s.update()
	e, err := s.board.ProposeDecision(1, []uint16{2}, "《票决办法》第十二条", "主席团决定", []string{"甲"})
	must(t, err)
	if p := s.sign(e, store.RolePresidium); p.Index == nil {
		t.Fatalf("not logged: %+v", p)
	}
	if got := s.update().Adopted(); !slices.Equal(got, []uint16{0, 2}) {
		t.Errorf("adopted %v", got)
	}
}

// twoMarks marks one of two options.
func twoMarks(option int) ballot.Choice {
	c := ballot.Choice{Marks: make([]ballot.Mark, 2)}
	c.Marks[option] = ballot.For
	return c
}
