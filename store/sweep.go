package store

import (
	"context"
	"database/sql"
	"errors"
)

// sweep empties the slots in which what lies counts no more, gives up those of votes
// whose box is emptied, and writes anew what they were erased from. Until Scrub has
// called it, a crash leaves the dead where the next OpenDB finds them.
func (db *DB) sweep(ctx context.Context) error {
	f := db.box
	if len(f.dead) > 0 || f.stale {
		if err := db.sweepSlots(ctx); err != nil {
			f.version = 0 // the memory has the dead still: it is to be read anew
			return err
		}
	}
	if err := db.eraseKeys(ctx); err != nil || !f.worn {
		return err
	}
	if err := f.rewrite(ctx, f.conn); err != nil {
		return db.judge(err)
	}
	f.worn = false
	return nil
}

func (db *DB) sweepSlots(ctx context.Context) error {
	f := db.box
	if err := db.transact(ctx, f.engine, f.conn, db.sweepDead); err != nil {
		return err
	}
	if f.stale {
		if err := db.transact(ctx, f.engine, f.conn, db.sweepChunks); err != nil {
			return err
		}
		f.worn = true
	}
	// Nothing lies in an emptied box by now, and its key ends before anything that
	// takes long.
	return errors.Join(db.eraseKeys(ctx), db.loadBox(ctx))
}

// eraseKeys destroys the keys of boxes that are emptied.
func (db *DB) eraseKeys(ctx context.Context) error {
	if db.box.keys == nil {
		return nil
	}
	votes, err := db.logs(ctx)
	for _, v := range votes {
		if v.Box == BoxEmptied {
			err = errors.Join(err, db.box.keys.EraseBoxKey(v.ID))
		}
	}
	return err
}

// sweepDead overwrites the dead with zeros, where they lie. The zeros reach the
// disk before the file gets shorter.
func (db *DB) sweepDead(ctx context.Context, tx *sql.Tx) error {
	if err := db.refreshBox(ctx, tx); err != nil {
		return err
	}
	stmt, err := tx.PrepareContext(ctx, `
		UPDATE slots
		SET body = $1
		WHERE slot = $2 AND body <> $1`)
	if err != nil {
		return err
	}
	defer stmt.Close()
	var zeros []byte // of the largest slot: one for each would be gigabytes of garbage
	empty := func(slot int64, size int) (sql.Result, error) {
		if len(zeros) < size {
			zeros = make([]byte, size)
		}
		return stmt.ExecContext(ctx, zeros[:size], slot)
	}
	for _, d := range db.box.dead {
		if err := changeOne(empty(int64(d.slot), int(d.size))); err != nil {
			return err
		}
	}
	return db.eachEmptied(ctx, func(c chunk) error {
		for at := c.first; at < c.end(); at += sweepStep {
			slots, err := slotsOf(ctx, tx, chunk{first: at, count: min(sweepStep, c.end()-at)})
			if err != nil {
				return err
			}
			for _, slot := range slots {
				if _, err := empty(slot, c.size); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// sweepStep is how many slots of an emptied box are looked for at once.
const sweepStep = 4096

func (db *DB) sweepChunks(ctx context.Context, tx *sql.Tx) error {
	if err := db.refreshBox(ctx, tx); err != nil {
		return err
	}
	return db.eachEmptied(ctx, func(c chunk) error { return deleteChunk(ctx, tx, c) })
}

// eachEmptied calls fn for the chunks of votes whose box is emptied.
func (db *DB) eachEmptied(ctx context.Context, fn func(chunk) error) error {
	votes, err := db.logs(ctx)
	if err != nil {
		return err
	}
	for _, v := range votes {
		if v.Box != BoxEmptied {
			continue
		}
		for _, c := range db.box.tray(v.ID).chunks {
			if err := fn(c); err != nil {
				return err
			}
		}
	}
	return nil
}
