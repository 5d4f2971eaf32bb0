package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"piaojue/pgtest"
)

func runCommand(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(args, &o, &e)
	return code, o.String(), e.String()
}

func TestMigrateFlags(t *testing.T) {
	dir := t.TempDir()
	for to, want := range map[string]string{
		"": "postgres://", "piaojue.db": "postgres://", "mysql://h/d": "postgres://",
		"postgres://u:hidden@h/d": "password", "postgres://h/d?password=hidden": "password",
	} {
		code, _, errs := runCommand(t, "migrate", "--dir", dir, "--to", to)
		if code != exitUsage || !strings.Contains(errs, want) || strings.Contains(errs, "hidden") {
			t.Errorf("--to %q: %d %s", to, code, errs)
		}
	}
	code, _, errs := runCommand(t, "migrate", "--dir", dir, "--to", "postgres://u@127.0.0.1:1/d")
	if code != exitFailed || !strings.Contains(errs, "no database") {
		t.Errorf("an empty folder: %d %s", code, errs)
	}
}

// What was moved cannot be opened a second time, on either side.
func TestMigrate(t *testing.T) {
	if !pgtest.Used() {
		t.Skip("moves to PostgreSQL: run under .ci/postgres")
	}
	dir := filepath.Join(t.TempDir(), "d")
	if code, _, errs := runCommand(t, "init", "--dir", dir); code != exitDone {
		t.Fatal(errs)
	}
	to := pgtest.Database(t, func(string) error { return nil })
	code, _, errs := runCommand(t, "migrate", "--dir", dir, "--to", to+"&port=1")
	if code != exitFailed || !strings.Contains(errs, "is PostgreSQL running") {
		t.Errorf("no PostgreSQL: %d %s", code, errs)
	}
	code, out, errs := runCommand(t, "migrate", "--dir", dir, "--to", to)
	if code != exitDone || !strings.HasPrefix(out, "administration ") {
		t.Fatalf("%d %s %s", code, out, errs)
	}
	if _, err := os.Stat(filepath.Join(dir, "piaojue.db")); !os.IsNotExist(err) {
		t.Error("the file is still there")
	}
	for _, args := range [][]string{{"migrate", "--dir", dir, "--to", to}, {"serve", "--dir", dir}} {
		if code, _, _ := runCommand(t, args...); code != exitFailed {
			t.Errorf("%v after the move: %d", args, code)
		}
	}
}
