package client

import (
	"fmt"

	"piaojue/election"
)

// replay is the way of entries, of which the hashes are believed, into the state
// of a Board.
type replay struct {
	*Board
	applier *election.Applier
	err     error // of the first entry that was refused
}

// replay has a function apply entries. If it fails, what it gave before is
// applied still, and the state stands behind that.
func (b *Board) replay(entries func(*replay) error) error {
	r := &replay{Board: b}
	r.applier = election.NewApplier(b.state, 0, r.refuse)
	defer r.applier.Stop()
	err := entries(r)
	if r.err == nil {
		r.applier.Drain()
	}
	if r.err != nil {
		return r.err
	}
	return err
}

func (r *replay) refuse(_ *election.Entry, err error) bool {
	r.err = fmt.Errorf("%w: %w", ErrBoard, err)
	return false
}

// apply takes the next entry. What is wrong with a ballot may be said later.
func (r *replay) apply(raw []byte) error {
	if r.keeps {
		r.entries = append(r.entries, raw)
	}
	e, err := election.ParseEntry(raw)
	if err == nil && r.applier.Takes(e) {
		r.applier.Add(e, election.HashEntry(raw))
		return r.err
	}
	if !r.applier.Drain() {
		return r.err
	}
	if err == nil {
		err = r.state.Apply(e)
	}
	if err != nil {
		r.refuse(e, err)
		return r.err
	}
	if e.Kind == election.KindClose {
		r.ending, r.endingAt = raw, r.state.Size()-1
	}
	return nil
}
