package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"piaojue/pgtest"
)

// A migration that an installation may have run stays as it is for ever: whoever
// changes its text makes two schemas of one number. A change is a new file, and a
// new line here:
//
//	(cd store/migrations && sha256sum */*.sql >../testdata/migrations.sha256)
func TestMigrationsPinned(t *testing.T) {
	var have []string
	must(t, fs.WalkDir(migrations, "migrations", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := migrations.ReadFile(path)
		have = append(have, fmt.Sprintf("%x  %s", sha256.Sum256(text), strings.TrimPrefix(path, "migrations/")))
		return err
	}))
	text, err := os.ReadFile("testdata/migrations.sha256")
	must(t, err)
	want := strings.Split(strings.TrimSpace(string(text)), "\n")
	slices.Sort(have)
	slices.Sort(want)
	if !slices.Equal(have, want) {
		t.Errorf("migrations are other ones than those that installations have run:\n%s", strings.Join(have, "\n"))
	}
}

// Numbers follow each other, so that no version is missing; a program knows the
// newest.
func TestSchemas(t *testing.T) {
	for _, s := range Schemas() {
		files, err := migrations.ReadDir("migrations/" + s.Part)
		must(t, err)
		if s.Version != int64(len(files)) || s.Version < 1 {
			t.Errorf("%s: version %d of %d files", s.Part, s.Version, len(files))
		}
		for i, f := range files {
			if !strings.HasPrefix(f.Name(), fmt.Sprintf("%05d_", i+1)) {
				t.Errorf("%s/%s is not number %d", s.Part, f.Name(), i+1)
			}
		}
	}
	if got := len(Schemas()); got != 7 {
		t.Errorf("%d parts", got)
	}
}

func newest(t *testing.T, part string) int64 {
	t.Helper()
	for _, s := range Schemas() {
		if s.Part == part {
			return s.Version
		}
	}
	t.Fatalf("no part %s", part)
	return 0
}

// fullFile is a file of the newest schema with something in each table: a vote in
// the middle of its voting, with ballots in the box, and all that staff leave behind.
func fullFile(t *testing.T) string {
	t.Helper()
	db := openAt(t, filepath.Join(t.TempDir(), "piaojue.db"))
	fillVotes(t, db)
	projects := openProjects(t, db.path)
	fillProjects(t, projects)
	must(t, errors.Join(projects.Close(), db.Close()))
	return db.path
}

func fillVotes(t *testing.T, db *DB) {
	t.Helper()
	ctx := t.Context()
	must(t, db.CreateVote(ctx, testVote, []byte(`{"title":"票决"}`)))
	must(t, db.PutRoll(ctx, testVote, testRoll(4)))
	must(t, db.PutCandidates(ctx, testVote, testOptions(3)))
	must(t, db.PutPerson(ctx, Person{ID: "li", Name: "李", Role: RoleGate}, hashOf("key")))
	must(t, db.PutPerson(ctx, Person{ID: "m", Name: "王", Role: RoleMember}, hashOf("key 2")))
	openBox(t, db)
	for n := range 3 {
		_, err := db.KeepSeed(ctx, testVote, 1, uint32(n), testSeed(n))
		must(t, err)
		_, err = db.Issue(ctx, testVote, Issuance{Epoch: 1, Index: uint32(n), Vector: hashOf("vector %d", n), Answer: testAnswer(n)})
		must(t, err)
		wantOutcome(t, "ballot", castOne(t, db, testCast(n)), Stored)
	}
	h := func(n byte) []byte { return bytes.Repeat([]byte{n}, 32) }
	fill(t, db.writer, map[string][]any{
		"register":         {testVote, 1, 1, 1, ""},
		"checkpoints":      {testVote, "latest", 1, []byte("note")},
		"proposals":        {testVote, h(1), 3, []byte("body")},
		"signatures":       {testVote, h(1), 2, 0, make([]byte, 64)},
		"handed":           {testVote, h(1), 2, "li"},
		"papers":           {testVote, h(1), 0, []byte("sheet")},
		"accounts":         {"li", "007", "$argon2id$x", []byte("device"), nil, 5, h(2), 9, 8},
		"sessions":         {h(3), "li", 1, 2},
		"attempts":         {h(4), 1, 0, 0, 3},
		"alerts":           {"li", "wrong", 2, 3},
		"terminals":        {testVote, "t1", h(5), "seat", "一区", "1"},
		"terminal_codes":   {h(6), testVote, 9},
		"pin_tries":        {testVote, 1, 2},
		"cards":            {testVote, "li", "scrutineer", "李", "城关", h(7), h(8)},
		"issuer_rows":      {testVote, 0, make([]byte, 48)},
		"issuer_registers": {testVote, 1, []byte("checkpoint"), make([]byte, 96)},
	})
	fill(t, db.writer, map[string][]any{"accounts": {"m", "008", nil, nil, nil, 0, nil, 0, 0}})
	_, err := db.writer.Exec(`UPDATE roll SET pin = '$argon2id$y' WHERE vote = $1 AND number = '0001'`, testVote)
	must(t, err)
}

func fillProjects(t *testing.T, db *Projects) {
	t.Helper()
	appendProjects(t, db, []byte("one"), []byte("two"), []byte("three"))
	h := func(n byte) []byte { return bytes.Repeat([]byte{n}, 32) }
	fill(t, db.writer, map[string][]any{
		"checkpoints": {ProjectsID, "latest", 2, []byte("note")},
		"blobs":       {h(1), []byte{}, make([]byte, 40)},
		"contacts":    {7, []byte("sealed")},
		"codes":       {h(2), 7},
		"members":     {"m", 4},
		"receipts":    {make([]byte, 16), 4, 1},
		"grades":      {1, 2, 3},
		"recipients":  {"age1x", "王"},
		"addresses":   {"m", "m@example.org", "zh"},
		"outbox":      {make([]byte, 16), "mail", "m", 20000, 20000, "x", "s", "b", 0, 0, 0, ""},
	})
	must(t, db.Update(t.Context(), func(tx *ProjectsTx) error {
		return tx.PutOpinion(Opinion{Project: 1, Grade: Satisfied, Words: "好"})
	}))
}

// fill puts a row into each table.
func fill(t *testing.T, db *sql.DB, rows map[string][]any) {
	t.Helper()
	_, err := db.Exec(`PRAGMA foreign_keys = OFF`)
	must(t, err)
	for table, row := range rows {
		places := strings.Repeat(", ?", len(row))[2:]
		if _, err := db.Exec(`INSERT INTO `+table+` VALUES (`+places+`)`, row...); err != nil {
			t.Fatalf("%s: %v", table, err)
		}
	}
	_, err = db.Exec(`PRAGMA foreign_keys = ON`)
	must(t, err)
}

// unheard are rows that came with a later version than the one they are named for.
func unheard(version int64) map[string]string {
	without := map[string]string{}
	if version < 7 {
		without["persons"] = `role = 'member'`
		without["accounts"] = `person IN (SELECT id FROM persons WHERE role = 'member')`
	}
	return without
}

// A database of every schema that an installation may have becomes one of the newest
// and keeps every row; all logs and boxes are whole, and it goes on where it was.
func TestUpgradeVotes(t *testing.T) {
	pgtest.SQLiteOnly(t)
	full := fullFile(t)
	fresh := openAt(t, filepath.Join(t.TempDir(), "piaojue.db"))
	for version := range newest(t, "sqlite") {
		version++ // the newest too: it is left as it is
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "piaojue.db")
			kept := older(t, "sqlite", version, full, path, unheard(version))
			copyTo(t, boxPath(full), boxPath(path))
			db, err := OpenDB(t.Context(), path) // checks every log and box
			must(t, err)
			defer db.Close()
			kept.check(t, db.writer)
			sameSchema(t, db.writer, fresh.writer)
			checkReferences(t, db.writer)
			if c, err := db.CountBox(t.Context(), testVote); err != nil || c.Ballots != 3 {
				t.Errorf("the box holds %+v, %v", c, err)
			}
			wantOutcome(t, "the same ballot", castOne(t, db, testCast(1)), Same)
			wantOutcome(t, "one more", castOne(t, db, testCast(9)), Stored)
			must(t, db.PutPerson(t.Context(), Person{ID: "new", Name: "赵", Role: RoleMember}, hashOf("key 9")))
			again, err := reopen(t, db)
			must(t, err)
			if c, err := again.CountBox(t.Context(), testVote); err != nil || c.Ballots != 4 {
				t.Errorf("after a second start the box holds %+v, %v", c, err)
			}
		})
	}
}

func TestUpgradeProjects(t *testing.T) {
	pgtest.SQLiteOnly(t)
	full := fullFile(t)
	fresh := openProjects(t, filepath.Join(t.TempDir(), "piaojue.db"))
	for version := range newest(t, "sqlite-projects") {
		version++
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "piaojue.db")
			kept := older(t, "sqlite-projects", version, projectsPath(full), projectsPath(path), nil)
			db, err := OpenProjects(t.Context(), path)
			must(t, err)
			defer db.Close()
			kept.check(t, db.writer)
			sameSchema(t, db.writer, fresh.writer)
			checkReferences(t, db.writer)
			appendProjects(t, db, []byte("four"))
			if head, err := db.Log().Head(t.Context()); err != nil || head.Size != 4 {
				t.Errorf("the log has %d entries, %v", head.Size, err)
			}
		})
	}
}

// The test above sees a row that is lost or changed.
func TestUpgradeNotices(t *testing.T) {
	pgtest.SQLiteOnly(t)
	full := fullFile(t)
	path := filepath.Join(t.TempDir(), "piaojue.db")
	kept := older(t, "sqlite", 3, full, path, unheard(3))
	db := openRaw(t, path, "sqlite")
	defer db.Close()
	if got := kept.differ(t, db); got != "" {
		t.Errorf("nothing was changed, and it says %s", got)
	}
	for _, spoil := range []string{`DELETE FROM sessions`, `UPDATE roll SET name = '李' WHERE number = '0001'`, `UPDATE accounts SET device = x''`} {
		for _, statement := range []string{`BEGIN`, spoil} {
			_, err := db.Exec(statement)
			must(t, err)
		}
		if kept.differ(t, db) == "" {
			t.Errorf("not noticed: %s", spoil)
		}
		_, err := db.Exec(`ROLLBACK`)
		must(t, err)
	}
}

// keptRows are the rows of an older database, table by table.
type keptRows map[string]keptTable

type keptTable struct {
	columns []string
	rows    []string
}

// older makes a file of an older schema.
func older(t *testing.T, part string, version int64, from, to string, without map[string]string) keptRows {
	t.Helper()
	source, db := openRaw(t, from, part), openRaw(t, to, part)
	defer source.Close()
	defer db.Close()
	return olderOn(t, part, version, source, db, without)
}

func olderOn(t *testing.T, part string, version int64, source, db *sql.DB, without map[string]string) keptRows {
	t.Helper()
	kept := keptRows{}
	for _, table := range pgtest.Older(t, filepath.Join("migrations", part), version, source, db, without) {
		columns, rows, err := pgtest.Rows(db, table, "", nil)
		must(t, err)
		if len(rows) == 0 {
			t.Errorf("table %s of version %d holds nothing: the test is about nothing", table, version)
		}
		kept[table] = keptTable{columns, sorted(rows)}
	}
	return kept
}

func openRaw(t *testing.T, path, part string) *sql.DB {
	t.Helper()
	db, err := sqliteMain(path, part).openWriter()
	must(t, err)
	return db
}

func sorted(rows [][]any) (all []string) {
	for _, r := range rows {
		all = append(all, fmt.Sprintf("%#v", r))
	}
	slices.Sort(all)
	return all
}

func (k keptRows) check(t *testing.T, db *sql.DB) {
	t.Helper()
	if got := k.differ(t, db); got != "" {
		t.Errorf("after the migration there is another %s", got)
	}
}

// differ names a table whose rows are others.
func (k keptRows) differ(t *testing.T, db *sql.DB) string {
	t.Helper()
	for table, want := range k {
		_, rows, err := pgtest.Rows(db, table, "", want.columns)
		must(t, err)
		if !slices.Equal(sorted(rows), want.rows) {
			return table
		}
	}
	return ""
}

// sameSchema: by which way a database came to the newest schema does not show.
func sameSchema(t *testing.T, got, want *sql.DB) {
	t.Helper()
	text := func(db *sql.DB) (all []string) {
		rows, err := db.Query(`SELECT type || ' ' || name || ' ' || COALESCE(sql, '') FROM sqlite_schema ORDER BY type, name`)
		must(t, err)
		all, err = scanStrings(rows)
		must(t, err)
		return all
	}
	if g, w := text(got), text(want); !slices.Equal(g, w) || len(w) < 10 {
		t.Errorf("the schema is\n%s\nwant\n%s", strings.Join(g, "\n"), strings.Join(w, "\n"))
	}
}

func checkReferences(t *testing.T, db *sql.DB) {
	t.Helper()
	rows, err := db.QueryContext(context.Background(), `SELECT "table" FROM pragma_foreign_key_check`)
	must(t, err)
	broken, err := scanStrings(rows)
	must(t, err)
	if len(broken) > 0 {
		t.Errorf("rows refer to nothing: %v", broken)
	}
}

func copyTo(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	must(t, err)
	must(t, os.WriteFile(to, data, 0o600))
}
