package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"piaojue/election"
)

// Member is a deputy in the roll of one vote.
type Member struct {
	election.Deputy
	Place *Place   // nil if the deputy has no leaf, because the seat is vacant
	Badge [32]byte // public key; zero until there is one
	PIN   string   // what checks the badge's PIN (argon2id); empty: it has none
}

// Badge is what the server knows of a badge.
type Badge struct {
	Key [32]byte
	PIN string // what checks its PIN (argon2id); empty: it has none
}

// Place is what a deputy's leaf in the public roll is made of, beside badge and
// number. The caller draws both at random.
type Place struct {
	Index uint32
	Salt  [32]byte
}

// PutRoll replaces the draft roll. A member without a badge has the one that was
// there for the number. It returns ErrExists if two members share a
// number, an index or a badge, and ErrFrozen once the manifest is logged.
func (db *DB) PutRoll(ctx context.Context, vote string, members []Member) error {
	return db.revise(ctx, vote, func(ctx context.Context, tx *sql.Tx, _ Vote) error {
		before, err := queryAll(ctx, tx, scanMember, selectMember, vote)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM roll WHERE vote = $1`, vote); err != nil {
			return err
		}
		KeepBadges(members, before)
		for _, m := range members {
			if err := putMember(ctx, tx, vote, m); err != nil {
				return err
			}
		}
		return nil
	})
}

// KeepBadges gives members without a badge those that others of their number have.
func KeepBadges(members, others []Member) {
	had := make(map[string]Member, len(others))
	for _, m := range others {
		had[m.Number] = m
	}
	for i := range members {
		if m := &members[i]; m.Badge == ([32]byte{}) {
			m.Badge, m.PIN = had[m.Number].Badge, had[m.Number].PIN
		}
	}
}

func putMember(ctx context.Context, tx *sql.Tx, vote string, m Member) error {
	var index, salt, badge, pin any
	if m.Place != nil {
		index, salt = int64(m.Place.Index), m.Place.Salt[:]
	}
	if m.Badge != ([32]byte{}) {
		badge = m.Badge[:]
	}
	if m.PIN != "" {
		pin = m.PIN
	}
	err := execOne(ctx, tx, `
		INSERT INTO roll (
			vote, number, name, delegation, seat, sex, ethnicity,
			large_type, standing, idx, salt, badge, pin
		)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT DO NOTHING`,
		vote, m.Number, m.Name, m.Delegation, m.Seat, m.Sex, m.Ethnicity,
		bit(m.LargeType), int64(m.Standing), index, salt, badge, pin)
	if errors.Is(err, errNone) {
		return ErrExists
	}
	return err
}

// PutBadges gives each deputy, by number, a badge. It
// returns ErrNotFound for a number that is not in the roll, and ErrExists for
// a key that another deputy has; then it has changed nothing.
func (db *DB) PutBadges(ctx context.Context, vote string, badges map[string]Badge) error {
	return db.revise(ctx, vote, func(ctx context.Context, tx *sql.Tx, _ Vote) error {
		// First all keys go, so that two deputies can swap theirs.
		for number := range badges {
			err := execOne(ctx, tx, `
				UPDATE roll
				SET badge = NULL, pin = NULL
				WHERE vote = $1 AND number = $2`,
				vote, number)
			if err != nil {
				return notFound(err)
			}
		}
		for number, b := range badges {
			if err := putBadge(ctx, tx, vote, number, b); err != nil {
				return err
			}
		}
		return nil
	})
}

func putBadge(ctx context.Context, tx *sql.Tx, vote, number string, b Badge) error {
	var pin any
	if b.PIN != "" {
		pin = b.PIN
	}
	err := execOne(ctx, tx, `
		UPDATE roll
		SET badge = $1, pin = $4
		WHERE vote = $2 AND number = $3 AND NOT EXISTS (
			SELECT 1
			FROM roll
			WHERE vote = $2 AND badge = $1
		)`,
		b.Key[:], vote, number, pin)
	if errors.Is(err, errNone) {
		return ErrExists
	}
	return err
}

const selectMember = `
	SELECT
		number, name, delegation, seat, sex, ethnicity,
		large_type, standing, idx, salt, badge, COALESCE(pin, '')
	FROM roll
	WHERE vote = $1 `

// Roll returns all members, by number.
func (db *DB) Roll(ctx context.Context, vote string) ([]Member, error) {
	return db.members(ctx, selectMember+`ORDER BY number`, vote)
}

// MemberAt returns the member with a place in the roll. It returns ErrNotFound if
// there is none.
func (db *DB) MemberAt(ctx context.Context, vote string, index uint32) (*Member, error) {
	return db.member(ctx, selectMember+`AND idx = $2`, vote, int64(index))
}

// MemberNumbered returns the member with a roll number. It returns ErrNotFound if
// there is none.
func (db *DB) MemberNumbered(ctx context.Context, vote, number string) (*Member, error) {
	return db.member(ctx, selectMember+`AND number = $2`, vote, number)
}

// MemberWithBadge returns the member for whom a badge was made before the freeze.
// It returns ErrNotFound if there is none.
func (db *DB) MemberWithBadge(ctx context.Context, vote string, key [32]byte) (*Member, error) {
	return db.member(ctx, selectMember+`AND badge = $2`, vote, key[:])
}

func (db *DB) member(ctx context.Context, query string, args ...any) (*Member, error) {
	all, err := db.members(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, ErrNotFound
	}
	return &all[0], nil
}

func (db *DB) members(ctx context.Context, query string, args ...any) (all []Member, err error) {
	err = db.read(ctx, func(tx *sql.Tx) (err error) {
		all, err = queryAll(ctx, tx, scanMember, query, args...)
		return err
	})
	return all, err
}

// Leaves returns the leaves of the roll whose places are from from to before to.
func (db *DB) Leaves(ctx context.Context, vote string, from, to uint32) (leaves []election.Leaf, err error) {
	err = db.read(ctx, func(tx *sql.Tx) (err error) {
		leaves, err = queryAll(ctx, tx, scanLeaf, `
			SELECT idx, number, salt, badge
			FROM roll
			WHERE vote = $1 AND idx >= $2 AND idx < $3
			ORDER BY idx`,
			vote, int64(from), int64(to))
		return err
	})
	return leaves, err
}

func scanLeaf(rows *sql.Rows) (l election.Leaf, err error) {
	var number string
	var salt, badge []byte
	err = rows.Scan(&l.Index, &number, &salt, &badge)
	if err == nil && len(salt) != 32 {
		err = fmt.Errorf("%w: the roll has a place without a salt", ErrDamaged)
	}
	if err != nil {
		return l, err
	}
	copy(l.Key[:], badge)
	l.Commitment = election.CommitNumber([32]byte(salt), number)
	return l, nil
}

// RollCount is how many members there are of a kind.
type RollCount struct {
	Places uint32 // in the roll
	Badges uint32 // of those with a place
	Leave  uint32 // of those with a place: on leave
}

// CountRoll counts the members.
func (db *DB) CountRoll(ctx context.Context, vote string) (c RollCount, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `
			SELECT COUNT(*), COUNT(badge), COUNT(CASE WHEN standing = $2 THEN 1 END)
			FROM roll
			WHERE vote = $1 AND idx IS NOT NULL`,
			vote, int64(election.OnLeave)).Scan(&c.Places, &c.Badges, &c.Leave)
	})
	return c, err
}

func scanMember(rows *sql.Rows) (m Member, err error) {
	var index sql.NullInt64
	var salt, badge []byte
	err = rows.Scan(&m.Number, &m.Name, &m.Delegation, &m.Seat, &m.Sex, &m.Ethnicity,
		&m.LargeType, &m.Standing, &index, &salt, &badge, &m.PIN)
	if err != nil {
		return m, err
	}
	if index.Valid {
		m.Place = &Place{Index: uint32(index.Int64)}
		copy(m.Place.Salt[:], salt)
	}
	copy(m.Badge[:], badge)
	return m, nil
}
