package store

import (
	"context"
	"database/sql"
	"errors"
)

// Role is what a person may do at the server. The keys with which people sign
// entries are no business of this table: the log knows them.
type Role string

// The roles.
const (
	RoleAdmin      Role = "admin"
	RoleStaffLead  Role = "staff_lead"
	RoleStaff      Role = "staff"
	RolePresidium  Role = "presidium"
	RoleScrutineer Role = "scrutineer"
	RoleTeller     Role = "teller"
	RoleGate       Role = "gate"
	RoleAuditor    Role = "auditor"
	RoleMember     Role = "member" // works on projects, and has no part in votes
)

// Person may use the server. Deputies are none: a badge speaks for them.
type Person struct {
	ID   string
	Name string
	Role Role
}

// PutPerson adds a person with an API key, or gives the one of the same ID a
// new one: the former then opens nothing. keyHash is the SHA-256 of the key. It
// returns ErrExists if the ID is that of a person of another role: who has an
// account would change duties unseen.
func (db *DB) PutPerson(ctx context.Context, p Person, keyHash [32]byte) error {
	return db.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		return putPerson(ctx, tx, p, keyHash)
	})
}

// PutPerson is that of DB.
func (t *Tx) PutPerson(p Person, keyHash [32]byte) error {
	return putPerson(t.ctx, t.tx, p, keyHash)
}

func putPerson(ctx context.Context, tx *sql.Tx, p Person, keyHash [32]byte) error {
	err := execOne(ctx, tx, `
		INSERT INTO persons (id, name, role, key_hash)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE SET
			name = excluded.name,
			key_hash = excluded.key_hash
		WHERE persons.role = excluded.role`,
		p.ID, p.Name, string(p.Role), keyHash[:])
	if errors.Is(err, errNone) {
		return ErrExists
	}
	return err
}

// DeletePerson removes a person with key, account and sessions.
func (db *DB) DeletePerson(ctx context.Context, id string) error {
	return db.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		return deletePerson(ctx, tx, id)
	})
}

// DeletePerson is that of DB.
func (t *Tx) DeletePerson(id string) error { return deletePerson(t.ctx, t.tx, id) }

func deletePerson(ctx context.Context, tx *sql.Tx, id string) error {
	return notFound(execOne(ctx, tx, `DELETE FROM persons WHERE id = $1`, id))
}

// PersonByKey returns whose API key has this SHA-256. The hash is compared by
// the index, not in constant time: what leaks of a hash does not help to find
// a key of 32 random bytes (attack S9).
func (db *DB) PersonByKey(ctx context.Context, keyHash [32]byte) (Person, error) {
	var p Person
	err := db.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `
			SELECT id, name, role
			FROM persons
			WHERE key_hash = $1`,
			keyHash[:]).Scan(&p.ID, &p.Name, &p.Role)
	})
	return p, err
}

// Persons returns all, by ID.
func (db *DB) Persons(ctx context.Context) ([]Person, error) {
	var all []Person
	err := db.read(ctx, func(tx *sql.Tx) (err error) {
		all, err = queryAll(ctx, tx, scanPerson, `
			SELECT id, name, role
			FROM persons
			ORDER BY id`)
		return err
	})
	return all, err
}

func scanPerson(rows *sql.Rows) (p Person, err error) {
	err = rows.Scan(&p.ID, &p.Name, &p.Role)
	return p, err
}
