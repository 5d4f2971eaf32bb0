package store

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"piaojue/election"
	"piaojue/pgtest"
)

// movable is a file with a vote that is over, one that is prepared, accounts and
// projects, and an empty database of PostgreSQL.
func movable(t *testing.T) (path string, to Shared) {
	t.Helper()
	if !pgtest.Used() {
		t.Skip("moves to PostgreSQL: run under .ci/postgres")
	}
	db := openAt(t, testPath(t))
	ctx := t.Context()
	must(t, db.CreateVote(ctx, testVote, []byte(`{}`)))
	must(t, db.CreateVote(ctx, Administration, nil))
	must(t, db.CreateVote(ctx, "next", []byte(`{"title":"明年"}`)))
	must(t, db.PutRoll(ctx, "next", testRoll(4)))
	must(t, db.PutPerson(ctx, Person{ID: "li", Name: "李", Role: RoleGate}, hashOf("key")))
	session(t, db, []int{2, 0, 1})
	must(t, db.Update(ctx, testVote, func(tx *Tx) error { return closeTx(t, tx) }))
	projects := openProjects(t, db.path)
	appendProjects(t, projects, []byte("one"), []byte("two"))
	must(t, projects.Update(ctx, func(tx *ProjectsTx) error {
		for range 3 {
			if err := tx.PutOpinion(Opinion{Project: 1, Grade: Satisfied, Words: "好"}); err != nil {
				return err
			}
		}
		return nil
	}))
	must(t, errors.Join(projects.Close(), db.Close()))
	return db.path, Shared{URL: pgtest.Database(t, createShared), Name: "test", Keys: pgtest.NewKeys()}
}

// rowsOf are all rows of a table, sorted.
func rowsOf(t *testing.T, db *sql.DB, table string) []string {
	t.Helper()
	rows, err := db.Query(`SELECT * FROM ` + table)
	must(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	must(t, err)
	source := rowSource{rows, len(columns)}
	var all []string
	for rows.Next() {
		values, err := source.Values()
		must(t, err)
		all = append(all, fmt.Sprint(values))
	}
	must(t, rows.Err())
	slices.Sort(all)
	return all
}

func TestMove(t *testing.T) {
	path, to := movable(t)
	moved, err := Move(t.Context(), path, to)
	must(t, err)
	var names []string
	for _, m := range moved {
		names = append(names, fmt.Sprint(m.Log, " ", m.Size > 0))
	}
	if want := []string{"administration false", testVote + " true", "next false", "projects true"}; !slices.Equal(names, want) {
		t.Errorf("moved %v, want %v", names, want)
	}
	from, fromProjects := openAt(t, path), openProjects(t, path)
	db, err := to.OpenDB(t.Context())
	must(t, err)
	defer db.Close()
	projects := projectsOf(t, db)
	full := 0
	for _, x := range []struct {
		tables   []string
		from, to *sql.DB
	}{{votesTables, from.writer, db.writer}, {projectsTables, fromProjects.writer, projects.writer}} {
		for _, c := range columnsOf(t, x.from) {
			if !slices.Contains(x.tables, c.table) {
				t.Errorf("table %s is not moved", c.table)
			}
		}
		for _, table := range x.tables {
			want, got := rowsOf(t, x.from, table), rowsOf(t, x.to, table)
			if !slices.Equal(got, want) {
				t.Errorf("%s: %d rows became %d others", table, len(want), len(got))
			}
			full += min(len(want), 1)
		}
	}
	if full < 10 {
		t.Errorf("only %d tables had rows", full)
	}
	// It goes on where it was.
	must(t, db.EditDraft(t.Context(), "next", func(d []byte) ([]byte, error) { return append(d, ' '), nil }))
	appendProjects(t, projects, []byte("three"))
	must(t, projects.Update(t.Context(), func(tx *ProjectsTx) error {
		return tx.PutOpinion(Opinion{Project: 1, Grade: Satisfied, Words: "还行"})
	}))
	if all, err := projects.Opinions(t.Context(), 1, Waits, 9); err != nil || len(all) != 4 || all[0].ID != 4 {
		t.Errorf("opinions %+v, %v", all, err)
	}
	_, err = Move(t.Context(), path, to)
	wantErr(t, "a second move", err, ErrNotEmpty)
}

// What is not whole, or in use, is not moved.
func TestMoveRefuses(t *testing.T) {
	path, to := movable(t)
	db := openAt(t, path)
	must(t, db.Update(t.Context(), "next", func(tx *Tx) error {
		if err := growNext(t, tx); err != nil {
			return err
		}
		return tx.OpenBox(1)
	}))
	must(t, db.Close())
	_, err := Move(t.Context(), path, to)
	wantErr(t, "in the middle of a vote", err, ErrVoting)
	if err == nil || !strings.Contains(err.Error(), "next") {
		t.Errorf("it does not say which: %v", err)
	}
	_, err = Move(t.Context(), path+"-none/db", to)
	if err == nil {
		t.Error("from nowhere: no error")
	}
	empty, err := to.OpenDB(t.Context())
	must(t, err)
	defer empty.Close()
	if all, err := empty.Votes(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("%d votes after moves that failed, %v", len(all), err)
	}
}

func growNext(t *testing.T, tx *Tx) error {
	return growTx(t, tx, [][]byte{entry(election.KindManifest, []byte("manifest")), entry(election.KindOpening, []byte("opening"))})
}
