package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
)

// openBox opens the box and compares it with what the logs promise.
func (db *DB) openBox(ctx context.Context, promised map[string]promise) error {
	votes, err := db.logs(ctx)
	if err != nil {
		return err
	}
	running := slices.ContainsFunc(votes, func(v Vote) bool { return v.Box.running() })
	exists, err := db.box.exists(ctx)
	if err != nil {
		return err
	}
	if running && !exists {
		return fmt.Errorf("%w: the ballot box is missing", ErrDamaged)
	}
	if err := db.box.open(ctx); err != nil {
		return fmt.Errorf("box: %w", err)
	}
	// In a transaction, although it writes nothing: a server may be running
	// beside this process, and box and database change together.
	return db.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		votes, err := queryAll(ctx, tx, scanVote, selectVote)
		if err != nil {
			return err
		}
		if err := db.box.load(ctx, votes); err != nil {
			return err
		}
		return db.box.check(votes, promised)
	})
}

// check refuses a box with fewer ballots than were promised (attacks S2, S3).
func (f *boxFile) check(votes []Vote, promised map[string]promise) error {
	for _, v := range votes {
		p := promised[v.ID]
		if !v.Box.running() || p.epoch != v.Epoch {
			continue
		}
		if got := f.count(v.ID).Ballots; got < p.ballots {
			return fmt.Errorf("vote %s: %w: %d ballots in the box, %d were promised", v.ID, ErrDamaged, got, p.ballots)
		}
	}
	return nil
}

// loadBox reads the box anew. Who calls it has the turn.
func (db *DB) loadBox(ctx context.Context) error {
	votes, err := db.logs(ctx)
	if err != nil {
		return err
	}
	return db.judge(db.box.load(ctx, votes))
}

// freshTray returns a vote's part of the box as it is now.
func (db *DB) freshTray(ctx context.Context, tx *sql.Tx, v Vote) (*tray, error) {
	if db.box.tray(v.ID).epoch != v.Epoch {
		db.box.version = 0 // another process has opened the epoch
	}
	err := db.refreshBox(ctx, tx)
	return db.box.tray(v.ID), err
}

// refreshBox reads the box anew if another process has written it since, or a
// batch has failed half-way. It begins every transaction that writes there:
// uniqueness is a matter of memory.
func (db *DB) refreshBox(ctx context.Context, tx *sql.Tx) error {
	version, err := db.box.engine.version(ctx, tx)
	if err != nil || version == db.box.version {
		return err
	}
	votes, err := db.logs(ctx)
	if err != nil {
		return err
	}
	return db.box.loadTx(ctx, tx, votes)
}
