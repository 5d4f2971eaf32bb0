package store

import (
	"context"
	"database/sql"
)

// Address is where a member wants to be told what waits for them.
type Address struct {
	Person   string
	Email    string
	Language string // zh or en
}

// PutAddress sets the address of a person. The one before leaves the file.
func (t *ProjectsTx) PutAddress(a Address) error {
	t.erased = true
	_, err := t.tx.ExecContext(t.ctx, `
		INSERT INTO addresses (person, email, language)
		VALUES ($1, $2, $3)
		ON CONFLICT (person) DO UPDATE SET
			email = excluded.email,
			language = excluded.language`,
		a.Person, a.Email, a.Language)
	return err
}

// EraseAddress erases the address of a person, and the messages to it. That
// there is none is no error.
func (t *ProjectsTx) EraseAddress(person string) error {
	t.erased = true
	if _, err := t.tx.ExecContext(t.ctx, `DELETE FROM addresses WHERE person = $1`, person); err != nil {
		return err
	}
	_, err := t.tx.ExecContext(t.ctx, `
		DELETE FROM outbox
		WHERE channel = $1 AND person = $2`,
		string(ChannelMail), person)
	return err
}

// Address returns that of a person, or ErrNotFound.
func (db *Projects) Address(ctx context.Context, person string) (a Address, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `
			SELECT person, email, language
			FROM addresses
			WHERE person = $1`, person).Scan(&a.Person, &a.Email, &a.Language)
	})
	return a, err
}

// Addresses returns all, by person.
func (db *Projects) Addresses(ctx context.Context) (all []Address, err error) {
	err = db.read(ctx, func(tx *sql.Tx) (err error) {
		all, err = queryAll(ctx, tx, func(rows *sql.Rows) (a Address, err error) {
			err = rows.Scan(&a.Person, &a.Email, &a.Language)
			return a, err
		}, `
			SELECT person, email, language
			FROM addresses
			ORDER BY person`)
		return err
	})
	return all, err
}
