package web

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// faultRun is one copy of the vote, and what people know of it.
type faultRun struct {
	testing.TB
	vote   *faultVote
	dir    string
	ledger *faultLedger
	n      int    // of images made
	said   string // by the last server
}

func newRun(t testing.TB, f *faultVote) *faultRun {
	t.Helper()
	r := &faultRun{TB: t, vote: f, dir: t.TempDir()}
	copyFiles(t, f.folder, r.home())
	r.ledger = newFaultLedger(t, filepath.Join(r.dir, "ledger"), f.told)
	return r
}

// faultLimit is how long a vote may take that takes a quarter of a second.
const faultLimit = time.Minute

func (r *faultRun) home() string { return filepath.Join(r.dir, "d") }

// faultLedger is what people have been told. A line is on the disk before anybody
// counts on it.
type faultLedger struct {
	testing.TB
	mu    sync.Mutex // guards file and told
	file  *os.File
	told  *Acknowledged
	marks []toldBy
}

// toldBy is the answer by which something was acknowledged.
type toldBy struct {
	line   string
	answer []byte
}

func newFaultLedger(t testing.TB, path string, told *Acknowledged) *faultLedger {
	t.Helper()
	must(t, os.WriteFile(path, told.Marshal(), 0o600))
	again, err := ParseAcknowledged(told.Marshal())
	must(t, err)
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o600)
	must(t, err)
	t.Cleanup(func() { file.Close() })
	return &faultLedger{TB: t, file: file, told: again}
}

func (l *faultLedger) write(answer []byte, kind, what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	line := kind + " v1 " + what + "\n"
	_, err := l.file.WriteString(line)
	if err = errors.Join(err, l.file.Sync(), l.told.add(strings.Fields(line))); err != nil {
		l.Errorf("ledger: %v", err)
	}
	l.marks = append(l.marks, toldBy{line, bytes.Clone(answer)})
}

// entry notes that something handed in was answered.
func (l *faultLedger) entry(hash [32]byte, answer []byte) { l.write(answer, "entry", hexOf(hash)) }

// knows reports whether an entry was acknowledged.
func (l *faultLedger) knows(hash [32]byte) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Contains(l.told.kept["v1"], hash)
}

// checkpoint notes one that was shown.
func (l *faultLedger) checkpoint(note []byte) {
	l.write(note, "checkpoint", base64.StdEncoding.EncodeToString(note))
}

func (a *Acknowledged) addEntry(hash [32]byte) {
	if err := a.add([]string{"entry", "v1", hexOf(hash)}); err != nil {
		panic(err)
	}
}

func (a *Acknowledged) addCheckpoint(note []byte) {
	if err := a.add([]string{"checkpoint", "v1", base64.StdEncoding.EncodeToString(note)}); err != nil {
		panic(err)
	}
}

// faultServer is a piaojued that serves a run's folder.
type faultServer struct {
	cmd  *exec.Cmd
	base string
	done chan struct{} // closed once it has ended
	said bytes.Buffer  // its standard error; whole once it has ended
}

// start starts a program, which may be wrapped in others, and waits until it
// listens or ends.
func (r *faultRun) start(p faultProgram, wrap ...string) *faultServer {
	r.Helper()
	args := append(wrap, p.path, "serve", "--dir", r.home(), "--listen", "127.0.0.1:0", "--quiet", "--grace", "50ms")
	s := &faultServer{cmd: exec.Command(args[0], args[1:]...), done: make(chan struct{})}
	s.cmd.Env = append(append(os.Environ(), "GOGC=off"), p.env...) // starts in half the time
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	out, err := s.cmd.StderrPipe()
	must(r, err)
	must(r, s.cmd.Start())
	listens := make(chan string, 1)
	go s.read(out, listens)
	r.Cleanup(s.kill)
	select {
	case s.base = <-listens:
	case <-s.done:
	case <-time.After(time.Minute):
		r.Fatal("the server neither listens nor ends")
	}
	return s
}

const listening = "piaojued: listening on "

func (s *faultServer) read(out io.Reader, listens chan<- string) {
	defer close(s.done)
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		s.said.WriteString(line)
		if base, ok := strings.CutPrefix(line, listening); ok {
			listens <- strings.TrimSpace(base)
		}
		if err != nil {
			break
		}
	}
	s.cmd.Wait() // how it ended is in ProcessState
}

// kill is kill -9, of all processes that belong to it.
func (s *faultServer) kill() {
	syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL)
	<-s.done
}

// stop interrupts it, and kills it if that does not help.
func (s *faultServer) stop() {
	syscall.Kill(-s.cmd.Process.Pid, syscall.SIGTERM)
	select {
	case <-s.done:
	case <-time.After(30 * time.Second):
		s.kill()
	}
}

// check runs the checker on the run's folder.
func (r *faultRun) check() error {
	r.Helper()
	return checkFolder(r.home(), filepath.Join(r.dir, "ledger"), program(r))
}

// checkFolder is the one checker.
func checkFolder(home, ledger string, p faultProgram) error {
	cmd := exec.Command(p.path, "check", "--dir", home, "--acknowledged", ledger)
	cmd.Env = append(os.Environ(), p.env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

func (r *faultRun) wantSound(when string) {
	r.Helper()
	if err := r.check(); err != nil {
		r.Errorf("%s: %v", when, err)
	}
}

// goOn finishes the vote with a sound program: whatever was acknowledged is in
// its log at the end.
func (r *faultRun) goOn(when string) {
	r.Helper()
	p := r.start(program(r))
	if err := r.load(p, faultLimit); err != nil {
		r.Errorf("%s, the vote does not go on: %v\n%s", when, err, p.said.Bytes())
	}
	p.stop()
	r.wantSound(when + ", at the end")
}
