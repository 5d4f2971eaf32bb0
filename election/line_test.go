package election

import (
	"testing"

	"pgregory.net/rapid"
)

// TestShares: of each base; what is not more than half never reads as more.
func TestShares(t *testing.T) {
	numbers := Numbers{N: 331, P: 304, I: 303, R: 302, V: 300, X: 2}
	for _, c := range []struct {
		base, shortfall      string
		votes                uint32
		of, share, needed, m uint32
	}{
		{BaseAll, ShortfallLeave, 166, 331, 5015, 166, 0},
		{BaseAll, ShortfallLeave, 165, 331, 4984, 166, 1},
		{BaseAll, ShortfallLeave, 0, 331, 0, 166, 166},
		{BasePresent, ShortfallLeave, 152, 304, 5000, 153, 1},
		{BaseCollected, ShortfallLeave, 152, 302, 5033, 152, 0},
		{BaseValid, ShortfallLeave, 300, 300, 10000, 151, 0},
		{BaseNone, ShortfallLeave, 1, 300, 33, 1, 0},
		{BaseNone, ShortfallLeave, 0, 300, 0, 1, 1},
		{BaseAll, ShortfallPlurality, 101, 302, 3344, 101, 0},
		{BaseAll, ShortfallPlurality, 100, 302, 3311, 101, 1},
	} {
		in := input(1, []uint32{c.votes, 0}, func(r *Rules, n *Numbers) { r.Base, r.Shortfall, *n = c.base, c.shortfall, numbers })
		l := Adopt(in).Lines[0]
		if l.Base != c.of || l.Share != c.share || l.Needed != c.needed || l.Missing != c.m {
			t.Errorf("%s, %s, %d votes: %+v", c.base, c.shortfall, c.votes, l)
		}
	}
}

// TestSharesOfGrades: exactly half of 40 is not enough.
func TestSharesOfGrades(t *testing.T) {
	for _, c := range []struct {
		grades             [3]uint32
		grade              int
		share, two, missed uint32
	}{
		{[3]uint32{21, 0, 19}, 0, 5250, 5250, 0},
		{[3]uint32{20, 20, 0}, 1, 5000, 10000, 1},
		{[3]uint32{10, 10, 20}, 2, 2500, 5000, 1},
		{[3]uint32{0, 0, 40}, 2, 0, 0, 21},
	} {
		l := Adopt(graded([][3]uint32{c.grades}, 40)).Lines[0]
		if l.Grade != c.grade || l.Share != c.share || l.TopTwo != c.two || l.Missing != c.missed || l.Needed != 21 || l.Rule != "grades" {
			t.Errorf("%v: %+v", c.grades, l)
		}
	}
}

// TestRuleOf: each reason names a rule that there is.
func TestRuleOf(t *testing.T) {
	short := []uint32{300, 100, 90}
	for _, c := range []struct {
		in   Input
		line int
		want string
	}{
		{input(2, short, nil), 0, "base"},
		{input(2, short, nil), 1, "base"},
		{input(1, []uint32{300, 200}, nil), 0, "winners_k"},
		{input(1, []uint32{300, 200}, nil), 1, "winners_k"},
		{input(2, []uint32{300, 200, 10}, nil), 2, "base"},
		{input(2, short, func(r *Rules, _ *Numbers) { r.Shortfall = ShortfallPlurality }), 0, "shortfall"},
		{input(2, short, func(r *Rules, _ *Numbers) { r.Shortfall = ShortfallPlurality }), 2, "shortfall"},
		{input(1, []uint32{200, 200}, nil), 1, "tie"},
		{input(1, []uint32{200, 200}, withTie(TieAdoptAll)), 1, "tie"},
		{input(1, []uint32{200, 200}, withTie(TieAdoptNone)), 1, "tie"},
		{judged([][2]uint32{{200, 1}, {200, 2}}, 1, withTie(TieFewerAgainst)), 1, "tie"},
		{input(2, short, func(_ *Rules, n *Numbers) { n.I = 303 }), 0, "void_vote_if"},
		{input(2, short, func(_ *Rules, n *Numbers) { n.R, n.V = 0, 0 }), 0, ""},
		{input(2, short, func(_ *Rules, n *Numbers) { n.P = 220 }), 0, "quorum.rule"},
		{input(2, short, func(r *Rules, n *Numbers) { r.Quorum.MinParticipation, n.R, n.V = ParticipationHalf, 165, 165 }), 0, "quorum.min_participation"},
		{graded([][3]uint32{{28, 1, 0}}, 29), 0, "grades"},
	} {
		l := Adopt(c.in).Lines[c.line]
		if l.Rule != c.want || l.Rule != "" && !isRule(l.Rule) {
			t.Errorf("%s: rule %q, want %q", l.Reason, l.Rule, c.want)
		}
	}
}

func isRule(name string) bool {
	for _, f := range ruleTable {
		if f.Name == name {
			return true
		}
	}
	return false
}

func TestPercent(t *testing.T) {
	for share, want := range map[uint32]string{0: "0.00%", 5: "0.05%", 50: "0.50%", 5015: "50.15%", 10000: "100.00%"} {
		if got := Percent(share); got != want {
			t.Errorf("%d: %s, want %s", share, got, want)
		}
	}
}

// TestLineProperty: a line passes exactly if nothing is missing, and if a share
// reads as more than half there is a majority.
func TestLineProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawBallots(t, drawRules(t, 2), 40)
		for i, l := range Adopt(in).Lines {
			if in.Rules.Grades != nil {
				if (l.Grade == 0) != (l.Missing == 0) || l.Share > l.TopTwo || l.TopTwo > 10000 {
					t.Fatalf("line %d: %+v", i, l)
				}
				continue
			}
			if l.Passed != (l.Missing == 0) || l.Passed != (l.For >= l.Needed) || l.Share > 10000 {
				t.Fatalf("line %d: %+v", i, l)
			}
			if l.Share > 5000 && !l.Passed {
				t.Fatalf("line %d: %s, but not passed: %+v", i, Percent(l.Share), l)
			}
		}
	})
}
