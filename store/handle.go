package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// handle is an open database: one connection that writes, one transaction after
// the other, and several that read. After a write that leaves unknown what the
// disk holds it stops for good.
type handle struct {
	engine
	writer  *sql.DB // one connection
	readers *sql.DB

	// turn holds one token; its holder alone uses writer, and writes the box.
	turn    chan struct{}
	pending int // guarded by turn; rows written since the last checkpoint of the WAL

	unclean  atomic.Bool                         // what was erased may still be in the file
	onCommit atomic.Pointer[func(time.Duration)] // told how long a commit took; nil: nobody is

	mu      sync.Mutex // guards all below
	cause   error
	stopped chan struct{} // closed once cause is set
}

func newHandle(e engine) handle {
	return handle{engine: e, turn: make(chan struct{}, 1), stopped: make(chan struct{})}
}

// open opens or creates the part, checks that it is whole, and migrates it.
func (db *handle) open(ctx context.Context) (err error) {
	if db.writer, err = openPart(ctx, db.engine); err != nil {
		return err
	}
	db.readers, err = db.openReaders(ctx)
	return err
}

// openPart opens the connection that writes a part.
func openPart(ctx context.Context, e engine) (*sql.DB, error) {
	db, err := e.openWriter()
	if err != nil {
		return nil, err
	}
	if err := e.check(ctx, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := e.migrate(ctx, db); err != nil {
		return nil, errors.Join(blame(ctx, err, part{e, db}), db.Close())
	}
	return db, nil
}

// blame is blame for what an open that went on after openPart returned. If the
// database has stopped itself, it asks for what stopped it.
func (db *handle) blame(ctx context.Context, err error, others ...part) error {
	if cause := db.Cause(); cause != nil {
		err = cause
	}
	return blame(ctx, err, append(others, part{db.engine, db.writer})...)
}

func (db *handle) close() error {
	var errs []error
	for _, pool := range []*sql.DB{db.readers, db.writer} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	return errors.Join(errs...)
}

// Unclean reports whether what was erased may still be read from the file, because
// the last Scrub failed: call it again.
func (db *handle) Unclean() bool { return db.unclean.Load() }

// OnCommit has fn told how long it took to make a transaction durable. Of the ballot
// box nobody is told: how often it is written, and when, is for no number outside.
func (db *handle) OnCommit(fn func(time.Duration)) { db.onCommit.Store(&fn) }

// tellCommit tells of a commit on the connection that begun then.
func (db *handle) tellCommit(conn *sql.DB, begun time.Time) {
	if fn := db.onCommit.Load(); fn != nil && conn == db.writer {
		(*fn)(time.Since(begun))
	}
}

// Stopped is closed when the database has stopped itself. The server must exit then.
func (db *handle) Stopped() <-chan struct{} {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.stopped
}

// Cause returns why it stopped, or nil.
func (db *handle) Cause() error {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.cause
}

// stop makes every later call fail.
func (db *handle) stop(cause error) error {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.cause == nil {
		db.cause = cause
		close(db.stopped)
	}
	return fmt.Errorf("%w: %v", ErrStopped, db.cause)
}

// alive returns ErrStopped if the database has stopped.
func (db *handle) alive() error {
	if cause := db.Cause(); cause != nil {
		return fmt.Errorf("%w: %v", ErrStopped, cause)
	}
	return nil
}

// judge stops the database if an error says that the disk or the file cannot be
// trusted, and returns the error that the caller should see.
func (db *handle) judge(err error) error {
	switch {
	case err == nil:
		return nil
	case db.isFatal(err):
		return db.stop(err)
	case errors.Is(err, sql.ErrNoRows):
		return ErrNotFound
	}
	return err
}
