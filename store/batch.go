package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"piaojue/election"
)

// batch is what is handed in together: one transaction, one fsync. Until that
// is committed, nobody else sees any of it.
type batch struct {
	box   *boxFile
	vote  Vote
	tray  *tray
	fresh *index  // of slips; what the tray does not know yet
	slips []*slip // to be stored
	slots []int64 // where
}

// put decides what becomes of a slip. That the same one is there already comes
// first: who lost the answer must get it again, also after the close order.
func (b *batch) put(s *slip) Outcome {
	for _, ask := range []func(*slip) Outcome{b.known, b.refused, b.sealed} {
		if o := ask(s); o != 0 {
			return o
		}
	}
	b.fresh.add(s, 0)
	b.slips = append(b.slips, s)
	return Stored
}

func (b *batch) known(s *slip) Outcome { return worse(b.tray.known(s), b.fresh.known(s)) }

func (b *batch) sealed(s *slip) Outcome { return worse(b.tray.sealed(s), b.fresh.sealed(s)) }

// worse joins what two indexes say: Same outweighs OtherBallot, which outweighs
// Copied, which outweighs nothing.
func worse(a, b Outcome) Outcome {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// refused looks at the state of the box.
func (b *batch) refused(s *slip) Outcome {
	open := b.vote.Box == BoxOpen || b.vote.Box == BoxShut && s.kind == election.KindUnused
	switch {
	case !open:
		return Shut
	case s.epoch != b.vote.Epoch:
		return OtherEpoch
	}
	return 0
}

// store writes the slips, in the order of the slots: the journal, too, shall
// not show in which order they came.
// count counts those who may cast, if a chunk is to be made: it is no question
// for each batch, for it reads the whole roll.
func (b *batch) store(ctx context.Context, tx *sql.Tx, count countRoll) error {
	type place struct {
		slip *slip
		slot int64
		size int
	}
	var places []place
	for _, s := range b.slips {
		slot, size, err := b.draw(ctx, tx, s, count)
		if err != nil {
			return err
		}
		b.slots = append(b.slots, slot)
		places = append(places, place{s, slot, size})
	}
	slices.SortFunc(places, func(x, y place) int { return cmp.Compare(x.slot, y.slot) })
	stmt, err := tx.PrepareContext(ctx, fillSlot)
	if err != nil {
		return err
	}
	defer stmt.Close()
	for _, p := range places {
		body, err := b.box.pack(b.vote.ID, p.slot, p.slip, p.size)
		if err != nil {
			return err
		}
		if err := changeOne(stmt.ExecContext(ctx, body, p.slot, make([]byte, p.size))); err != nil {
			return err
		}
	}
	return nil
}

// fillSlot writes to a slot in which nothing lies. That it compares the old
// body is more than a precaution: SQLite overwrites a row in place only if the
// row was looked at before and keeps its length; otherwise it frees and takes
// pages, in the order of casting.
const fillSlot = `
	UPDATE slots
	SET body = $1
	WHERE slot = $2 AND body = $3`

// publish shows everybody what is durable now.
func (f *boxFile) publish(b *batch) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, s := range b.slips {
		b.tray.add(s, b.slots[i])
	}
}

type countRoll func(ctx context.Context, vote string) (RollCount, error)

// draw finds a slot for a slip. If none is left, a whole chunk of them is made:
// at first for every leaf of the roll, so that it is the only one of the epoch.
func (b *batch) draw(ctx context.Context, tx *sql.Tx, s *slip, count countRoll) (int64, int, error) {
	need := s.need() + b.box.overhead()
	if slot, size := b.tray.draw(need); size != 0 {
		return slot, size, nil
	}
	n, err := count(ctx, b.vote.ID)
	if err != nil {
		return 0, 0, err
	}
	c := chunk{size: b.tray.short, vote: b.vote.ID, count: max(int64(n.Places), minChunk)}
	if need == b.tray.short {
		c.count *= checksPerLeaf
	} else {
		c.size = b.box.slotSize(need)
	}
	c.count = max(c.count, int64(b.tray.slots[c.size]))
	if err := makeChunk(ctx, tx, &c); err != nil {
		return 0, 0, err
	}
	b.tray.addChunk(c)
	for slot := c.first; slot < c.end(); slot++ {
		b.tray.free[c.size] = append(b.tray.free[c.size], uint32(slot))
	}
	slot, size := b.tray.draw(need)
	return slot, size, nil
}

const (
	minChunk      = 64
	checksPerLeaf = 4 // challenges for which the first chunk has room
)
