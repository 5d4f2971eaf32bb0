package web

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"

	"piaojue/audit"
	"piaojue/ballot"
	"piaojue/election"
	"piaojue/store"
)

// vote runs one vote. One goroutine, run, owns the fields below "owned"; it
// alone applies entries to the state and appends them to the log. Others hand
// it functions with do, or read the view, which shows what is durable and never
// changes.
type vote struct {
	id     string
	config *Config
	keys   *voteKeys
	view   atomic.Pointer[view]
	box    *box
	hub    *hub
	asks   *petition
	halt   atomic.Pointer[halt] // why the server signs nothing more for the vote; nil: it does
	kinds  kindIndex

	issuances issuanceQueue
	gate      headcount

	frozen atomic.Pointer[draft] // once the manifest is logged

	collector *collector                           // of other issuers' registers
	ownRows   atomic.Pointer[store.IssuerRegister] // of the server's own issuer, once nothing more is issued

	find   func(manifest [32]byte) *vote                // another vote of this server; nil if there is none
	moved  func()                                       // told of each new phase and decision; nil: nobody
	unlike func(*draft, []election.Option) []difference // between the candidates and their list; nil: nobody compares

	calls   chan *call
	settled chan struct{} // an unused credential came in after the order
	quit    chan struct{}
	done    chan struct{}

	// Owned by run, or by whoever opens the vote before it runs.
	state  *election.State
	broken error             // state could not be brought to where the log stands
	roll   *roll             // once the manifest is logged
	last   *audit.Checkpoint // the latest one signed
	heads  heads             // signed checkpoints, for cosignatures
	former []*ballot.Params  // of earlier epochs
	made   *formsAt          // the official forms, if anybody has asked
	grace  <-chan time.Time  // ends the hand-in of unused credentials
}

// call is a function for the owner of a vote.
type call struct {
	fn   func() error
	err  error
	done chan struct{}
}

var errStopping = refuse(codeStopping)

// do runs fn on the goroutine that owns the vote, one after the other. It
// returns when fn has, even if ctx ends meanwhile: what fn has begun must not
// be abandoned half-way.
func (v *vote) do(ctx context.Context, fn func() error) error {
	c := &call{fn: fn, done: make(chan struct{})}
	select {
	case v.calls <- c:
		<-c.done
		return c.err
	case <-ctx.Done():
		return ctx.Err()
	case <-v.quit:
		return errStopping
	}
}

// openVote brings a vote to where its log stands.
func openVote(ctx context.Context, c *Config, id string, find func([32]byte) *vote) (*vote, error) {
	keys, err := openKeys(c.Keys, id)
	if err != nil {
		return nil, err
	}
	v := &vote{
		id:      id,
		config:  c,
		keys:    keys,
		find:    find,
		calls:   make(chan *call),
		settled: make(chan struct{}, 1),
		quit:    make(chan struct{}),
		done:    make(chan struct{}),
	}
	v.box, v.hub, v.asks, v.collector = newBox(v), newHub(v), newPetition(v), newCollector(v)
	if err := v.restore(ctx); err != nil {
		return nil, err
	}
	return v, nil
}

func (v *vote) start() {
	go v.run()
	go v.box.run()
	go v.hub.run()
	v.asks.start()
	v.collector.start()
}

// stop ends all goroutines of the vote: the box first, so that the last count
// counts everything in it.
func (v *vote) stop() {
	v.collector.close()
	v.asks.stop()
	v.box.stop()
	close(v.quit)
	<-v.done
	v.hub.stop()
}

// run owns the vote until it is stopped.
func (v *vote) run() {
	defer close(v.done)
	counts := time.NewTicker(v.config.CountEvery)
	defer counts.Stop()
	v.act()
	for {
		select {
		case c := <-v.calls:
			c.err = v.guard(c.fn)
			close(c.done)
		case <-counts.C:
			v.tidy()
		case <-v.settled:
			v.closeIfSettled()
		case <-v.grace:
			v.grace = nil
			v.try("close", v.closeBox)
		case <-v.quit:
			v.tidy()
			return
		}
		v.act()
	}
}

// guard runs fn and survives its panic, after which nobody knows what the
// state holds.
func (v *vote) guard(fn func() error) (err error) {
	if v.broken != nil {
		return because(codeStorage, v.broken)
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			v.rebuild()
		}
	}()
	return fn()
}

// try runs one of the server's own actions. The reason why it failed goes to
// the log: nobody waits for an answer, and the next tick tries again.
func (v *vote) try(what string, fn func() error) {
	err := v.guard(fn)
	if err != nil && !errors.Is(err, context.Canceled) {
		v.config.Log.Error("action failed", "vote", v.id, "action", what, "error", err)
	}
}

// act does what follows from the state without anybody's order. It is called
// after each call and at the start, so that a crash between an entry and what
// follows from it changes nothing.
func (v *vote) act() {
	if v.broken != nil {
		return
	}
	switch v.state.Phase() {
	case election.PhaseClosing:
		v.awaitClose()
	case election.PhaseCollected:
		if len(v.state.Shares()) >= int(v.state.Manifest().Threshold) {
			v.try("result", v.appendResult)
		}
	}
}

// tidy is done at each tick of CountEvery, and at the end.
func (v *vote) tidy() {
	v.try("count", v.count)
	v.try("scrub", v.scrub)
}

func workers() int { return runtime.GOMAXPROCS(0) }
