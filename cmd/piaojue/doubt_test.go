package main

import (
	"math/rand/v2"
	"strings"
	"testing"

	"piaojue/election"
	"piaojue/lang"
)

// TestDoubtWords: whatever rules staff put together, each doubt has words with
// all its numbers in both languages, and no words are left without a doubt.
func TestDoubtWords(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	seen := map[string]bool{"other_number": true} // of the console
	for range 20000 {
		var r election.Rules
		for _, f := range election.RuleFields() {
			v := f.Default
			if f.Values != nil {
				v = f.Values[rnd.IntN(len(f.Values))]
			}
			if err := f.Set(&r, v); err != nil {
				t.Fatal(err)
			}
		}
		r.CandidatesN = 1 + rnd.IntN(6)
		r.WinnersK, r.MaxMarks = 1+rnd.IntN(r.CandidatesN), 1+rnd.IntN(r.CandidatesN)
		r.MinMarks = rnd.IntN(r.MaxMarks + 1)
		doubts := r.Doubts(election.Basics{Deputies: 9, Round: uint8(1 + rnd.IntN(2)), MinBallots: uint32(2 + rnd.IntN(10))})
		for _, d := range doubts {
			seen[d.ID] = true
		}
		for _, l := range []lang.Lang{lang.ZH, lang.EN} {
			for _, line := range newTestTool(l).describeDoubts(doubts) {
				if strings.Contains(line, "%!") || strings.Contains(line, "doubt.") {
					t.Fatalf("%s: %q", l, line)
				}
			}
		}
	}
	for _, id := range lang.IDs("doubt.") {
		if !seen[strings.TrimPrefix(id, "doubt.")] {
			t.Errorf("nothing gives rise to %s", id)
		}
	}
}
