package store

import (
	"context"
	"database/sql"
)

// Recipient is somebody to whom contacts of citizens are sealed.
type Recipient struct {
	Key  string // age1…
	Name string // whose it is
}

// Recipients returns all recipients by name.
func (db *Projects) Recipients(ctx context.Context) (all []Recipient, err error) {
	err = db.read(ctx, func(tx *sql.Tx) (err error) {
		all, err = queryAll(ctx, tx, func(rows *sql.Rows) (r Recipient, err error) {
			err = rows.Scan(&r.Key, &r.Name)
			return r, err
		}, `
			SELECT key, name
			FROM recipients
			ORDER BY name, key`)
		return err
	})
	return all, err
}

// PutRecipient lets somebody open the contacts that are sealed from now on.
func (t *ProjectsTx) PutRecipient(r Recipient) error {
	_, err := t.tx.ExecContext(t.ctx, `
		INSERT INTO recipients (key, name)
		VALUES ($1, $2)
		ON CONFLICT (key) DO UPDATE SET name = excluded.name`,
		r.Key, r.Name)
	return err
}

// RemoveRecipient takes that away again. That there is none is no error.
func (t *ProjectsTx) RemoveRecipient(key string) error {
	_, err := t.tx.ExecContext(t.ctx, `
		DELETE FROM recipients
		WHERE key = $1`,
		key)
	return err
}
