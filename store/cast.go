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
	slips := make([]*slip, len(ballots))
	for i, b := range ballots {
		slips[i] = &slip{
			kind: election.KindBallot, epoch: b.Epoch, hash: election.HashEntry(b.Entry), key: b.Key,
			seal: b.Seal, alpha: b.Alpha, commitment: b.Commitment, entry: b.Entry,
		}
	}
	return db.handIn(ctx, vote, slips...)
}

// PutUnused puts an unused credential into the box, which then takes no ballot
// of it.
func (db *DB) PutUnused(ctx context.Context, vote string, u Unused) (Outcome, error) {
	return db.handInOne(ctx, vote, &slip{
		kind: election.KindUnused, epoch: u.Epoch, hash: election.HashEntry(u.Entry), key: u.Key, entry: u.Entry,
	})
}

// SpendSeal notes that the ciphertexts behind a seal code will be revealed. It
// must come before they are.
func (db *DB) SpendSeal(ctx context.Context, vote string, seal [32]byte) (Outcome, error) {
	return db.handInOne(ctx, vote, &slip{kind: election.KindSpent, seal: seal})
}

func (db *DB) handInOne(ctx context.Context, vote string, s *slip) (Outcome, error) {
	outcomes, err := db.handIn(ctx, vote, s)
	if err != nil {
		return 0, err
	}
	return outcomes[0], nil
}

// handIn decides on slips one after the other: a batch may hold the same one
// twice.
func (db *DB) handIn(ctx context.Context, vote string, slips ...*slip) ([]Outcome, error) {
	if err := db.takeTurn(ctx); err != nil {
		return nil, err
	}
	defer db.endTurn()
	ctx = context.WithoutCancel(ctx)
	v, err := db.Vote(ctx, vote) // stays so as long as we have the turn
	if err != nil {
		return nil, err
	}
	if v.Box == BoxEmptied {
		return db.handInLate(ctx, v, slips)
	}
	for _, s := range slips {
		if s.kind == election.KindSpent {
			s.epoch = v.Epoch
		}
	}
	return db.fillSlots(ctx, v, slips)
}

func (db *DB) fillSlots(ctx context.Context, v Vote, slips []*slip) (outcomes []Outcome, err error) {
	b := &batch{box: db.box, vote: v, fresh: newIndex()}
	err = db.transact(ctx, db.box.engine, db.box.conn, func(ctx context.Context, tx *sql.Tx) error {
		if b.tray, err = db.freshTray(ctx, tx, v); err != nil {
			return err
		}
		for _, s := range slips {
			outcomes = append(outcomes, b.put(s))
		}
		return db.storeBatch(ctx, tx, b)
	})
	if err != nil {
		return nil, err
	}
	db.box.publish(b)
	return outcomes, nil
}

// storeBatch stores what a batch has accepted. If that fails, the slots it drew
// are not as the memory has them: then the box is to be read anew.
func (db *DB) storeBatch(ctx context.Context, tx *sql.Tx, b *batch) error {
	if len(b.slips) == 0 {
		return nil
	}
	for _, s := range b.slips {
		if err := s.check(); err != nil {
			return err
		}
	}
	if err := b.store(ctx, tx, db.CountRoll); err != nil {
		db.box.version = 0
		return err
	}
	return nil
}

// handInLate looks into the log, where what was in the box now is.
func (db *DB) handInLate(ctx context.Context, v Vote, slips []*slip) (outcomes []Outcome, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		for _, s := range slips {
			o := Same
			if _, err := findEntry(ctx, tx, v.ID, s.hash); errors.Is(err, ErrNotFound) {
				o = Shut
			} else if err != nil {
				return err
			}
			outcomes = append(outcomes, o)
		}
		return nil
	})
	return outcomes, err
}
