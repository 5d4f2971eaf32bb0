package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// usage is the most memory that a program held, in kilobytes.
type usage struct {
	name   string
	memory int64
}

// memoryOf reads a line of /proc/PID/status; 0 where there is none.
func memoryOf(pid int, line string) int64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, ok := bytes.Cut(data, []byte("\n"+line+":"))
	if !ok {
		return 0
	}
	n, _ := strconv.ParseInt(string(bytes.Fields(rest)[0]), 10, 64)
	return n
}

// server is a running piaojued.
type server struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
}

// startServer starts piaojued and waits until it answers.
func (v *vote) startServer(ctx context.Context) error {
	out, err := os.OpenFile(v.path("server.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close() // the child has its own
	s := &server{done: make(chan struct{})}
	s.cmd = exec.Command(filepath.Join(v.bin, "piaojued"), "serve", "--dir", v.path("server"), "--listen", v.listen, "--grace", "1s", "--quiet")
	s.cmd.Stdout, s.cmd.Stderr = out, out
	// The server does not die with the terminal's Ctrl-C, but when it is told.
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	v.server = s
	go func() {
		s.cmd.Wait()
		close(s.done)
	}()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, v.url("/healthz"), nil)
		if err != nil {
			return err
		}
		if answer, err := http.DefaultClient.Do(req); err == nil {
			answer.Body.Close()
			return nil
		}
		select {
		case <-s.done:
			return fmt.Errorf("piaojued ended: read %s", v.path("server.log"))
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// stop ends the server and waits for it, as long as it takes: it may be writing.
func (s *server) stop() {
	if s == nil {
		return
	}
	s.cmd.Process.Signal(os.Interrupt)
	<-s.done
}

// ended reports whether the server is no more.
func (s *server) ended() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

// peak returns the most memory that the server has held since forget.
func (s *server) peak() int64 {
	if s == nil {
		return 0
	}
	return memoryOf(s.cmd.Process.Pid, "VmHWM")
}

// forget lets the kernel begin anew with the peak (proc(5), clear_refs).
func (s *server) forget() {
	if s != nil {
		os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", s.cmd.Process.Pid), []byte("5"), 0o200)
	}
}

// command runs one of the programs to its end, as a person with an API key and
// key files would, and notes its memory. Its answer is what it printed.
func (v *vote) command(ctx context.Context, role, name string, args ...string) (string, error) {
	var out, faults bytes.Buffer
	cmd := exec.CommandContext(ctx, filepath.Join(v.bin, name), args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.Dir, cmd.Stdout, cmd.Stderr = v.dir, &out, &faults
	cmd.Stdin = strings.NewReader("yes\n")
	cmd.Env = append(os.Environ(), "PIAOJUE_LANG=en", "PIAOJUE_PASSPHRASE="+passphrase,
		"PIAOJUE_SERVER=http://"+v.listen, "PIAOJUE_VOTE="+voteID, "PIAOJUE_MANIFEST="+v.journal.Manifest)
	if role != "" {
		cmd.Env = append(cmd.Env, "PIAOJUE_API_KEY_FILE="+v.path("server", "people", role+".key"))
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	ended := make(chan struct{})
	seen := watch(cmd.Process.Pid, ended)
	err := cmd.Wait()
	close(ended)
	v.note(name, max(<-seen, v.exact(cmd)))
	if err != nil {
		err = fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, strings.TrimSpace(faults.String()))
	}
	return out.String(), errors.Join(err, ctx.Err())
}

// watch looks at a program's peak until it has ended.
func watch(pid int, ended chan struct{}) chan int64 {
	seen := make(chan int64, 1)
	go func() {
		var most int64
		for {
			most = max(most, memoryOf(pid, "VmHWM"))
			select {
			case <-ended:
				seen <- most
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return seen
}

// exact is the peak that the kernel noted at the end. It begins with what this
// program held when it made the other, so below that it says nothing.
func (v *vote) exact(cmd *exec.Cmd) int64 {
	u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok || u.Maxrss <= memoryOf(os.Getpid(), "VmHWM") {
		return 0
	}
	return u.Maxrss
}

// note keeps the largest program of a step.
func (v *vote) note(name string, memory int64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if memory > v.program.memory {
		v.program = usage{name, memory}
	}
}
