package store

import (
	"context"
	"database/sql"
	"fmt"
)

// fill copies what lies in another box, and counts, to an empty one. The transaction
// reads the other one; the votes are as its database has them.
//
// Each thing comes to a slot drawn anew, of the same chunk. PostgreSQL's write-ahead
// log says for ever when which slot was written, so what stands beside the number of
// a slot there must stand under no such number anywhere else (attack V14).
func (f *boxFile) fill(ctx context.Context, from *boxFile, tx *sql.Tx, votes []Vote) error {
	chunks, err := readChunks(ctx, tx)
	if err != nil {
		return err
	}
	known := map[string]Vote{}
	for _, v := range votes {
		known[v.ID] = v
	}
	to, err := f.conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer to.Rollback() // nothing after a commit
	if err := f.engine.begin(ctx, to); err != nil {
		return err
	}
	for _, c := range chunks {
		v, ok := known[c.vote]
		if !ok {
			return fmt.Errorf("%w: the database does not know the vote of a chunk, %q", ErrDamaged, c.vote)
		}
		if v.Box == BoxEmptied {
			continue
		}
		if err := f.fillChunk(ctx, to, from, tx, c, v); err != nil {
			return fmt.Errorf("box of %q: %w", c.vote, err)
		}
	}
	return to.Commit()
}

func (f *boxFile) fillChunk(ctx context.Context, to *sql.Tx, from *boxFile, tx *sql.Tx, c chunk, v Vote) error {
	size, err := f.sizeAs(ctx, from, tx, c, v)
	if err != nil || size == 0 {
		return err
	}
	_, err = to.ExecContext(ctx, `
		INSERT INTO chunks (first, count, size, vote)
		VALUES ($1, $2, $3, $4)`,
		c.first, c.count, int64(size), c.vote)
	if err != nil {
		return err
	}
	old, err := slotsOf(ctx, tx, c)
	if err != nil {
		return err
	}
	read, err := tx.PrepareContext(ctx, selectSlot)
	if err != nil {
		return err
	}
	defer read.Close()
	write, err := to.PrepareContext(ctx, `
		INSERT INTO slots (slot, body)
		VALUES ($1, $2)`)
	if err != nil {
		return err
	}
	defer write.Close()
	// Slots are written in the order of their new numbers: the order of pages would
	// give the old ones away.
	for i, n := range shuffled(len(old)) {
		var body []byte
		if err := read.QueryRowContext(ctx, old[n]).Scan(&body); err != nil {
			return err
		}
		s, err := from.counting(v, old[n], body)
		if err != nil {
			return err
		}
		copied := make([]byte, size)
		if s != nil {
			if copied, err = f.pack(v.ID, old[i], s, size); err != nil {
				return err
			}
		}
		if _, err := write.ExecContext(ctx, old[i], copied); err != nil {
			return err
		}
	}
	return nil
}

// shuffled are the numbers below n in an order drawn at random, each with the same
// chance.
func shuffled(n int) []int {
	all := make([]int, n)
	for i := range all {
		j := randomBelow(i + 1)
		all[i], all[j] = all[j], i
	}
	return all
}

// sizeAs is the size of slots here for what lies in a chunk there, as this box would
// have made them; 0 if nothing does. Those for spent seal codes are short and for
// these alone, see tray.draw.
func (f *boxFile) sizeAs(ctx context.Context, from *boxFile, tx *sql.Tx, c chunk, v Vote) (size int, err error) {
	if c.size-from.overhead() == slipHead {
		return slipHead + f.overhead(), nil
	}
	need := 0
	err = eachSlot(ctx, tx, c, func(slot int64, body []byte) error {
		s, err := from.counting(v, slot, body)
		if s != nil {
			need = max(need, s.need())
		}
		return err
	})
	if need > 0 {
		size = f.slotSize(need + f.overhead())
	}
	return size, err
}

// counting returns what lies in a slot, if it counts; nil otherwise.
func (f *boxFile) counting(v Vote, slot int64, body []byte) (*slip, error) {
	s, err := f.unpack(v.ID, slot, body)
	if s == nil || err != nil {
		return nil, err
	}
	alive, err := v.holds(s)
	if err != nil || !alive {
		return nil, err
	}
	return s, nil
}
