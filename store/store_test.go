package store

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/pgtest"
)

const (
	testVote   = "lanzhou-2026"
	testOrigin = "piaojue.example/lanzhou-2026"
)

func testPath(t *testing.T) string {
	t.Helper()
	// A space and signs that mean something in a URI.
	return filepath.Join(t.TempDir(), "a #1?%20.db")
}

func openAt(t testing.TB, path string) *DB {
	t.Helper()
	db, err := openSource(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// openSource opens a file, or a database of PostgreSQL.
func openSource(source string) (*DB, error) {
	if strings.HasPrefix(source, "postgres://") {
		return Shared{URL: source, Name: "test", Keys: pgtest.NewKeys()}.OpenDB(context.Background())
	}
	return OpenDB(context.Background(), source)
}

// sourceOf is what openSource opens.
func sourceOf(db *DB) string {
	if p, ok := db.engine.(*postgres); ok {
		return p.URL
	}
	return db.path
}

// openNew opens a new database: a file, or one of PostgreSQL, with the account that
// serves.
func openNew(t testing.TB) *DB {
	t.Helper()
	if !pgtest.Used() {
		return openAt(t, filepath.Join(t.TempDir(), "piaojue.db"))
	}
	return openAt(t, served(t))
}

// served is the address of a new database of PostgreSQL for the account that serves.
func served(t testing.TB) string {
	t.Helper()
	return pgtest.As(pgtest.Role, pgtest.Database(t, createShared))
}

// createShared makes the tables of a database of PostgreSQL.
func createShared(url string) error {
	_, err := Shared{URL: url}.Grant(context.Background(), pgtest.Role)
	return err
}

// ownerOf is the connection of whoever may do anything: with PostgreSQL, of the owner.
func ownerOf(t testing.TB, e engine, writer *sql.DB) *sql.DB {
	t.Helper()
	p, ok := e.(*postgres)
	if !ok {
		return writer
	}
	owner := *p
	owner.URL, owner.Lease = pgtest.Owner(p.URL), nil
	db, err := owner.openWriter()
	must(t, err)
	t.Cleanup(func() { db.Close() })
	return db
}

// openVote opens a new database with one vote in it.
func openVote(t testing.TB) *DB {
	t.Helper()
	db := openNew(t)
	must(t, db.CreateVote(t.Context(), testVote, []byte(`{}`)))
	return db
}

// reopen closes the database and opens it again.
func reopen(t testing.TB, db *DB) (*DB, error) {
	t.Helper()
	must(t, db.Close())
	again, err := openSource(sourceOf(db))
	if err == nil {
		t.Cleanup(func() { again.Close() })
	}
	return again, err
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantErr(t testing.TB, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

// hashOf is 32 bytes that stand for a key, a hash, a seal …
func hashOf(format string, args ...any) [32]byte {
	return sha256.Sum256(fmt.Appendf(nil, format, args...))
}

var testKey = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))

// grow appends entries with a signed checkpoint, and whatever else then does.
func grow(t testing.TB, db *DB, entries [][]byte, then ...func(*Tx) error) error {
	t.Helper()
	return db.Update(t.Context(), testVote, func(tx *Tx) error { return growTx(t, tx, entries, then...) })
}

func growTx(t testing.TB, tx *Tx, entries [][]byte, then ...func(*Tx) error) error {
	t.Helper()
	size, err := tx.Size(t.Context())
	if err != nil {
		return err
	}
	tree, err := audit.Append(t.Context(), tx, size, entries)
	if err != nil {
		return err
	}
	if err := tx.PutCheckpoint(signTree(t, uint64(tree.N), tree.Hash)); err != nil {
		return err
	}
	for _, f := range then {
		if err := f(tx); err != nil {
			return err
		}
	}
	return nil
}

func signTree(t testing.TB, size uint64, root [32]byte) []byte {
	t.Helper()
	note, err := audit.Sign(audit.Checkpoint{Origin: testOrigin, Size: size, Root: root}, testKey)
	must(t, err)
	return note
}

func entry(kind election.Kind, body []byte) []byte {
	return (&election.Entry{Kind: kind, Body: body}).Marshal()
}

// open freezes the vote and opens its first epoch.
func openBox(t testing.TB, db *DB) {
	t.Helper()
	must(t, grow(t, db, [][]byte{entry(election.KindManifest, []byte("manifest"))}))
	must(t, grow(t, db, [][]byte{entry(election.KindOpening, []byte("opening 1"))},
		func(tx *Tx) error { return tx.OpenBox(1) }))
}

func TestOpenDB(t *testing.T) {
	path := testPath(t)
	db := openAt(t, path)
	must(t, db.CreateVote(t.Context(), testVote, []byte("draft")))
	info, err := os.Stat(path)
	must(t, err)
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode of the file = %o, want 600", got)
	}
	db, err = reopen(t, db)
	must(t, err)
	v, err := db.Vote(t.Context(), testVote)
	if err != nil || string(v.Draft) != "draft" {
		t.Errorf("after opening again: %+v, %v", v, err)
	}
}

func TestOpenDBRefuses(t *testing.T) {
	if _, err := OpenDB(t.Context(), "postgres://localhost/piaojue"); err == nil {
		t.Error("a PostgreSQL URL: no error")
	}
	if _, err := OpenDB(t.Context(), filepath.Join(t.TempDir(), "no", "folder.db")); err == nil {
		t.Error("a folder that is not there: no error")
	}
	text := filepath.Join(t.TempDir(), "text.db")
	must(t, os.WriteFile(text, []byte(strings.Repeat("this is not a database ", 100)), 0o600))
	_, err := OpenDB(t.Context(), text)
	if err == nil {
		t.Error("a text file: no error")
	}
}

// A program must not write a schema that it does not know.
func TestOpenDBNewerSchema(t *testing.T) {
	db := openVote(t)
	_, err := ownerOf(t, db.engine, db.writer).Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, CAST('1' AS BOOLEAN))`)
	must(t, err)
	if _, err := reopen(t, db); err == nil || !strings.Contains(err.Error(), "newer") {
		t.Errorf("reopen = %v, want a refusal of the newer schema", err)
	}
}

func TestPragmas(t *testing.T) {
	pgtest.SQLiteOnly(t)
	db := openVote(t)
	want := map[string]string{
		"foreign_keys": "1", "synchronous": "2", "secure_delete": "1", "journal_mode": "wal",
		"busy_timeout": "5000", "wal_autocheckpoint": "0", "temp_store": "2", "trusted_schema": "0",
	}
	check := func(who string, q interface {
		QueryRowContext(context.Context, string, ...any) *sql.Row
	}) {
		for name, want := range want {
			var got string
			must(t, q.QueryRowContext(t.Context(), "PRAGMA "+name).Scan(&got))
			if got != want {
				t.Errorf("%s: %s = %s, want %s", who, name, got, want)
			}
		}
	}
	check("writer", db.writer)
	want["journal_mode"] = "truncate"
	check("box", db.box.conn)
	want["journal_mode"] = "wal"
	// Every connection of the pool, not only the first.
	for i := range 3 {
		conn, err := db.readers.Conn(t.Context())
		must(t, err)
		defer conn.Close()
		check(fmt.Sprintf("reader %d", i), conn)
		if _, err := conn.ExecContext(t.Context(), `DELETE FROM votes`); err == nil {
			t.Errorf("reader %d can write", i)
		}
	}
}

// After a commit that failed nothing is known: everything refuses (facts: after
// a failed fsync SQLite goes on as if nothing had been).
func TestStopsAfterFailedCommit(t *testing.T) {
	pgtest.SQLiteOnly(t)
	db := openVote(t)
	err := db.write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `PRAGMA defer_foreign_keys = 1`); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO seeds (vote, epoch, idx, sealed) VALUES ('nobody', 1, 0, $1)`, make([]byte, 72))
		return err
	})
	wantErr(t, "commit", err, ErrStopped)
	wantStopped(t, db)
}

func TestStopsWhenDiskIsFull(t *testing.T) {
	pgtest.SQLiteOnly(t)
	db := openVote(t)
	if _, err := db.writer.Exec(`PRAGMA max_page_count = 1`); err != nil {
		t.Fatal(err)
	}
	err := db.EditDraft(t.Context(), testVote, func([]byte) ([]byte, error) { return make([]byte, 1<<20), nil })
	wantErr(t, "a draft larger than the disk", err, ErrStopped)
	wantStopped(t, db)
}

func wantStopped(t *testing.T, db *DB) {
	t.Helper()
	select {
	case <-db.Stopped():
	case <-time.After(time.Second):
		t.Error("Stopped is not closed")
	}
	if db.Cause() == nil {
		t.Error("Cause is nil")
	}
	_, err := db.Votes(t.Context())
	wantErr(t, "Votes", err, ErrStopped)
	_, err = db.CastBallots(t.Context(), testVote, nil)
	wantErr(t, "CastBallots", err, ErrStopped)
	wantErr(t, "Scrub", db.Scrub(t.Context()), ErrStopped)
	wantErr(t, "Backup", db.Backup(t.Context(), "x"), ErrStopped)
	wantErr(t, "Update", db.Update(t.Context(), testVote, func(*Tx) error { return nil }), ErrStopped)
}

// An error of the caller, or a broken rule, is no reason to stop.
func TestGoesOnAfterRefusal(t *testing.T) {
	db := openVote(t)
	mine := errors.New("mine")
	wantErr(t, "Update", db.Update(t.Context(), testVote, func(*Tx) error { return mine }), mine)
	if err := db.PutPerson(t.Context(), Person{ID: "x", Name: "x", Role: "king"}, hashOf("k")); err == nil {
		t.Error("a role that does not exist: no error")
	}
	func() {
		defer func() { recover() }()
		_ = db.Update(t.Context(), testVote, func(*Tx) error { panic("mine") })
	}()
	must(t, db.PutPerson(t.Context(), Person{ID: "x", Name: "x", Role: RoleGate}, hashOf("k")))
}

// A request that is cancelled while its transaction runs does not abort it;
// one that is cancelled before does not begin.
func TestCancel(t *testing.T) {
	db := openVote(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := db.Update(ctx, testVote, func(tx *Tx) error {
		cancel()
		time.Sleep(10 * time.Millisecond)
		return growTx(t, tx, [][]byte{[]byte("manifest")})
	})
	must(t, err)
	if size, err := db.Log(testVote).Size(t.Context()); size != 1 || err != nil {
		t.Errorf("Size = %d, %v; want 1", size, err)
	}
	wantErr(t, "a cancelled write", db.CreateVote(ctx, "other", nil), context.Canceled)
	if all, err := db.Votes(t.Context()); len(all) != 1 || err != nil {
		t.Errorf("Votes = %v, %v; want one", all, err)
	}
}

// Who waits for a turn can give up.
func TestCancelWhileWaiting(t *testing.T) {
	db := openVote(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	err := db.Update(t.Context(), testVote, func(*Tx) error {
		go func() { done <- db.CreateVote(ctx, "other", nil) }()
		time.Sleep(10 * time.Millisecond)
		cancel()
		wantErr(t, "CreateVote", <-done, context.Canceled)
		return nil
	})
	must(t, err)
}

func TestBackup(t *testing.T) {
	pgtest.SQLiteOnly(t)
	db := openVote(t)
	openBox(t, db)
	castOne(t, db, testCast(1))
	path := filepath.Join(t.TempDir(), "backup.db")
	must(t, db.Backup(t.Context(), path))
	if db.Backup(t.Context(), path) == nil {
		t.Error("a backup over a backup: no error")
	}
	copied := openAt(t, path)
	if c, err := copied.CountBox(t.Context(), testVote); c.Ballots != 1 || err != nil {
		t.Errorf("the copy's box = %+v, %v; want one ballot", c, err)
	}
}

func TestPersons(t *testing.T) {
	db := openVote(t)
	ctx := t.Context()
	li := Person{ID: "li", Name: "李", Role: RoleStaffLead}
	wang := Person{ID: "wang", Name: "王", Role: RoleScrutineer}
	must(t, db.PutPerson(ctx, wang, hashOf("key of wang")))
	must(t, db.PutPerson(ctx, li, hashOf("key of li")))
	if got, err := db.Persons(ctx); err != nil || !slices.Equal(got, []Person{li, wang}) {
		t.Errorf("Persons = %v, %v", got, err)
	}
	if got, err := db.PersonByKey(ctx, hashOf("key of li")); err != nil || got != li {
		t.Errorf("PersonByKey = %v, %v; want %v", got, err, li)
	}
	must(t, db.PutPerson(ctx, li, hashOf("new key of li")))
	_, err := db.PersonByKey(ctx, hashOf("key of li"))
	wantErr(t, "the replaced key", err, ErrNotFound)
	if db.PutPerson(ctx, wang, hashOf("new key of li")) == nil {
		t.Error("one key for two people: no error")
	}
	must(t, db.DeletePerson(ctx, "wang"))
	wantErr(t, "DeletePerson", db.DeletePerson(ctx, "wang"), ErrNotFound)
}
