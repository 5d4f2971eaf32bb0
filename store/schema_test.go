package store

import (
	"database/sql"
	"piaojue/pgtest"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/stdlib"
)

type column struct{ table, name, kind string }

// columns returns those of the database and of the box.
func columns(t *testing.T, db *DB) []column {
	t.Helper()
	return append(columnsOf(t, db.writer), columnsOf(t, db.box.conn)...)
}

func columnsOf(t *testing.T, file *sql.DB) []column {
	t.Helper()
	if _, ok := file.Driver().(*stdlib.Driver); ok {
		return columnsOfPostgres(t, file)
	}
	rows, err := file.Query(`
		SELECT m.name, c.name, c.type
		FROM sqlite_schema AS m
		JOIN pragma_table_info(m.name) AS c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> 'goose_db_version'`)
	must(t, err)
	defer rows.Close()
	var all []column
	for rows.Next() {
		var c column
		must(t, rows.Scan(&c.table, &c.name, &c.kind))
		all = append(all, c)
	}
	must(t, rows.Err())
	return all
}

var (
	deputyTables = []string{"roll", "register", "issuances", "seeds", "pin_tries"}
	ballotTables = []string{"chunks", "slots"} // and no other file's
)

// No query can join a deputy with a ballot: no column holds the link, and no
// time or order of rows stands in for one (attack V14).
func TestSchemaHoldsNoLink(t *testing.T) {
	db := openVote(t)
	shared := map[string][2]bool{}
	for _, c := range columns(t, db) {
		for _, word := range []string{"time", "date", "stamp", "created", "seq", "addr", "ip", "session", "terminal"} {
			if slices.Contains(strings.Split(c.name, "_"), word) {
				t.Errorf("%s.%s tells when or where", c.table, c.name)
			}
		}
		if slices.Contains(ballotTables, c.table) {
			for _, word := range []string{"idx", "index", "number", "name", "seat", "badge", "roll", "vector", "person"} {
				if strings.Contains(c.name, word) {
					t.Errorf("%s.%s tells whose", c.table, c.name)
				}
			}
		}
		s := shared[c.name]
		s[0] = s[0] || slices.Contains(deputyTables, c.table)
		s[1] = s[1] || slices.Contains(ballotTables, c.table)
		shared[c.name] = s
	}
	for name, s := range shared {
		if s[0] && s[1] && name != "vote" && name != "epoch" {
			t.Errorf("column %s is on both sides", name)
		}
	}
	if !shared["body"][1] || !shared["badge"][0] {
		t.Error("the test looks at the wrong tables")
	}
	for _, c := range columnsOf(t, db.writer) {
		if slices.Contains(ballotTables, c.table) {
			t.Errorf("%s is in the file of the deputies", c.table)
		}
	}
}

// A rowid is the order of insertion under another name, unless that is the
// public order of the log, or was drawn before anything came.
func TestSchemaHasNoRowids(t *testing.T) {
	pgtest.SQLiteOnly(t)
	db := openVote(t)
	for _, c := range columnsOf(t, db.writer) {
		_, err := db.writer.Exec(`SELECT rowid FROM ` + c.table)
		if allowed := c.table == "entries"; (err == nil) != allowed {
			t.Errorf("table %s has a rowid: %t, want %t", c.table, err == nil, allowed)
		}
	}
	openBox(t, db)
	var slots []int64
	for n := range 20 {
		castOne(t, db, testCast(n))
		slot, ok := db.box.find(testVote, hashOf("key %d", n))
		if !ok {
			t.Fatal("a ballot is in no slot")
		}
		slots = append(slots, slot)
	}
	if slices.IsSorted(slots) { // by chance once in 20!
		t.Error("slots of the box ascend in the order of casting")
	}
	var automatic int
	must(t, db.writer.QueryRow(`
		SELECT COUNT(*)
		FROM sqlite_schema
		WHERE sql LIKE '%autoincrement%' AND name NOT LIKE 'goose%'
			OR sql LIKE '%current_%' AND name NOT LIKE 'goose%'
			OR sql LIKE '%random()%'`).Scan(&automatic))
	if automatic != 0 {
		t.Error("the schema counts or stamps rows by itself")
	}
}

// A new table has to be thought about: which side is it on?
func TestSchemaTables(t *testing.T) {
	want := append([]string{
		"persons", "votes", "candidates", "heads", "entries", "hashes", "checkpoints", "proposals", "signatures",
		"accounts", "sessions", "attempts", "alerts", "handed", "terminals", "terminal_codes", "cards", "papers",
		"issuer_rows", "issuer_registers",
	}, append(deputyTables, ballotTables...)...)
	var got []string
	for _, c := range columns(t, openVote(t)) {
		if !slices.Contains(got, c.table) {
			got = append(got, c.table)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("tables %v, want %v", got, want)
	}
}
