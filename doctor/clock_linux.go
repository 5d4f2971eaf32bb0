package doctor

import (
	"syscall"
	"time"
)

const (
	clockUnsynced = 0x40 // STA_UNSYNC of adjtimex(2)
	clockError    = 5    // TIME_ERROR
)

// lookClock asks the kernel whether somebody keeps its clock.
func lookClock() clock {
	var t syscall.Timex
	state, err := syscall.Adjtimex(&t)
	if err != nil {
		return clock{}
	}
	return clock{
		known:  true,
		synced: state != clockError && t.Status&clockUnsynced == 0,
		off:    time.Duration(t.Maxerror) * time.Microsecond,
	}
}
