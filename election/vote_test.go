package election_test

import (
	"embed"
	"fmt"
	"slices"
	"sync"
	"testing"

	"piaojue/ballot"
	"piaojue/election"
)

// The keys in testdata are for these tests only; making some takes a second.
//
//go:embed testdata/issuer0.der testdata/issuer1.der
var issuerFiles embed.FS

var testIssuers = sync.OnceValue(func() []*ballot.Issuer {
	var issuers []*ballot.Issuer
	for i := range 2 {
		der := must(issuerFiles.ReadFile(fmt.Sprintf("testdata/issuer%d.der", i)))
		issuers = append(issuers, must(ballot.ParseIssuer(der)))
	}
	return issuers
})

// smallRules are 差额圈选, two of three, by a majority of the ballots.
func smallRules() election.Rules {
	r := must(election.SelectMajority.Rules(3, 2))
	r.Base = election.BaseCollected
	return r
}

func mark(options ...int) ballot.Choice {
	c := ballot.Choice{Marks: make([]ballot.Mark, 3)}
	for _, o := range options {
		c.Marks[o] = ballot.For
	}
	return c
}

// smallChoices are what the first seven deputies cast: 6, 3 and 1 marks, one
// abstention, one spoiled.
func smallChoices() []ballot.Choice {
	return []ballot.Choice{
		mark(0, 1), mark(0, 1), mark(0, 2), mark(0, 1), mark(0),
		{Abstain: true}, {Spoil: true},
	}
}

// smallVote is a whole vote, from manifest to destruction: 12 deputies, 10
// present, 9 issued, 7 ballots, one challenge, one unused; 3 trustees of whom 2
// can open; 2 issuers.
var smallVote = sync.OnceValue(func() *script {
	s := newScript(smallRules(), 12, 3, 2, testIssuers())
	s.freeze()
	s.approve()
	s.ceremony()
	s.checkIn("attendance", 0, 1, 2, 3, 4, 5, 6)
	s.checkIn("late", 7, 8, 11)
	s.replaceBadge(11)
	s.open("opening", 0, 1)
	s.issue("issuance", 0, 1, 2, 3, 4, 5, 6, 7, 11)
	s.step("count", s.count(6))
	s.order()
	s.fill(castAll(s, smallChoices()), []*election.Entry{s.spent(s.Voters[0], mark(2))}, []*election.Entry{s.unused(s.Voters[7])})
	s.closeBox()
	s.collect()
	s.openBox(2, 3, 1)
	finish(s)
	return s
})

// castAll lets the first voters cast choices.
func castAll(s *script, choices []ballot.Choice) []*election.Entry {
	var ballots []*election.Entry
	for i, c := range choices {
		ballots = append(ballots, s.ballot(s.Voters[uint32(i)], c))
	}
	return ballots
}

// finish goes from the shares to the end.
func finish(s *script) {
	s.announceResult()
	s.certify()
	s.publish()
	s.archive()
	s.step("destruction", s.destruction(1), s.destruction(2), s.destruction(3))
	s.step("end")
}

func TestVote(t *testing.T) {
	s := smallVote()
	if got, want := s.State.Phase(), election.PhaseArchived; got != want {
		t.Errorf("phase %v, want %v", got, want)
	}
	r := s.State.Result()
	want := election.Numbers{N: 12, P: 10, I: 9, R: 7, U: 1, V: 6, X: 1}
	if r.Numbers != want || s.State.Numbers() != want {
		t.Errorf("numbers %+v, %+v, want %+v", r.Numbers, s.State.Numbers(), want)
	}
	if want := []uint32{5, 3, 1, 1, 1}; !slices.Equal(r.Totals, want) {
		t.Errorf("totals %v, want %v", r.Totals, want)
	}
	if want := []uint8{2, 3}; !slices.Equal(r.Trustees, want) {
		t.Errorf("trustees %v, want %v", r.Trustees, want)
	}
	if got := r.Outcome; got.Vote != election.VoteValid || !slices.Equal(got.Adopted, []uint16{0}) || got.Next != election.NextSecondRound {
		t.Errorf("outcome %+v", got)
	}
	if got, want := r.Numbers.Unaccounted(), uint32(1); got != want {
		t.Errorf("unaccounted %d, want %d", got, want)
	}
}

// TestAccessors: what is not there yet is nil or zero, at every point.
func TestAccessors(t *testing.T) {
	full := smallVote()
	for _, step := range []string{"manifest", "trustees", "dealings", "ready", "opening", "end"} {
		s := full.Until(step).State
		if got, want := s.Manifest() != nil, step != "manifest"; got != want {
			t.Errorf("%s: manifest %v", step, got)
		}
		if got, want := s.Ceremony() != nil, step != "manifest" && step != "trustees"; got != want {
			t.Errorf("%s: ceremony %v", step, got)
		}
		if got, want := s.JointKey() != nil, step == "opening" || step == "end"; got != want {
			t.Errorf("%s: joint key %v, not all are ready", step, got)
		}
		opened := step == "end"
		if (s.Opening() != nil) != opened || (s.Params() != nil) != opened || (s.Issuers() != nil) != opened ||
			(s.OpeningHash() != [32]byte{}) != opened || (s.Promises() != 0) != opened {
			t.Errorf("%s: opening", step)
		}
		if _, issued := s.Issued(0); issued != opened {
			t.Errorf("%s: issued %v", step, issued)
		}
		if (s.Result() != nil) != opened || (s.ClosingSize() != 0) != opened {
			t.Errorf("%s: result", step)
		}
	}
}
