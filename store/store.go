// Package store keeps what the server must not forget: all SQL, and nothing
// but SQL.
//
// OpenDB opens the database, migrates it and checks that it is whole. What
// stands alone is a method of DB; what must happen together with an entry of
// the log is a method of Tx, inside DB.Update:
//
//	err := db.Update(ctx, vote, func(tx *store.Tx) error {
//		tree, err := audit.Append(ctx, tx, size, entries) // Tx is an audit.Storage
//		… sign the checkpoint of tree …
//		if err := tx.PutCheckpoint(note); err != nil {
//			return err
//		}
//		return tx.ShutBox()
//	})
//
// A write that returned without error is on the disk. One connection writes,
// one transaction after the other, and no caller can interrupt a transaction
// that has begun. After a commit or an fsync that failed nobody knows what the
// disk holds: the DB then stops itself, every call returns ErrStopped, and the
// server must exit and start again through the checks of OpenDB.
//
// The package decides nothing about elections. Its constraints repeat the few
// rules that must hold even if the code above is wrong: one credential for each
// leaf and epoch, one ballot for each credential, a seal code used once, an
// append-only log.
//
// A vote is in two files: the database, which knows deputies, and the ballot box
// beside it, which knows ballots and challenges. Casting writes the box alone.
// Whatever opens, shuts or empties the box is committed in the database, which
// has the last word on what counts; what lies in the box and counts no more is
// swept away afterwards (see Scrub), after a crash by OpenDB.
//
// What happens to projects is in a third file, with a writer of its own (see
// Projects): nothing there waits for a vote, or holds one up.
//
// Threats it addresses. Who reads the files once learns no link between a deputy
// and a ballot: no column, time, order of rows or place on a page holds one
// (attack V14, see boxFile), and what could help is erased at the close, from the
// files as well. Who restores an old copy is found out (attack S2): OpenDB refuses
// a log shorter than its last signed checkpoint, a box with fewer ballots than the
// log has promised, and a box that is newer than the database. That both are
// older, only somebody outside can know: audit.OpenLog compares with what a
// witness saw.
package store

import (
	"context"
	"errors"
	"fmt"
)

var (
	// ErrStopped means that a write failed in a way that leaves unknown what
	// the disk holds. It comes from every call from then on.
	ErrStopped = errors.New("store: stopped after a failed write")

	// ErrDamaged means that the database contradicts itself, or is older than
	// something it has signed or promised. It must not be used.
	ErrDamaged = errors.New("store: database is damaged or was rolled back")

	// ErrDisk means that a file cannot be read or written, because the disk is
	// full or fails. What is on it may be whole: an older copy is no remedy.
	ErrDisk = errors.New("store: the disk cannot be read or written")

	// ErrNotFound means that there is no such row.
	ErrNotFound = errors.New("store: not found")

	// ErrExists means that the name is taken.
	ErrExists = errors.New("store: exists already")
)

// DB is the database. It is safe for concurrent use.
type DB struct {
	handle
	path string // of SQLite's file
	box  *boxFile
}

// OpenDB opens or creates the SQLite file at path and the box beside it, at
// path with "-box", migrates them to this version's schema and checks everything
// that can be checked from the inside: the files, every log, every box. It
// returns ErrDamaged if anything is wrong.
func OpenDB(ctx context.Context, path string) (*DB, error) {
	db := &DB{handle: newHandle(sqliteMain(path, "sqlite")), path: path, box: &boxFile{engine: sqliteBox(boxPath(path))}}
	return openDBOn(ctx, db)
}

func openDBOn(ctx context.Context, db *DB) (*DB, error) {
	if err := db.open(ctx); err != nil {
		err = db.blame(ctx, err, part{db.box.engine, db.box.conn})
		db.Close()
		return nil, fmt.Errorf("open database: %w", err)
	}
	return db, nil
}

func (db *DB) open(ctx context.Context) error {
	if err := db.handle.open(ctx); err != nil {
		return err
	}
	promised, err := db.checkVotes(ctx)
	if err != nil {
		return err
	}
	if err := db.openBox(ctx, promised); err != nil {
		return err
	}
	return scrubOpened(db.Scrub(ctx))
}

// Free returns how many bytes of the disk are free, or the largest number if nobody
// can tell.
func (db *DB) Free() uint64 { return db.free() }

// Close closes the database. Call it when no other call is under way.
func (db *DB) Close() error {
	errs := []error{db.handle.close()}
	if db.box.conn != nil {
		errs = append(errs, db.box.conn.Close())
	}
	return errors.Join(errs...)
}
