package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// checkpointEvery is how many written rows make it worth to move the
// write-ahead log into the file: about 8 MB of ballots.
const checkpointEvery = 256

// write runs fn in a transaction, which is durable when write returns nil. A
// caller can give up while it waits for its turn; from then on ctx counts no
// more, because a request that is cancelled must not abort a commit half-way.
func (db *handle) write(ctx context.Context, fn func(context.Context, *sql.Tx) error) error {
	if err := db.takeTurn(ctx); err != nil {
		return err
	}
	defer db.endTurn()
	return db.writeNow(context.WithoutCancel(ctx), fn)
}

// writeNow is write for who has the turn.
func (db *handle) writeNow(ctx context.Context, fn func(context.Context, *sql.Tx) error) error {
	db.pending++
	if err := db.transact(ctx, db.engine, db.writer, fn); err != nil {
		return err
	}
	return db.checkpointNow(ctx)
}

// transact runs fn in a transaction on one of the parts. Who calls it has the
// turn.
func (db *handle) transact(ctx context.Context, e engine, conn *sql.DB, fn func(context.Context, *sql.Tx) error) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return db.judge(err)
	}
	defer tx.Rollback() // if fn panics
	if err := e.begin(ctx, tx); err != nil {
		return db.rollback(tx, err)
	}
	if err := fn(ctx, tx); err != nil {
		return db.rollback(tx, err)
	}
	begun := time.Now()
	if err := errors.Join(tx.Commit(), e.committed()); err != nil {
		return db.stop(fmt.Errorf("commit: %w", err))
	}
	db.tellCommit(conn, begun)
	return nil
}

// rollback ends a transaction that failed with err. A transaction that cannot
// be ended would leak into the next one.
func (db *handle) rollback(tx *sql.Tx, err error) error {
	if rerr := tx.Rollback(); rerr != nil && !errors.Is(rerr, sql.ErrTxDone) {
		// SQLite ends a transaction itself when the disk fails: err says why.
		return db.stop(fmt.Errorf("%w; rollback: %v", err, rerr))
	}
	return db.judge(err)
}

func (db *handle) takeTurn(ctx context.Context) error {
	if err := errors.Join(db.alive(), ctx.Err()); err != nil {
		return err
	}
	select {
	case db.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	case <-db.Stopped():
		return ErrStopped // though it may be revived by now: this is no turn
	}
	if err := db.alive(); err != nil {
		db.endTurn()
		return err
	}
	return nil
}

func (db *handle) endTurn() { <-db.turn }

// checkpointNow keeps the write-ahead log short. The transaction is durable
// already, but a disk that fails here is not one to go on with.
func (db *handle) checkpointNow(ctx context.Context) error {
	if db.pending < checkpointEvery {
		return nil
	}
	db.pending = 0
	if err := db.checkpoint(ctx, db.writer, false); err != nil {
		return db.stop(fmt.Errorf("checkpoint: %w", err))
	}
	return nil
}

// read runs fn in a transaction that sees one state of the database.
func (db *handle) read(ctx context.Context, fn func(*sql.Tx) error) error {
	if err := db.alive(); err != nil {
		return err
	}
	tx, err := db.readers.BeginTx(ctx, db.snapshot())
	if err != nil {
		return db.judge(err)
	}
	defer tx.Rollback() // it wrote nothing
	return db.judge(fn(tx))
}

// queryAll returns all rows of a query.
func queryAll[T any](ctx context.Context, tx *sql.Tx, scan func(*sql.Rows) (T, error), text string, args ...any) ([]T, error) {
	rows, err := tx.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// execOne runs a statement that must change exactly one row; otherwise it
// returns errNone.
func execOne(ctx context.Context, tx *sql.Tx, text string, args ...any) error {
	return changeOne(tx.ExecContext(ctx, text, args...))
}

func changeOne(res sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err != nil {
		return err
	}
	if n != 1 {
		return errNone
	}
	return nil
}

var errNone = errors.New("store: internal error: no row changed")

// bit is a truth value as a column holds it, in both databases.
func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
