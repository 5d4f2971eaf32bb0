package store

import (
	"context"
	"database/sql"
	"errors"

	"piaojue/election"
)

// ProposalHash names an entry that waits for signatures: it is the hash of the
// entry without any.
func ProposalHash(e *election.Entry) [32]byte {
	bare := election.Entry{Kind: e.Kind, Body: e.Body}
	return bare.Hash()
}

// Propose keeps an entry with the signatures it has; the same entry again adds
// its signatures. It returns the proposal with all signatures so far. Who
// proposes has verified them; by is the person who handed them in, if one did.
// It returns ErrSamePerson if that person has handed in signatures of another
// role.
func (db *DB) Propose(ctx context.Context, vote string, e *election.Entry, by string) (merged *election.Entry, err error) {
	err = db.write(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
		merged, err = propose(ctx, tx, vote, e, by)
		return err
	})
	return merged, err
}

func propose(ctx context.Context, tx *sql.Tx, vote string, e *election.Entry, by string) (*election.Entry, error) {
	hash := ProposalHash(e)
	_, err := tx.ExecContext(ctx, `
		INSERT INTO proposals (vote, hash, kind, body)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT DO NOTHING`,
		vote, hash[:], int64(e.Kind), nonNil(e.Body))
	if err != nil {
		return nil, err
	}
	if err := noteHanded(ctx, tx, vote, hash, e.Signatures, by); err != nil {
		return nil, err
	}
	return addSignatures(ctx, tx, vote, hash, e.Signatures)
}

// ErrSamePerson means that two signatures that two people must give came from
// one.
var ErrSamePerson = errors.New("store: one person for two roles")

// noteHanded keeps who handed in signatures. Roles change: who signed in one
// must not come back in another.
func noteHanded(ctx context.Context, tx *sql.Tx, vote string, hash [32]byte, sigs []election.Signature, by string) error {
	if by == "" {
		return nil
	}
	for _, s := range sigs {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO handed (vote, hash, role, person)
			VALUES ($1, $2, $3, $4)
			ON CONFLICT DO NOTHING`,
			vote, hash[:], int64(s.Role), by)
		if err != nil {
			return err
		}
	}
	var roles int
	err := tx.QueryRowContext(ctx, `
		SELECT COUNT(*)
		FROM handed
		WHERE vote = $1 AND hash = $2 AND person = $3`,
		vote, hash[:], by).Scan(&roles)
	if err == nil && roles > 1 {
		return ErrSamePerson
	}
	return err
}

// Proposal returns one proposal.
func (db *DB) Proposal(ctx context.Context, vote string, hash [32]byte) (e *election.Entry, err error) {
	err = db.read(ctx, func(tx *sql.Tx) (err error) {
		e, err = readProposal(ctx, tx, vote, hash)
		return err
	})
	return e, err
}

// Proposals returns all that wait, by hash.
func (db *DB) Proposals(ctx context.Context, vote string) (all []*election.Entry, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		hashes, err := queryAll(ctx, tx, scanBytes, `
			SELECT hash
			FROM proposals
			WHERE vote = $1
			ORDER BY hash`,
			vote)
		if err != nil {
			return err
		}
		for _, h := range hashes {
			e, err := readProposal(ctx, tx, vote, [32]byte(h))
			if err != nil {
				return err
			}
			all = append(all, e)
		}
		return nil
	})
	return all, err
}

// DropProposal removes a proposal: it goes into the log in the same
// transaction, or can never be accepted any more. Other waiting entries are
// left alone.
func (t *Tx) DropProposal(hash [32]byte) error {
	return notFound(execOne(t.ctx, t.tx, `
		DELETE FROM proposals
		WHERE vote = $1 AND hash = $2`,
		t.vote, hash[:]))
}

// addSignatures takes the later of two by the same person.
func addSignatures(ctx context.Context, tx *sql.Tx, vote string, hash [32]byte, sigs []election.Signature) (*election.Entry, error) {
	for _, s := range sigs {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO signatures (vote, hash, role, idx, sig)
			VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (vote, hash, role, idx) DO UPDATE SET
				sig = excluded.sig`,
			vote, hash[:], int64(s.Role), int64(s.Index), s.Sig[:])
		if err != nil {
			return nil, err
		}
	}
	return readProposal(ctx, tx, vote, hash)
}

func readProposal(ctx context.Context, tx *sql.Tx, vote string, hash [32]byte) (*election.Entry, error) {
	e := &election.Entry{}
	err := tx.QueryRowContext(ctx, `
		SELECT kind, body
		FROM proposals
		WHERE vote = $1 AND hash = $2`,
		vote, hash[:]).Scan(&e.Kind, &e.Body)
	if err != nil {
		return nil, err
	}
	e.Signatures, err = queryAll(ctx, tx, scanSignature, `
		SELECT role, idx, sig
		FROM signatures
		WHERE vote = $1 AND hash = $2
		ORDER BY role, idx`,
		vote, hash[:])
	return e, err
}

func scanSignature(rows *sql.Rows) (s election.Signature, err error) {
	var sig []byte
	err = rows.Scan(&s.Role, &s.Index, &sig)
	copy(s.Sig[:], sig)
	return s, err
}
