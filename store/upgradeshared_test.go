package store

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"testing"

	"piaojue/pgtest"
)

// The same on PostgreSQL, where each part is a schema of one database.
func TestUpgradePostgres(t *testing.T) {
	if !pgtest.Used() {
		t.Skip("about PostgreSQL: run under .ci/postgres")
	}
	source := openAt(t, pgtest.Database(t, createShared))
	projects := projectsOf(t, source)
	fillProjectsShared(t, projects)
	from := Shared{URL: sourceOf(source)}.part(projectsPart)
	for version := range newest(t, "postgres-projects") {
		version++
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			to := Shared{URL: pgtest.Database(t, createShared), Name: "test", Keys: pgtest.NewKeys()}
			part := to.part(projectsPart)
			old, err := part.openWriter()
			must(t, err)
			for _, statement := range []string{`DROP SCHEMA piaojue_projects CASCADE`, `CREATE SCHEMA piaojue_projects`} {
				_, err := old.Exec(statement)
				must(t, err)
			}
			reader, err := from.openWriter()
			must(t, err)
			kept := olderOn(t, "postgres-projects", version, reader, old, nil)
			_, err = old.Exec(`SELECT setval(pg_get_serial_sequence('opinions', 'id'), MAX(id)) FROM opinions`)
			must(t, err)
			must(t, reader.Close())
			must(t, old.Close())
			db, err := to.OpenProjects(t.Context())
			must(t, err)
			defer db.Close()
			kept.check(t, db.writer)
			appendProjects(t, db, []byte("four"))
			if head, err := db.Log().Head(t.Context()); err != nil || head.Size != 4 {
				t.Errorf("the log has %d entries, %v", head.Size, err)
			}
			must(t, db.Update(t.Context(), func(tx *ProjectsTx) error {
				return tx.PutOpinion(Opinion{Project: 2, Grade: Satisfied, Words: "又"})
			}))
		})
	}
	for part, tested := range map[string]int{"postgres": 3, "postgres-box": 2, "postgres-lease": 2} {
		if n := newest(t, part); int(n) != tested {
			t.Errorf("%s has version %d: give it a test of its own here", part, n)
		}
	}
}

// The votes of every version, in the middle of a vote, with the box that they promise.
func TestUpgradeVotesPostgres(t *testing.T) {
	if !pgtest.Used() {
		t.Skip("about PostgreSQL: run under .ci/postgres")
	}
	full := fullFile(t)
	for version := range newest(t, "postgres") {
		version++
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			to := Shared{URL: pgtest.Database(t, createShared), Name: "test", Keys: pgtest.NewKeys()}
			_, err := to.Keys.BoxKey(testVote)
			must(t, err)
			_, err = Load(t.Context(), full, to)
			must(t, err)
			old, err := to.part(votesPart).openWriter()
			must(t, err)
			for _, statement := range []string{`ALTER SCHEMA piaojue RENAME TO newest`, `CREATE SCHEMA piaojue`} {
				_, err := old.Exec(statement)
				must(t, err)
			}
			reader, err := to.part(service{schema: "newest", folder: "postgres"}).openWriter()
			must(t, err)
			kept := olderOn(t, "postgres", version, reader, old, nil)
			delete(kept, "turn") // says who has opened it
			must(t, errors.Join(reader.Close(), old.Close()))
			db, err := to.OpenDB(t.Context()) // checks every log and box
			must(t, err)
			defer db.Close()
			kept.check(t, db.writer)
			wantOutcome(t, "the same ballot", castOne(t, db, testCast(1)), Same)
			wantOutcome(t, "one more", castOne(t, db, testCast(9)), Stored)
			must(t, db.Alert(t.Context(), "li", "wrong", 1))
		})
	}
}

// Before version 2 nobody wrote down which nodes there are. The epochs go on.
func TestUpgradeLease(t *testing.T) {
	if !pgtest.Used() {
		t.Skip("about PostgreSQL: run under .ci/postgres")
	}
	url := pgtest.Database(t, createShared)
	lead := func(node string) uint64 {
		t.Helper()
		c := Contender{URL: url, Node: node, Address: node + ":1", Saw: func(Leader) {}}
		l, err := c.Claim(t.Context())
		must(t, err)
		defer l.Release()
		return l.Epoch
	}
	first := lead("a")
	db, err := sql.Open("pgx", url)
	must(t, err)
	defer db.Close()
	for _, statement := range []string{`DROP TABLE piaojue_lease.nodes`, `DELETE FROM piaojue_lease.goose_db_version WHERE version_id = 2`} {
		_, err := db.Exec(statement)
		must(t, err)
	}
	if got := lead("b"); got != first+1 {
		t.Errorf("epoch %d after the upgrade, want %d", got, first+1)
	}
	var nodes int
	must(t, db.QueryRow(`SELECT COUNT(*) FROM piaojue_lease.nodes`).Scan(&nodes))
	if nodes == 0 {
		t.Error("the node is not written down")
	}
}

// Before version 2 of the box only the owner could leave nothing of erased rows. It goes
// on as it was.
func TestUpgradeRewrite(t *testing.T) {
	db, p := postgresOnly(t)
	session(t, db, []int{2, 0, 1})
	owner := ownerOf(t, p, nil)
	for _, statement := range []string{`DROP FUNCTION piaojue_box.rewrite(TEXT)`, `DELETE FROM piaojue_box.goose_db_version WHERE version_id = 2`} {
		_, err := owner.Exec(statement)
		must(t, err)
	}
	want := db.what(t)
	must(t, db.Close())
	s := p.Shared
	s.URL = pgtest.Owner(s.URL)
	db, err := s.OpenDB(t.Context())
	must(t, err)
	defer db.Close()
	if got := db.what(t); !slices.Equal(got, want) {
		t.Errorf("after the upgrade %v, before %v", got, want)
	}
	must(t, db.Update(t.Context(), testVote, func(tx *Tx) error { return closeTx(t, tx) }))
	wantSwept(t, db, 0)
}

func fillProjectsShared(t *testing.T, db *Projects) {
	t.Helper()
	file := openProjects(t, t.TempDir()+"/piaojue.db")
	fillProjects(t, file)
	must(t, db.copyTables(t.Context(), file.writer, projectsTables))
}
