package election

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestPhases compares the whole matrix with testdata/phases.golden, which was
// read against the table of PROTOCOL.md, "Phases".
func TestPhases(t *testing.T) {
	var b strings.Builder
	for _, p := range Phases() {
		for _, k := range Kinds() {
			next, ok := p.Next(k)
			to := "-"
			if ok {
				to = next.String()
			}
			fmt.Fprintf(&b, "%-10s %-13s %s\n", p, k, to)
		}
	}
	golden, err := os.ReadFile("testdata/phases.golden")
	if err != nil {
		t.Fatal(err)
	}
	got, want := strings.Split(b.String(), "\n"), strings.Split(string(golden), "\n")
	if len(got) != len(want) {
		t.Errorf("%d lines, want %d", len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Errorf("line %d: %q, want %q", i+1, got[i], want[i])
		}
	}
}

// TestPhaseUnknown: a phase out of range accepts nothing, and says so.
func TestPhaseUnknown(t *testing.T) {
	p := lastPhase + 1
	if p.Accepts(KindVoid) || p.String() != "phase 14" {
		t.Errorf("%v accepts void", p)
	}
}

// TestEveryKindIsReached: each kind of entry has its place.
func TestEveryKindIsReached(t *testing.T) {
	for _, k := range Kinds() {
		reached := false
		for _, p := range Phases() {
			reached = reached || p.Accepts(k)
		}
		if !reached {
			t.Errorf("no phase accepts %v", k)
		}
		if parsers[k] == nil || k.String() == "" {
			t.Errorf("%v has no parser or name", k)
		}
	}
	if got := len(Kinds()); got != 31 {
		t.Errorf("%d kinds, want 31", got)
	}
}

func TestChecks(t *testing.T) {
	if got := len(Checks()); got != 38 {
		t.Errorf("%d checks, want 38", got)
	}
	for i, c := range Checks() {
		if c.Number() != i+1 {
			t.Errorf("%s has number %d, want %d", c, c.Number(), i+1)
		}
	}
	if got := CheckID("other").Number(); got != 0 {
		t.Errorf("number %d of no check", got)
	}
}
