package store

import (
	"context"
	"database/sql"
	"errors"
)

// Card is the public half of a person's keys for one vote, as the person has
// handed it in. Nothing is signed with it before people have compared it with
// the paper: the server could have put another one in its place.
type Card struct {
	Person     string // ID of who handed it in
	PersonName string // of the account
	Kind       string // staff, presidium, scrutineer or teller
	Name       string // as the card says
	Delegation string
	RoleKey    [32]byte
	StaticKey  *[32]byte // of a scrutineer
}

// PutCard keeps the card of a person, in the place of an earlier one. It
// returns ErrExists if somebody else has handed in the same role key, or if the
// static key was handed in for another vote: what a rehearsal opened must not
// open the real vote.
func (db *DB) PutCard(ctx context.Context, vote string, c Card) error {
	return db.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := readVote(ctx, tx, vote); err != nil {
			return err
		}
		err := execOne(ctx, tx, `
			INSERT INTO cards (vote, person, kind, name, delegation, role_key, static_key)
			SELECT $1, $2, $3, $4, $5, $6, $7
			WHERE NOT EXISTS (
				SELECT 1
				FROM cards
				WHERE vote = $1 AND role_key = $6 AND person <> $2
				OR vote <> $1 AND static_key = $7
			)
			ON CONFLICT (vote, person) DO UPDATE SET
				kind = excluded.kind,
				name = excluded.name,
				delegation = excluded.delegation,
				role_key = excluded.role_key,
				static_key = excluded.static_key`,
			vote, c.Person, c.Kind, c.Name, c.Delegation, c.RoleKey[:], optional(c.StaticKey))
		if errors.Is(err, errNone) {
			return ErrExists
		}
		return err
	})
}

// optional is NULL where there is no key.
func optional(key *[32]byte) any {
	if key == nil {
		return nil
	}
	return key[:]
}

// Cards returns the cards of a vote, by kind and person.
func (db *DB) Cards(ctx context.Context, vote string) (all []Card, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		all, err = queryAll(ctx, tx, scanCard, `
			SELECT c.person, p.name, c.kind, c.name, c.delegation, c.role_key, c.static_key
			FROM cards AS c
			JOIN persons AS p ON p.id = c.person
			WHERE c.vote = $1
			ORDER BY c.kind, c.person`,
			vote)
		return err
	})
	return all, err
}

func scanCard(rows *sql.Rows) (c Card, err error) {
	var role, static []byte
	err = rows.Scan(&c.Person, &c.PersonName, &c.Kind, &c.Name, &c.Delegation, &role, &static)
	copy(c.RoleKey[:], role)
	if static != nil {
		c.StaticKey = &[32]byte{}
		copy(c.StaticKey[:], static)
	}
	return c, err
}
