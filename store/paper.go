package store

import (
	"context"
	"database/sql"

	"piaojue/election"
)

// ProposeBatch is Propose for a batch of paper, together with the entries that
// follow it in the log.
func (db *DB) ProposeBatch(ctx context.Context, vote string, e *election.Entry, papers [][]byte, by string) error {
	hash := ProposalHash(e)
	return db.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := propose(ctx, tx, vote, e, by); err != nil {
			return err
		}
		for i, raw := range papers {
			_, err := tx.ExecContext(ctx, `
				INSERT INTO papers (vote, hash, place, entry)
				VALUES ($1, $2, $3, $4)
				ON CONFLICT DO NOTHING`,
				vote, hash[:], int64(i), raw)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Papers returns the entries that belong to a proposed batch, in their order.
func (db *DB) Papers(ctx context.Context, vote string, hash [32]byte) (papers [][]byte, err error) {
	err = db.read(ctx, func(tx *sql.Tx) (err error) {
		papers, err = readPapers(ctx, tx, vote, hash)
		return err
	})
	return papers, err
}

// Papers is DB.Papers within the transaction that logs them.
func (t *Tx) Papers(hash [32]byte) ([][]byte, error) {
	return readPapers(t.ctx, t.tx, t.vote, hash)
}

func readPapers(ctx context.Context, tx *sql.Tx, vote string, hash [32]byte) ([][]byte, error) {
	return queryAll(ctx, tx, scanBytes, `
		SELECT entry
		FROM papers
		WHERE vote = $1 AND hash = $2
		ORDER BY place`,
		vote, hash[:])
}
