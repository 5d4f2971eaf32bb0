package store

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"

	"github.com/pressly/goose/v3"

	"piaojue/election"
)

func openAdministration(t *testing.T) *DB {
	t.Helper()
	db := openVote(t)
	must(t, db.CreateVote(t.Context(), Administration, nil))
	return db
}

func administer(db *DB, t *testing.T, fn func(*Tx) error) error {
	return db.Update(t.Context(), Administration, fn)
}

func invite(t *testing.T, db *DB, id string, role Role, number string) {
	t.Helper()
	must(t, administer(db, t, func(tx *Tx) error {
		return errors.Join(tx.AddPerson(Person{ID: id, Name: id, Role: role}), tx.PutLink(id, number, hashOf("link of %s", id), 100))
	}))
}

const testHash = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA"

func TestAccounts(t *testing.T) {
	db := openAdministration(t)
	ctx := t.Context()
	invite(t, db, "li", RoleStaff, "7")
	a, err := db.Account(ctx, "li")
	if err != nil || !a.HasAccount || !a.HasLink || a.HasKey || a.Password != "" || a.LinkUntil != 100 {
		t.Errorf("invited: %+v, %v", a, err)
	}
	if byLink, err := db.AccountByLink(ctx, hashOf("link of li")); err != nil || byLink.ID != "li" {
		t.Errorf("by link: %+v, %v", byLink, err)
	}
	use := func(link [32]byte) error {
		return administer(db, t, func(tx *Tx) error {
			return tx.UseLink("li", link, Credentials{Password: testHash, Device: []byte("d"), Step: 5})
		})
	}
	wantErr(t, "another link", use(hashOf("other")), ErrNotFound)
	must(t, use(hashOf("link of li")))
	wantErr(t, "the link again", use(hashOf("link of li")), ErrNotFound)
	for name, id := range map[string]string{"li": "li", "7": "li"} {
		if a, err := db.AccountByName(ctx, name, name); err != nil || a.ID != id || a.Password != testHash || a.Step != 5 {
			t.Errorf("by name %s: %+v, %v", name, a, err)
		}
	}
	_, err = db.AccountByName(ctx, "nobody", "nobody")
	wantErr(t, "nobody", err, ErrNotFound)
	wantErr(t, "a used step", db.UseStep(ctx, "li", 5), ErrNotFound)
	must(t, db.UseStep(ctx, "li", 6))
	wantErr(t, "an earlier step", db.UseStep(ctx, "li", 5), ErrNotFound)
	if administer(db, t, func(tx *Tx) error { return tx.PutPassword("li", "plain text") }) == nil {
		t.Error("a password that is no hash: no error")
	}
}

// A human has one account, whoever asks.
func TestStaffNumbers(t *testing.T) {
	db := openAdministration(t)
	invite(t, db, "li", RoleStaff, "7")
	wantErr(t, "a second account", administer(db, t, func(tx *Tx) error {
		return errors.Join(tx.AddPerson(Person{ID: "li2", Name: "li", Role: RoleAuditor}), tx.PutLink("li2", "7", hashOf("x"), 1))
	}), ErrNumber)
	if _, err := db.Account(t.Context(), "li2"); !errors.Is(err, ErrNotFound) {
		t.Errorf("half of it happened: %v", err)
	}
	must(t, administer(db, t, func(tx *Tx) error { return tx.PutLink("li", "7", hashOf("x"), 1) }))
	wantErr(t, "an ID twice", administer(db, t, func(tx *Tx) error {
		return tx.AddPerson(Person{ID: "li", Name: "other", Role: RoleGate})
	}), ErrExists)
	wantErr(t, "a key that changes the role", db.PutPerson(t.Context(), Person{ID: "li", Name: "li", Role: RoleAdmin}, hashOf("k")), ErrExists)
	must(t, db.PutPerson(t.Context(), Person{ID: "li", Name: "li", Role: RoleStaff}, hashOf("k")))
}

func TestSessions(t *testing.T) {
	db := openAdministration(t)
	ctx := t.Context()
	invite(t, db, "li", RoleStaff, "7")
	one, two := hashOf("one"), hashOf("two")
	must(t, db.PutSession(ctx, one, "li", 10, 0, 0))
	must(t, db.PutSession(ctx, two, "li", 20, 0, 0))
	must(t, db.SeeSession(ctx, one, 30))
	must(t, db.SeeSession(ctx, one, 25)) // never back
	if s, err := db.Session(ctx, one); err != nil || s.ID != "li" || s.Role != RoleStaff || s.Began != 10 || s.Seen != 30 {
		t.Errorf("session %+v, %v", s, err)
	}
	for at, want := range map[int64]int{0: 2, 15: 1, 99: 0} {
		if list, err := db.Sessions(ctx, "li", at, 0); err != nil || len(list) != want || want == 2 && (list[0].Seen != 30 || list[1].Began != 20) {
			t.Errorf("sessions that began after %d: %+v, %v", at, list, err)
		}
	}
	must(t, administer(db, t, func(tx *Tx) error { return tx.DropSessions("li", two) }))
	_, err := db.Session(ctx, one)
	wantErr(t, "a dropped session", err, ErrNotFound)
	_, err = db.Session(ctx, two)
	must(t, err)
	must(t, db.PutSession(ctx, hashOf("three"), "li", 40, 0, 25))
	_, err = db.Session(ctx, two)
	wantErr(t, "a session not seen for long", err, ErrNotFound)
	if db.PutSession(ctx, hashOf("four"), "nobody", 1, 0, 0) == nil {
		t.Error("a session of nobody: no error")
	}
	must(t, administer(db, t, func(tx *Tx) error { return tx.PutLink("li", "", hashOf("new"), 1) }))
	_, err = db.Session(ctx, hashOf("three"))
	wantErr(t, "a session after a new link", err, ErrNotFound)
	must(t, db.PutSession(ctx, one, "li", 50, 0, 0))
	must(t, db.DeletePerson(ctx, "li"))
	_, err = db.Session(ctx, one)
	wantErr(t, "a removed person's session", err, ErrNotFound)
}

func TestAttempts(t *testing.T) {
	db := openVote(t)
	ctx := t.Context()
	add := func(name [32]byte, now, forget int64) {
		t.Helper()
		must(t, db.EditAttempts(ctx, name, forget, func(a Attempts) (Attempts, error) {
			a.Failures++
			a.Latest = now
			return a, nil
		}))
	}
	li, wang := hashOf("li"), hashOf("wang")
	add(li, 10, 0)
	add(li, 11, 0)
	stop := errors.New("locked")
	wantErr(t, "a refused edit", db.EditAttempts(ctx, li, 0, func(a Attempts) (Attempts, error) { return Attempts{}, stop }), stop)
	if a, err := db.Attempts(ctx, li); err != nil || a.Failures != 2 || a.Latest != 11 {
		t.Errorf("attempts %+v, %v", a, err)
	}
	add(wang, 100, 12)
	if a, err := db.Attempts(ctx, li); err != nil || a != (Attempts{}) {
		t.Errorf("old attempts %+v, %v", a, err)
	}
	must(t, db.DropAttempts(ctx, wang))
	if a, err := db.Attempts(ctx, wang); err != nil || a != (Attempts{}) {
		t.Errorf("dropped attempts %+v, %v", a, err)
	}
}

// Two roles are two persons, of each proposal; one person may sign again.
func TestSamePerson(t *testing.T) {
	db := openVote(t)
	propose := func(body string, role election.Role, by string) error {
		_, err := db.Propose(t.Context(), testVote, &election.Entry{Kind: election.KindOrder, Body: []byte(body),
			Signatures: []election.Signature{{Role: role, Sig: [64]byte{1}}}}, by)
		return err
	}
	must(t, propose("order", election.RoleStaff, "li"))
	must(t, propose("order", election.RoleStaff, "li"))
	wantErr(t, "one person", propose("order", election.RolePresidium, "li"), ErrSamePerson)
	e, err := db.Proposal(t.Context(), testVote, ProposalHash(&election.Entry{Kind: election.KindOrder, Body: []byte("order")}))
	if err != nil || len(e.Signatures) != 1 {
		t.Errorf("the refused signature is kept: %+v, %v", e, err)
	}
	must(t, propose("order", election.RolePresidium, "wang"))
	must(t, propose("another", election.RolePresidium, "li"))
}

// The administration is no vote, and its log is checked like one's (attack S2).
func TestAdministrationChecked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db")
	db := openAt(t, path)
	ctx := t.Context()
	must(t, db.CreateVote(ctx, Administration, nil))
	if all, err := db.Votes(ctx); err != nil || len(all) != 0 {
		t.Errorf("votes %v, %v", all, err)
	}
	must(t, db.Close())
	must(t, openAt(t, path).Close())
	raw, err := sqliteMain(path, "sqlite").openWriter()
	must(t, err)
	_, err = raw.Exec(`UPDATE heads SET size = 1 WHERE vote = $1`, Administration)
	must(t, errors.Join(err, raw.Close()))
	if _, err := OpenDB(ctx, path); !errors.Is(err, ErrDamaged) {
		t.Errorf("a log without its entry: %v", err)
	}
}

// Persons of the first schema keep their keys.
func TestMigratePersons(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db")
	raw, err := sqliteMain(path, "sqlite").openWriter()
	must(t, err)
	p, err := goose.NewProvider(goose.DialectSQLite3, raw, mustSub(t), goose.WithDisableGlobalRegistry(true))
	must(t, err)
	_, err = p.UpTo(t.Context(), 1)
	must(t, err)
	key := hashOf("key")
	_, err = raw.Exec(`INSERT INTO persons (id, name, role, key_hash) VALUES ('li', '李', 'gate', $1)`, key[:])
	must(t, errors.Join(err, raw.Close()))
	db := openAt(t, path)
	if got, err := db.PersonByKey(t.Context(), key); err != nil || got != (Person{ID: "li", Name: "李", Role: RoleGate}) {
		t.Errorf("after the migration: %v, %v", got, err)
	}
}

func mustSub(t *testing.T) fs.FS {
	t.Helper()
	sub, err := fs.Sub(migrations, "migrations/sqlite")
	must(t, err)
	return sub
}

// The table of persons was made anew for one more role, and no account was lost.
func TestMembersKeepAccounts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "piaojue.db")
	db := openAt(t, path)
	must(t, db.PutPerson(t.Context(), Person{"m", "李四", RoleMember}, [32]byte{1}))
	if _, err := db.writer.Exec(`INSERT INTO accounts (person) VALUES ('m')`); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		`DROP TABLE alerts`, `ALTER TABLE accounts DROP COLUMN device_until`, `DELETE FROM goose_db_version WHERE version_id >= 7`,
	} {
		_, err := db.writer.Exec(statement)
		must(t, err)
	}
	db, err := reopen(t, db)
	must(t, err)
	var n int
	must(t, db.writer.QueryRow(`SELECT COUNT(*) FROM accounts JOIN persons ON persons.id = accounts.person`).Scan(&n))
	if n != 1 {
		t.Errorf("%d accounts after the migration, want 1", n)
	}
	if _, err := db.writer.Exec(`INSERT INTO accounts (person) VALUES ('nobody')`); err == nil {
		t.Error("foreign keys are off after the migration")
	}
}

// TestAlerts: of a kind there is one row, and what is too old is not told, nor counted.
func TestAlerts(t *testing.T) {
	db := openVote(t)
	ctx := t.Context()
	must(t, db.PutPerson(ctx, Person{ID: "li", Name: "李", Role: RoleGate}, hashOf("key")))
	must(t, db.PutPerson(ctx, Person{ID: "wang", Name: "王", Role: RoleGate}, hashOf("key 2")))
	must(t, db.Alert(ctx, "li", "wrong", 10))
	must(t, db.Alert(ctx, "li", "locked", 20))
	must(t, db.Alert(ctx, "li", "wrong", 30))
	must(t, db.Alert(ctx, "wang", "wrong", 5))
	if db.Alert(ctx, "nobody", "wrong", 1) == nil {
		t.Error("nobody is told of something")
	}
	want := func(person string, now int64, want ...Alert) {
		t.Helper()
		if got, err := db.Alerts(ctx, person, now); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s at %d: %+v, %v; want %+v", person, now, got, err, want)
		}
	}
	want("li", 30, Alert{"wrong", 2, 30}, Alert{"locked", 1, 20})
	want("li", 20+AlertLife, Alert{"wrong", 2, 30})
	want("li", 30+AlertLife)
	must(t, db.Alert(ctx, "li", "locked", 19+AlertLife))
	must(t, db.Alert(ctx, "li", "wrong", 30+AlertLife))
	want("li", 30+AlertLife, Alert{"wrong", 1, 30 + AlertLife}, Alert{"locked", 2, 19 + AlertLife})
	want("wang", 5, Alert{"wrong", 1, 5})
	must(t, db.Update(ctx, testVote, func(tx *Tx) error { return tx.DeletePerson("wang") }))
	want("wang", 5)
}
