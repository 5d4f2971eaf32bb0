package web

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"piaojue/election"
	"piaojue/store"
)

// beatEvery is how often a terminal says that it is there, whatever happens on
// its screen.
const beatEvery = 5 * time.Second

// beatLost is how long a terminal may be silent.
const beatLost = 3 * beatEvery

// sharedUse is how long a shared terminal counts as in use after a badge was
// read.
const sharedUse = 5 * time.Minute

// The states that operations see.
const (
	stateReady       = "ready"
	stateInUse       = "in_use"
	stateHelp        = "help"
	stateUnreachable = "unreachable"
)

// floor is all registered terminals and what they last said. It is in memory
// only: a row with a time for each beat would be what TestSchemaHoldsNoLink
// forbids.
type floor struct {
	db       *store.DB
	changing sync.Mutex // held while the registry changes, so that loads follow it
	stale    bool       // it has changed and could not be read: guarded by changing

	mu  sync.Mutex // guards all
	all map[[32]byte]*device
}

// device is a terminal as the floor knows it.
type device struct {
	store.Terminal
	beat  time.Time // the last; zero: none yet
	help  bool
	read  time.Time // when a badge was last read; zero: never
	epoch uint32    // of that
}

// openFloor reads the registry.
func openFloor(ctx context.Context, db *store.DB) (*floor, error) {
	f := &floor{db: db}
	return f, f.change(ctx, func() error { return nil })
}

// change changes the registry and reads it again. What terminals last said
// stays.
func (f *floor) change(ctx context.Context, fn func() error) error {
	f.changing.Lock()
	defer f.changing.Unlock()
	failed := fn()
	if failed != nil && !f.stale {
		return failed
	}
	f.stale = true
	rows, err := f.db.Terminals(context.WithoutCancel(ctx))
	if err != nil {
		return errors.Join(failed, err)
	}
	f.stale = false
	f.mu.Lock()
	defer f.mu.Unlock()
	before := f.all
	f.all = make(map[[32]byte]*device, len(rows))
	for _, t := range rows {
		d := &device{}
		if old := before[t.KeyHash]; old != nil && old.Vote == t.Vote {
			d = old
		}
		d.Terminal = t
		f.all[t.KeyHash] = d
	}
	return failed
}

// find returns the terminal with a key, by its hash.
func (f *floor) find(key [32]byte) (store.Terminal, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	d := f.all[key]
	if d == nil {
		return store.Terminal{}, false
	}
	return d.Terminal, true
}

// beat notes that a terminal is there.
func (f *floor) beat(key [32]byte, now time.Time, help bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if d := f.all[key]; d != nil {
		d.beat, d.help = now, help
	}
}

// read notes that a terminal has read a badge; whose is not noted.
func (f *floor) read(key [32]byte, now time.Time, epoch uint32) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if d := f.all[key]; d != nil {
		d.read, d.epoch = now, epoch
	}
}

// terminalJSON is a terminal as operations see it.
type terminalJSON struct {
	ID    string             `json:"id"`
	Kind  store.TerminalKind `json:"kind" enum:"seat,shared"`
	Zone  string             `json:"zone"`
	Label string             `json:"label"`
	State string             `json:"state" enum:"ready,in_use,help,unreachable"`
}

// list returns the terminals of a vote as they are now.
func (f *floor) list(vote string, now time.Time, w *view) []terminalJSON {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := []terminalJSON{}
	for _, d := range f.all {
		if d.Vote == vote {
			list = append(list, terminalJSON{d.ID, d.Kind, d.Zone, d.Label, d.state(now, w)})
		}
	}
	slices.SortFunc(list, func(a, b terminalJSON) int { return compareLabels(a.Zone, b.Zone, a.Label, b.Label) })
	return list
}

// state is what operations see of a terminal. It must not tell when the deputy
// at a seat casts: beside the order in which ballots come in, which whoever runs
// the server can watch, it would tell whose each is (attack V14). So it is made
// of beats, which come at one pace whatever is on the screen; of the wish for
// help; and of the moment a badge was read, which the issuance in the log tells
// anyway. Nothing that happens after the badge was read changes it: a seat is in
// use until the vote closes, a shared terminal for a fixed time.
func (d *device) state(now time.Time, w *view) string {
	switch {
	case now.Sub(d.beat) > beatLost:
		return stateUnreachable
	case d.help:
		return stateHelp
	case d.inUse(now, w):
		return stateInUse
	}
	return stateReady
}

func (d *device) inUse(now time.Time, w *view) bool {
	open := w.phase == election.PhaseVoting || w.phase == election.PhaseSuspended
	if !open || d.read.IsZero() || d.epoch != w.epoch {
		return false
	}
	return d.Kind == store.TerminalSeat || now.Sub(d.read) < sharedUse
}
