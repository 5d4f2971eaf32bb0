// Package pgtest starts private PostgreSQL servers for tests.
//
// Start makes one in a folder of its own, which listens on loopback only and
// ends with the test. Standby adds a second one that repeats it synchronously:
// what a client of the first was told is durable is on both. Kill takes a server
// away as kill -9 of all its processes does, Promote makes a standby the primary.
//
// It is for tests only: anybody on the machine may enter without a password.
package pgtest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Server is one running PostgreSQL.
type Server struct {
	folder string
	host   string
	port   int
	run    *exec.Cmd
}

// startWait is how long a server may take until it answers.
const startWait = 30 * time.Second

// Start makes a server with an empty database.
func Start(t testing.TB) *Server {
	t.Helper()
	return StartAt(t, "127.0.0.1")
}

// StartAt is Start at one more address of this machine, for tests with a network of
// their own: all of its 256 addresses may enter.
func StartAt(t testing.TB, host string) *Server {
	t.Helper()
	s := newServer(t, host)
	command(t, "initdb", "-D", s.folder, "-N", "-U", "piaojue", "-A", "trust", "-E", "UTF8", "--locale=C")
	rule, err := os.OpenFile(filepath.Join(s.folder, "pg_hba.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer rule.Close()
	fmt.Fprintf(rule, "host all all %s/24 trust\n", host)
	s.start(t)
	return s
}

// Standby makes a server that repeats s. From here on s acknowledges nothing
// that the standby does not have on its disk.
func (s *Server) Standby(t testing.TB) *Server {
	t.Helper()
	b := newServer(t, s.host)
	command(t, "pg_basebackup", "-D", b.folder, "-R", "-X", "stream", "-c", "fast", "-d",
		fmt.Sprintf("host=127.0.0.1 port=%d user=piaojue application_name=standby", s.port))
	b.start(t)
	s.SQL(t, "ALTER SYSTEM SET synchronous_standby_names = 'standby'")
	s.SQL(t, "SELECT pg_reload_conf()")
	for end := time.Now().Add(startWait); ; time.Sleep(20 * time.Millisecond) {
		if s.SQL(t, "SELECT sync_state FROM pg_stat_replication") == "sync" {
			return b
		}
		if time.Now().After(end) {
			t.Fatal("the standby does not follow")
		}
	}
}

// newServer makes the folder, and chooses the port.
func newServer(t testing.TB, host string) *Server {
	t.Helper()
	folder, err := os.MkdirTemp("", "piaojue-postgres-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	if c := credential(t); c != nil {
		if err := os.Chown(folder, int(c.Uid), int(c.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return &Server{folder: folder, host: host, port: ln.Addr().(*net.TCPAddr).Port}
}

func (s *Server) start(t testing.TB) {
	t.Helper()
	s.run = exec.Command(program(t, "postgres"), "-D", s.folder, "-k", s.folder, "-p", strconv.Itoa(s.port),
		"-c", "listen_addresses=127.0.0.1,"+s.host, "-c", "max_connections=60", "-c", "shared_buffers=32MB", "-c", "logging_collector=off")
	said, err := os.Create(filepath.Join(s.folder, "said"))
	if err != nil {
		t.Fatal(err)
	}
	defer said.Close()
	s.run.Stdout, s.run.Stderr = said, said
	s.run.SysProcAttr = attributes(t)
	s.run.SysProcAttr.Pdeathsig = syscall.SIGQUIT // a test that is killed leaves no server behind
	if err := s.run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Kill(t) })
	for end := time.Now().Add(startWait); s.try("SELECT 1") != "1"; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			text, _ := os.ReadFile(said.Name())
			t.Fatalf("the server does not answer:\n%s", text)
		}
	}
}

// Kill ends all processes of the server at once, as kill -9 does. A killed
// server may be killed again.
func (s *Server) Kill(t testing.TB) {
	t.Helper()
	if s.run.ProcessState != nil {
		return
	}
	s.run.Process.Signal(syscall.SIGSTOP) // it must not start another one meanwhile
	for _, pid := range children(s.run.Process.Pid) {
		syscall.Kill(pid, syscall.SIGKILL)
	}
	s.run.Process.Kill()
	s.run.Wait() // says that it was killed
}

// Restart starts a server that was killed, as a machine that boots again.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.start(t)
}

// Promote makes a standby a primary, which takes writes when Promote returns.
func (s *Server) Promote(t testing.TB) {
	t.Helper()
	s.SQL(t, "SELECT pg_promote(true, 30)")
}

// URL is how clients reach the server; with others, whichever of them takes
// writes.
func (s *Server) URL(others ...*Server) string {
	hosts := []string{s.Address()}
	for _, o := range others {
		hosts = append(hosts, o.Address())
	}
	return fmt.Sprintf("postgres://piaojue@%s/postgres?sslmode=disable", strings.Join(hosts, ","))
}

// Address is where the server listens.
func (s *Server) Address() string { return fmt.Sprintf("%s:%d", s.host, s.port) }

// SQL runs a statement as an administrator would, and returns what psql prints.
func (s *Server) SQL(t testing.TB, text string) string {
	t.Helper()
	return command(t, "psql", s.psql(text)...)
}

func (s *Server) try(text string) string {
	path, err := find("psql")
	if err != nil {
		return err.Error()
	}
	out, _ := exec.Command(path, s.psql(text)...).Output()
	return strings.TrimSpace(string(out))
}

func (s *Server) psql(text string) []string {
	return []string{"-X", "-A", "-t", "-q", "-d", s.URL(), "-c", text}
}

// command runs one of PostgreSQL's programs to its end.
func command(t testing.TB, name string, args ...string) string {
	t.Helper()
	c := exec.Command(program(t, name), args...)
	c.Dir = os.TempDir() // root's folder may not be entered by others
	c.SysProcAttr = attributes(t)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return strings.TrimSpace(string(out))
}

func program(t testing.TB, name string) string {
	t.Helper()
	path, err := find(name)
	if err != nil {
		t.Fatalf("%v: run .ci/postgres", err)
	}
	return path
}

// find looks where Debian puts the programs of the newest version, then in the
// path.
func find(name string) (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err != nil || len(found) == 0 {
		return exec.LookPath(name)
	}
	slices.Sort(found)
	return found[len(found)-1], nil
}

// attributes start a process as somebody else if this one is root's: PostgreSQL
// refuses to be.
func attributes(t testing.TB) *syscall.SysProcAttr {
	t.Helper()
	return &syscall.SysProcAttr{Credential: credential(t), Setpgid: true}
}

func credential(t testing.TB) *syscall.Credential {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		t.Fatal(err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// children are the processes that a process has started.
func children(pid int) (all []int) {
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, list := range lists {
		text, _ := os.ReadFile(list)
		for _, word := range strings.Fields(string(text)) {
			if child, err := strconv.Atoi(word); err == nil {
				all = append(all, child)
			}
		}
	}
	return all
}
