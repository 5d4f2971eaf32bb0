package web

import (
	"testing"

	"piaojue/lang"
	"piaojue/project"
)

// TestQuarterLate: what is overdue today counts, though nobody has written anything
// into the log since the day it was due.
func TestQuarterLate(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	s.mustWish("/projects/wish", aWish())
	s.seen(func(state *project.State) {
		by, _ := state.Actor(officeActor)
		w, _ := state.Suggestion(1)
		for days, want := range map[int]int{0: 0, 1: 1} {
			if rows := quarters(state, &by, w.Due.Add(days), 0); len(rows) == 0 || rows[0].Late != want {
				t.Errorf("%d days after it was due: %+v", days, rows)
			}
		}
	})
}

// TestPriorityEnded: who takes back 重点督办 is not told to have begun it.
func TestPriorityEnded(t *testing.T) {
	for official, want := range map[string]string{"": "取消重点督办", "王主任": "列为重点督办"} {
		b := &project.Priority{Project: 1, Official: official}
		if got := pageText(lang.ZH, "works.did_"+b.Kind().String()+outcomeOf(b)); got != want {
			t.Errorf("%q: %s, want %s", official, got, want)
		}
	}
}
