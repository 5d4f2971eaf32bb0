package store

import (
	"context"
	"database/sql"
)

// Alert is what a person with an account has to hear of: so many times, and
// when last, in Unix seconds.
type Alert struct {
	Kind   string
	Times  int
	Latest int64
}

// Alert is that of DB.
func (t *Tx) Alert(person, kind string, now int64) error {
	return putAlert(t.ctx, t.tx, person, kind, now)
}

// Alert tells a person of something until DropAlerts: of more of the same kind
// it counts how many there were.
func (db *DB) Alert(ctx context.Context, person, kind string, now int64) error {
	return db.write(ctx, func(ctx context.Context, tx *sql.Tx) error { return putAlert(ctx, tx, person, kind, now) })
}

func putAlert(ctx context.Context, tx *sql.Tx, person, kind string, now int64) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO alerts (person, kind, times, latest)
		VALUES ($1, $2, 1, $3)
		ON CONFLICT (person, kind) DO UPDATE SET
			times = alerts.times + 1,
			latest = excluded.latest`,
		person, kind, now)
	return err
}

// Alerts returns what a person has not seen, the latest first.
func (db *DB) Alerts(ctx context.Context, person string) (list []Alert, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		list, err = queryAll(ctx, tx, func(rows *sql.Rows) (a Alert, err error) { return a, rows.Scan(&a.Kind, &a.Times, &a.Latest) }, `
			SELECT kind, times, latest
			FROM alerts
			WHERE person = $1
			ORDER BY latest DESC, kind`,
			person)
		return err
	})
	return list, err
}

// DropAlerts forgets what a person has seen: nothing that came later than what
// was shown, whose latest is until.
func (db *DB) DropAlerts(ctx context.Context, person string, until int64) error {
	return db.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			DELETE FROM alerts
			WHERE person = $1 AND latest <= $2`,
			person, until)
		return err
	})
}
