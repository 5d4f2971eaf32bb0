package main

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Somebody goes back to an older program after an upgrade: it changes nothing, and
// says what to do. The newer program, which knows the schema, goes on.
func TestNewerDatabase(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "d")
	if code, _, errs := runCommand(t, "init", "--dir", dir); code != exitDone {
		t.Fatal(errs)
	}
	file := filepath.Join(dir, "piaojue.db")
	execute := func(statement string) {
		db, err := sql.Open("sqlite", file)
		must(t, err)
		defer db.Close()
		_, err = db.Exec(statement)
		must(t, err)
	}
	execute(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`)
	before, err := os.ReadFile(file)
	must(t, err)
	for _, args := range [][]string{
		{"serve", "--dir", dir, "--listen", "127.0.0.1:0"}, {"check", "--dir", dir}, {"person", "list", "--dir", dir},
		{"person", "link", "administrator", "--dir", dir}, {"person", "add", "gate", "gate9", "签到员", "--dir", dir},
	} {
		code, out, errs := runCommand(t, args...)
		if code != exitFailed || out != "" || !strings.Contains(errs, "made by a newer version of this program: sqlite has schema 99, this program knows ") ||
			!strings.Contains(errs, "hint: nothing was changed; start the newer program again") {
			t.Errorf("%s: %d %s%s", args[0], code, out, errs)
		}
	}
	after, err := os.ReadFile(file)
	must(t, err)
	if !bytes.Equal(before, after) {
		t.Error("the file was changed")
	}
	execute(`DELETE FROM goose_db_version WHERE version_id = 99`)
	if code, _, errs := runCommand(t, "check", "--dir", dir); code != exitDone {
		t.Errorf("the schema that it knows: %s", errs)
	}
}
