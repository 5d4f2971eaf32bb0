package client

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
)

// Fate is what became of a promise.
type Fate uint8

const (
	FateWaits  Fate = iota + 1 // the vote is not closed yet
	FateKept                   // the log has the entry, before its close
	FateFormer                 // ballot papers were issued anew; it no longer counts
	FateVoided                 // the vote was declared void before the close
	FateBroken                 // the log was closed without the entry
)

var fates = [...]string{FateWaits: "waits", FateKept: "recorded", FateFormer: "former", FateVoided: "voided", FateBroken: "broken"}

func (f Fate) String() string { return fates[f] }

// Fate says whether the server kept a promise, and with FateBroken gives the
// evidence that convicts it (attack S3). ErrPromise is one that the server did
// not sign for this vote.
func (o *Outline) Fate(p *audit.Promise) (Fate, *audit.Breach, error) {
	if p.Manifest != o.manifest {
		return 0, nil, fmt.Errorf("%w: it is of another vote", ErrPromise)
	}
	if err := p.Verify(o.opened.Promise); err != nil {
		return 0, nil, fmt.Errorf("%w: %w", ErrPromise, err)
	}
	if o.box == nil {
		return o.early(p)
	}
	under := o.signed
	if o.closing != nil {
		under = o.closing
	}
	return fateOf(o.breach(p, under))
}

// early is the fate before the close, when no ballot is in the log yet.
func (o *Outline) early(p *audit.Promise) (Fate, *audit.Breach, error) {
	if o.voided {
		return FateVoided, nil, nil
	}
	// The log has an opening somewhere; without ballots it is short.
	if o.replay == nil {
		o.replay = NewBoard(o.send, o.vote, o.manifest)
	}
	if err := o.replay.Update(); err != nil {
		return 0, nil, err
	}
	if opening := o.replay.state.Opening(); opening != nil && p.Epoch < opening.Epoch {
		return FateFormer, nil, nil
	}
	return FateWaits, nil, nil
}

func fateOf(b *audit.Breach, err error) (Fate, *audit.Breach, error) {
	switch {
	case err == nil:
		return FateBroken, b, nil
	case errors.Is(err, audit.ErrKept):
		return FateKept, nil, nil
	case errors.Is(err, audit.ErrFormer):
		return FateFormer, nil, nil
	}
	return 0, nil, err
}

// Breach is the evidence that the server did not keep a promise: ErrNotClosed
// before the close, audit.ErrNoEvidence if it is not to blame.
func (b *Board) Breach(p *audit.Promise) (*audit.Breach, error) { return b.breach(p, b.signed) }

func (h *head) breach(p *audit.Promise, under *audit.Signed) (*audit.Breach, error) {
	if h.ending == nil {
		return nil, ErrNotClosed
	}
	leaves := make([]tlog.Hash, under.Size)
	for i := range leaves {
		leaves[i] = h.tree.leaf(uint64(i))
	}
	return audit.NewBreach(audit.Breach{
		Promise: p, Manifest: h.first, Close: h.ending, At: h.endingAt, Leaves: leaves, Checkpoint: under.Marshal(),
	})
}
