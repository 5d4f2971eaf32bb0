package store

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"piaojue/election"
)

// lying is where something lies in the box, in 16 bytes: there are a million.
type lying struct {
	begin [12]byte // of the hash of the entry
	slot  uint32
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
		s, err := t.lyingIn(l)
		if err != nil {
			return err
		}
		if err := fn(s.entry); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) lyingIn(l lying) (*slip, error) {
	s, err := t.db.box.read(t.ctx, t.vote, int64(l.slot))
	switch {
	case err != nil:
		return nil, err
	case s == nil || [12]byte(s.hash[:]) != l.begin:
		return nil, fmt.Errorf("%w: something else lies in slot %d", ErrDamaged, l.slot)
	case election.Kind(s.entry[0]) != s.kind: // none is empty
		return nil, fmt.Errorf("%w: the entry in slot %d is of kind %d, and lies there as kind %d", ErrDamaged, l.slot, s.entry[0], s.kind)
	}
	return s, nil
}

// lying finds what the box holds of the epoch, by hash.
func (t *Tx) lying() (ballots, unused []lying, err error) {
	count := t.db.box.tray(t.vote).count
	ballots, unused = make([]lying, 0, count.Ballots), make([]lying, 0, count.Unused)
	err = t.eachAlive(func(slot int64, s *slip) error {
		l := lying{[12]byte(s.hash[:]), uint32(slot)}
		if s.kind == election.KindBallot {
			ballots = append(ballots, l)
		} else {
			unused = append(unused, l)
		}
		return nil
	})
	for _, all := range [][]lying{ballots, unused} {
		if err == nil {
			err = sortLying(all, func(l lying) (hash [32]byte, err error) {
				s, err := t.lyingIn(l)
				if err == nil {
					hash = s.hash
				}
				return hash, err
			})
		}
	}
	return ballots, unused, err
}

// sortLying sorts by hash. Two deputies who make 2^48 ballots each can find two
// that begin alike: of these the whole hash is asked for.
func sortLying(all []lying, hashOf func(lying) ([32]byte, error)) error {
	slices.SortFunc(all, func(a, b lying) int { return bytes.Compare(a.begin[:], b.begin[:]) })
	for i := 0; i < len(all); {
		end := i + 1
		for end < len(all) && all[end].begin == all[i].begin {
			end++
		}
		if end > i+1 {
			if err := sortAlike(all[i:end], hashOf); err != nil {
				return err
			}
		}
		i = end
	}
	return nil
}

func sortAlike(all []lying, hashOf func(lying) ([32]byte, error)) error {
	hashes := make(map[uint32][32]byte, len(all))
	for _, l := range all {
		hash, err := hashOf(l)
		if err != nil {
			return err
		}
		hashes[l.slot] = hash
	}
	slices.SortFunc(all, func(a, b lying) int {
		x, y := hashes[a.slot], hashes[b.slot]
		return bytes.Compare(x[:], y[:])
	})
	return nil
}

// eachAlive calls fn for the ballots and unused credentials that the box holds of
// the epoch. They must be as many as the memory has.
func (t *Tx) eachAlive(fn func(slot int64, s *slip) error) error {
	v, err := readVote(t.ctx, t.tx, t.vote)
	if err != nil || v.Box == BoxEmptied { // what lies there waits for Scrub
		return err
	}
	tray := t.db.box.tray(t.vote)
	var found BoxCount
	err = t.db.box.eachSlip(t.ctx, t.vote, tray.chunks, func(slot int64, s *slip) error {
		alive, err := v.holds(s)
		switch {
		case err != nil || !alive || s.kind == election.KindSpent:
			return err
		case s.kind == election.KindBallot:
			found.Ballots++
		default:
			found.Unused++
		}
		return fn(slot, s)
	})
	if want := tray.count; err == nil && (found.Ballots != want.Ballots || found.Unused != want.Unused) {
		err = fmt.Errorf("%w: %d ballots and %d unused credentials lie in the box, of %d and %d",
			ErrDamaged, found.Ballots, found.Unused, want.Ballots, want.Unused)
	}
	return err
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
