package web

import (
	"context"
	"errors"
	"sync"
	"time"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/election"
)

// follower follows the board of another server for many requests at the same
// time: those that wait for news share one reading of the log.
type follower struct {
	mu    sync.Mutex // guards board; held while it is read
	board *client.Board

	convict func(*audit.Evidence) // told of a fork, once; nil: nobody

	turns    sync.Mutex // guards all below
	next     *reading   // has not begun yet; nil: none waits
	stranger time.Time  // when somebody whose badge is unknown last had it read
	manifest *election.Manifest
}

// reading is one reading of the log.
type reading struct {
	done chan struct{}
	err  error // once done is closed
}

func newFollower(b *client.Board) *follower { return &follower{board: b} }

// follow returns when the board has been read once more, by a reading that
// began after the call.
func (f *follower) follow(ctx context.Context) error {
	f.turns.Lock()
	r := f.next
	if r == nil {
		r = &reading{done: make(chan struct{})}
		f.next = r
		go f.read(r)
	}
	f.turns.Unlock()
	select {
	case <-r.done:
		return r.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// read ends with the answer of the server, or with the time limit of the
// transport.
func (f *follower) read(r *reading) {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer close(r.done)
	f.turns.Lock()
	f.next = nil // who comes from now on may ask for what this reading does not see
	f.turns.Unlock()
	func() {
		defer rescue(&r.err)
		r.err = f.board.Update()
	}()
	if fork, ok := errors.AsType[*client.ForkError](r.err); ok && f.convict != nil {
		f.convict(fork.Evidence)
		f.convict = nil
	}
	f.turns.Lock()
	defer f.turns.Unlock()
	f.manifest = f.board.State().Manifest()
}

// look shows the state as it was last read.
func (f *follower) look(fn func(*election.State) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return fn(f.board.State())
}

// strangerPace is how often requests that no badge of the roll has signed may
// have the log read, all of them together: a new badge is in the log only.
const strangerPace = time.Second

// mayFollow reports whether a request is worth a reading of the log: it is
// signed by a badge of the roll, or there was none for a stranger of late.
func (f *follower) mayFollow(q *request) bool {
	f.turns.Lock()
	defer f.turns.Unlock()
	if f.manifest != nil && q.signedByRoll(f.manifest) {
		return true
	}
	if time.Since(f.stranger) < strangerPace {
		return false
	}
	f.stranger = time.Now()
	return true
}
