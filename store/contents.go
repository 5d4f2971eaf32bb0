package store

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"piaojue/election"
)

// lying is where something lies in the box.
type lying struct {
	hash [32]byte // of the entry
	slot int64
}

// EachInBox calls fn for all that is in the box, as entries, in the three groups
// and the order in which PROTOCOL.md, Section 9, wants them in the log. It stands in
// the same transaction as the entries that are made of it and as CloseBox, so nothing
// can come between. It holds one entry at a time: a million do not fit into memory.
func (t *Tx) EachInBox(fn func(entry []byte) error) error {
	ballots, unused, err := t.lying()
	if err != nil {
		return err
	}
	if err := t.eachLying(ballots, fn); err != nil {
		return err
	}
	for _, e := range t.db.box.tray(t.vote).spentEntries() {
		if err := fn(e.Marshal()); err != nil {
			return err
		}
	}
	return t.eachLying(unused, fn)
}

func (t *Tx) eachLying(all []lying, fn func(entry []byte) error) error {
	for _, l := range all {
		s, err := t.db.box.read(t.ctx, t.vote, l.slot)
		if err != nil {
			return err
		}
		if s == nil || s.hash != l.hash {
			return fmt.Errorf("%w: something else lies in slot %d", ErrDamaged, l.slot)
		}
		if err := fn(s.entry); err != nil {
			return err
		}
	}
	return nil
}

// lying finds what the box holds of the epoch, by hash. It must be what the memory
// has.
func (t *Tx) lying() (ballots, unused []lying, err error) {
	v, err := readVote(t.ctx, t.tx, t.vote)
	if err != nil {
		return nil, nil, err
	}
	if v.Box == BoxEmptied { // what lies there waits for Scrub
		return nil, nil, nil
	}
	tray := t.db.box.tray(t.vote)
	ballots, unused = make([]lying, 0, tray.count.Ballots), make([]lying, 0, tray.count.Unused)
	err = t.db.box.eachSlip(t.ctx, t.vote, tray.chunks, func(slot int64, s *slip) error {
		alive, err := v.holds(s)
		switch {
		case err != nil || !alive || s.kind == election.KindSpent:
			return err
		case s.kind == election.KindBallot:
			ballots = append(ballots, lying{s.hash, slot})
		default:
			unused = append(unused, lying{s.hash, slot})
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	if len(ballots) != int(tray.count.Ballots) || len(unused) != int(tray.count.Unused) {
		return nil, nil, fmt.Errorf("%w: %d ballots and %d unused credentials lie in the box, of %d and %d",
			ErrDamaged, len(ballots), len(unused), tray.count.Ballots, tray.count.Unused)
	}
	for _, all := range [][]lying{ballots, unused} {
		slices.SortFunc(all, func(a, b lying) int { return bytes.Compare(a.hash[:], b.hash[:]) })
	}
	return ballots, unused, nil
}

// eachSlip calls fn for what lies in the chunks of a vote.
func (f *boxFile) eachSlip(ctx context.Context, vote string, chunks []chunk, fn func(slot int64, s *slip) error) error {
	tx, err := f.conn.BeginTx(ctx, f.snapshot())
	if err != nil {
		return err
	}
	defer tx.Rollback() // it wrote nothing
	for _, c := range chunks {
		err := eachSlot(ctx, tx, c, func(slot int64, body []byte) error {
			if isZero(body) {
				return nil
			}
			s, err := f.unpack(vote, slot, body)
			if err != nil {
				return err
			}
			return fn(slot, s)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// spentEntries returns the spent entries in the order of their hash, which is not
// that of the seal codes.
func (x *index) spentEntries() (all []*election.Entry) {
	for seal := range x.spent {
		all = append(all, &election.Entry{Kind: election.KindSpent, Body: seal[:]})
	}
	slices.SortFunc(all, func(a, b *election.Entry) int {
		x, y := a.Hash(), b.Hash()
		return bytes.Compare(x[:], y[:])
	})
	return all
}
