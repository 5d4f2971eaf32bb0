package main

import (
	"bytes"
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"piaojue/pgtest"
	"piaojue/porttest"
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

// An old node whose database a newer one has migrated (as when nodes are replaced one
// by one) cannot lead, says why, and changes nothing; it leads where it knows the schema.
func TestMigratedByNewer(t *testing.T) {
	if !pgtest.Used() {
		t.Skip("about nodes on PostgreSQL: run under .ci/postgres")
	}
	dir, url := filepath.Join(t.TempDir(), "d"), pgtest.Database(t, func(string) error { return nil })
	for _, args := range [][]string{{"init", "--dir", dir, "--db", url}, {"node", "init", "--dir", dir}} {
		if code, _, errs := runCommand(t, args...); code != exitDone {
			t.Fatal(errs)
		}
	}
	db, err := sql.Open("pgx", url)
	must(t, err)
	defer db.Close()
	execute := func(statement string) {
		_, err := db.Exec(statement)
		must(t, err)
	}
	execute(`INSERT INTO piaojue.goose_db_version (version_id, is_applied) VALUES (99, true)`)
	node := startNode(t, dir, url)
	node.says("made by a newer version of this program: postgres has schema 99")
	execute(`DELETE FROM piaojue.goose_db_version WHERE version_id = 99`)
	node.await("it does not lead where it knows the schema", node.healthy)
}

// lone is a node that runs as a process of its own, with no other.
type lone struct {
	*testing.T
	address string
	said    *buffer
}

func startNode(t *testing.T, dir, url string) *lone {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	program := filepath.Join(t.TempDir(), "piaojued")
	must(t, os.Symlink(self, program)) // see TestMain
	l := &lone{t, porttest.Address(), &buffer{}}
	node := exec.Command(program, "serve", "--dir", dir, "--db", url, "--listen", l.address, "--node-name", "a", "--node-listen", "127.0.0.1:0")
	node.Stderr = l.said
	node.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	must(t, node.Start())
	t.Cleanup(func() {
		node.Process.Kill()
		node.Wait() // says that it was killed
	})
	return l
}

func (l *lone) healthy() bool {
	code, _, _ := runCommand(l.T, "health", "--listen", l.address)
	return code == exitDone
}

func (l *lone) await(what string, is func() bool) {
	l.Helper()
	for range 1200 {
		if is() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	l.Fatalf("%s:\n%s", what, l.said.text())
}

// says waits for why the node cannot lead.
func (l *lone) says(why string) {
	l.Helper()
	l.await("it does not say why it cannot lead", func() bool { return strings.Contains(l.said.text(), why) })
	if l.healthy() {
		l.Error("a node that cannot lead is healthy, and there is no other")
	}
}
