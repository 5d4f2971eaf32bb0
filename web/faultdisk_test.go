package web

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// injection is an error of the disk at the nth call of a kind, of each thread;
// with always, from then on.
type injection struct {
	calls, err string
	n          int
	always     bool
}

func (i injection) String() string { return fmt.Sprintf("%s at %s %d", i.err, i.calls, i.n) }

func (i injection) wrap(r *faultRun) []string {
	when := fmt.Sprint(i.n)
	if i.always {
		when += "+"
	}
	return stracer(r, r.trace(), "-e", "trace="+i.calls, "-e", "inject="+i.calls+":error="+i.err+":when="+when)
}

func (r *faultRun) trace() string { return filepath.Join(r.dir, "trace") }

func (r *faultRun) injected() bool {
	text, err := os.ReadFile(r.trace())
	return err == nil && bytes.Contains(text, []byte("(INJECTED)"))
}

// limited runs a program under a limit of the shell.
func limited(flag string, n int) []string {
	return []string{"sh", "-c", fmt.Sprintf(`ulimit %s %d && exec "$@"`, flag, n), "sh"}
}

// broken serves with a fault, until the server has ended or the vote is closed.
// A server that hits one either goes on, and everything is acknowledged, or ends
// and says why: it never stays and does neither.
func (r *faultRun) broken(p faultProgram, what string, wrap []string) (clean bool) {
	r.Helper()
	s := r.start(p, wrap...)
	err := r.load(s, faultLimit)
	if err != nil {
		select {
		case <-s.done:
		case <-time.After(10 * time.Second):
			r.Errorf("%s: the server neither works nor ends: %v\n%s", what, err, s.said.Bytes())
		}
	}
	s.stop()
	r.said = strings.Replace(s.said.String(), listening+s.base+"\n", "", 1)
	if err != nil && (!sentence.MatchString(r.said) || crashed.MatchString(r.said)) {
		r.Errorf("%s: the server does not say what to do: %s", what, r.said)
	}
	if strings.Contains(r.said, "restore the newest backup") {
		r.Errorf("%s: the server wants an older copy, although nothing is lost: %s", what, r.said)
	}
	return err == nil
}

// sentence is what a server says that ends. Where there is no memory the runtime
// of Go ends it, with a stack.
var (
	sentence = regexp.MustCompile(`(?m)^piaojued: hint: .*[a-z]`)
	crashed  = regexp.MustCompile(`(?m)^(panic|goroutine|fatal error|runtime)`)
)

// wantSurvived looks at what a fault has left.
func (r *faultRun) wantSurvived(what string, goOn bool) {
	r.Helper()
	if err := r.check(); err != nil {
		r.Errorf("%s: %v", what, err)
	}
	if goOn {
		r.goOn("after " + what)
	}
}

// diskCalls are the calls that a disk can refuse.
var diskCalls = []string{"pwrite64", "fsync,fdatasync", "pread64", "ftruncate", "rename,renameat,unlink,unlinkat"}

// TestMachineDiskErrors (S3): an error at the Nth write, sync, read or rename, for all
// N until a run meets none (in make test, for a few).
func TestMachineDiskErrors(t *testing.T) {
	f := faultVoteOf(t)
	for _, calls := range diskCalls {
		t.Run(calls, func(t *testing.T) {
			step := rounds(11, 1)
			for n := 1; ; n += step {
				r := newRun(t, f)
				i := injection{calls: calls, err: "EIO", n: n}
				clean := r.broken(program(t), i.String(), i.wrap(r))
				r.wantSurvived(i.String(), every() || n > 1 && calls == diskCalls[0])
				if t.Failed() || clean && !r.injected() || !every() && n > step {
					t.Logf("up to %d", n)
					break
				}
			}
		})
	}
}

// TestMachineDiskFull (S3): from the Nth write on there is no more space; files may not
// grow beyond a limit.
func TestMachineDiskFull(t *testing.T) {
	f := faultVoteOf(t)
	for n := 1; ; n += rounds(12, 1) {
		r := newRun(t, f)
		i := injection{calls: "pwrite64", err: "ENOSPC", n: n, always: true}
		clean := r.broken(program(t), i.String(), i.wrap(r))
		r.wantSurvived(i.String(), every())
		if t.Failed() || clean && !r.injected() || !every() && n > 24 {
			break
		}
	}
	for kb := rounds(400, 200); ; kb += rounds(200, 8) {
		r := newRun(t, f)
		what := fmt.Sprintf("files of at most %d KiB", kb)
		clean := r.broken(program(t), what, limited("-f", 2*kb))
		r.wantSurvived(what, every())
		if t.Failed() || clean {
			t.Log(what)
			break
		}
	}
}

// TestMachineSmallDisk (S3) is TestMachineDiskFull on a real file system, where the system
// lets us mount one.
func TestMachineSmallDisk(t *testing.T) {
	f := faultVoteOf(t)
	for kb := 4; ; kb += rounds(400, 8) {
		r := newRun(t, f)
		if err := r.onSmallDisk(kb); err != nil {
			t.Logf("only TestMachineDiskFull: %v", err)
			return
		}
		what := fmt.Sprintf("%d KiB of space", kb)
		clean := r.broken(program(t), what, nil)
		r.fromSmallDisk()
		r.wantSurvived(what, every())
		if t.Failed() || clean {
			t.Log(what)
			return
		}
	}
}

// onSmallDisk moves the folder to a file system with so much space left.
func (r *faultRun) onSmallDisk(kb int) error {
	r.Helper()
	used, err := exec.Command("du", "-sk", "--apparent-size", r.home()).Output()
	must(r, err)
	var have int
	fmt.Sscan(string(used), &have)
	small := filepath.Join(r.dir, "small")
	must(r, os.Mkdir(small, 0o700))
	out, err := exec.Command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%dk", have+40+kb), "tmpfs", small).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(string(out)))
	}
	r.Cleanup(func() { exec.Command("umount", "-l", small).Run() })
	copyFiles(r, r.home(), filepath.Join(small, "d"))
	must(r, os.RemoveAll(r.home()))
	must(r, os.Symlink(filepath.Join(small, "d"), r.home()))
	return nil
}

// fromSmallDisk moves it back: the checker needs space for its copy.
func (r *faultRun) fromSmallDisk() {
	r.Helper()
	small := filepath.Join(r.dir, "small", "d")
	must(r, os.Remove(r.home()))
	copyFiles(r, small, r.home())
}

// TestMachineMemory (S3): the process gets no more memory.
func TestMachineMemory(t *testing.T) {
	f := faultVoteOf(t)
	for mb := rounds(1400, 300); ; mb = mb * (100 + rounds(15, 1)) / 100 {
		r := newRun(t, f)
		what := fmt.Sprintf("%d MiB of address space", mb)
		s := r.start(program(t), limited("-v", mb<<10)...)
		clean := r.load(s, faultLimit) == nil
		s.stop()
		r.wantSurvived(what, every())
		if t.Failed() || clean {
			t.Log(what)
			return
		}
	}
}

// TestMachineDiskWeak: a server that takes no notice of an error is found out, whatever
// the error is.
func TestMachineDiskWeak(t *testing.T) {
	f := faultVoteOf(t)
	for name, wrap := range map[string]func(*faultRun, int) []string{
		"an error ignored": func(r *faultRun, n int) []string {
			return injection{calls: "fsync,fdatasync", err: "EIO", n: n}.wrap(r)
		},
		"a full disk ignored": func(r *faultRun, n int) []string {
			return injection{calls: "pwrite64", err: "ENOSPC", n: 10 + n, always: true}.wrap(r)
		},
		"a limit ignored": func(_ *faultRun, n int) []string { return limited("-f", 2*(4+4*n)) },
	} {
		n := 0
		newRun(t, f).until(20, name, func(r *faultRun) {
			n++
			s := r.start(weak(t, "ignore"), wrap(r, n)...)
			r.load(s, 5*time.Second)
			s.stop()
		})
	}
}
