package web

import (
	"fmt"
	"testing"

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
