package election

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"piaojue/ballot"
)

// TestAdoptHostile: impossible input gets an answer without meaning, and no
// panic.
func TestAdoptHostile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var in Input
		in.Rules.WinnersK = rapid.IntRange(-3, 5).Draw(t, "k")
		in.Rules.Tie = rapid.SampledFrom([]string{"", TieFewerAgainst, TieAdoptAll}).Draw(t, "tie")
		in.Rules.BallotMode = rapid.SampledFrom([]ballot.Mode{"", ballot.SelectK, ballot.Satisfaction3}).Draw(t, "mode")
		in.Numbers = Numbers{R: rapid.Uint32().Draw(t, "r"), I: 1<<32 - 1, P: 1<<32 - 1, N: rapid.Uint32().Draw(t, "n")}
		for range rapid.IntRange(0, 6).Draw(t, "options") {
			in.Counts = append(in.Counts, Count{For: rapid.Uint32().Draw(t, "for"), Against: rapid.Uint32().Draw(t, "against")})
		}
		_ = Adopt(in)
		_ = in.Check()
	})
}

// drawInput draws counts that pass Check, in yna_each, where every option can
// have any number.
func drawInput(t *rapid.T) Input {
	n := rapid.IntRange(1, 8).Draw(t, "n")
	votes := make([][2]uint32, n)
	for i := range votes {
		votes[i][0] = uint32(rapid.IntRange(150, 170).Draw(t, "for"))
		votes[i][1] = uint32(rapid.IntRange(0, 3).Draw(t, "against"))
	}
	return judged(votes, rapid.IntRange(1, n).Draw(t, "k"), func(r *Rules, _ *Numbers) {
		r.Tie = rapid.SampledFrom([]string{TieRevote, TiePresidium, TieAdoptAll, TieAdoptNone, TieFewerAgainst}).Draw(t, "tie")
		r.Base = rapid.SampledFrom([]string{BaseAll, BasePresent, BaseNone}).Draw(t, "base")
	})
}

// standing orders what can happen to an option.
func standing(o Outcome, i int) int {
	switch {
	case o.Lines[i].Adopted:
		return 2
	case slices.Contains(o.Tied, uint16(i)):
		return 1
	}
	return 0
}

// TestMoreVotes: a vote more never makes an option worse off.
func TestMoreVotes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t)
		i := rapid.IntRange(0, len(in.Counts)-1).Draw(t, "option")
		before := Adopt(in)
		in.Counts = slices.Clone(in.Counts)
		in.Counts[i].For++
		after := Adopt(in)
		if standing(after, i) < standing(before, i) {
			t.Errorf("option %d: %+v, with one vote more %+v", i, before.Lines[i], after.Lines[i])
		}
		if b, a := before.Lines[i].Rank, after.Lines[i].Rank; b > 0 && (a == 0 || a > b) {
			t.Errorf("option %d: rank %d, with one vote more %d", i, b, a)
		}
	})
}

// TestSeats: no more are adopted than there are seats, unless the policy is to
// adopt all who are tied; and with seats left there is no tie.
func TestSeats(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t)
		if err := in.Check(); err != nil {
			t.Fatal(err)
		}
		o := Adopt(in)
		k := in.Rules.WinnersK
		if len(o.Adopted) > k && in.Rules.Tie != TieAdoptAll {
			t.Errorf("%d adopted, %d seats", len(o.Adopted), k)
		}
		if len(o.Tied) > 0 && len(o.Adopted)+len(o.Tied) <= k {
			t.Errorf("%d adopted, %d tied, %d seats", len(o.Adopted), len(o.Tied), k)
		}
		for i, l := range o.Lines {
			if l.Adopted != slices.Contains(o.Adopted, uint16(i)) || l.Adopted && !l.Passed {
				t.Errorf("option %d: %+v, adopted %v", i, l, o.Adopted)
			}
			if (l.Reason == ReasonTied) != slices.Contains(o.Tied, uint16(i)) {
				t.Errorf("option %d: %+v, tied %v", i, l, o.Tied)
			}
		}
	})
}

// TestOrderOfOptions: with distinct votes it does not matter how options are
// numbered.
func TestOrderOfOptions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		votes := rapid.SliceOfNDistinct(rapid.Uint32Range(150, 200), 1, 9, func(v uint32) uint32 { return v }).Draw(t, "votes")
		in := input(rapid.IntRange(1, len(votes)).Draw(t, "k"), votes, nil)
		seed := rapid.Uint64().Draw(t, "seed")
		shuffled := in
		shuffled.Counts = slices.Clone(in.Counts)
		rand.New(rand.NewPCG(seed, 0)).Shuffle(len(votes), func(i, j int) {
			shuffled.Counts[i], shuffled.Counts[j] = shuffled.Counts[j], shuffled.Counts[i]
		})
		if a, b := adoptedIDs(in), adoptedIDs(shuffled); !slices.Equal(a, b) {
			t.Errorf("adopted %v, in another order %v", a, b)
		}
	})
}

func adoptedIDs(in Input) []string {
	var ids []string
	for _, i := range Adopt(in).Adopted {
		ids = append(ids, in.Counts[i].ID)
	}
	return ids
}
