package election

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"piaojue/ballot"
)

// drawRules draws rules that a manifest of the round may have, of every
// combination of values.
func drawRules(t *rapid.T, round uint8) Rules {
	var r Rules
	for _, f := range ruleTable {
		v := f.Default
		if f.Values != nil {
			v = rapid.SampledFrom(f.Values).Draw(t, f.Name)
		}
		if err := f.Set(&r, v); err != nil {
			t.Fatal(err)
		}
	}
	n := rapid.IntRange(1, 13).Draw(t, "n")
	r.CandidatesN, r.WinnersK = n, rapid.IntRange(1, n).Draw(t, "k")
	r.MaxMarks = rapid.IntRange(1, n).Draw(t, "max")
	r.MinMarks = rapid.IntRange(0, r.mostMin()).Draw(t, "min")
	if r.BallotMode == ballot.Satisfaction3 {
		r.WinnersK, r.Grades = 0, Grades{"a", "b", "c"}
	}
	if r.Tie == TieFewerAgainst && !r.judged() {
		r.Tie = TieRevote
	}
	if r.BallotMode != ballot.SelectK && r.BallotMode != ballot.YNACapped {
		r.Undervote = "valid"
	}
	if r.Shortfall == ShortfallPlurality && round < 2 {
		r.Shortfall = ShortfallSecondRound
	}
	if err := r.Check(round); err != nil {
		t.Fatal(err)
	}
	return r
}

// drawBallots casts up to most ballots as the rules allow, one by one, and sums
// them up: whatever comes out, ballots can add up to it.
func drawBallots(t *rapid.T, r Rules, most int) Input {
	in := Input{Rules: r, Counts: make([]Count, r.CandidatesN)}
	cast := rapid.IntRange(0, most).Draw(t, "ballots")
	present := rapid.IntRange(cast, most).Draw(t, "present")
	rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	for range cast {
		in.Numbers.R++
		if r.AllowSpoil && rnd.IntN(8) == 0 {
			in.Numbers.X++
			continue
		}
		in.Numbers.V++
		in.mark(rnd)
	}
	in.Numbers.N, in.Numbers.P, in.Numbers.I = uint32(most), uint32(present), uint32(present)
	for i := range in.Counts {
		in.Counts[i].ID = fmt.Sprint("P", i)
	}
	return in
}

// mark adds one valid ballot that a deputy fills in by chance.
func (in *Input) mark(rnd *rand.Rand) {
	r, order := in.Rules, rnd.Perm(len(in.Counts))
	marks := r.MinMarks + rnd.IntN(r.MaxMarks-r.MinMarks+1)
	if r.Undervote == UndervoteInvalid && (r.BallotMode == ballot.YNACapped || marks > 0) {
		marks = r.MaxMarks
	}
	switch r.BallotMode {
	case ballot.Choose1:
		marks = max(r.MinMarks, rnd.IntN(2))
	case ballot.YNAEach:
		marks = rnd.IntN(len(order) + 1)
	case ballot.Satisfaction3:
		for i := range in.Counts {
			if g := rnd.IntN(4 - r.MinMarks); g < 3 {
				in.Counts[i].Grades[g]++
			}
		}
		return
	}
	for at, i := range order {
		switch {
		case at < marks:
			in.Counts[i].For++
		case r.judged() && rnd.IntN(2) == 0:
			in.Counts[i].Against++
		}
	}
}

// TestRoundProperty: what follows is a vote that a manifest can hold, again and
// again; it has the seats that are left, at least as many options, and none
// that was adopted. What the check accepts is exactly that.
func TestRoundProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		round := uint8(rapid.IntRange(1, 3).Draw(t, "round"))
		in := drawBallots(t, drawRules(t, round), 12)
		m := parentOf(in)
		m.Round = round
		for range 4 {
			if err := in.Check(); err != nil {
				t.Fatal(err)
			}
			out := Adopt(in)
			f, err := m.Next(&out)
			if (err != nil) != (out.Next != NextRepeat && out.Next != NextSecondRound) {
				t.Fatalf("next %s: error %v", out.Next, err)
			}
			if err != nil {
				return
			}
			checkFollow(t, m, &out, f)
			next := followed(m, f)
			if err := f.Check(next); err != nil {
				t.Fatal(err)
			}
			m, in = next, drawBallots(t, next.Rules, 12)
		}
	})
}

func checkFollow(t *rapid.T, m *Manifest, out *Outcome, f *Follow) {
	r := f.Rules
	if err := r.Check(f.Round); err != nil {
		t.Fatalf("rules that no manifest can hold: %v", err)
	}
	if len(f.Options) != r.CandidatesN || len(f.Origin) != r.CandidatesN || r.WinnersK > r.CandidatesN {
		t.Fatalf("%d options, %d seats of %d", len(f.Options), r.WinnersK, r.CandidatesN)
	}
	if out.Next == NextRepeat {
		return
	}
	if len(out.Adopted)+r.WinnersK != m.Rules.WinnersK || f.Round != m.Round+1 {
		t.Fatalf("%d adopted, %d seats left of %d", len(out.Adopted), r.WinnersK, m.Rules.WinnersK)
	}
	left := m.Rules.CandidatesN - len(out.Adopted)
	if r.WinnersK == r.CandidatesN && left > r.CandidatesN {
		t.Fatalf("%d options for as many seats, though %d are left", r.CandidatesN, left)
	}
	for i, at := range f.Origin {
		if slices.Contains(out.Adopted, at) || f.Options[i] != m.Options[at] {
			t.Fatalf("option %d is %v", at, f.Options[i])
		}
	}
}
