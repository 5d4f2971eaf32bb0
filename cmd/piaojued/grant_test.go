package main

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"piaojue/pgtest"
)

func TestGrantFlags(t *testing.T) {
	for want, args := range map[string][]string{
		"accepts 1 arg":        {"grant", "--db", "postgres://u@h/d"},
		"postgres://user@host": {"grant", "serving"},
		"holds a password":     {"grant", "serving", "--db", "postgres://u:hidden@h/d"},
	} {
		if code, _, errs := runCommand(t, args...); code != exitUsage || !strings.Contains(errs, want) || strings.Contains(errs, "hidden") {
			t.Errorf("%q: %d %s", args, code, errs)
		}
	}
}

// TestGrantServe: an account to which everything was granted begins a server, keeps and
// runs it, and one node leads with it; before an upgrade's grant it says what is
// missing, and it cannot grant anything itself.
func TestGrantServe(t *testing.T) {
	if !pgtest.Used() {
		t.Skip("about accounts of PostgreSQL: run under .ci/postgres")
	}
	dir, owner := filepath.Join(t.TempDir(), "d"), pgtest.Database(t, func(string) error { return nil })
	url := pgtest.As(pgtest.Role, owner)
	fails := func(says string, args ...string) {
		t.Helper()
		if code, _, errs := runCommand(t, args...); code != exitFailed || !strings.Contains(errs, says) || !strings.Contains(errs, "hint: ") {
			t.Errorf("%q: %d %s", args, code, errs)
		}
	}
	fails("has to run piaojued grant first", "init", "--dir", dir, "--db", url)
	fails("there is no account nobody", "grant", "nobody", "--db", owner)
	code, out, errs := runCommand(t, "grant", pgtest.Role, "--db", owner)
	if code != exitDone || !strings.Contains(out, "\npiaojue_projects: SELECT, INSERT: codes, entries, hashes, receipts\n") ||
		!strings.Contains(errs, "neither change nor erase") || !strings.Contains(errs, "只能添加") {
		t.Fatalf("grant: %d %s %s", code, out, errs)
	}
	fails("does not own the tables", "grant", pgtest.Role, "--db", url)
	_, recipient, errs := runCommand(t, "backup", "key", "--out", filepath.Join(t.TempDir(), "key"))
	if recipient == "" {
		recipient = errs
	}
	backup := filepath.Join(t.TempDir(), "b")
	for _, args := range [][]string{
		{"init", "--dir", dir, "--db", url}, {"node", "init", "--dir", dir}, {"person", "list", "--dir", dir, "--db", url},
		{"backup", "--dir", dir, "--db", url, "--to", strings.TrimSpace(recipient), "--out", backup},
	} {
		if code, _, errs := runCommand(t, args...); code != exitDone {
			t.Fatalf("%q: %s", args, errs)
		}
	}
	db, err := sql.Open("pgx", owner)
	must(t, err)
	defer db.Close()
	_, err = db.Exec(`UPDATE piaojue.goose_db_version SET is_applied = FALSE WHERE version_id > 1`)
	must(t, err)
	node := startNode(t, dir, url)
	node.says("has to run piaojued grant first: postgres has schema 1")
	_, err = db.Exec(`UPDATE piaojue.goose_db_version SET is_applied = TRUE`)
	must(t, err)
	node.await("it does not lead after the grant", node.healthy)
}
