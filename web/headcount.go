package web

import (
	"context"
	"sync"

	"piaojue/store"
)

// headcount counts a vote's register of who is in the hall. It reads the register
// once, and then counts along with each check-in.
type headcount struct {
	mu            sync.Mutex // held while the register is read or written
	known         bool
	present, ever uint32

	// For the vote's goroutine.
	waits   bool // waiting is known
	waiting int  // ever present, not yet in the log
}

// counts returns how many are in the hall, and how many ever were.
func (h *headcount) counts(ctx context.Context, v *vote) (present, ever uint32, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.known {
		return h.present, h.ever, nil
	}
	h.present, h.ever = 0, 0
	err = v.config.DB.EachAttended(ctx, v.id, func(a store.Attendance) bool {
		h.add(a.Present, a.Ever)
		return true
	})
	h.known = err == nil
	return h.present, h.ever, err
}

func (h *headcount) add(present, ever bool) {
	if present {
		h.present++
	}
	if ever {
		h.ever++
	}
}

// checkIn writes into the register, where the deputy stands as before says. It
// runs on the vote's goroutine.
func (h *headcount) checkIn(ctx context.Context, v *vote, before store.Attendance, c *checkInRequest) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := v.config.DB.CheckIn(ctx, v.id, before.Index, c.Present, c.Reason); err != nil {
		h.known, h.waits = false, false // nobody knows what is durable
		return err
	}
	if before.Present {
		h.present--
	}
	h.add(c.Present, c.Present && !before.Ever)
	if c.Present && !before.Ever && !v.state.CheckedIn(before.Index) {
		h.waiting++
	}
	return nil
}

// notLogged returns how many were ever present and are not in the log. It runs on
// the vote's goroutine, which calls logged when the log says more.
func (h *headcount) notLogged(ctx context.Context, v *vote) (int, error) {
	if h.waits {
		return h.waiting, nil
	}
	h.waiting = 0
	err := v.config.DB.EachAttended(ctx, v.id, func(a store.Attendance) bool {
		if a.Ever && !v.state.CheckedIn(a.Index) {
			h.waiting++
		}
		return true
	})
	h.waits = err == nil
	return h.waiting, err
}

// logged is called when the log has taken in who came.
func (h *headcount) logged() { h.waits = false }

// forget has all be counted anew.
func (h *headcount) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.known, h.waits = false, false
}
