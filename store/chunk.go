package store

import (
	"context"
	"database/sql"
	"fmt"
	"math"
)

// chunk is a run of slots that were made at once, for one vote.
type chunk struct {
	first, count int64
	size         int
	vote         string
}

func (c chunk) end() int64 { return c.first + c.count }

// makeChunk writes the slots of a chunk, behind all others.
func makeChunk(ctx context.Context, tx *sql.Tx, c *chunk) error {
	err := tx.QueryRowContext(ctx, `
		SELECT COALESCE(MAX(first + count), 1)
		FROM chunks`).Scan(&c.first)
	if err != nil {
		return err
	}
	if c.end() > math.MaxUint32 { // an index has no larger ones
		return fmt.Errorf("store: there are too many slots: %d", c.end())
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO chunks (first, count, size, vote)
		VALUES ($1, $2, $3, $4)`,
		c.first, c.count, int64(c.size), c.vote)
	if err != nil {
		return err
	}
	stmt, err := tx.PrepareContext(ctx, `
		INSERT INTO slots (slot, body)
		VALUES ($1, $2)`)
	if err != nil {
		return err
	}
	defer stmt.Close()
	nothing := make([]byte, c.size)
	for slot := c.first; slot < c.end(); slot++ {
		if _, err := stmt.ExecContext(ctx, slot, nothing); err != nil {
			return err
		}
	}
	return nil
}

func deleteChunk(ctx context.Context, tx *sql.Tx, c chunk) error {
	_, err := tx.ExecContext(ctx, `
		DELETE FROM slots
		WHERE slot >= $1 AND slot < $2`,
		c.first, c.end())
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM chunks WHERE first = $1`, c.first)
	return err
}

func readChunks(ctx context.Context, tx *sql.Tx) ([]chunk, error) {
	return queryAll(ctx, tx, scanChunk, `
		SELECT first, count, size, vote
		FROM chunks
		ORDER BY first`)
}

func scanChunk(rows *sql.Rows) (c chunk, err error) {
	err = rows.Scan(&c.first, &c.count, &c.size, &c.vote)
	return c, err
}

// slotsOf are the numbers of the slots of a chunk, ascending.
func slotsOf(ctx context.Context, tx *sql.Tx, c chunk) ([]int64, error) {
	return queryAll(ctx, tx, func(rows *sql.Rows) (slot int64, err error) {
		err = rows.Scan(&slot)
		return slot, err
	}, `
		SELECT slot
		FROM slots
		WHERE slot >= $1 AND slot < $2
		ORDER BY slot`,
		c.first, c.end())
}

// checkNoSlots looks for slots from start to before end, where no chunk is.
func checkNoSlots(ctx context.Context, tx *sql.Tx, start, end int64) error {
	var n int64
	err := tx.QueryRowContext(ctx, `
		SELECT COUNT(*)
		FROM slots
		WHERE slot >= $1 AND slot < $2`,
		start, end).Scan(&n)
	if err == nil && (n != 0 || start > end) {
		err = fmt.Errorf("%w: %d slots of no chunk before slot %d", ErrDamaged, n, end)
	}
	return err
}

// eachSlot calls fn for the slots of a chunk, one after the other.
func eachSlot(ctx context.Context, tx *sql.Tx, c chunk, fn func(slot int64, body []byte) error) error {
	rows, err := tx.QueryContext(ctx, `
		SELECT slot, body
		FROM slots
		WHERE slot >= $1 AND slot < $2
		ORDER BY slot`,
		c.first, c.end())
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var slot int64
		var body []byte
		if err := rows.Scan(&slot, &body); err != nil {
			return err
		}
		if err := fn(slot, body); err != nil {
			return err
		}
	}
	return rows.Err()
}
