package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
)

// appendRow writes the next row of an issuer's register, in the transaction that
// keeps the answer: there is no signature without its row, and no row twice.
func appendRow(ctx context.Context, tx *sql.Tx, vote string, row []byte) error {
	return execOne(ctx, tx, `
		INSERT INTO issuer_rows (vote, place, row)
		SELECT $1, COALESCE(MAX(place) + 1, 0), $2
		FROM issuer_rows
		WHERE vote = $1`,
		vote, row)
}

// IssuerRows returns rows of an issuer's register, from a place on, one after the
// other.
func (db *DB) IssuerRows(ctx context.Context, vote string, from uint64) (rows []byte, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		found, err := tx.QueryContext(ctx, `
			SELECT row
			FROM issuer_rows
			WHERE vote = $1 AND place >= $2
			ORDER BY place`,
			vote, int64(from))
		if err != nil {
			return err
		}
		defer found.Close()
		for found.Next() {
			var row []byte
			if err := found.Scan(&row); err != nil {
				return err
			}
			rows = append(rows, row...)
		}
		return found.Err()
	})
	return rows, err
}

// IssuerRegister is the register of another issuer, as it published it.
type IssuerRegister struct {
	Issuer     uint8
	Checkpoint []byte
	Entries    []byte
}

// PutIssuerRegister keeps a register in the place of a former one that it continues.
// Who calls it has verified the signature.
func (db *DB) PutIssuerRegister(ctx context.Context, vote string, r IssuerRegister) error {
	return db.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		kept, err := readIssuerRegister(ctx, tx, vote, r.Issuer)
		if err == nil && !bytes.HasPrefix(r.Entries, kept.Entries) {
			return ErrOtherRegister
		}
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		return execOne(ctx, tx, `
			INSERT INTO issuer_registers (vote, issuer, checkpoint, entries)
			VALUES ($1, $2, $3, $4)
			ON CONFLICT (vote, issuer) DO UPDATE SET
				checkpoint = excluded.checkpoint,
				entries = excluded.entries`,
			vote, int64(r.Issuer), r.Checkpoint, append([]byte{}, r.Entries...))
	})
}

// ErrOtherRegister means that a register does not continue the one that is kept.
var ErrOtherRegister = errors.New("store: another register of this issuer is kept")

// IssuerRegister returns what is kept of an issuer.
func (db *DB) IssuerRegister(ctx context.Context, vote string, issuer uint8) (r IssuerRegister, err error) {
	err = db.read(ctx, func(tx *sql.Tx) (err error) {
		r, err = readIssuerRegister(ctx, tx, vote, issuer)
		return err
	})
	return r, err
}

func readIssuerRegister(ctx context.Context, tx *sql.Tx, vote string, issuer uint8) (IssuerRegister, error) {
	r := IssuerRegister{Issuer: issuer}
	err := tx.QueryRowContext(ctx, `
		SELECT checkpoint, entries
		FROM issuer_registers
		WHERE vote = $1 AND issuer = $2`,
		vote, int64(issuer)).Scan(&r.Checkpoint, &r.Entries)
	if errors.Is(err, sql.ErrNoRows) {
		return IssuerRegister{}, ErrNotFound
	}
	return r, err
}
