package store

import (
	"context"
	"database/sql"
	"errors"
)

// ErrOtherVector means that the leaf has asked for another credential in this
// epoch. One is all there is (attack V7).
var ErrOtherVector = errors.New("store: another credential was asked for")

// Issuance is what one leaf asked for in one epoch.
type Issuance struct {
	Epoch  uint32
	Index  uint32   // place in the roll
	Vector [32]byte // hash of the blinded messages
	Answer []byte   // blind signature; nil until there is one
	Row    []byte   // of the issuer's register, written with the answer; nil: it keeps none
}

// ReserveIssuance gives the leaf's one credential to this vector: together with
// the issuance entry, and before anything is signed, so that a crash between
// cannot lead to a second one. The same vector again is harmless; for another
// one it returns ErrOtherVector.
func (t *Tx) ReserveIssuance(i Issuance) error {
	_, err := putIssuance(t.ctx, t.tx, t.vote, i)
	return err
}

// Issue is ReserveIssuance for an issuer without a log of its own, and keeps
// the answer once it is made. It returns what is kept: the first answer.
func (db *DB) Issue(ctx context.Context, vote string, i Issuance) (kept Issuance, err error) {
	err = db.write(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
		kept, err = putIssuance(ctx, tx, vote, i)
		return err
	})
	return kept, err
}

// Issuance returns what a leaf asked for.
func (db *DB) Issuance(ctx context.Context, vote string, epoch, index uint32) (i Issuance, err error) {
	err = db.read(ctx, func(tx *sql.Tx) (err error) {
		i, err = readIssuance(ctx, tx, vote, epoch, index)
		return err
	})
	return i, err
}

func putIssuance(ctx context.Context, tx *sql.Tx, vote string, i Issuance) (Issuance, error) {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO issuances (vote, epoch, idx, vector)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT DO NOTHING`,
		vote, int64(i.Epoch), int64(i.Index), i.Vector[:])
	if err != nil {
		return Issuance{}, err
	}
	kept, err := readIssuance(ctx, tx, vote, i.Epoch, i.Index)
	if err != nil {
		return Issuance{}, err
	}
	if kept.Vector != i.Vector {
		return Issuance{}, ErrOtherVector
	}
	if kept.Answer != nil || i.Answer == nil {
		return kept, nil
	}
	if i.Row != nil {
		if err := appendRow(ctx, tx, vote, i.Row); err != nil {
			return Issuance{}, err
		}
	}
	return i, execOne(ctx, tx, `
		UPDATE issuances
		SET answer = $1
		WHERE vote = $2 AND epoch = $3 AND idx = $4 AND answer IS NULL`,
		i.Answer, vote, int64(i.Epoch), int64(i.Index))
}

func readIssuance(ctx context.Context, tx *sql.Tx, vote string, epoch, index uint32) (Issuance, error) {
	i := Issuance{Epoch: epoch, Index: index}
	var vector []byte
	err := tx.QueryRowContext(ctx, `
		SELECT vector, answer
		FROM issuances
		WHERE vote = $1 AND epoch = $2 AND idx = $3`,
		vote, int64(epoch), int64(index)).Scan(&vector, &i.Answer)
	if errors.Is(err, sql.ErrNoRows) {
		return Issuance{}, ErrNotFound
	}
	copy(i.Vector[:], vector)
	return i, err
}
