package web

import (
	"context"
	"errors"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/store"
)

// batch is a number of entries on their way into the log.
type batch struct {
	v     *vote
	log   *audit.Log
	size  uint64 // of the log with those that were taken
	last  election.Kind
	dirty bool // the state has taken in something that is not durable
	head  audit.Checkpoint
	note  []byte
}

// append admits the entries that fn makes, and makes them durable in one
// transaction with a signed checkpoint and all that belongs to them. What fn
// reads and writes in the transaction is part of it. If anything fails nothing
// has happened.
func (v *vote) append(ctx context.Context, fn func(*store.Tx) ([]*election.Entry, error)) error {
	return v.appendBatch(ctx, func(b *batch, tx *store.Tx) error {
		entries, err := fn(tx)
		if err != nil {
			return err
		}
		return b.take(tx, entries)
	})
}

// appendBatch is append for so many entries that they are taken in parts: fn calls
// take for each.
func (v *vote) appendBatch(ctx context.Context, fn func(*batch, *store.Tx) error) error {
	if v.broken != nil {
		return because(codeStorage, v.broken)
	}
	if err := v.maySign(); err != nil {
		return err
	}
	b := &batch{v: v}
	err := v.config.DB.Update(ctx, v.id, func(tx *store.Tx) error { return b.write(tx, fn) })
	if errors.Is(err, store.ErrUnclean) {
		v.config.Log.Error("erased rows are still in the file", "vote", v.id, "error", err)
		err = nil
	}
	if err != nil {
		if b.dirty {
			v.rebuild()
		}
		return err
	}
	if b.log == nil {
		return nil
	}
	v.last = &b.head
	v.heads.add(b.note)
	if err := writeHead(v.config.Keys, v.id, b.note); err != nil {
		v.config.Log.Error("checkpoint not kept beside the keys", "vote", v.id, "error", err)
	}
	v.publish()
	v.asks.poke()
	return nil
}

// appendEntry is append for one entry that is there already.
func (v *vote) appendEntry(ctx context.Context, e *election.Entry) error {
	return v.append(ctx, func(*store.Tx) ([]*election.Entry, error) {
		return []*election.Entry{e}, nil
	})
}

func (b *batch) write(tx *store.Tx, fn func(*batch, *store.Tx) error) error {
	if err := fn(b, tx); err != nil || b.log == nil {
		return err
	}
	if err := b.sign(tx); err != nil {
		return err
	}
	// Of many entries at once, of the close or of paper, the last one decides.
	if b.last == election.KindCollection {
		return tx.PutClosing(b.note)
	}
	return b.v.moveBox(tx, b.last)
}

// take admits entries and appends them to the tree. audit.Log refuses to go on
// with one that does not continue the latest that we signed.
func (b *batch) take(tx *store.Tx, entries []*election.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	size := b.v.state.Size()
	var raws [][]byte
	for _, e := range entries {
		if err := b.v.apply(e); err != nil {
			return err
		}
		b.dirty = true
		if err := dropBadge(tx, e); err != nil {
			return err
		}
		raws = append(raws, e.Marshal())
	}
	if err := b.open(tx); err != nil {
		return err
	}
	tree, err := b.log.Append(context.Background(), size, raws) // the transaction has its own context
	if err != nil {
		return err
	}
	b.size, b.last = uint64(tree.N), entries[len(entries)-1].Kind
	b.head = audit.Checkpoint{Origin: b.v.state.Manifest().Origin, Size: b.size, Root: tree.Hash}
	return nil
}

// open opens the log, of which the first entry names the origin.
func (b *batch) open(tx *store.Tx) (err error) {
	if b.log == nil {
		b.log, err = audit.OpenLog(context.Background(), audit.LogConfig{
			Storage: tx,
			Origin:  b.v.state.Manifest().Origin,
			Key:     b.v.keys.log,
			Last:    b.v.last,
		})
	}
	return err
}

// dropBadge erases, with the entry of a new badge, what only the old one opens
// (PROTOCOL.md, "Sealed seed"), and the old one's PIN.
func dropBadge(tx *store.Tx, e *election.Entry) error {
	if e.Kind != election.KindBadge {
		return nil
	}
	b, err := election.ParseBadge(e.Body)
	if err != nil {
		return err
	}
	if err := tx.DropPIN(b.Index); err != nil {
		return err
	}
	return tx.DropSeed(b.Index)
}

// moveBox does to the box what belongs to an entry.
func (v *vote) moveBox(tx *store.Tx, k election.Kind) error {
	switch k {
	case election.KindOpening:
		return tx.OpenBox(v.state.Opening().Epoch)
	case election.KindSuspend:
		return tx.PauseBox()
	case election.KindResume:
		return tx.ResumeBox()
	case election.KindOrder:
		return tx.ShutBox()
	case election.KindClose:
		return tx.CloseBox()
	case election.KindVoid:
		return tx.DiscardBox()
	}
	return nil
}

// sign signs the checkpoint of all that was taken.
func (b *batch) sign(tx *store.Tx) (err error) {
	if b.note, err = b.log.Checkpoint(context.Background(), b.size); err != nil {
		return err
	}
	return tx.PutCheckpoint(b.note)
}

// apply takes an entry into the state. Ballots and unused were verified before
// they came into the box, from which alone they come here.
func (v *vote) apply(e *election.Entry) error {
	switch e.Kind {
	case election.KindBallot:
		b, err := v.state.Params().Parse(e.Body)
		if err != nil {
			return err
		}
		return v.state.ApplyBallot(b, e.Hash())
	case election.KindUnused:
		u, err := v.state.Params().ParseUnused(e.Body)
		if err != nil {
			return err
		}
		return v.state.ApplyUnused(u, e.Hash())
	}
	before := v.state.Params()
	if err := v.state.Apply(e); err != nil {
		return err
	}
	if e.Kind == election.KindOpening && before != nil {
		v.former = append(v.former, before)
	}
	switch e.Kind {
	case election.KindBadge:
		v.roll.replace(e)
	case election.KindAttendance:
		v.gate.logged()
	}
	return nil
}
