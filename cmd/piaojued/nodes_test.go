package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"piaojue/pgtest"
	"piaojue/porttest"
)

// nodes are three servers on one database with a standby, behind a balancer, with a
// whole vote that piaojue demo plays on them.
type nodes struct {
	testing.TB
	folder  string
	primary *pgtest.Server
	standby *pgtest.Server
	listen  string   // of the balancer
	net     *network // nil: all nodes share this machine's
	all     []*nodeProcess
	demo    *exec.Cmd
	told    *buffer
	done    chan struct{} // closed when the demo has ended
	err     error         // then: how
}

// nodeProcess is one of the servers.
type nodeProcess struct {
	name, dir, address string
	link               string   // its address for other nodes
	within             []string // what its command begins with, in a network of its own
	log                *os.File
	cmd                *exec.Cmd
}

// newNodes builds the programs, and starts the demo up to where it wants a server.
func newNodes(t testing.TB, deputies int) *nodes {
	n := &nodes{TB: t, folder: t.TempDir(), listen: porttest.Address(), told: &buffer{}, done: make(chan struct{})}
	here := "127.0.0.1"
	if every {
		n.net, here = newNetwork(t), bridgeAddress
	}
	n.primary = pgtest.StartAt(t, here)
	n.standby = n.primary.Standby(t)
	bin := filepath.Join(n.folder, "bin")
	must(t, os.MkdirAll(filepath.Join(bin, "real"), 0o755))
	build := exec.Command("go", "build", "-o", bin, "piaojue/cmd/piaojue", "piaojue/cmd/piaojue-verify")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	self, err := os.Executable()
	must(t, err)
	must(t, os.Symlink(self, filepath.Join(bin, "real", "piaojued"))) // see TestMain
	must(t, os.WriteFile(filepath.Join(bin, "piaojued"), []byte(n.standIn(bin)), 0o755))
	n.demo = exec.Command(filepath.Join(bin, "piaojue"), "demo", "--exit", "--no-projects", "--dir", n.path("demo"),
		"--deputies", fmt.Sprint(deputies), "--listen", n.listen)
	n.demo.Stdout, n.demo.Stderr = n.told, n.told
	n.demo.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	must(t, n.demo.Start())
	go func() {
		n.err = n.demo.Wait()
		close(n.done)
	}()
	t.Cleanup(func() {
		n.demo.Process.Kill()
		<-n.done
		if t.Failed() {
			t.Logf("the demo says:\n%s", n.told.text())
			t.Logf("the second issuer:\n%s", notable(n.path("demo", "issuer.log")))
		}
	})
	n.until("the demo starts no server", func() bool { return n.has("started") })
	return n
}

// standIn is what the demo takes for piaojued: it makes the server in the shared
// database, and leaves it to the test to start the nodes.
func (n *nodes) standIn(bin string) string {
	real := filepath.Join(bin, "real", "piaojued")
	return fmt.Sprintf(`#!/bin/sh
case "$1" in
init) %[1]s "$@" --db '%[2]s' && exec %[1]s node init --dir "$3" ;;
serve) touch %[3]s; exec sleep 3600 ;;
*) exec %[1]s "$@" ;;
esac
`, real, n.url(), n.path("started"))
}

func (n *nodes) url() string { return n.primary.URL(n.standby) }

func (n *nodes) path(name ...string) string {
	return filepath.Join(append([]string{n.folder}, name...)...)
}

func (n *nodes) has(name string) bool {
	_, err := os.Stat(n.path(name))
	return err == nil
}

// until waits for what must come.
func (n *nodes) until(otherwise string, is func() bool) time.Duration {
	n.Helper()
	began := time.Now()
	limit := 3 * time.Minute // where much else goes on
	if every {
		limit = 20 * time.Minute
	}
	for time.Since(began) < limit {
		if is() {
			return time.Since(began)
		}
		select {
		case <-n.done:
			n.Fatalf("%s; the demo has ended: %v", otherwise, n.err)
		case <-time.After(25 * time.Millisecond):
		}
	}
	n.Fatal(otherwise)
	return 0
}

// start starts the nodes; the others have nothing of the first but the key of the
// link.
func (n *nodes) start() {
	n.Helper()
	first := n.path("demo", "server")
	key, err := os.ReadFile(filepath.Join(first, "keys", "node.key"))
	must(n, err)
	var addresses []string
	for _, name := range []string{"a", "b", "c"} {
		p := &nodeProcess{name: name, dir: n.path(name), address: porttest.Address(), link: "127.0.0.1:0"}
		if n.net != nil {
			n.net.add(n, p)
		}
		if name == "a" {
			p.dir = first
		} else {
			must(n, os.MkdirAll(filepath.Join(p.dir, "keys"), 0o700))
			must(n, os.WriteFile(filepath.Join(p.dir, "keys", "node.key"), key, 0o600))
		}
		p.log, err = os.OpenFile(n.path(name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		must(n, err)
		n.Cleanup(func() { n.stop(p) })
		n.all = append(n.all, p)
		addresses = append(addresses, p.address)
		n.spawn(p)
		if name == "a" {
			n.until("the first node does not lead", func() bool { return n.leader() == p })
		}
	}
	newBalancer(n, n.listen, addresses...)
}

func (n *nodes) spawn(p *nodeProcess) {
	n.Helper()
	args := append(slices.Clone(p.within), n.path("bin", "real", "piaojued"), "serve", "--dir", p.dir, "--db", n.url(), "--grace", "5s",
		"--listen", p.address, "--plain-http", "--node-name", p.name, "--node-listen", p.link)
	p.cmd = exec.Command(args[0], args[1:]...)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	must(n, p.cmd.Start())
}

func (n *nodes) stop(p *nodeProcess) {
	p.cmd.Process.Kill()
	p.cmd.Wait() // says that it was killed
	if n.Failed() {
		n.Logf("node %s:\n%s", p.name, notable(p.log.Name()))
	}
	p.log.Close()
}

// notable is what a program has logged, without the line of each request.
func notable(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	lines := bytes.Split(text, []byte("\n"))
	lines = slices.DeleteFunc(lines, func(line []byte) bool { return bytes.Contains(line, []byte("msg=request ")) })
	return string(bytes.Join(lines, []byte("\n")))
}

// leader finds who leads; nil if nobody does, or does not say.
func (n *nodes) leader() *nodeProcess {
	for _, p := range n.all {
		if status, body := n.get(p.address, "/healthz"); status == http.StatusOK && !strings.Contains(body, `"role":"follower"`) {
			return p
		}
	}
	return nil
}

func (n *nodes) get(address, path string) (status int, body string) {
	c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Second}
	resp, err := c.Get("http://" + address + path)
	if err != nil {
		return 0, ""
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text)
}

// shown is what the screen of the hall shows by a node; -1 if it shows nothing.
func (n *nodes) shown(address string) int {
	status, body := n.get(address, "/votes/demo/snapshot?view=hall")
	var s struct {
		R *int `json:"r"`
	}
	if status != http.StatusOK || json.Unmarshal([]byte(body), &s) != nil || s.R == nil {
		return -1
	}
	return *s.R
}

// awaitCast waits until so many ballots are shown to have been cast.
func (n *nodes) awaitCast(count int) {
	n.Helper()
	n.until(fmt.Sprintf("there are never %d ballots", count), func() bool { return n.shown(n.listen) >= count })
}

// watch notes, from now on, when more ballots are shown behind the balancer.
func (n *nodes) watch() *watcher {
	w := &watcher{quit: make(chan struct{})}
	w.wg.Go(func() {
		for most := -1; ; {
			if shown := n.shown(n.listen); shown > most {
				most = shown
				w.note()
			}
			select {
			case <-w.quit:
				return
			case <-time.After(25 * time.Millisecond):
			}
		}
	})
	return w
}

// watcher knows how long nobody could cast.
type watcher struct {
	quit chan struct{}
	wg   sync.WaitGroup

	mu    sync.Mutex // guards rises
	rises []time.Time
}

func (w *watcher) note() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rises = append(w.rises, time.Now())
}

// pause is the longest time without another ballot since a moment.
func (w *watcher) pause(since time.Time) (longest time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	last := since
	for _, at := range w.rises {
		if at.After(since) {
			longest = max(longest, at.Sub(last))
			last = at
		}
	}
	return longest
}

func (w *watcher) stop() {
	close(w.quit)
	w.wg.Wait()
}

// recovered waits until casting goes on and each node shows what came since; it
// returns how long that took.
func (n *nodes) recovered() time.Duration {
	n.Helper()
	began, before := time.Now(), -1
	n.until("no screen shows anything", func() bool {
		before = n.shown(n.listen)
		return before >= 0
	})
	n.until("screens differ, or nobody casts any more", func() bool {
		return !slices.ContainsFunc(n.all, func(p *nodeProcess) bool { return n.shown(p.address) <= before })
	})
	return time.Since(began)
}
