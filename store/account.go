package store

import (
	"context"
	"database/sql"
	"errors"
)

// Account is how a person signs in without an API key. What is secret of it is
// here as a hash, or sealed under a key that the database does not hold.
type Account struct {
	Person
	HasKey      bool // an API key
	HasAccount  bool // all below is empty otherwise
	StaffNumber string
	Password    string // argon2id; empty: nobody can sign in
	Device      []byte // sealed secret of the code device; nil: none
	DeviceNext  []byte // of one that is not in force yet
	DeviceUntil int64  // until when that one may come in force, Unix seconds
	Step        int64  // of the last code used
	HasLink     bool
	LinkUntil   int64 // Unix seconds
}

const selectAccount = `
	SELECT p.id, p.name, p.role, p.key_hash IS NOT NULL, a.person IS NOT NULL,
		COALESCE(a.staff_number, ''), COALESCE(a.password, ''), a.device, a.device_next,
		COALESCE(a.device_until, 0), COALESCE(a.step, 0), a.link IS NOT NULL, COALESCE(a.link_until, 0)
	FROM persons AS p
	LEFT JOIN accounts AS a ON a.person = p.id`

func scanAccount(rows *sql.Rows) (a Account, err error) {
	err = rows.Scan(&a.ID, &a.Name, &a.Role, &a.HasKey, &a.HasAccount, &a.StaffNumber, &a.Password,
		&a.Device, &a.DeviceNext, &a.DeviceUntil, &a.Step, &a.HasLink, &a.LinkUntil)
	return a, err
}

// Accounts returns all persons, by ID, with or without an account.
func (db *DB) Accounts(ctx context.Context) (all []Account, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		all, err = queryAll(ctx, tx, scanAccount, selectAccount+` ORDER BY p.id`)
		return err
	})
	return all, err
}

// Account returns that of a person.
func (db *DB) Account(ctx context.Context, id string) (Account, error) {
	return db.oneAccount(ctx, ` WHERE p.id = $1`, id)
}

// AccountByName returns the account of an ID or staff number.
func (db *DB) AccountByName(ctx context.Context, id, staffNumber string) (Account, error) {
	return db.oneAccount(ctx, ` WHERE a.person = $1 OR a.staff_number = $2 ORDER BY a.person <> $1 LIMIT 1`, id, staffNumber)
}

// AccountByLink returns whose one-time link has a token with this hash.
func (db *DB) AccountByLink(ctx context.Context, link [32]byte) (Account, error) {
	return db.oneAccount(ctx, ` WHERE a.link = $1`, link[:])
}

func (db *DB) oneAccount(ctx context.Context, where string, args ...any) (a Account, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		a, err = readAccount(ctx, tx, where, args...)
		return err
	})
	return a, err
}

func readAccount(ctx context.Context, tx *sql.Tx, where string, args ...any) (Account, error) {
	all, err := queryAll(ctx, tx, scanAccount, selectAccount+where, args...)
	if err != nil {
		return Account{}, err
	}
	if len(all) == 0 {
		return Account{}, ErrNotFound
	}
	return all[0], nil
}

// Account is that of DB.
func (t *Tx) Account(id string) (Account, error) {
	return readAccount(t.ctx, t.tx, ` WHERE p.id = $1`, id)
}

// AccountByLink is that of DB.
func (t *Tx) AccountByLink(link [32]byte) (Account, error) {
	return readAccount(t.ctx, t.tx, ` WHERE a.link = $1`, link[:])
}

// AddPerson adds a person without an API key. It returns ErrExists if the ID is
// taken.
func (t *Tx) AddPerson(p Person) error {
	err := execOne(t.ctx, t.tx, `
		INSERT INTO persons (id, name, role)
		VALUES ($1, $2, $3)
		ON CONFLICT DO NOTHING`,
		p.ID, p.Name, string(p.Role))
	if errors.Is(err, errNone) {
		return ErrExists
	}
	return err
}

// ErrNumber means that somebody else has the staff number.
var ErrNumber = errors.New("store: staff number has an account")

// checkNumber leaves the word to people: the constraint below would say it in
// the database's.
func (t *Tx) checkNumber(id, staffNumber string) error {
	var others int
	err := t.tx.QueryRowContext(t.ctx, `
		SELECT COUNT(*)
		FROM accounts
		WHERE staff_number = $1 AND person <> $2`,
		staffNumber, id).Scan(&others)
	if err == nil && others > 0 {
		return ErrNumber
	}
	return err
}

// PutLink gives a person a one-time link, in the place of password, code device
// and sessions: until it is used nobody gets in. An empty staff number leaves
// that of the account.
func (t *Tx) PutLink(id, staffNumber string, link [32]byte, until int64) error {
	if err := t.checkNumber(id, staffNumber); err != nil {
		return err
	}
	_, err := t.tx.ExecContext(t.ctx, `
		INSERT INTO accounts (person, staff_number, link, link_until)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT (person) DO UPDATE SET
			staff_number = COALESCE(excluded.staff_number, accounts.staff_number),
			password = NULL,
			device = NULL,
			device_next = NULL,
			link = excluded.link,
			link_until = excluded.link_until`,
		id, nullText(staffNumber), link[:], until)
	if err != nil {
		return err
	}
	return t.DropSessions(id, [32]byte{})
}

func nullText(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// Credentials are what a person has chosen.
type Credentials struct {
	Password string // argon2id
	Device   []byte // sealed; nil: none
	Step     int64  // of the code that showed that the device works
}

// UseLink puts the credentials in the place of the link. It returns ErrNotFound
// if the account has no link with this hash: it serves once.
func (t *Tx) UseLink(id string, link [32]byte, c Credentials) error {
	return notFound(execOne(t.ctx, t.tx, `
		UPDATE accounts
		SET
			password = $1,
			device = $2,
			device_next = NULL,
			step = $3,
			link = NULL,
			link_until = 0
		WHERE person = $4 AND link = $5`,
		c.Password, nullBytes(c.Device), c.Step, id, link[:]))
}

func nullBytes(b []byte) any {
	if b == nil {
		return nil
	}
	return b
}

// Rename is for the first administrator, who is made without a name.
func (t *Tx) Rename(id, name, staffNumber string) error {
	if err := t.checkNumber(id, staffNumber); err != nil {
		return err
	}
	err := execOne(t.ctx, t.tx, `
		UPDATE persons
		SET name = $1
		WHERE id = $2`,
		name, id)
	if err != nil {
		return notFound(err)
	}
	return notFound(execOne(t.ctx, t.tx, `
		UPDATE accounts
		SET staff_number = $1
		WHERE person = $2`,
		staffNumber, id))
}

// PutRole gives a person another role and ends the sessions of the former.
func (t *Tx) PutRole(id string, role Role) error {
	err := execOne(t.ctx, t.tx, `
		UPDATE persons
		SET role = $1
		WHERE id = $2`,
		string(role), id)
	if err != nil {
		return notFound(err)
	}
	return t.DropSessions(id, [32]byte{})
}

// PutPassword replaces the password.
func (t *Tx) PutPassword(id, password string) error {
	return notFound(execOne(t.ctx, t.tx, `
		UPDATE accounts
		SET password = $1
		WHERE person = $2 AND password IS NOT NULL`,
		password, id))
}

// PutDevice puts a code device in force, or none.
func (t *Tx) PutDevice(id string, device []byte, step int64) error {
	return notFound(execOne(t.ctx, t.tx, `
		UPDATE accounts
		SET
			device = $1,
			device_next = NULL,
			step = $2
		WHERE person = $3`,
		nullBytes(device), step, id))
}

// PutDeviceNext keeps the sealed secret of a device for a code of it that comes
// before until, in Unix seconds.
func (db *DB) PutDeviceNext(ctx context.Context, id string, device []byte, until int64) error {
	return db.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		return notFound(execOne(ctx, tx, `
			UPDATE accounts
			SET
				device_next = $1,
				device_until = $2
			WHERE person = $3`,
			device, until, id))
	})
}

// UseStep notes that the code of a step is used. It returns ErrNotFound if that
// or a later one was used before: of two requests with one code, one is told no
// (attack S10).
func (db *DB) UseStep(ctx context.Context, id string, step int64) error {
	return db.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		return notFound(execOne(ctx, tx, `
			UPDATE accounts
			SET step = $1
			WHERE person = $2 AND step < $1`,
			step, id))
	})
}

// OtherAdmins counts the administrators but one who can sign in: a key changes no
// accounts.
func (t *Tx) OtherAdmins(id string) (n int, err error) {
	err = t.tx.QueryRowContext(t.ctx, `
		SELECT COUNT(*)
		FROM persons AS p
		JOIN accounts AS a ON a.person = p.id
		WHERE p.role = 'admin' AND p.id <> $1 AND a.password IS NOT NULL`,
		id).Scan(&n)
	return n, err
}
