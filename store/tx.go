package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
)

// Tx is a transaction on one vote, in which entries of its log and what goes
// with them become durable together, or not at all. It is an audit.Storage for
// that vote's log.
//
// Methods that take a context ignore it: a Tx has its own, which nobody can
// cancel.
type Tx struct {
	logTx
	db     *DB
	erased bool // rows that must leave the file, too
	shut   bool // the box takes no more ballots
}

var _ audit.Storage = (*Tx)(nil)

// ErrUnclean means that the transaction is committed and durable, but that
// what it erased may still be read from the file. Call Scrub again.
var ErrUnclean = errors.New("store: erased rows are still in the file")

// Update runs fn in a transaction on one vote. It returns the error of fn,
// having written nothing; ErrUnclean, having written everything; or nil. No
// other write goes on meanwhile, so fn should not take long, and it must not
// write through the DB.
func (db *DB) Update(ctx context.Context, vote string, fn func(*Tx) error) error {
	if err := db.takeTurn(ctx); err != nil {
		return err
	}
	defer db.endTurn()
	ctx = context.WithoutCancel(ctx)
	erased, err := db.update(ctx, vote, fn)
	if err != nil || !erased {
		return err
	}
	return unclean(db.scrub(ctx))
}

// update is Update without Scrub. It reports whether there is something to
// scrub; then the box's memory knows what the database has decided.
func (db *DB) update(ctx context.Context, vote string, fn func(*Tx) error) (erased bool, err error) {
	shut := false
	err = db.writeNow(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := readVote(ctx, tx, vote); err != nil {
			return err
		}
		t := &Tx{logTx: logTx{&db.handle, tx, ctx, vote}, db: db}
		if err := fn(t); err != nil {
			return err
		}
		erased, shut = t.erased, t.shut
		return t.noteErased()
	})
	if err == nil && shut {
		db.box.shut(vote)
	}
	if err != nil || !erased {
		return false, err
	}
	if err := db.loadBox(ctx); err != nil {
		return false, db.stop(fmt.Errorf("box: %w", err))
	}
	return true, nil
}

func (t *Tx) noteErased() error {
	if !t.erased {
		return nil
	}
	return execOne(t.ctx, t.tx, `
		UPDATE votes
		SET unclean = 1
		WHERE id = $1`,
		t.vote)
}

// Scrub sweeps the box, and rewrites the database if rows were erased, so that
// neither it nor the write-ahead log holds them or the order in which they came.
// Update and OpenDB call it; call it again only while Unclean says so.
func (db *DB) Scrub(ctx context.Context) error {
	if err := db.takeTurn(ctx); err != nil {
		return err
	}
	defer db.endTurn()
	return db.scrub(context.WithoutCancel(ctx))
}

func (db *DB) scrub(ctx context.Context) (err error) {
	defer func() { db.unclean.Store(err != nil) }()
	if err := db.sweep(ctx); err != nil {
		return err
	}
	var unclean int
	err = db.writer.QueryRowContext(ctx, `SELECT COUNT(*) FROM votes WHERE unclean = 1`).Scan(&unclean)
	if err != nil || unclean == 0 {
		return db.judge(err)
	}
	if err := db.rewrite(ctx, db.writer); err != nil {
		return db.judge(fmt.Errorf("rewrite: %w", err))
	}
	return db.writeNow(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE votes SET unclean = 0 WHERE unclean = 1`)
		return err
	})
}

// CheckRevision returns ErrRevised if draft, roll or candidates have changed
// since the given revision. Who logs a manifest checks it in the same
// transaction: otherwise the manifest might not be the one that was signed.
func (t *Tx) CheckRevision(revision uint64) error {
	v, err := readVote(t.ctx, t.tx, t.vote)
	if err != nil {
		return err
	}
	if v.Revision != revision {
		return ErrRevised
	}
	return nil
}

// Append implements audit.Storage. With the first entry, the manifest, the vote
// is frozen.
func (t *Tx) Append(ctx context.Context, size uint64, entries [][]byte, hashes []tlog.Hash) error {
	if err := t.logTx.Append(ctx, size, entries, hashes); err != nil {
		return err
	}
	return freeze(t.ctx, t.tx, t.vote, size+uint64(len(entries)))
}
