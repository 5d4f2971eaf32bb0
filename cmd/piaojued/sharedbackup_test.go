package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"piaojue/node"
	"piaojue/pgtest"
	"piaojue/web"
)

// recipientIn draws a key for backups.
func recipientIn(t testing.TB, path string) string {
	t.Helper()
	must(t, keyCommand(path))
	text, err := os.ReadFile(path)
	must(t, err)
	first, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimPrefix(first, "# public: ")
}

func keyCommand(path string) error {
	var out, errs strings.Builder
	if code := run([]string{"backup", "key", "--out", path}, &out, &errs); code != exitDone {
		return fmt.Errorf("%d: %s", code, errs.String())
	}
	return nil
}

// TestSharedBackup: a server on PostgreSQL is saved, and restored as one machine and
// into another database, without keys of ballot boxes; never into a database in use,
// and never an older one over a newer (S2).
func TestSharedBackup(t *testing.T) {
	if !pgtest.Used() {
		t.Skip("saves PostgreSQL: run under .ci/postgres")
	}
	room := t.TempDir()
	dir, key := filepath.Join(room, "d"), filepath.Join(room, "operator.key")
	to, none := recipientIn(t, key), func(string) error { return nil }
	url := pgtest.Database(t, none)
	must := func(want int, args ...string) string {
		t.Helper()
		code, out, errs := runCommand(t, args...)
		if code != want {
			t.Fatalf("%v: %d, want %d: %s", args, code, want, errs)
		}
		return out + errs
	}
	must(exitDone, "init", "--dir", dir, "--db", url)
	boxKey := filepath.Join(dir, "keys", "v.box.key")
	if err := os.WriteFile(boxKey, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	one, two := filepath.Join(room, "one.backup"), filepath.Join(room, "two.backup")
	must(exitFailed, "backup", "--dir", dir, "--to", to, "--out", one) // there is no file
	must(exitDone, "backup", "--dir", dir, "--db", url, "--to", to, "--out", one)
	must(exitDone, "person", "add", "gate", "gate2", "签到员", "--dir", dir, "--db", url)
	must(exitDone, "backup", "--dir", dir, "--db", url, "--to", to, "--out", two)
	alone := filepath.Join(room, "alone")
	must(exitDone, "restore", two, "--dir", alone, "--identity", key)
	must(exitDone, "check", "--dir", alone)
	if _, err := os.Stat(filepath.Join(alone, "keys", "v.box.key")); err == nil {
		t.Error("the key of a ballot box is in the backup")
	}
	if said := must(exitFailed, "restore", two, "--dir", filepath.Join(room, "e"), "--db", url, "--identity", key); !strings.Contains(said, "not empty") {
		t.Errorf("into a database in use: %s", said)
	}
	if said := must(exitFailed, "restore", one, "--dir", dir, "--db", pgtest.Database(t, none), "--replace", "--identity", key); !strings.Contains(said, "older than what the server signed") {
		t.Errorf("an older one: %s", said)
	}
	other := pgtest.Database(t, func(string) error { return nil })
	next := filepath.Join(room, "next")
	if said := must(exitDone, "restore", two, "--dir", next, "--db", other, "--identity", key); !strings.Contains(said, "--db") {
		t.Errorf("it says %s", said)
	}
	if left, _ := filepath.Glob(filepath.Join(next, "piaojue.db*")); len(left) > 0 {
		t.Errorf("left in plain: %q", left)
	}
	if said := must(exitDone, "person", "list", "--dir", next, "--db", other); !strings.Contains(said, "gate2") {
		t.Errorf("persons: %s", said)
	}
	if left, _ := filepath.Glob(filepath.Join(room, "*.restore")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// TestNodeRefusesOlderDatabase (S2): a node that has signed more than a database knows
// does not lead there, and says why; with its own database it leads.
func TestNodeRefusesOlderDatabase(t *testing.T) {
	if !pgtest.Used() {
		t.Skip("about nodes on PostgreSQL: run under .ci/postgres")
	}
	room := t.TempDir()
	dir, key, file := filepath.Join(room, "d"), filepath.Join(room, "operator.key"), filepath.Join(room, "one.backup")
	to, none := recipientIn(t, key), func(string) error { return nil }
	url, older := pgtest.Database(t, none), pgtest.Database(t, none)
	for _, args := range [][]string{
		{"init", "--dir", dir, "--db", url},
		{"backup", "--dir", dir, "--db", url, "--to", to, "--out", file},
		{"person", "add", "gate", "gate2", "签到员", "--dir", dir, "--db", url},
		{"restore", file, "--dir", filepath.Join(room, "e"), "--db", older, "--identity", key},
	} {
		if code, _, errs := runCommand(t, args...); code != exitDone {
			t.Fatalf("%v: %s", args, errs)
		}
	}
	for address, want := range map[string]error{url: nil, older: node.ErrOlder} {
		l := leader{home: home{dir: dir, url: address}, name: "a", config: web.Config{Keys: filepath.Join(dir, "keys"), Log: slog.New(slog.DiscardHandler)}}
		s, err := l.open(t.Context(), nil)
		if !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
		if err == nil {
			s.Close()
		}
	}
}

var ballotsSaid = regexp.MustCompile(`vote demo .* (\d+) ballots in the box`)

// save makes a backup by a follower while people vote, and returns how many ballots
// were shown before.
func (n *nodes) save() (before int) {
	n.Helper()
	to, before := recipientIn(n, n.path("operator.key")), n.shown(n.listen)
	n.piaojued("backup", "--dir", n.follower().dir, "--db", n.url(), "--to", to, "--out", n.path("held.backup"))
	return before
}

// restore restores what save has made, as one machine and into another database: each
// holds all ballots that were shown before (S2, S3).
func (n *nodes) restore(before int) {
	n.Helper()
	key, file := n.path("operator.key"), n.path("held.backup")
	said := n.piaojued("restore", file, "--dir", n.path("alone"), "--identity", key)
	m := ballotsSaid.FindStringSubmatch(said)
	if m == nil {
		n.Fatalf("no ballots are spoken of: %s", said)
	}
	if held, _ := strconv.Atoi(m[1]); before < 1 || held < before {
		n.Errorf("the backup holds %d ballots, %d were shown before", held, before)
	}
	n.piaojued("check", "--dir", n.path("alone"))
	n.standby.SQL(n, "CREATE DATABASE restored TEMPLATE template0")
	url := strings.Replace(n.standby.URL(), "/postgres?", "/restored?", 1)
	n.piaojued("restore", file, "--dir", n.path("shared"), "--db", url, "--identity", key)
	db, err := home{dir: n.path("shared"), url: url}.open(n.Context())
	must(n, err)
	count, err := db.CountBox(n.Context(), "demo")
	must(n, errors.Join(err, db.Close()))
	if int(count.Ballots) < before {
		n.Errorf("the restored database holds %d ballots, %d were shown before", count.Ballots, before)
	}
}

// piaojued runs a command of the program.
func (n *nodes) piaojued(args ...string) string {
	n.Helper()
	out, err := exec.Command(n.path("bin", "real", "piaojued"), args...).CombinedOutput()
	if err != nil {
		n.Fatalf("%v: %v\n%s", args, err, out)
	}
	return string(out)
}

// follower is a node that does not lead.
func (n *nodes) follower() *nodeProcess {
	n.Helper()
	lead := n.mustLead()
	for _, p := range n.all {
		if p != lead {
			return p
		}
	}
	n.Fatal("no node follows")
	return nil
}
