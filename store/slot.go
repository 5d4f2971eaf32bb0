package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"errors"

	"piaojue/election"
)

// slip is a row of the box on its way in. The last three are nil unless it is a
// ballot.
type slip struct {
	kind                    election.Kind
	epoch                   uint32
	hash, key               [32]byte
	entry                   []byte
	seal, alpha, commitment []byte
}

// slot is the opening of the box during one transaction, with its statements
// prepared once for many slips. The constraints of the tables say the same as
// its questions; they would end the transaction if a question were wrong.
type slot struct {
	ctx   context.Context
	vote  Vote
	stmts []*sql.Stmt // to close

	find, findEntry, findSeal, addSeal, add *sql.Stmt
}

func newSlot(ctx context.Context, tx *sql.Tx, v Vote) (*slot, error) {
	s := &slot{ctx: ctx, vote: v}
	for _, p := range []struct {
		stmt **sql.Stmt
		text string
	}{
		// Four searches: asked with OR, SQLite reads the whole table.
		{&s.find, `
			SELECT hash, one_time_key FROM box WHERE vote = $1 AND hash = $2
			UNION ALL
			SELECT hash, one_time_key FROM box WHERE vote = $1 AND one_time_key = $3
			UNION ALL
			SELECT hash, one_time_key FROM box WHERE vote = $1 AND alpha = $4
			UNION ALL
			SELECT hash, one_time_key FROM box WHERE vote = $1 AND commitment = $5`},
		{&s.findEntry, `
			SELECT 1
			FROM entries
			WHERE vote = $1 AND hash = $2
			LIMIT 1`},
		{&s.findSeal, selectSeal},
		{&s.addSeal, insertSeal},
		{&s.add, `
			INSERT INTO box (random, vote, hash, kind, epoch, one_time_key, alpha, commitment, entry)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`},
	} {
		stmt, err := tx.PrepareContext(ctx, p.text)
		if err != nil {
			s.close()
			return nil, err
		}
		*p.stmt = stmt
		s.stmts = append(s.stmts, stmt)
	}
	return s, nil
}

func (s *slot) close() {
	for _, stmt := range s.stmts {
		stmt.Close()
	}
}

// put decides what becomes of a slip, and keeps it if nothing speaks against.
// That the same one is there already comes first: who lost the answer must get
// it again, also after the close order.
func (s *slot) put(x slip) (Outcome, error) {
	for _, ask := range []func(slip) (Outcome, error){s.known, s.refused, s.spent} {
		if o, err := ask(x); err != nil || o != 0 {
			return o, err
		}
	}
	return Stored, s.insert(x)
}

// known compares with what is in the box, or in the log after the close.
func (s *slot) known(x slip) (Outcome, error) {
	rows, err := s.find.QueryContext(s.ctx, s.vote.ID, x.hash[:], x.key[:], x.alpha, x.commitment)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var worst Outcome
	for rows.Next() {
		var hash, key []byte
		if err := rows.Scan(&hash, &key); err != nil {
			return 0, err
		}
		switch {
		case bytes.Equal(hash, x.hash[:]):
			return Same, nil
		case bytes.Equal(key, x.key[:]):
			worst = OtherBallot
		case worst == 0:
			worst = Copied
		}
	}
	if err := rows.Err(); err != nil || worst != 0 {
		return worst, err
	}
	return s.logged(x)
}

func (s *slot) logged(x slip) (Outcome, error) {
	if s.vote.Box != BoxEmptied {
		return 0, nil
	}
	var one int
	err := s.findEntry.QueryRowContext(s.ctx, s.vote.ID, x.hash[:]).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return Same, err
}

// refused looks at the state of the box.
func (s *slot) refused(x slip) (Outcome, error) {
	open := s.vote.Box == BoxOpen || s.vote.Box == BoxShut && x.kind == election.KindUnused
	switch {
	case !open:
		return Shut, nil
	case x.epoch != s.vote.Epoch:
		return OtherEpoch, nil
	}
	return 0, nil
}

// spent looks for the seal code of a ballot.
func (s *slot) spent(x slip) (Outcome, error) {
	if x.seal == nil {
		return 0, nil
	}
	var spent bool
	err := s.findSeal.QueryRowContext(s.ctx, s.vote.ID, x.seal).Scan(&spent)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, nil
	case err == nil && spent:
		return SealSpent, nil
	}
	return Copied, err
}

func (s *slot) insert(x slip) error {
	if x.seal != nil {
		if _, err := s.addSeal.ExecContext(s.ctx, s.vote.ID, x.seal, 0); err != nil {
			return err
		}
	}
	_, err := s.add.ExecContext(s.ctx, random63(), s.vote.ID, x.hash[:], int64(x.kind), int64(x.epoch),
		x.key[:], x.alpha, x.commitment, nonNil(x.entry))
	return err
}

// random63 draws a rowid. It is not taken from the hash, or somebody could
// search for two ballots that collide and with the second one spoil the batch
// of others it comes in.
func random63() int64 {
	var b [8]byte
	rand.Read(b[:]) // never fails
	return int64(binary.BigEndian.Uint64(b[:]) >> 1)
}
