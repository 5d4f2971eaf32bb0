package store

import (
	"context"
	"database/sql"
)

// Session is a person who has signed in. The database knows the hash of the
// token that the browser keeps. Times are Unix seconds.
type Session struct {
	Person
	Began, Seen int64
}

// PutSession begins a session and forgets those that began or were seen last
// before the given times.
func (db *DB) PutSession(ctx context.Context, token [32]byte, person string, now, beganAfter, seenAfter int64) error {
	return db.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			DELETE FROM sessions
			WHERE began < $1 OR seen < $2`,
			beganAfter, seenAfter)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `
			INSERT INTO sessions (token, person, began, seen)
			VALUES ($1, $2, $3, $3)`,
			token[:], person, now)
		return err
	})
}

// Session returns the session whose token has this hash. As for API keys, the
// index may compare in any time.
func (db *DB) Session(ctx context.Context, token [32]byte) (s Session, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `
			SELECT p.id, p.name, p.role, s.began, s.seen
			FROM sessions AS s
			JOIN persons AS p ON p.id = s.person
			WHERE s.token = $1`,
			token[:]).Scan(&s.ID, &s.Name, &s.Role, &s.Began, &s.Seen)
	})
	return s, err
}

// Sessions returns those of a person that began and were seen last after the given
// times, the latest first.
func (db *DB) Sessions(ctx context.Context, person string, beganAfter, seenAfter int64) (list []Session, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		list, err = queryAll(ctx, tx, func(rows *sql.Rows) (s Session, err error) { return s, rows.Scan(&s.Began, &s.Seen) }, `
			SELECT began, seen
			FROM sessions
			WHERE person = $1 AND began >= $2 AND seen >= $3
			ORDER BY seen DESC, began DESC`,
			person, beganAfter, seenAfter)
		return err
	})
	return list, err
}

// SeeSession notes when a session was used.
func (db *DB) SeeSession(ctx context.Context, token [32]byte, now int64) error {
	return db.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			UPDATE sessions
			SET seen = $1
			WHERE token = $2 AND seen < $1`,
			now, token[:])
		return err
	})
}

// DropSession ends one session, if there is one.
func (db *DB) DropSession(ctx context.Context, token [32]byte) error {
	return db.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE token = $1`, token[:])
		return err
	})
}

// DropSessions ends all sessions of a person but the one with this token.
func (t *Tx) DropSessions(person string, except [32]byte) error {
	_, err := t.tx.ExecContext(t.ctx, `
		DELETE FROM sessions
		WHERE person = $1 AND token <> $2`,
		person, except[:])
	return err
}
