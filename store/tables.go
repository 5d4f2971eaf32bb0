package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// The tables of each part, those that others refer to first.
var (
	votesTables = []string{
		"persons", "accounts", "sessions", "attempts", "alerts",
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
			return explainDenied(err, ErrOwner)
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
