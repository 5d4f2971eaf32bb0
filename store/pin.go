package store

import (
	"context"
	"database/sql"
	"errors"
)

// MaxPINTries is how often in a row a badge's PIN may be wrong, in all votes
// together: a rehearsal and a second round with the same badges give who found
// one no more tries.
const MaxPINTries = 5

// ErrLocked means that there are no tries left.
var ErrLocked = errors.New("store: no tries of the PIN are left")

// TryPIN takes one of the tries of a leaf's PIN, before it is compared: who
// sends many at once has no more of them. It returns ErrLocked if none is left.
func (db *DB) TryPIN(ctx context.Context, vote string, index uint32) error {
	return db.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		err := execOne(ctx, tx, `
			INSERT INTO pin_tries (vote, idx, tries)
			SELECT vote, idx, 1
			FROM roll
			WHERE vote = $1 AND idx = $2 AND badge IS NOT NULL AND $3 > (
				SELECT COALESCE(SUM(t.tries), 0)
				FROM pin_tries AS t
				JOIN roll AS r ON r.vote = t.vote AND r.idx = t.idx
				WHERE r.badge = roll.badge
			)
			ON CONFLICT (vote, idx) DO UPDATE SET
				tries = pin_tries.tries + 1`,
			vote, int64(index), MaxPINTries)
		if errors.Is(err, errNone) {
			return ErrLocked
		}
		return err
	})
}

// ForgiveTries gives a badge all its tries back: after the right PIN, or because
// somebody in charge has seen the deputy.
func (db *DB) ForgiveTries(ctx context.Context, vote string, index uint32) error {
	return db.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		return forgiveTries(ctx, tx, vote, index)
	})
}

// ForgiveTries is that of DB.
func (t *Tx) ForgiveTries(vote string, index uint32) error {
	return forgiveTries(t.ctx, t.tx, vote, index)
}

func forgiveTries(ctx context.Context, tx *sql.Tx, vote string, index uint32) error {
	_, err := tx.ExecContext(ctx, `
		DELETE FROM pin_tries
		WHERE EXISTS (
			SELECT 1
			FROM roll AS r
			JOIN roll AS own ON own.badge = r.badge
			WHERE r.vote = pin_tries.vote AND r.idx = pin_tries.idx AND own.vote = $1 AND own.idx = $2
		)`,
		vote, int64(index))
	return err
}

func dropTries(ctx context.Context, tx *sql.Tx, vote string, index uint32) error {
	_, err := tx.ExecContext(ctx, `
		DELETE FROM pin_tries
		WHERE vote = $1 AND idx = $2`,
		vote, int64(index))
	return err
}

// LockedBadges returns the leaves that have no tries left.
func (db *DB) LockedBadges(ctx context.Context, vote string) (indexes []uint32, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		indexes, err = queryAll(ctx, tx, scanIndex, selectLocked, vote, MaxPINTries)
		return err
	})
	return indexes, err
}

// selectLocked begins with the tries, of which there are few, and goes from them to
// the roll by its keys: every check-in asks. SQLite joins in another order, and reads
// the whole roll, unless the join is a cross join and the index is sorted as a sum.
const selectLocked = `
	SELECT own.idx
	FROM (
		SELECT r.badge AS badge
		FROM pin_tries AS t
		CROSS JOIN roll AS r
		WHERE r.vote = t.vote AND r.idx = t.idx
		GROUP BY r.badge
		HAVING SUM(t.tries) >= $2
	) AS locked
	CROSS JOIN roll AS own
	WHERE own.vote = $1 AND own.badge = locked.badge AND own.idx + 0 >= 0
	ORDER BY own.idx + 0`

func scanIndex(rows *sql.Rows) (index uint32, err error) {
	err = rows.Scan(&index)
	return index, err
}

// DropPIN takes the PIN off a leaf, with its tries. It goes with the entry that
// replaces the leaf's badge, which is the way back for a forgotten PIN: two
// scrutineers sign that entry, and everybody can read it.
func (t *Tx) DropPIN(index uint32) error {
	if err := dropTries(t.ctx, t.tx, t.vote, index); err != nil {
		return err
	}
	_, err := t.tx.ExecContext(t.ctx, `
		UPDATE roll
		SET pin = NULL
		WHERE vote = $1 AND idx = $2`,
		t.vote, int64(index))
	return err
}
