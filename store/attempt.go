package store

import (
	"context"
	"database/sql"
	"errors"
)

// Attempts are the tries to sign in with one name that failed. Times are Unix
// seconds.
type Attempts struct {
	Failures    int // since the last lock
	Locks       int
	LockedUntil int64
	Latest      int64
}

// EditAttempts replaces the attempts of a name by what edit makes of them, and
// forgets all whose latest is before the given time. No other edit comes
// between: a hundred guesses at once are a hundred.
func (db *DB) EditAttempts(ctx context.Context, name [32]byte, forget int64, edit func(Attempts) (Attempts, error)) error {
	return db.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			DELETE FROM attempts
			WHERE latest < $1 AND locked_until < $1`,
			forget)
		if err != nil {
			return err
		}
		a, err := readAttempts(ctx, tx, name)
		if err != nil {
			return err
		}
		if a, err = edit(a); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `
			INSERT INTO attempts (name, failures, locks, locked_until, latest)
			VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (name) DO UPDATE SET
				failures = excluded.failures,
				locks = excluded.locks,
				locked_until = excluded.locked_until,
				latest = excluded.latest`,
			name[:], int64(a.Failures), int64(a.Locks), a.LockedUntil, a.Latest)
		return err
	})
}

// Attempts returns those of a name.
func (db *DB) Attempts(ctx context.Context, name [32]byte) (a Attempts, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		a, err = readAttempts(ctx, tx, name)
		return err
	})
	return a, err
}

func readAttempts(ctx context.Context, tx *sql.Tx, name [32]byte) (a Attempts, err error) {
	err = tx.QueryRowContext(ctx, `
		SELECT failures, locks, locked_until, latest
		FROM attempts
		WHERE name = $1`,
		name[:]).Scan(&a.Failures, &a.Locks, &a.LockedUntil, &a.Latest)
	if errors.Is(err, sql.ErrNoRows) {
		return Attempts{}, nil
	}
	return a, err
}

// DropAttempts forgets those of a name.
func (db *DB) DropAttempts(ctx context.Context, name [32]byte) error {
	return db.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM attempts WHERE name = $1`, name[:])
		return err
	})
}

// DropAttempts is that of DB.
func (t *Tx) DropAttempts(name [32]byte) error {
	_, err := t.tx.ExecContext(t.ctx, `DELETE FROM attempts WHERE name = $1`, name[:])
	return err
}
