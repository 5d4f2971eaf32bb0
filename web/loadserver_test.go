package web

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"piaojue/porttest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// daemon is piaojued serve, as it is run, with what it takes.
type daemon struct {
	cmd     *exec.Cmd
	address string
	client  *http.Client
	stop    chan struct{}
	done    chan struct{}

	files, memory int // the most descriptors, and KiB of memory
	began         time.Duration
	start         time.Time
}

// buildDaemon compiles piaojued once.
var buildDaemon = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "piaojued")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "piaojued")
	out, err := exec.Command("go", "build", "-o", path, "piaojue/cmd/piaojued").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, out)
	}
	return path, err
})

// startDaemon serves a copy of the files of a stage.
func startDaemon(t testing.TB, files string, secure bool, flags ...string) *daemon {
	t.Helper()
	path, err := buildDaemon()
	must(t, err)
	home := t.TempDir()
	copyFiles(t, files, home)
	all, err := filepath.Glob(filepath.Join(home, "db*"))
	must(t, err)
	for _, f := range all {
		must(t, os.Rename(f, filepath.Join(home, "piaojue."+filepath.Base(f))))
	}
	d := &daemon{address: porttest.Address(), stop: make(chan struct{}), done: make(chan struct{})}
	args := append([]string{"serve", "--quiet", "--dir", home, "--listen", d.address}, flags...)
	if secure {
		cert, key := testCertificate(t, home)
		args = append(args, "--tls-cert", cert, "--tls-key", key)
	}
	d.cmd = exec.Command(path, args...)
	log, err := os.Create(filepath.Join(home, "stderr"))
	must(t, err)
	defer log.Close()
	d.cmd.Stderr = log
	must(t, d.cmd.Start())
	d.client = &http.Client{Timeout: 60 * time.Second, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true,
	}}
	for range 400 {
		if c, err := net.Dial("tcp", d.address); err == nil {
			c.Close()
			d.start, d.began = time.Now(), cpuTime(d.cmd.Process.Pid)
			go d.meter()
			return d
		}
		time.Sleep(25 * time.Millisecond)
	}
	d.cmd.Process.Kill()
	text, _ := os.ReadFile(log.Name())
	t.Fatalf("piaojued does not answer: %s", text)
	return nil
}

// meter watches the descriptors.
func (d *daemon) meter() {
	defer close(d.done)
	for {
		d.files = max(d.files, openFiles(d.cmd.Process.Pid))
		select {
		case <-d.stop:
			return
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// close kills the daemon. What it took stays to be read.
func (d *daemon) close() (cpu float64) {
	close(d.stop)
	<-d.done
	d.memory = peakMemory(d.cmd.Process.Pid)
	cpu = (cpuTime(d.cmd.Process.Pid) - d.began).Seconds() / time.Since(d.start).Seconds()
	d.cmd.Process.Kill()
	d.cmd.Wait()
	return cpu
}

// url is an address at the daemon.
func (d *daemon) url(secure bool, path string) string {
	if secure {
		return "https://" + d.address + path
	}
	return "http://" + d.address + path
}

// openFiles counts the descriptors of a process.
func openFiles(pid int) int {
	all, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	return len(all)
}

// peakMemory is the most memory that a process had, in KiB.
func peakMemory(pid int) int {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(fields[0])
	return n
}

// cpuTime is what a process has used of the cores.
func cpuTime(pid int) time.Duration {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}
