package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// process is a program of ours that runs beside this one: the demo starts them
// as a user would.
type process struct {
	cmd  *exec.Cmd
	log  string // path of what it prints
	done chan error
}

// sibling finds another of our programs: beside this one, or in the path.
func sibling(name string) (string, error) {
	self, err := os.Executable()
	if err == nil {
		path := filepath.Join(filepath.Dir(self), name)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", wrong("no_program", name)
	}
	return path, nil
}

// start runs a program whose output goes to a file.
func start(log, name string, args ...string) (*process, error) {
	path, err := sibling(name)
	if err != nil {
		return nil, err
	}
	out, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer out.Close() // the child has its own
	p := &process{cmd: exec.Command(path, args...), log: log, done: make(chan error, 1)}
	p.cmd.Stdout, p.cmd.Stderr = out, out
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { p.done <- p.cmd.Wait() }()
	return p, nil
}

// checkFree refuses an address at which somebody else answers: it would be
// taken for the program that is started.
func checkFree(ctx context.Context, address string) error {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return wrong("address_taken", address)
	case err != nil:
		return because(err, "address_unusable", address)
	}
	return l.Close()
}

// checkLocal demands an address that only this machine reaches, and a port
// after it for the second issuer: a demo tells its secrets.
func checkLocal(address string) error {
	host, port, err := net.SplitHostPort(address)
	n, bad := strconv.ParseUint(port, 10, 16)
	ip := net.ParseIP(host)
	local := host == "localhost" || ip != nil && ip.IsLoopback()
	if err != nil || bad != nil || n < 1 || n > 65534 || !local {
		return misuse("demo_listen", address)
	}
	return nil
}

// await waits until the program answers, and gives up if it ends before.
func (p *process) await(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/healthz", nil)
		if err != nil {
			return err
		}
		if answer, err := http.DefaultClient.Do(req); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case err := <-p.done:
			return p.ended(err)
		case <-ctx.Done():
			return because(ctx.Err(), "program_silent", p.cmd.Path, p.log)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// ended says that the program ended by itself; stop will find that it has.
func (p *process) ended(err error) error {
	p.done <- err
	if err == nil {
		err = fmt.Errorf("%s ended", filepath.Base(p.cmd.Path))
	}
	return because(err, "program_ended", p.cmd.Path, p.log)
}

// stop ends the program, gently first.
func (p *process) stop() {
	if p == nil {
		return
	}
	p.cmd.Process.Signal(os.Interrupt)
	select {
	case <-p.done:
	case <-time.After(10 * time.Second):
		p.cmd.Process.Kill()
		<-p.done
	}
}

// output runs a program to its end and returns what it printed on standard
// output; env is added to the environment.
func output(ctx context.Context, env []string, name string, args ...string) ([]byte, error) {
	path, err := sibling(name)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, because(err, "program_failed", filepath.Base(path))
	}
	return out, nil
}
