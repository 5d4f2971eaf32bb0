package store

import (
	"context"
	"database/sql"
)

// SealedSeed is a terminal's seed, sealed for the badge (PROTOCOL.md, "Sealed
// seed"). The server cannot open it.
type SealedSeed [72]byte

// KeepSeed keeps the first sealed seed of a leaf and epoch, and returns the one
// that is kept: whoever lost a race adopts the winner's, so that two terminals
// of one deputy never ask for two credentials (attack V13). It returns
// ErrBoxShut when the epoch is over: then no seed is kept.
func (db *DB) KeepSeed(ctx context.Context, vote string, epoch, index uint32, sealed SealedSeed) (kept SealedSeed, err error) {
	err = db.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		v, err := readVote(ctx, tx, vote)
		if err != nil {
			return err
		}
		if v.Epoch != epoch || !v.Box.running() {
			return ErrBoxShut
		}
		if err := putSeed(ctx, tx, vote, epoch, index, sealed); err != nil {
			return err
		}
		kept, err = readSeed(ctx, tx, vote, epoch, index)
		return err
	})
	return kept, err
}

// DropSeed erases the sealed seeds of a leaf, of all epochs. It goes with the
// entry that replaces the leaf's badge: the new badge cannot open what is sealed
// for the old one, and the first seed is the one that is kept.
func (t *Tx) DropSeed(index uint32) error {
	_, err := t.tx.ExecContext(t.ctx, `
		DELETE FROM seeds
		WHERE vote = $1 AND idx = $2`,
		t.vote, int64(index))
	return err
}

func putSeed(ctx context.Context, tx *sql.Tx, vote string, epoch, index uint32, sealed SealedSeed) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO seeds (vote, epoch, idx, sealed)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT DO NOTHING`,
		vote, int64(epoch), int64(index), sealed[:])
	return err
}

func readSeed(ctx context.Context, tx *sql.Tx, vote string, epoch, index uint32) (s SealedSeed, err error) {
	var sealed []byte
	err = tx.QueryRowContext(ctx, `
		SELECT sealed
		FROM seeds
		WHERE vote = $1 AND epoch = $2 AND idx = $3`,
		vote, int64(epoch), int64(index)).Scan(&sealed)
	copy(s[:], sealed)
	return s, err
}
