package store

import (
	"context"
	"database/sql"
	"errors"
)

// Attendance is a line of the check-in register.
type Attendance struct {
	Index   uint32 // place in the roll
	Present bool   // now
	Ever    bool   // P counts these
	Reason  string // why somebody was checked in or out by hand
}

// CheckIn notes that a deputy is in the hall, or has left. Who was once present
// stays counted, and a reason stays until there is another: the same check-in
// at two gates is one. It returns ErrNotFound if the roll has no such leaf, or the
// roll is not frozen yet.
func (db *DB) CheckIn(ctx context.Context, vote string, index uint32, present bool, reason string) error {
	return db.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if err := frozenLeaf(ctx, tx, vote, index); err != nil {
			return err
		}
		return execOne(ctx, tx, `
			INSERT INTO register (vote, idx, present, ever, reason)
			VALUES ($1, $2, $3, $3, $4)
			ON CONFLICT (vote, idx) DO UPDATE SET
				present = excluded.present,
				ever = CASE WHEN excluded.ever = 1 THEN 1 ELSE register.ever END,
				reason = CASE WHEN excluded.reason <> '' THEN excluded.reason ELSE register.reason END`,
			vote, int64(index), bit(present), reason)
	})
}

func frozenLeaf(ctx context.Context, tx *sql.Tx, vote string, index uint32) error {
	var one int
	err := tx.QueryRowContext(ctx, `
		SELECT 1
		FROM roll
		JOIN votes ON votes.id = roll.vote
		WHERE roll.vote = $1 AND roll.idx = $2 AND votes.frozen = 1`,
		vote, int64(index)).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

// Register returns the register in the order of the roll, without who never
// came.
func (db *DB) Register(ctx context.Context, vote string) ([]Attendance, error) {
	var all []Attendance
	err := db.EachAttended(ctx, vote, func(a Attendance) bool {
		all = append(all, a)
		return true
	})
	return all, err
}

// EachAttended is Register one line after the other, as long as fn says so.
func (db *DB) EachAttended(ctx context.Context, vote string, fn func(Attendance) bool) error {
	return db.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `
			SELECT idx, present, ever, reason
			FROM register
			WHERE vote = $1
			ORDER BY idx`,
			vote)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			a, err := scanAttendance(rows)
			if err != nil || !fn(a) {
				return err
			}
		}
		return rows.Err()
	})
}

// Attended returns one line of the register; that of who never came is empty.
func (db *DB) Attended(ctx context.Context, vote string, index uint32) (Attendance, error) {
	a := Attendance{Index: index}
	err := db.read(ctx, func(tx *sql.Tx) error {
		all, err := queryAll(ctx, tx, scanAttendance, `
			SELECT idx, present, ever, reason
			FROM register
			WHERE vote = $1 AND idx = $2`,
			vote, int64(index))
		if len(all) > 0 {
			a = all[0]
		}
		return err
	})
	return a, err
}

func scanAttendance(rows *sql.Rows) (a Attendance, err error) {
	err = rows.Scan(&a.Index, &a.Present, &a.Ever, &a.Reason)
	return a, err
}
