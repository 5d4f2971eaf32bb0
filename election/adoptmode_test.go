package election

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"piaojue/ballot"
)

// TestMoreVotesAnyMode: whatever the rules, a vote more never makes an option
// worse off, as far as ballots can have it.
func TestMoreVotesAnyMode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawBallots(t, drawRules(t, 2), 12)
		i := rapid.IntRange(0, len(in.Counts)-1).Draw(t, "option")
		more := in
		more.Counts = slices.Clone(in.Counts)
		more.Counts[i].For++
		if in.Rules.BallotMode == ballot.Satisfaction3 {
			more.Counts[i].For--
			more.Counts[i].Grades[0]++
		}
		if more.Check() != nil {
			return // no ballots can have it
		}
		before, after := Adopt(in), Adopt(more)
		if standing(after, i) < standing(before, i) {
			t.Fatalf("option %d: %+v, with one vote more %+v", i, before.Lines[i], after.Lines[i])
		}
		if b, a := before.Lines[i], after.Lines[i]; b.Rank < a.Rank || b.Grade < a.Grade || b.Share > a.Share || b.Grade == a.Grade && b.Missing < a.Missing {
			t.Fatalf("option %d: %+v, with one vote more %+v", i, b, a)
		}
	})
}

// TestOrderAnyMode: in another order of options the same are adopted, tied and
// voted on again, for the same reasons; only the lists are in that order.
func TestOrderAnyMode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawBallots(t, drawRules(t, 2), 12)
		other := in
		other.Counts = slices.Clone(in.Counts)
		rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 0))
		rnd.Shuffle(len(other.Counts), func(i, j int) { other.Counts[i], other.Counts[j] = other.Counts[j], other.Counts[i] })
		a, b := Adopt(in), Adopt(other)
		if a.Vote != b.Vote || a.Next != b.Next {
			t.Fatalf("%s %s, in another order %s %s", a.Vote, a.Next, b.Vote, b.Next)
		}
		if x, y := idsOf(in, a.Adopted), idsOf(other, b.Adopted); !slices.Equal(x, y) {
			t.Fatalf("adopted %v, in another order %v", x, y)
		}
		if x, y := idsOf(in, a.Tied), idsOf(other, b.Tied); !slices.Equal(x, y) {
			t.Fatalf("tied %v, in another order %v", x, y)
		}
		for i, l := range b.Lines {
			at := slices.IndexFunc(in.Counts, func(c Count) bool { return c.ID == l.ID })
			if a.Lines[at] != l {
				t.Fatalf("line %d: %+v, in another order %+v", i, a.Lines[at], l)
			}
		}
		if x, y := followIDs(in, a), followIDs(other, b); !slices.Equal(x, y) {
			t.Fatalf("followed by %v, in another order %v", x, y)
		}
	})
}

// idsOf names options, in an order of their own.
func idsOf(in Input, options []uint16) []string {
	var ids []string
	for _, i := range options {
		ids = append(ids, in.Counts[i].ID)
	}
	slices.Sort(ids)
	return ids
}

func followIDs(in Input, out Outcome) []string {
	m := parentOf(in)
	m.Round = 2
	f, err := m.Next(&out)
	if err != nil {
		return nil
	}
	return idsOf(in, f.Origin)
}

// TestSumsAnyMode: what ballots add up to passes the check, and no line tells
// more than what was collected.
func TestSumsAnyMode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawBallots(t, drawRules(t, 2), 12)
		if err := in.Check(); err != nil {
			t.Fatal(err)
		}
		n := in.Numbers
		for i, l := range Adopt(in).Lines {
			sum := l.For + l.Against + l.Grades[0] + l.Grades[1] + l.Grades[2] + l.Abstain
			if sum != n.V || n.V+n.X != n.R || l.Share > 10000 || l.Base > n.N {
				t.Fatalf("line %d: %+v of %+v", i, l, n)
			}
		}
	})
}

// TestOneBallotMore: a ballot cast by somebody who abstained from all never
// turns what is adopted by a majority of all deputies out.
func TestOneBallotMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRules(t, 2)
		r.BallotMode, r.Base, r.Undervote, r.MinMarks, r.Grades, r.Shortfall = ballot.YNAEach, BaseAll, "valid", 0, nil, ShortfallLeave
		r.WinnersK = max(r.WinnersK, 1)
		in := drawBallots(t, r, 12)
		in.Numbers.N, in.Numbers.P, in.Numbers.I = 13, 13, 13
		before := Adopt(in)
		in.Numbers.R++
		in.Numbers.V++
		after := Adopt(in)
		if before.Vote != VoteValid || after.Vote != VoteValid {
			return
		}
		if !slices.Equal(before.Adopted, after.Adopted) || !slices.Equal(before.Tied, after.Tied) {
			t.Fatalf("%v, then %v", before, after)
		}
	})
}
