package web

import (
	"slices"
	"testing"

	"piaojue/election"
	"piaojue/store"
)

// TestKioskLot: where the rules say so, terminals show the options in the order
// drawn by lot, which anybody recomputes from the log.
func TestKioskLot(t *testing.T) {
	t.Parallel()
	s := presetStage(t, election.SelectMajority, 10, func(s *stage) {
		s.rules.CandidateOrder = election.OrderByLot
		s.do(store.RoleStaff, "PUT", s.path("/rules"), s.rulesJSON())
	})
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	b := newBrowser(t, s.base)
	k := s.registerTab(b.tab(s.base, 1280, 800), "shared", "1号")
	k.scan(0)
	k.shown("#s-choose")
	var shown []int
	k.eval(`[...document.querySelectorAll("#options > *")].map((row) => Number(row.id.slice("option-".length)))`, &shown)
	if want := s.update().Lot(); !slices.Equal(shown, want) || slices.IsSorted(want) {
		t.Errorf("shown %v, want %v", shown, want)
	}
	k.shot("terminal-lot")
}
