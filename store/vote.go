package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
)

var (
	// ErrFrozen means that the manifest is logged: what it was made of does
	// not change any more.
	ErrFrozen = errors.New("store: the vote is frozen")

	// ErrRevised means that the draft is not the one the caller has seen.
	ErrRevised = errors.New("store: the draft was changed meanwhile")
)

// Vote is what the store itself knows of a vote. Everything else is in the
// draft before it is frozen, and in the log from then on.
type Vote struct {
	ID       string
	Draft    []byte // opaque
	Revision uint64 // counts changes of draft, roll and candidates
	Frozen   bool
	Box      BoxState
	Epoch    uint32 // the one the box takes ballots of; 0 before the first opening
}

// CreateVote makes a vote with its draft and its empty log. It returns
// ErrExists if the ID is taken.
func (db *DB) CreateVote(ctx context.Context, id string, draft []byte) error {
	return db.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		err := execOne(ctx, tx, `
			INSERT INTO votes (id, draft)
			VALUES ($1, $2)
			ON CONFLICT DO NOTHING`,
			id, nonNil(draft))
		if errors.Is(err, errNone) {
			return ErrExists
		}
		if err != nil {
			return err
		}
		return execOne(ctx, tx, `
			INSERT INTO heads (vote, size, signed, checkpoint)
			VALUES ($1, 0, 0, $2)`,
			id, []byte{})
	})
}

// Vote returns one vote.
func (db *DB) Vote(ctx context.Context, id string) (Vote, error) {
	var v Vote
	err := db.read(ctx, func(tx *sql.Tx) (err error) {
		v, err = readVote(ctx, tx, id)
		return err
	})
	return v, err
}

// Votes returns all votes, by ID, without the administration.
func (db *DB) Votes(ctx context.Context) ([]Vote, error) {
	all, err := db.logs(ctx)
	all = slices.DeleteFunc(all, func(v Vote) bool { return v.ID == Administration })
	return all, err
}

// Administration is the ID of the log of what administrators do. It has the
// place of a vote, so that one machinery keeps all logs, and is none.
const Administration = "administration"

// logs returns the votes and the administration.
func (db *DB) logs(ctx context.Context) (all []Vote, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		all, err = queryAll(ctx, tx, scanVote, selectVote+` ORDER BY id`)
		return err
	})
	return all, err
}

// EditDraft replaces the draft by what edit makes of it. No other edit comes
// between. It returns ErrFrozen once the manifest is logged.
func (db *DB) EditDraft(ctx context.Context, id string, edit func(draft []byte) ([]byte, error)) error {
	return db.revise(ctx, id, func(ctx context.Context, tx *sql.Tx, v Vote) error {
		draft, err := edit(v.Draft)
		if err != nil {
			return err
		}
		return execOne(ctx, tx, `
			UPDATE votes
			SET draft = $1
			WHERE id = $2`,
			nonNil(draft), id)
	})
}

// revise changes something that the manifest is made of.
func (db *DB) revise(ctx context.Context, id string, fn func(context.Context, *sql.Tx, Vote) error) error {
	return db.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		v, err := readVote(ctx, tx, id)
		if err != nil {
			return err
		}
		if v.Frozen {
			return ErrFrozen
		}
		if err := fn(ctx, tx, v); err != nil {
			return err
		}
		return execOne(ctx, tx, `
			UPDATE votes
			SET revision = revision + 1
			WHERE id = $1`,
			id)
	})
}

const selectVote = `
	SELECT id, draft, revision, frozen, box, epoch
	FROM votes`

func readVote(ctx context.Context, tx *sql.Tx, id string) (Vote, error) {
	all, err := queryAll(ctx, tx, scanVote, selectVote+` WHERE id = $1`, id)
	if err != nil {
		return Vote{}, err
	}
	if len(all) == 0 {
		return Vote{}, ErrNotFound
	}
	return all[0], nil
}

func scanVote(rows *sql.Rows) (v Vote, err error) {
	err = rows.Scan(&v.ID, &v.Draft, &v.Revision, &v.Frozen, &v.Box, &v.Epoch)
	return v, err
}

// nonNil keeps an empty value from becoming NULL.
func nonNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// notFound is for statements that change the one row they name.
func notFound(err error) error {
	if errors.Is(err, errNone) {
		return ErrNotFound
	}
	return err
}
