package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

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
		if v.Box.running() {
			return nil, fmt.Errorf("%w: %s", ErrVoting, v.ID)
		}
	}
	db, err := to.OpenDB(ctx)
	if err != nil {
		return nil, err
	}
	moved, err := db.moveFrom(ctx, from, votes)
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

// The tables of each part, those that others refer to first.
var (
	votesTables = []string{
		"persons", "accounts", "sessions", "attempts",
		"votes", "roll", "candidates", "register", "heads", "entries", "hashes", "checkpoints",
		"proposals", "signatures", "handed", "papers", "issuances", "seeds",
		"terminals", "terminal_codes", "pin_tries", "cards", "issuer_rows", "issuer_registers",
	}
	projectsTables = []string{
		"heads", "entries", "hashes", "checkpoints", "blobs", "contacts", "codes", "members", "receipts",
		"grades", "opinions", "recipients", "addresses", "outbox",
	}
)

// copyTables copies all rows in one transaction, to tables that are empty.
func (db *handle) copyTables(ctx context.Context, from *sql.DB, tables []string) error {
	conn, err := db.writer.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // nothing after a commit
	if err := db.begin(ctx, tx); err != nil {
		return err
	}
	for _, table := range tables {
		if err := makeRoom(ctx, tx, table); err != nil {
			return err
		}
		if err := copyTable(ctx, from, conn, table); err != nil {
			return fmt.Errorf("table %s: %w", table, err)
		}
	}
	if err := countOn(ctx, tx, tables); err != nil {
		return err
	}
	return tx.Commit()
}

// makeRoom refuses a table that holds anything but the head of a log that has not
// begun.
func makeRoom(ctx context.Context, tx *sql.Tx, table string) error {
	if table == "heads" {
		if _, err := tx.ExecContext(ctx, `ALTER TABLE heads DISABLE TRIGGER heads_delete`); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM heads WHERE size = 0`); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `ALTER TABLE heads ENABLE TRIGGER heads_delete`); err != nil {
			return err
		}
	}
	var full bool
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM `+table+`)`).Scan(&full)
	if err == nil && full {
		err = fmt.Errorf("%w: table %s", ErrNotEmpty, table)
	}
	return err
}

// copyTable copies rows as they are, into the transaction of the connection.
func copyTable(ctx context.Context, from *sql.DB, to *sql.Conn, table string) error {
	rows, err := from.QueryContext(ctx, `SELECT * FROM `+table)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	return to.Raw(func(c any) error {
		_, err := c.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{table}, columns, &rowSource{rows, len(columns)})
		return err
	})
}

// rowSource is rows, as pgx copies them.
type rowSource struct {
	*sql.Rows
	columns int
}

// Values implements pgx.CopyFromSource.
func (s *rowSource) Values() ([]any, error) {
	values := make([]any, s.columns)
	to := make([]any, s.columns)
	for i := range values {
		to[i] = &values[i]
	}
	if err := s.Scan(to...); err != nil {
		return nil, err
	}
	for i, v := range values {
		if b, ok := v.([]byte); ok {
			values[i] = nonNil(b) // SQLite's empty value
		}
	}
	return values, nil
}

// countOn lets numbers that PostgreSQL gives go on behind those that were copied.
func countOn(ctx context.Context, tx *sql.Tx, tables []string) error {
	for _, table := range tables {
		if table != "opinions" {
			continue
		}
		_, err := tx.ExecContext(ctx, `
			SELECT setval(pg_get_serial_sequence('opinions', 'id'), MAX(id))
			FROM opinions
			HAVING MAX(id) IS NOT NULL`)
		if err != nil {
			return err
		}
	}
	return nil
}
