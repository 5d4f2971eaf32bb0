package store

import (
	"context"
	"database/sql"
)

// AlertLife is for how long a person hears of what happened, in seconds.
const AlertLife = 30 * 24 * 3600

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

// Alert tells a person of something for AlertLife: of more of the same kind it
// counts how many there were. Nothing takes it back, or whoever got in would.
func (db *DB) Alert(ctx context.Context, person, kind string, now int64) error {
	return db.write(ctx, func(ctx context.Context, tx *sql.Tx) error { return putAlert(ctx, tx, person, kind, now) })
}

func putAlert(ctx context.Context, tx *sql.Tx, person, kind string, now int64) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO alerts (person, kind, times, latest)
		VALUES ($1, $2, 1, $3)
		ON CONFLICT (person, kind) DO UPDATE SET
			times = CASE WHEN alerts.latest > $4 THEN alerts.times + 1 ELSE 1 END,
			latest = excluded.latest`,
		person, kind, now, now-AlertLife)
	return err
}

// Alerts returns what a person has to hear of, the latest first.
func (db *DB) Alerts(ctx context.Context, person string, now int64) (list []Alert, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		list, err = queryAll(ctx, tx, func(rows *sql.Rows) (a Alert, err error) { return a, rows.Scan(&a.Kind, &a.Times, &a.Latest) }, `
			SELECT kind, times, latest
			FROM alerts
			WHERE person = $1 AND latest > $2
			ORDER BY latest DESC, kind`,
			person, now-AlertLife)
		return err
	})
	return list, err
}
