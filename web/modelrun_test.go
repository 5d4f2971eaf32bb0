package web

import (
	"strings"
	"testing"
	"time"
)

// modelBounds are what is explored each time, to the end: no state within them
// is left out.
var modelBounds = map[string]bounds{
	"two terminals":   {alone: true, epochs: 1, draws: 2, seals: 2, losses: 1, follows: true},
	"late requests":   {alone: true, epochs: 1, draws: 1, seals: 1, losses: 1, delays: 1, crashes: 1, follows: true},
	"badge and paper": {alone: true, epochs: 1, draws: 1, seals: 1, delays: 1, badge: true, sheet: true, suspends: true, follows: true},
	"second epoch":    {alone: true, epochs: 2, draws: 1, seals: 1},
	"two deputies":    {epochs: 1, draws: 1, seals: 1},
	"rogue":           {alone: true, epochs: 1, draws: 2, seals: 2, rogue: true, follows: true},
	"rogue, twice":    {alone: true, epochs: 2, draws: 1, seals: 1, rogue: true, follows: true},
}

// modelSoak takes minutes, and some gigabytes.
var modelSoak = map[string]bounds{
	"two terminals":   {alone: true, epochs: 1, draws: 2, seals: 2, losses: 1, delays: 1, reboots: 1, follows: true},
	"late requests":   {alone: true, epochs: 1, draws: 2, seals: 1, losses: 1, delays: 2, reboots: 1, crashes: 1},
	"badge and paper": {alone: true, epochs: 1, draws: 2, seals: 1, losses: 1, delays: 1, badge: true, sheet: true, suspends: true},
	"second epoch":    {alone: true, epochs: 2, draws: 1, seals: 1, losses: 1, delays: 1, badge: true, follows: true},
	"two deputies":    {epochs: 1, draws: 1, seals: 1, losses: 1, badge: true, sheet: true},
	"rogue":           {alone: true, epochs: 1, draws: 1, seals: 2, delays: 1, crashes: 1, badge: true, sheet: true, rogue: true},
	"rogue, twice":    {alone: true, epochs: 2, draws: 1, seals: 1, delays: 1, badge: true, sheet: true, rogue: true, follows: true},
}

// modelLedger is that of a vote that was just opened, with two issuers.
func modelLedger(t *testing.T) *ledger {
	t.Helper()
	s := newStage(t)
	s.n, s.scrutineers = 2, s.scrutineers[:2]
	s.tellers = append(s.tellers, testKey("teller 1"), testKey("teller 2"))
	s.second()
	s.deputies = 2
	s.begin()
	return newLedger(s)
}

// TestModel (V7, V13, B3, B4, B5, S3): within the bounds no order of steps gives
// a deputy two counted ballots, loses a promised one, or locks a deputy out.
func TestModel(t *testing.T) {
	l, all, states := modelLedger(t), modelBounds, 0
	if everyView {
		all = modelSoak
	}
	for name, b := range all {
		begun := time.Now()
		x, fault, trace := (&model{bounds: b, ledger: l}).explore()
		states += len(x.from)
		t.Logf("%s: %d states, %d transitions, %d deep, %d closed with a ballot, %s", name, len(x.from), x.moved, x.depth, x.closed, time.Since(begun).Round(time.Millisecond))
		if fault != "" {
			t.Errorf("%s: %s\n%s", name, fault, readable(trace))
		}
		if x.closed == 0 {
			t.Errorf("%s: no close counts a ballot that was promised", name)
		}
	}
	t.Logf("%d states, %d logs, %d closes", states, len(l.nodes), len(l.closings))
	testFlaws(t, l)
}

// testFlaws: each flaw leads to a state that is wrong, and the explorer tells the
// shortest way there. What TestModel explores is the twin without a flaw.
func testFlaws(t *testing.T, l *ledger) {
	for _, c := range []struct {
		name   string
		bounds bounds
		want   string
	}{
		{"promises before the ballot is durable", bounds{flaw: promisesEarly, crashes: 1}, "a promised ballot is not in the box"},
		{"keeps the last seed, not the first", bounds{flaw: rewritesSeed}, "another credential was issued"},
		{"takes a ballot after an unused", bounds{flaw: forgetsUnused}, "a ballot and an unused of one credential"},
		{"takes an unused after a ballot", bounds{flaw: forgetsBallot}, "a ballot and an unused of one credential"},
		{"forgets spent seal codes", bounds{flaw: forgetsSpent, crashes: 1, rogue: true}, "on record"},
		{"keeps the seed of a replaced badge", bounds{flaw: keepsOldSeed, badge: true}, "the seed that is kept is for another badge"},
		{"keeps the ballots of the former epoch", bounds{flaw: keepsOldBox, epochs: 2}, "a ballot of a former epoch is in the box"},
		{"signs before it looks at the log", bounds{flaw: signsUnlogged, rogue: true}, "issuer 1 signed twice for one deputy"},
		{"hands out paper without an entry", bounds{flaw: sheetWithoutEntry, sheet: true}, "a sheet of paper and a credential of one deputy"},
		{"promises what comes after the order", bounds{flaw: promisesTooLate}, "a promised ballot is not in the box"},
	} {
		c.bounds.draws, c.bounds.seals, c.bounds.epochs, c.bounds.alone = 1, 1, max(c.bounds.epochs, 1), true
		x, fault, trace := (&model{bounds: c.bounds, ledger: l}).explore()
		if !strings.Contains(fault, c.want) {
			t.Errorf("%s: found %q in %d states, want %q", c.name, fault, len(x.from), c.want)
		}
		t.Logf("a server that %s: %s\n%s", c.name, fault, readable(trace))
	}
}
