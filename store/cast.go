package store

import (
	"context"
	"database/sql"
	"errors"

	"piaojue/election"
)

// Cast is a ballot on its way into the box. Who casts it has verified it; the
// fields stand in Entry as well and must be taken from there.
type Cast struct {
	Epoch      uint32   // the one whose credential it bears
	Key        [32]byte // one-time key
	Seal       [32]byte // seal code
	Alpha      [32]byte // first α
	Commitment [32]byte // first commitment
	Entry      []byte
}

// Unused is a credential that is handed in instead of a ballot.
type Unused struct {
	Epoch uint32
	Key   [32]byte
	Entry []byte
}

// Outcome is what became of one thing handed in at the box. Only Stored and
// Same mean that it is in the box, durably.
type Outcome uint8

// The outcomes.
const (
	Stored      Outcome = 1 + iota
	Same                // it was there already: a retry, which is harmless
	OtherBallot         // this credential has handed in something else
	SealSpent           // these ciphertexts were revealed by a challenge (attack B3)
	SealCast            // of a challenge: this is a ballot in the box already (attack B3)
	Copied              // another ballot has this seal code, α or commitment (attack B1)
	Shut                // the box does not take it now
	OtherEpoch          // its credential is of another epoch than the box
)

var outcomeNames = [...]string{
	Stored:      "stored",
	Same:        "same",
	OtherBallot: "other ballot",
	SealSpent:   "seal spent",
	SealCast:    "seal cast",
	Copied:      "copied",
	Shut:        "shut",
	OtherEpoch:  "other epoch",
}

func (o Outcome) String() string {
	if o == 0 || int(o) >= len(outcomeNames) {
		return "no outcome"
	}
	return outcomeNames[o]
}

// CastBallots puts ballots into the box, all in one transaction, so that many
// share one fsync, and says what became of each. It returns when they are
// durable.
func (db *DB) CastBallots(ctx context.Context, vote string, ballots []Cast) ([]Outcome, error) {
	slips := make([]slip, len(ballots))
	for i, b := range ballots {
		slips[i] = slip{
			kind: election.KindBallot, epoch: b.Epoch, key: b.Key, entry: b.Entry, hash: election.HashEntry(b.Entry),
			seal: b.Seal[:], alpha: b.Alpha[:], commitment: b.Commitment[:],
		}
	}
	return db.handIn(ctx, vote, slips)
}

// PutUnused puts an unused credential into the box, which then takes no ballot
// of it.
func (db *DB) PutUnused(ctx context.Context, vote string, u Unused) (Outcome, error) {
	outcomes, err := db.handIn(ctx, vote, []slip{{
		kind: election.KindUnused, epoch: u.Epoch, key: u.Key, entry: u.Entry, hash: election.HashEntry(u.Entry),
	}})
	if err != nil {
		return 0, err
	}
	return outcomes[0], nil
}

// SpendSeal notes that the ciphertexts behind a seal code will be revealed. It
// must come before they are.
func (db *DB) SpendSeal(ctx context.Context, vote string, seal [32]byte) (o Outcome, err error) {
	err = db.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		v, err := readVote(ctx, tx, vote)
		if err != nil {
			return err
		}
		o, err = spendSeal(ctx, tx, v, seal)
		return err
	})
	return o, err
}

func spendSeal(ctx context.Context, tx *sql.Tx, v Vote, seal [32]byte) (Outcome, error) {
	var spent bool
	err := tx.QueryRowContext(ctx, selectSeal, v.ID, seal[:]).Scan(&spent)
	switch {
	case err == nil && spent:
		return Same, nil
	case err == nil:
		return SealCast, nil
	case !errors.Is(err, sql.ErrNoRows):
		return 0, err
	case v.Box != BoxOpen:
		return Shut, nil
	}
	_, err = tx.ExecContext(ctx, insertSeal, v.ID, seal[:], 1)
	return Stored, err
}

const (
	selectSeal = `
		SELECT spent
		FROM seals
		WHERE vote = $1 AND seal = $2`

	insertSeal = `
		INSERT INTO seals (vote, seal, spent)
		VALUES ($1, $2, $3)`
)

// handIn decides on slips one after the other: a batch may hold the same one
// twice.
func (db *DB) handIn(ctx context.Context, vote string, slips []slip) (outcomes []Outcome, err error) {
	err = db.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		db.pending += len(slips)
		v, err := readVote(ctx, tx, vote)
		if err != nil {
			return err
		}
		s, err := newSlot(ctx, tx, v)
		if err != nil {
			return err
		}
		defer s.close()
		for _, x := range slips {
			o, err := s.put(x)
			if err != nil {
				return err
			}
			outcomes = append(outcomes, o)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return outcomes, nil
}
