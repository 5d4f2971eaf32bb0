package store

import (
	"context"
	"errors"
)

// Revive lets projects go on that stopped because a connection to PostgreSQL ended,
// once there is another one: it waits for what was under way there to be done or
// undone, and recomputes the log. Whoever has the state of the log in memory must read
// it anew, for nobody knows what became of the last write. With files it returns
// [errors.ErrUnsupported]: after a disk has failed, only who opens them again knows
// what they hold.
func (db *Projects) Revive(ctx context.Context) error {
	if _, ok := db.engine.(*postgres); !ok {
		return errors.ErrUnsupported
	}
	select {
	case db.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer db.endTurn()
	if db.Cause() == nil {
		return nil
	}
	if err := db.whole(ctx); err != nil {
		return err
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	db.cause, db.stopped = nil, make(chan struct{})
	return nil
}

// whole checks the log in a transaction that could write.
func (db *Projects) whole(ctx context.Context) error {
	tx, err := db.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // it wrote nothing but its turn
	if err := db.begin(ctx, tx); err != nil {
		return err
	}
	_, err = checkLog(ctx, tx, ProjectsID, func([]byte) {})
	return err
}
