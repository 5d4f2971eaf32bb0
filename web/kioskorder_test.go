package web

import (
	"slices"
	"strings"
	"testing"

	"piaojue/election"
	"piaojue/store"
)

// seenAt are the requests of a deputy at a terminal, to the box to the byte. What
// goes before depends on the place in the roll. The rest comes by the clock, or
// when a terminal begins anew, which it does after each deputy.
func (m *meter) seenAt() (all []string) {
	for _, r := range m.take() {
		path := strings.Fields(r)[1]
		switch {
		case strings.HasPrefix(path, "/box/"):
			all = append(all, r)
		case strings.HasPrefix(path, "/votes/"):
			all = append(all, path)
		}
	}
	return all
}

// leave casts what is under review, and makes room for the next deputy.
func (t *tab) leave(m *meter) []string {
	t.Helper()
	t.shown("#s-review")
	t.click("#cast")
	t.shown("#s-done")
	t.click("#finish")
	t.shown("#s-welcome")
	return m.seenAt()
}

// TestKioskLot: where the rules say so, terminals show the options in the order
// drawn by lot, which anybody recomputes from the log. Four deputies then choose
// each in another way.
func TestKioskLot(t *testing.T) {
	t.Parallel()
	s := presetStage(t, election.SelectMajority, 10, func(s *stage) {
		s.rules.CandidateOrder = election.OrderByLot
		s.do(store.RoleStaff, "PUT", s.path("/rules"), s.rulesJSON())
	})
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	m := newMeter(s)
	b := newBrowser(t, m.URL)
	k := s.registerTab(b.tab(m.URL, 1280, 800), "shared", "1号")
	m.take()
	k.scan(0)
	k.shown("#s-choose")
	var shown []int
	k.eval(`[...document.querySelectorAll("#options > *")].map((row) => Number(row.id.slice("option-".length)))`, &shown)
	if want := s.update().Lot(); !slices.Equal(shown, want) || slices.IsSorted(want) {
		t.Errorf("shown %v, want %v", shown, want)
	}
	k.shot("terminal-lot")
	k.wantEqualRequests(m)
}

// wantEqualRequests (B8): the page asks the server for the same, whatever is
// chosen, from the badge on.
func (t *tab) wantEqualRequests(m *meter) {
	t.Helper()
	t.choose(1)
	first := t.leave(m)
	if n := len(first); n < 4 || !strings.Contains(first[n-1], "/box/vN/ballots, body ") {
		t.Errorf("the requests are %q", first)
	}
	for i, fill := range []func(){func() { t.choose(10) }, func() { t.click("#abstain") }, func() { t.click("#spoil") }} {
		t.scan(i + 1)
		t.shown("#s-choose")
		fill()
		if got := t.leave(m); !slices.Equal(got, first) {
			t.Errorf("deputy %d: the requests are\n%s\nthose of the first were\n%s", i+1, strings.Join(got, "\n"), strings.Join(first, "\n"))
		}
	}
}
