package main

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"piaojue/pgtest"
	"piaojue/store"
)

// A server's folder with a database of each earlier schema: piaojued check finds
// everything whole and changes nothing, a command of an administrator upgrades it,
// and check finds it whole again, with its persons and its signed log.
func TestUpgradeFolder(t *testing.T) {
	full := filepath.Join(t.TempDir(), "d")
	if code, _, errs := runCommand(t, "init", "--dir", full); code != exitDone {
		t.Fatal(errs)
	}
	want := succeed(t, "person", "list", "--dir", full)
	for _, s := range store.Schemas() {
		if s.Part != "sqlite" {
			continue
		}
		for version := range s.Version - 1 {
			version++
			t.Run(fmt.Sprint(version), func(t *testing.T) { upgradeFolder(t, full, version, want) })
		}
	}
}

func upgradeFolder(t *testing.T, full string, version int64, want string) {
	dir := filepath.Join(t.TempDir(), "d")
	must(t, os.CopyFS(dir, os.DirFS(full)))
	must(t, os.Chmod(filepath.Join(dir, "keys"), 0o700))
	keys, err := filepath.Glob(filepath.Join(dir, "keys", "*"))
	must(t, err)
	for _, k := range keys {
		must(t, os.Chmod(k, 0o600))
	}
	file := filepath.Join(dir, "piaojue.db")
	must(t, os.Remove(file))
	from, err := sql.Open("sqlite", filepath.Join(full, "piaojue.db"))
	must(t, err)
	defer from.Close()
	old, err := sql.Open("sqlite", file)
	must(t, err)
	old.SetMaxOpenConns(1)
	without := map[string]string{}
	if version < 2 {
		without["persons"] = `key_hash IS NULL`
	}
	if version < 7 {
		without["persons"] = strings.TrimPrefix(without["persons"]+` OR role = 'member'`, " OR ")
	}
	pgtest.Older(t, "../../store/migrations/sqlite", version, from, old, without)
	must(t, old.Close())
	before, err := os.ReadFile(file)
	must(t, err)
	succeed(t, "check", "--dir", dir)
	if after, err := os.ReadFile(file); err != nil || string(after) != string(before) {
		t.Errorf("check changed the database, %v", err)
	}
	got := succeed(t, "person", "list", "--dir", dir) // migrates
	if version < 7 {
		want = regexp.MustCompile(`(?m)^member\t.*\n`).ReplaceAllString(want, "")
	}
	if version < 2 && !strings.Contains(got, "staff_lead\t") || version >= 2 && got != want {
		t.Errorf("persons are\n%s\nwant\n%s", got, want)
	}
	succeed(t, "person", "add", "member", "m", "项目工作人员", "--dir", dir)
	succeed(t, "check", "--dir", dir)
}

func succeed(t *testing.T, args ...string) string {
	t.Helper()
	code, out, errs := runCommand(t, args...)
	if code != exitDone {
		t.Fatalf("%v: %s", args, errs)
	}
	return out
}
