package web

import (
	"sync/atomic"
	"testing"
	"time"
)

// TestClockJumps (S14): the clock goes an hour back and a year forward between
// any two looks at it, over a whole vote and starts of the server in between; no
// checkpoint, promise or entry depends on it.
func TestClockJumps(t *testing.T) {
	s := newStage(t)
	var looks atomic.Int64
	s.config.Now = func() time.Time {
		return time.Now().Add(time.Duration(looks.Add(1)%2)*365*24*time.Hour - time.Hour)
	}
	s.config.Grace = time.Millisecond
	told := newAcknowledged()
	step := func() {
		s.Helper()
		s.restart()
		told.addCheckpoint(s.do("", "GET", "/board/v1/checkpoint", nil))
	}
	s.begin()
	for i := range 3 {
		v := s.cast(i, marks(0))
		told.addEntry(v.Promise().Entry)
		step()
	}
	s.order()
	step()
	s.collect()
	step()
	s.share(1, 2)
	step()
	s.certify()
	step()
	if looks.Load() == 0 {
		t.Error("nobody looked at the clock")
	}
	_, err := Check(t.Context(), s.config.DB, s.config.Keys, told)
	must(t, err)
}

// TestMachineClock (S14) is the same for the server as a process, at the end of
// whose vote the checker looks.
func TestMachineClock(t *testing.T) {
	r := newRun(t, faultVoteOf(t))
	s := r.start(weak(t, "jump")) // which is no weakness in itself
	must(t, r.load(s, faultLimit))
	s.stop()
	r.wantSound("after a clock that jumps")
}

// TestMachineClockWeak: a server that goes by the clock is found out.
func TestMachineClockWeak(t *testing.T) {
	newRun(t, faultVoteOf(t)).until(5, "a server that goes by the clock", func(r *faultRun) {
		s := r.start(weak(t, "jump,older"))
		r.load(s, faultLimit/10)
		s.stop()
	})
}
