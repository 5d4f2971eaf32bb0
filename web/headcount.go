package web

import (
	"context"
	"math/bits"
	"sync"

	"piaojue/store"
)

// headcount counts a vote's register of who is in the hall. It reads the register
// once, and then counts along with each check-in.
type headcount struct {
	mu      sync.Mutex // held while the register is read or written
	known   bool
	present uint32
	ever    uint32
	came    []uint64 // bits of the roll indexes of who was ever present

	// For the vote's goroutine.
	waits   bool // waiting is known
	waiting int  // ever present, not yet in the log
}

// counts returns how many are in the hall, and how many ever were.
func (h *headcount) counts(ctx context.Context, v *vote) (present, ever uint32, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	err = h.read(ctx, v)
	return h.present, h.ever, err
}

// read reads the register, if that is not done. Called with mu held.
func (h *headcount) read(ctx context.Context, v *vote) error {
	if h.known {
		return nil
	}
	h.present, h.ever, h.came = 0, 0, nil
	err := v.config.DB.EachAttended(ctx, v.id, func(a store.Attendance) bool {
		h.add(a.Index, a.Present, a.Ever)
		return true
	})
	h.known = err == nil
	return err
}

func (h *headcount) add(index uint32, present, ever bool) {
	if present {
		h.present++
	}
	if !ever {
		return
	}
	h.ever++
	for int(index/64) >= len(h.came) {
		h.came = append(h.came, 0)
	}
	h.came[index/64] |= 1 << (index % 64)
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
	h.add(before.Index, c.Present, c.Present && !before.Ever)
	if c.Present && !before.Ever && !v.state.CheckedIn(before.Index) {
		h.waiting++
	}
	return nil
}

// hasCome reports whether a deputy was ever present.
func (h *headcount) hasCome(ctx context.Context, v *vote, index uint32) (bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.read(ctx, v); err != nil {
		return false, err
	}
	word := int(index / 64)
	return word < len(h.came) && h.came[word]>>(index%64)&1 == 1, nil
}

// notLogged returns how many were ever present and are not in the log. It runs on
// the vote's goroutine, which calls logged when the log says more.
func (h *headcount) notLogged(ctx context.Context, v *vote) (int, error) {
	if h.waits {
		return h.waiting, nil
	}
	n := 0
	err := h.eachNotLogged(ctx, v, func(uint32) bool {
		n++
		return true
	})
	h.waits, h.waiting = err == nil, n
	return n, err
}

// eachNotLogged calls fn for who is waiting, in the order of the roll, as long as
// fn says so. It runs on the vote's goroutine.
func (h *headcount) eachNotLogged(ctx context.Context, v *vote, fn func(index uint32) bool) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.read(ctx, v); err != nil {
		return err
	}
	for word, left := range h.came {
		for ; left != 0; left &= left - 1 {
			index := uint32(64*word + bits.TrailingZeros64(left))
			if !v.state.CheckedIn(index) && !fn(index) {
				return nil
			}
		}
	}
	return nil
}

// logged is called when the log has taken in who came.
func (h *headcount) logged() { h.waits = false }

// forget has all be counted anew.
func (h *headcount) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.known, h.waits = false, false
}
