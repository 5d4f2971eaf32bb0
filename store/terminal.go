package store

import (
	"context"
	"database/sql"
	"errors"
)

// Terminal is a device that may serve deputies. The table holds nothing about
// a person, and nothing of what a terminal does.
type Terminal struct {
	ID      string
	Vote    string
	KeyHash [32]byte // SHA-256 of its key
	Kind    TerminalKind
	Zone    string // part of the hall, or empty
	Label   string // seat or number; unique in its zone
}

// TerminalKind says whom a terminal serves.
type TerminalKind string

// The kinds of terminals.
const (
	TerminalSeat   TerminalKind = "seat"   // stands at the seat of one deputy
	TerminalShared TerminalKind = "shared" // serves one deputy after the other
)

// PutTerminalCode keeps a code that registers one terminal of the vote until
// the given time, by a hash that is slow to make; times are Unix seconds.
func (db *DB) PutTerminalCode(ctx context.Context, vote string, hash [32]byte, now, till int64) error {
	return db.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := readVote(ctx, tx, vote); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM terminal_codes WHERE good_till < $1`, now); err != nil {
			return err
		}
		return execOne(ctx, tx, `
			INSERT INTO terminal_codes (code_hash, vote, good_till)
			VALUES ($1, $2, $3)`,
			hash[:], vote, till)
	})
}

// HasTerminalCode reports whether there is a code that registers a terminal.
func (db *DB) HasTerminalCode(ctx context.Context, now int64) (there bool, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM terminal_codes WHERE good_till >= $1)`, now).Scan(&there)
	})
	return there, err
}

// RegisterTerminal uses up a code, and adds the terminal to the code's vote,
// which it returns. It returns ErrNotFound for a code that is wrong, used or
// too old, and ErrExists, with the code as good as before, if another terminal
// has this zone and label.
func (db *DB) RegisterTerminal(ctx context.Context, code [32]byte, now int64, t Terminal) (vote string, err error) {
	err = db.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `
			SELECT vote
			FROM terminal_codes
			WHERE code_hash = $1 AND good_till >= $2`,
			code[:], now).Scan(&vote)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		if err := execOne(ctx, tx, `DELETE FROM terminal_codes WHERE code_hash = $1`, code[:]); err != nil {
			return err
		}
		return putTerminal(ctx, tx, vote, t)
	})
	return vote, err
}

func putTerminal(ctx context.Context, tx *sql.Tx, vote string, t Terminal) error {
	err := execOne(ctx, tx, `
		INSERT INTO terminals (vote, id, key_hash, kind, zone, label)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT DO NOTHING`,
		vote, t.ID, t.KeyHash[:], string(t.Kind), t.Zone, t.Label)
	if errors.Is(err, errNone) {
		return ErrExists
	}
	return err
}

// Terminals returns those of all votes, by zone and label.
func (db *DB) Terminals(ctx context.Context) (all []Terminal, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		all, err = queryAll(ctx, tx, scanTerminal, `
			SELECT id, vote, key_hash, kind, zone, label
			FROM terminals
			ORDER BY vote, zone, label`)
		return err
	})
	return all, err
}

func scanTerminal(rows *sql.Rows) (t Terminal, err error) {
	var hash []byte
	err = rows.Scan(&t.ID, &t.Vote, &hash, &t.Kind, &t.Zone, &t.Label)
	copy(t.KeyHash[:], hash)
	return t, err
}

// DropTerminal removes a terminal; its key opens nothing from then on.
func (db *DB) DropTerminal(ctx context.Context, vote, id string) error {
	return db.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		return notFound(execOne(ctx, tx, `
			DELETE FROM terminals
			WHERE vote = $1 AND id = $2`,
			vote, id))
	})
}

// MoveTerminals gives the terminals of one vote to another, so that nobody has
// to go round the hall again for the next one. Those whose zone and label the
// other vote has already stay where they are.
func (db *DB) MoveTerminals(ctx context.Context, from, to string) (moved int64, err error) {
	err = db.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `
			UPDATE terminals
			SET vote = $1
			WHERE vote = $2 AND NOT EXISTS (
				SELECT 1
				FROM terminals AS other
				WHERE other.vote = $1 AND other.zone = terminals.zone AND other.label = terminals.label
			)`,
			to, from)
		if err != nil {
			return err
		}
		moved, err = res.RowsAffected()
		return err
	})
	return moved, err
}
