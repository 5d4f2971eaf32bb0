package store

import (
	"bytes"
	"fmt"
	"slices"

	"piaojue/election"
)

// Contents is what lies in the box, as entries, in the three groups and the
// order in which PROTOCOL.md, Section 9, wants them in the log.
type Contents struct {
	Ballots [][]byte
	Spent   [][]byte
	Unused  [][]byte
}

// Box returns what is in the box. It stands in the same transaction as the
// entries that are made of it and as CloseBox, so nothing can come between.
func (t *Tx) Box() (c Contents, err error) {
	tray := t.db.box.tray(t.vote)
	var slips []*slip
	for _, slot := range tray.hashes {
		s, err := t.db.box.read(t.ctx, t.vote, slot)
		if err != nil {
			return c, err
		}
		if s == nil {
			return c, fmt.Errorf("%w: nothing lies in slot %d", ErrDamaged, slot)
		}
		slips = append(slips, s)
	}
	slices.SortFunc(slips, func(a, b *slip) int { return bytes.Compare(a.hash[:], b.hash[:]) })
	for _, s := range slips {
		if s.kind == election.KindBallot {
			c.Ballots = append(c.Ballots, s.entry)
		} else {
			c.Unused = append(c.Unused, s.entry)
		}
	}
	for _, e := range tray.spent() {
		c.Spent = append(c.Spent, e.Marshal())
	}
	return c, nil
}

// spent returns the spent entries in the order of their hash, which is not that
// of the seal codes.
func (x *index) spent() (all []*election.Entry) {
	for seal, kind := range x.seals {
		if kind == election.KindSpent {
			all = append(all, &election.Entry{Kind: kind, Body: seal[:]})
		}
	}
	slices.SortFunc(all, func(a, b *election.Entry) int {
		x, y := a.Hash(), b.Hash()
		return bytes.Compare(x[:], y[:])
	})
	return all
}
