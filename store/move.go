package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"piaojue/audit"
)

// Moved is a log that was moved, as it is on both sides.
type Moved struct {
	Log  string
	Size uint64
	Root [32]byte
}

// ErrVoting means that a vote is being held, whose ballot box stays where it is.
var ErrVoting = errors.New("store: a vote is being held")

// ErrNotEmpty means that there is something already where a database is moved to.
var ErrNotEmpty = errors.New("store: the database is not empty")

// Move copies the database at path, and the projects, to an empty one of
// PostgreSQL, and returns the logs that it found to be the same on both sides. No
// server may use either. After an error the new database is to be dropped.
func Move(ctx context.Context, path string, to Shared) ([]Moved, error) {
	return move(ctx, path, to, false)
}

// Load is Move, but for a copy that [Shared.Save] or [Copy] has made: votes that are
// being held go on, too. The keys of their boxes must have been drawn.
func Load(ctx context.Context, path string, to Shared) ([]Moved, error) {
	moved, err := move(ctx, path, to, true)
	if err != nil {
		return nil, err
	}
	db, err := to.OpenDB(ctx) // compares the boxes with what was promised
	if err != nil {
		return nil, err
	}
	return moved, db.Close()
}

func move(ctx context.Context, path string, to Shared, held bool) ([]Moved, error) {
	from, err := OpenDB(ctx, path)
	if err != nil {
		return nil, err
	}
	defer from.Close()
	votes, err := from.logs(ctx)
	if err != nil {
		return nil, err
	}
	for _, v := range votes {
		if v.Box.running() && !held {
			return nil, fmt.Errorf("%w: %s", ErrVoting, v.ID)
		}
	}
	db, err := to.OpenDB(ctx)
	if err != nil {
		return nil, err
	}
	moved, err := db.moveFrom(ctx, from, votes)
	if err == nil && held {
		err = db.moveBox(ctx, from, votes)
	}
	if err := errors.Join(err, db.Close()); err != nil || !hasProjects(path) {
		return moved, err
	}
	log, err := moveProjects(ctx, path, to)
	return append(moved, log), err
}

// moveFrom copies all tables, and opens the logs at both ends.
func (db *DB) moveFrom(ctx context.Context, from *DB, votes []Vote) (moved []Moved, err error) {
	if err := db.copyTables(ctx, from.writer, votesTables); err != nil {
		return nil, err
	}
	promised, err := db.checkVotes(ctx) // recomputes each from its entries
	if err != nil {
		return nil, err
	}
	if len(promised) != len(votes) {
		return nil, fmt.Errorf("%w: %d logs of %d", ErrDamaged, len(promised), len(votes))
	}
	for _, v := range votes {
		m, err := sameLog(ctx, from.Log(v.ID), db.Log(v.ID))
		if err != nil {
			return nil, err
		}
		moved = append(moved, m)
	}
	return moved, nil
}

// moveBox copies what lies in the box. Nobody uses either.
func (db *DB) moveBox(ctx context.Context, from *DB, votes []Vote) error {
	tx, err := from.box.conn.BeginTx(ctx, from.box.snapshot())
	if err != nil {
		return err
	}
	defer tx.Rollback() // it wrote nothing
	return db.box.fill(ctx, from.box, tx, votes)
}

func moveProjects(ctx context.Context, path string, to Shared) (Moved, error) {
	from, err := OpenProjects(ctx, path)
	if err != nil {
		return Moved{}, err
	}
	defer from.Close()
	db, err := to.OpenProjects(ctx)
	if err != nil {
		return Moved{}, err
	}
	defer db.Close()
	if err := db.copyTables(ctx, from.writer, projectsTables); err != nil {
		return Moved{}, err
	}
	err = db.read(ctx, func(tx *sql.Tx) error {
		_, err := checkLog(ctx, tx, ProjectsID, func([]byte) {})
		return err
	})
	if err != nil {
		return Moved{}, err
	}
	return sameLog(ctx, from.Log(), db.Log())
}

// sameLog compares the roots of two logs.
func sameLog(ctx context.Context, a, b *Log) (Moved, error) {
	var logs [2]Moved
	for i, l := range []*Log{a, b} {
		head, err := l.Head(ctx)
		if err != nil {
			return Moved{}, err
		}
		root, err := audit.RootAt(ctx, l, head.Size)
		if err != nil {
			return Moved{}, err
		}
		logs[i] = Moved{l.vote, head.Size, root}
	}
	if logs[0] != logs[1] {
		return Moved{}, fmt.Errorf("%w: log %s is another one after the move", ErrDamaged, a.vote)
	}
	return logs[0], nil
}
