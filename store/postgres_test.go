package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"piaojue/pgtest"
)

// native is a statement of a test in the database's own words.
func native(db *DB, statement string) string {
	if _, ok := db.engine.(*postgres); !ok {
		return statement
	}
	for _, r := range []struct{ from, to string }{
		{`x'([0-9a-f]*)'`, `'\x$1'::bytea`},
		{`zeroblob\((\d+)\)`, `decode(repeat('00', $1), 'hex')`},
		{`zeroblob\(length\(body\)( - \d+)?\)`, `decode(repeat('00', length(body)$1), 'hex')`},
		{`AS BLOB`, `AS BYTEA`},
	} {
		statement = regexp.MustCompile(r.from).ReplaceAllString(statement, r.to)
	}
	return statement
}

func columnsOfPostgres(t *testing.T, db *sql.DB) (all []column) {
	t.Helper()
	rows, err := db.Query(`
		SELECT table_name, column_name, data_type
		FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name NOT IN ('goose_db_version', 'turn')
		ORDER BY table_name, ordinal_position`)
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		var c column
		must(t, rows.Scan(&c.table, &c.name, &c.kind))
		c.kind = map[string]string{"bigint": "INTEGER", "text": "TEXT", "bytea": "BLOB"}[c.kind]
		all = append(all, c)
	}
	must(t, rows.Err())
	return all
}

// postgresOnly returns a vote on PostgreSQL.
func postgresOnly(t *testing.T) (*DB, *postgres) {
	t.Helper()
	if !pgtest.Used() {
		t.Skip("about PostgreSQL: run under .ci/postgres")
	}
	db := openVote(t)
	return db, db.engine.(*postgres)
}

// Both databases have the same tables and columns.
func TestPostgresSchema(t *testing.T) {
	db, _ := postgresOnly(t)
	file := openAt(t, testPath(t))
	for what, pair := range map[string][2]*sql.DB{
		"votes":    {file.writer, db.writer},
		"box":      {file.box.conn, db.box.conn},
		"projects": {openProjects(t, file.path).writer, projectsOf(t, db).writer},
	} {
		want, got := columnsOf(t, pair[0]), columnsOf(t, pair[1])
		for _, all := range [][]column{want, got} {
			slices.SortFunc(all, func(a, b column) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		}
		if !slices.Equal(got, want) || len(want) < 3 {
			t.Errorf("%s: PostgreSQL has\n%v\nSQLite\n%v", what, got, want)
		}
	}
}

// everything is all rows of all tables, the oldest first as far as PostgreSQL
// knows, as who dumps the database or reads a replica has them.
func everything(t *testing.T, p *postgres) []byte {
	t.Helper()
	db, err := p.openWriter()
	must(t, err)
	defer db.Close()
	rows, err := db.Query(`SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname LIKE 'piaojue%'`)
	must(t, err)
	tables, err := scanStrings(rows)
	must(t, err)
	var all []byte
	for _, table := range tables {
		rows, err := db.Query(`SELECT x::text FROM ` + table + ` AS x ORDER BY xmin::text::bigint`)
		must(t, err)
		texts, err := scanStrings(rows)
		must(t, err)
		all = append(all, strings.Join(texts, "\n")...)
	}
	return all
}

func scanStrings(rows *sql.Rows) (all []string, err error) {
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

func contains(all, b []byte) bool { return bytes.Contains(all, fmt.Appendf(nil, "%x", b)) }

// PostgreSQL cannot forget in which order rows came. So nothing in a row of the
// box leads to a ballot, once its key is gone (attack V14). The twin shows that
// the test would find one that is not sealed.
func TestPostgresBoxIsSealed(t *testing.T) {
	for _, sealed := range []bool{true, false} {
		t.Run(fmt.Sprint("sealed ", sealed), func(t *testing.T) {
			db, p := postgresOnly(t)
			if !sealed {
				db.box.keys = nil
				must(t, db.loadBox(t.Context()))
			}
			openBox(t, db)
			for n := range 5 {
				castOne(t, db, testCast(n))
				_, err := db.SpendSeal(t.Context(), testVote, hashOf("spent %d", n))
				must(t, err)
			}
			all, found := everything(t, p), 0
			for n := range 5 {
				spent := hashOf("spent %d", n)
				for _, b := range append(slices.Collect(valuesOf(traces(testCast(n)))), spent[:]) {
					if contains(all, b) {
						found++
					}
				}
			}
			if sealed && found != 0 || !sealed && found < 40 {
				t.Errorf("%d traces of ballots in the database", found)
			}
			if seed := hashOf("vector 0"); contains(all, seed[:]) {
				t.Error("an issuance that was not made")
			}
		})
	}
}

func valuesOf(m map[string][]byte) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for _, v := range m {
			if !yield(v) {
				return
			}
		}
	}
}

// With the box, its key ends: also if the server died in between.
func TestPostgresKeyEnds(t *testing.T) {
	for _, crash := range []bool{false, true} {
		db, p := postgresOnly(t)
		session(t, db, []int{2, 0, 1})
		keys := p.Keys.(*pgtest.Keys)
		if keys.Erased(testVote) {
			t.Fatal("the key ended before the box")
		}
		if crash {
			_, err := db.update(t.Context(), testVote, func(tx *Tx) error { return closeTx(t, tx) })
			must(t, err)
			if keys.Erased(testVote) {
				t.Fatal("the key ended before the box was swept")
			}
			again, err := p.Shared.OpenDB(t.Context())
			must(t, err)
			defer again.Close()
			db = again
		} else {
			must(t, db.Update(t.Context(), testVote, func(tx *Tx) error { return closeTx(t, tx) }))
		}
		wantSwept(t, db, 0)
		if !keys.Erased(testVote) {
			t.Error("the key outlived the box")
		}
	}
}

// Without the key of a running box nothing opens; one that is emptied needs none.
func TestPostgresNoKey(t *testing.T) {
	db, p := postgresOnly(t)
	openBox(t, db)
	castOne(t, db, testCast(1))
	must(t, db.Close())
	s := p.Shared
	must(t, s.Keys.EraseBoxKey(testVote))
	_, err := s.OpenDB(t.Context())
	wantErr(t, "OpenDB without the key", err, ErrNoKey)
	s.Keys = pgtest.NewKeys()
	again, err := s.OpenDB(t.Context())
	must(t, err)
	must(t, again.Update(t.Context(), testVote, (*Tx).DiscardBox))
	must(t, again.Close())
	again, err = s.OpenDB(t.Context())
	must(t, err)
	must(t, again.Close())
}

// A row of the box stays where it was put, and as it was.
func TestPostgresSlotsStay(t *testing.T) {
	for name, statement := range map[string]string{
		"swapped": `UPDATE slots SET body = (SELECT body FROM slots AS x WHERE x.body <> slots.body AND x.body <> zeroblob(200) AND length(x.body) = length(slots.body) ORDER BY slot LIMIT 1) WHERE slot = ` + taken,
		"changed": `UPDATE slots SET body = set_byte(body, 40, 255 - get_byte(body, 40)) WHERE slot = ` + taken,
	} {
		t.Run(name, func(t *testing.T) {
			postgresOnly(t)
			wantErr(t, "OpenDB", tamperBox(t, votingDB(t), strings.ReplaceAll(statement, "zeroblob(200)", "zeroblob(length(body))")), ErrDamaged)
		})
	}
}

// Whom another node has replaced writes nothing more, in any part, and stops.
func TestPostgresFence(t *testing.T) {
	_, p := postgresOnly(t)
	first, err := p.Shared.OpenDB(t.Context())
	must(t, err)
	defer first.Close()
	openBox(t, first)
	for name, write := range map[string]func(*DB, *Projects) error{
		"votes": func(db *DB, _ *Projects) error { return db.CreateVote(t.Context(), "late", nil) },
		"box": func(db *DB, _ *Projects) error {
			_, err := db.CastBallots(t.Context(), testVote, []Cast{testCast(1)})
			return err
		},
		"projects": func(_ *DB, p *Projects) error { return p.SetMember(t.Context(), "li", 7) },
	} {
		t.Run(name, func(t *testing.T) {
			s := p.Shared
			c := Contender{URL: s.URL, Node: "a", Address: "a:1"}
			s.Lease, err = c.Claim(t.Context())
			must(t, err)
			defer s.Lease.Release()
			db, err := s.OpenDB(t.Context())
			must(t, err)
			defer db.Close()
			projects, err := s.OpenProjects(t.Context())
			must(t, err)
			defer projects.Close()
			must(t, db.CreateVote(t.Context(), name+"-before", nil))
			_, err = first.writer.Exec(`UPDATE piaojue_lease.leader SET epoch = epoch + 1`)
			must(t, err)
			err = write(db, projects)
			if !errors.Is(err, ErrFenced) && !errors.Is(err, ErrStopped) {
				t.Errorf("a write = %v, want that another node leads", err)
			}
			if db.Cause() == nil && projects.Cause() == nil {
				t.Error("it goes on")
			}
			if _, err := s.OpenDB(t.Context()); !errors.Is(err, ErrFenced) {
				t.Errorf("a new connection = %v, want that another node leads", err)
			}
		})
	}
	must(t, first.CreateVote(t.Context(), "late", nil)) // a command needs no lease
}

// A connection that ends in the middle leaves open what the database holds.
func TestPostgresStops(t *testing.T) {
	for _, when := range []string{"votes", "box"} {
		db, p := postgresOnly(t)
		openBox(t, db)
		other, err := p.openWriter()
		must(t, err)
		defer other.Close()
		conn := db.writer
		if when == "box" {
			conn = db.box.conn
		}
		var pid int
		must(t, conn.QueryRow(`SELECT pg_backend_pid()`).Scan(&pid))
		err = db.transact(t.Context(), db.engine, conn, func(ctx context.Context, tx *sql.Tx) error {
			_, err := other.Exec(`SELECT pg_terminate_backend($1, 5000)`, pid)
			must(t, err)
			_, err = tx.ExecContext(ctx, `SELECT 1`)
			return err
		})
		wantErr(t, when, err, ErrStopped)
		if db.Cause() == nil {
			t.Error("Cause is nil")
		}
	}
}

// A dump, which holds the tables, keeps nobody from opening, nor from closing a
// vote; and the key ends all the same.
func TestPostgresDump(t *testing.T) {
	db, p := postgresOnly(t)
	session(t, db, []int{2, 0, 1})
	dump, err := p.openWriter()
	must(t, err)
	defer dump.Close()
	tx, err := dump.Begin()
	must(t, err)
	defer tx.Rollback()
	for _, table := range []string{"piaojue.seeds", "piaojue_box.slots", "piaojue_projects.contacts"} {
		_, err := tx.Exec(`LOCK TABLE ` + table + ` IN ACCESS SHARE MODE`)
		must(t, err)
	}
	rest := readerRest
	defer func() { readerRest = rest }()
	readerRest = time.Hour
	err = db.Update(t.Context(), testVote, func(tx *Tx) error { return closeTx(t, tx) })
	wantErr(t, "closed beside a dump", err, ErrUnclean)
	if !p.Keys.(*pgtest.Keys).Erased(testVote) {
		t.Error("the key outlived the box")
	}
	begun := time.Now()
	wantErr(t, "while the dump goes on", db.Scrub(t.Context()), errBusy)
	if waited := time.Since(begun); waited > time.Second || !db.Unclean() {
		t.Errorf("the reader was disturbed again, %v", waited)
	}
	projectsOf(t, db)
	must(t, tx.Rollback())
	readerRest = 0
	box := db.box.engine.(*postgres)
	db.engine.(*postgres).rest, box.rest = time.Time{}, time.Time{}
	files := func() (all [2]string) {
		must(t, db.writer.QueryRow(`SELECT pg_relation_filenode('piaojue.seeds')::text, pg_relation_filenode('piaojue_box.slots')::text`).Scan(&all[0], &all[1]))
		return all
	}
	before := files()
	must(t, db.Scrub(t.Context()))
	if after := files(); after[0] == before[0] || after[1] == before[1] || db.Unclean() {
		t.Errorf("after the dump: %v, before %v", after, before)
	}
	wantSwept(t, db, 0)
}

// Where an unused credential comes first, it is as long as a ballot.
func TestPostgresSlotsAreAlike(t *testing.T) {
	db, _ := postgresOnly(t)
	openBox(t, db)
	u, err := db.PutUnused(t.Context(), testVote, testUnused(9))
	must(t, err)
	wantOutcome(t, "unused", u, Stored)
	castOne(t, db, testCast(1))
	if chunks := db.box.tray(testVote).chunks; len(chunks) != 1 {
		t.Errorf("%d chunks, want 1 for both", len(chunks))
	}
}

// A reader that gives up stops nobody.
func TestPostgresReaderGivesUp(t *testing.T) {
	db, _ := postgresOnly(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := db.read(ctx, func(tx *sql.Tx) error {
		cancel()
		_, err := tx.ExecContext(ctx, `SELECT pg_sleep(10)`)
		return err
	})
	wantErr(t, "read", err, context.Canceled)
	must(t, db.CreateVote(t.Context(), "next", nil))
	if _, err := db.Votes(t.Context()); err != nil {
		t.Error(err)
	}
}

// A server that would forget, or order names otherwise, is refused.
func TestPostgresRefuses(t *testing.T) {
	_, p := postgresOnly(t)
	raw := ownerOf(t, p, nil)
	must(t, p.check(t.Context(), raw))
	name := "other" + strings.ToLower(p.me)
	admin, err := sql.Open("pgx", pgtest.Administrator(p.URL))
	must(t, err)
	defer admin.Close()
	_, err = admin.Exec(`CREATE DATABASE ` + name + ` TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'`)
	must(t, err)
	defer admin.Exec(`DROP DATABASE ` + name + ` WITH (FORCE)`)
	s := p.Shared
	s.URL = regexp.MustCompile(`/t[a-z0-9]+\?`).ReplaceAllString(s.URL, "/"+name+"?")
	if db, err := s.OpenDB(t.Context()); err == nil || !strings.Contains(err.Error(), "createdb") {
		db.Close()
		t.Errorf("a database of another encoding: %v", err)
	}
	needs = append(needs, "zero_damaged_pages")
	defer func() { needs = needs[:2] }()
	if err := p.check(t.Context(), raw); err == nil || !strings.Contains(err.Error(), "forget") {
		t.Errorf("a setting that is off: %v", err)
	}
	s.URL = "postgres://who:secret@[broken"
	if _, err := s.OpenDB(t.Context()); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("an address that is none: %v", err)
	}
}
