package election_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"piaojue/election"
)

// tiedVote ends in a tie of options 1 and 2 for one seat, which the rules
// leave to policy: 5 deputies, 4 ballots.
func tiedVote(tie string) *script {
	rules := smallRules()
	rules.Tie, rules.Base = tie, election.BaseNone
	s := newScript(rules, 5, 3, 2, testIssuers())
	s.freeze()
	s.approve()
	s.ceremony()
	s.checkIn("attendance", 0, 1, 2, 3, 4)
	s.open("opening", 0)
	s.issue("issuance", 0, 1, 2, 3)
	s.order()
	s.fill([]*election.Entry{
		s.ballot(s.Voters[0], mark(0, 1)), s.ballot(s.Voters[1], mark(0, 2)),
		s.ballot(s.Voters[2], mark(0, 1)), s.ballot(s.Voters[3], mark(0, 2)),
	}, nil, nil)
	s.closeBox()
	s.collect()
	s.openBox(1, 2)
	s.announceResult()
	s.certify()
	return s
}

var presidiumVote = sync.OnceValue(func() *script {
	s := tiedVote(election.TiePresidium)
	s.step("decision", s.decision(2))
	s.publish()
	s.archive()
	return s
})

func (s *script) decision(options ...uint16) *election.Entry {
	d := &election.Decision{
		Chain: s.chain(), Adopted: options, Basis: "《票决办法》第十二条", Text: "主席团决定", Members: []string{"甲", "乙"},
	}
	return s.sign(must(election.NewEntry(d)), s.presidium())
}

func TestDecision(t *testing.T) {
	s := presidiumVote()
	if got := s.State.Adopted(); !slices.Equal(got, []uint16{0, 2}) {
		t.Errorf("adopted %v", got)
	}
	if d := s.State.Decision(); d == nil || d.Members[1] != "乙" {
		t.Errorf("decision %+v", d)
	}
	if got := s.State.Next(); got != election.NextNone {
		t.Errorf("next %s after the decision", got)
	}
	if got := smallVote().State.Adopted(); !slices.Equal(got, []uint16{0}) {
		t.Errorf("without a decision: adopted %v", got)
	}
}

func TestDecisionRefusals(t *testing.T) {
	testRefusals(t, presidiumVote(), []refusal{
		{"adopts what is not tied", "decision", 0, election.CheckDecisionTie, edit(func(d *election.Decision) { d.Adopted[0] = 0 })},
		{"adopts what does not exist", "decision", 0, election.CheckDecisionTie, edit(func(d *election.Decision) { d.Adopted[0] = 9 })},
		{"more than the seats", "decision", 0, election.CheckDecisionTie, edit(func(d *election.Decision) { d.Adopted = []uint16{1, 2} })},
		{"by the staff", "decision", 0, election.CheckEntrySignatures, func(s *script, good *election.Entry) *election.Entry {
			return s.sign(good, s.staff())
		}},
		{"twice", "announcement", 0, election.CheckDecisionTie, func(s *script, _ *election.Entry) *election.Entry {
			return s.decision(1)
		}},
		{"after the announcement", "archive", 0, election.CheckEntryPhase, func(s *script, _ *election.Entry) *election.Entry {
			return s.decision(1)
		}},
		{"next vote though the presidium decides", "decision", 0, election.CheckSuccessorNext, successor([32]byte{1})},
		{"next vote though all is decided", "announcement", 0, election.CheckSuccessorNext, successor([32]byte{1})},
	})
	s := smallVote().Until("announcement")
	wantRefused(t, s, s.decision(1), election.CheckDecisionTie) // the rules leave nothing to it
	s = tiedVote(election.TiePresidium)
	wantAccepted(t, s, s.decision()) // none of them, too, is a decision
}

func successor(manifest [32]byte) func(*script, *election.Entry) *election.Entry {
	return func(s *script, _ *election.Entry) *election.Entry {
		c := &election.Successor{Chain: s.chain(), Manifest: manifest}
		return s.sign(must(election.NewEntry(c)), s.staff(), s.presidium())
	}
}

// TestSuccessor: a vote whose rules demand another one names it, once.
func TestSuccessor(t *testing.T) {
	s := tiedVote(election.TieRevote)
	if _, err := smallVote().Until("certificate").State.Follow(); !errors.Is(err, election.ErrNoFollow) {
		t.Errorf("before the certificate: %v", err)
	}
	follow := must(s.State.Follow())
	if follow.Round != 2 || !slices.Equal(follow.Origin, []uint16{1, 2}) || follow.Rules.WinnersK != 1 {
		t.Errorf("follow %+v", follow)
	}
	wantRefused(t, s, successor(s.Manifest.Hash())(s, nil), election.CheckSuccessorNext)
	wantRefused(t, s, successor([32]byte{})(s, nil), election.CheckSuccessorNext)
	if _, ok := s.State.Successor(); ok {
		t.Error("a successor before it is named")
	}
	wantAccepted(t, s, successor([32]byte{1})(s, nil))
	if got, ok := s.State.Successor(); !ok || got != [32]byte{1} {
		t.Errorf("successor %x, %v", got, ok)
	}
	wantRefused(t, s, successor([32]byte{2})(s, nil), election.CheckSuccessorNext)

	v := smallVote().Until("order")
	wantAccepted(t, v, v.sign(must(election.NewEntry(election.NewVoid(v.chain(), "停电"))), v.staff(), v.presidium()))
	if f := must(v.State.Follow()); f.Round != 1 || len(f.Options) != 3 {
		t.Errorf("repeat %+v", f)
	}
	wantAccepted(t, v, successor([32]byte{1})(v, nil))
}
