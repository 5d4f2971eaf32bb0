package store

import (
	"context"
	"database/sql"
	"errors"

	"piaojue/election"
)

// PutCandidates replaces the draft's options, in the order of the ballot. It
// returns ErrExists if two share an ID, and ErrFrozen once the manifest is
// logged.
func (db *DB) PutCandidates(ctx context.Context, vote string, options []election.Option) error {
	return db.revise(ctx, vote, func(ctx context.Context, tx *sql.Tx, _ Vote) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM candidates WHERE vote = $1`, vote); err != nil {
			return err
		}
		for place, o := range options {
			if err := putCandidate(ctx, tx, vote, place, o); err != nil {
				return err
			}
		}
		return nil
	})
}

func putCandidate(ctx context.Context, tx *sql.Tx, vote string, place int, o election.Option) error {
	err := execOne(ctx, tx, `
		INSERT INTO candidates (
			vote, place, id, name, content, investment, fiscal,
			beneficiaries, deadline, unit, suggestions
		)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT DO NOTHING`,
		vote, place, o.ID, o.Name, o.Content, int64(o.Investment), int64(o.Fiscal),
		o.Beneficiaries, o.Deadline, o.Unit, int64(o.Suggestions))
	if errors.Is(err, errNone) {
		return ErrExists
	}
	return err
}

// Candidates returns the draft's options, in the order of the ballot.
func (db *DB) Candidates(ctx context.Context, vote string) ([]election.Option, error) {
	var all []election.Option
	err := db.read(ctx, func(tx *sql.Tx) (err error) {
		all, err = queryAll(ctx, tx, scanCandidate, `
			SELECT
				id, name, content, investment, fiscal,
				beneficiaries, deadline, unit, suggestions
			FROM candidates
			WHERE vote = $1
			ORDER BY place`,
			vote)
		return err
	})
	return all, err
}

func scanCandidate(rows *sql.Rows) (o election.Option, err error) {
	err = rows.Scan(&o.ID, &o.Name, &o.Content, &o.Investment, &o.Fiscal,
		&o.Beneficiaries, &o.Deadline, &o.Unit, &o.Suggestions)
	return o, err
}
