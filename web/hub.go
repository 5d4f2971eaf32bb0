package web

import (
	"bytes"
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// hub sends the live screens of a vote their snapshots.
type hub struct {
	vote  *vote
	woken chan struct{} // something may have changed
	quit  chan struct{}
	done  chan struct{}

	making  sync.Mutex    // held while snapshots are made, so that none goes back
	changes atomic.Uint64 // so often somebody said that something may have changed

	mu     sync.Mutex    // guards all below
	shown  uint64        // of changes, so many are in the latest snapshots
	turn   chan struct{} // closed when the next snapshots are there
	err    error         // why the last attempt made none
	seq    int64
	latest [screens][]byte // as sent
	bare   [screens][]byte // without the sequence number, to see changes
	subs   map[*subscriber]bool
	closed bool
}

// subscriber is one connection. Its mailbox holds one snapshot: who is slow
// gets the newest only, and keeps nobody waiting.
type subscriber struct {
	screen screen
	mail   chan []byte // closed when the hub stops
}

// pace is the least time between two snapshots. It also blurs who of those in
// the hall has just cast.
const pace = 250 * time.Millisecond

func newHub(v *vote) *hub {
	return &hub{
		vote:  v,
		woken: make(chan struct{}, 1),
		quit:  make(chan struct{}),
		done:  make(chan struct{}),
		subs:  make(map[*subscriber]bool),
		turn:  make(chan struct{}),
		// Numbers must rise over a restart, or screens would ignore what
		// comes after it.
		seq: v.config.Now().UnixMilli(),
	}
}

// wake says that something may have changed. It never waits.
func (h *hub) wake() {
	h.changes.Add(1)
	h.call()
}

// call has run make snapshots at its pace.
func (h *hub) call() {
	select {
	case h.woken <- struct{}{}:
	default:
	}
}

func (h *hub) run() {
	defer close(h.done)
	for {
		select {
		case <-h.woken:
			if h.refresh(context.Background()) != nil {
				h.call() // what could not be read now must be shown still
			}
		case <-h.quit:
			return
		}
		select {
		case <-time.After(pace):
		case <-h.quit:
			return
		}
	}
}

// stop ends the hub and all live screens.
func (h *hub) stop() {
	close(h.quit)
	<-h.done
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for s := range h.subs {
		close(s.mail)
	}
	clear(h.subs)
}

// refresh makes new snapshots and sends those that differ from the last.
func (h *hub) refresh(ctx context.Context) error {
	h.making.Lock()
	defer h.making.Unlock()
	changes := h.changes.Load() // before anything is read: what comes later may be missed
	now := h.vote.view.Load()
	c, err := h.vote.readCounts(ctx, now)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.err = err
	close(h.turn)
	h.turn = make(chan struct{})
	if err != nil {
		return err
	}
	h.shown = changes
	story := h.vote.story(now)
	for s := range screen(screens) {
		h.set(s, newSnapshot(now, c, s, story))
	}
	return nil
}

func (h *hub) set(s screen, x *snapshot) {
	bare := x.marshal()
	if bytes.Equal(bare, h.bare[s]) {
		return
	}
	h.seq++
	x.Seq = h.seq
	h.bare[s], h.latest[s] = bare, x.marshal()
	for sub := range h.subs {
		if sub.screen == s {
			sub.put(h.latest[s])
		}
	}
}

// put replaces what is in the mailbox. Only the hub puts, under its mutex.
func (s *subscriber) put(message []byte) {
	select {
	case <-s.mail:
	default:
	}
	s.mail <- message
}

// await returns when the latest snapshots show all that had changed before it was
// called. It makes none itself: whoever asks how often, one is made at each pace.
func (h *hub) await(ctx context.Context) error {
	changes := h.changes.Load()
	for {
		h.mu.Lock()
		shown, turn := h.shown, h.turn
		h.mu.Unlock()
		if shown >= changes {
			return nil
		}
		h.call()
		select {
		case <-turn:
			if err := h.failure(); err != nil {
				return err
			}
		case <-h.done:
			return errStopping
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (h *hub) failure() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.err
}

// current returns the newest snapshot.
func (h *hub) current(ctx context.Context, s screen) ([]byte, error) {
	if err := h.await(ctx); err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.latest[s], nil
}

// subscribe returns a subscriber with the whole state in its mailbox.
func (h *hub) subscribe(ctx context.Context, s screen) (*subscriber, error) {
	if err := h.await(ctx); err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, errStopping
	}
	sub := &subscriber{screen: s, mail: make(chan []byte, 1)}
	sub.put(h.latest[s])
	h.subs[sub] = true
	return sub, nil
}

func (h *hub) unsubscribe(s *subscriber) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.subs, s)
}
