package web

import (
	"fmt"
	"slices"
	"testing"

	"piaojue/election"
	"piaojue/store"
)

// TestHeadcount: what is counted along is what the register says, for whoever comes,
// comes again or leaves, and after the log has taken them in.
func TestHeadcount(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.freeze()
	s.approve()
	gate := func(i int, present bool) {
		s.do(store.RoleGate, "POST", s.path("/checkins"), fmt.Appendf(nil, `{"index":%d,"present":%t,"reason":"x"}`, i, present))
	}
	for i, act := range []func(){
		func() {}, func() { gate(0, true) }, func() { gate(0, true) }, func() { gate(1, false) }, func() { gate(0, false) },
		func() { s.ceremony(); s.checkIn(2) }, func() { gate(2, true) }, func() { gate(1, true) }, func() { gate(0, true) },
	} {
		act()
		s.checkHeadcount(fmt.Sprint("after act ", i))
	}
}

func (s *stage) checkHeadcount(when string) {
	s.Helper()
	v := s.server.votes[s.vote]
	var got, want [3]int // in the hall, ever, not in the log
	must(s, v.do(s.Context(), func() error {
		present, ever, err := v.gate.counts(s.Context(), v)
		if err != nil {
			return err
		}
		waiting, err := v.gate.notLogged(s.Context(), v)
		if err != nil {
			return err
		}
		got = [3]int{int(present), int(ever), waiting}
		lines, err := s.config.DB.Register(s.Context(), s.vote)
		for _, a := range lines {
			for i, is := range []bool{a.Present, a.Ever, a.Ever && !v.state.CheckedIn(a.Index)} {
				if is {
					want[i]++
				}
			}
		}
		return err
	}))
	if got != want {
		s.Errorf("%s the memory counts %v, the register %v", when, got, want)
	}
}

// TestNotLogged: who came is told apart far into the roll, in its order, as long as
// somebody asks.
func TestNotLogged(t *testing.T) {
	h, v := headcount{known: true}, &vote{state: election.NewState(nil)}
	came := []uint32{0, 1, 63, 64, 127, 128, 1000, 70_000}
	for _, i := range slices.Backward(came) {
		h.add(i, true, true)
	}
	h.add(65, true, false)
	for most := 1; most <= len(came)+1; most++ {
		var got []uint32
		must(t, h.eachNotLogged(t.Context(), v, func(i uint32) bool {
			got = append(got, i)
			return len(got) < most
		}))
		if want := came[:min(most, len(came))]; !slices.Equal(got, want) {
			t.Errorf("the first %d: %v, want %v", most, got, want)
		}
	}
	if h.present != 9 || h.ever != 8 {
		t.Errorf("%d present, %d ever", h.present, h.ever)
	}
}
