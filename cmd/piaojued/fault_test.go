package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// every is set for the long forms of tests.
var every = os.Getenv("PIAOJUE_EVERY") != ""

// fault is something that happens to one of the machines while people vote.
type fault struct {
	name string
	do   func(*nodes)
}

// faults are those of which a leader or the database dies. Each ends with all
// machines as before, but for the database, which has moved.
var faults = []fault{
	{"leader killed", func(n *nodes) {
		p := n.mustLead()
		must(n, p.cmd.Process.Kill())
		p.cmd.Wait() // says that it was killed
		n.until("nobody takes over", func() bool { return n.leader() != nil })
		n.spawn(p)
	}},
	{"leader stopped", func(n *nodes) {
		stop := 6 * time.Second
		if every {
			stop = time.Minute
		}
		p := n.mustLead()
		must(n, p.cmd.Process.Signal(syscall.SIGSTOP))
		time.Sleep(stop)
		must(n, p.cmd.Process.Signal(syscall.SIGCONT))
	}},
	{"database killed", func(n *nodes) {
		n.primary.Kill(n)
		n.standby.Promote(n)
	}},
	{"follower killed", func(n *nodes) {
		p := n.follower()
		must(n, p.cmd.Process.Kill())
		p.cmd.Wait() // says that it was killed
		n.spawn(p)
	}},
}

// cutOff is a fault of the network: the leader reaches nobody, and nobody it, for
// twenty seconds.
var cutOff = fault{"leader cut off", func(n *nodes) {
	p := n.mustLead()
	n.net.cut(n, p)
	n.until("nobody takes over", func() bool { next := n.leader(); return next != nil && next != p })
	time.Sleep(20 * time.Second)
	n.net.join(n, p)
}}

// mustLead is leader when there must be one.
func (n *nodes) mustLead() (p *nodeProcess) {
	n.Helper()
	n.until("nobody leads", func() bool { p = n.leader(); return p != nil })
	return p
}

// TestNodesSurvive (S2, S3, V7): three nodes and a database with a synchronous
// standby; while deputies vote, the leader is killed, the next one is stopped and
// comes back, the database is killed and its standby promoted, and a follower is
// killed. The terminals go on by themselves. At the end each deputy's promise is
// kept: the demo verifies the receipt of each and the whole record, which would
// hold no ballot twice.
func TestNodesSurvive(t *testing.T) {
	deputies, faults := 600, faults // so many that people still vote when the last fault is over
	if every {
		deputies, faults = 10_000, append(slices.Clone(faults), cutOff)
	}
	n := newNodes(t, deputies)
	n.start()
	w := n.watch()
	defer w.stop()
	before := 0 // ballots that a backup has to hold
	for i, f := range faults {
		n.awaitCast((i + 1) * deputies * 10 / 64)
		if i == 0 {
			n.operations(2, "sync")
			n.documented()
			before = n.save()
		}
		began, count := time.Now(), n.shown(n.listen)
		f.do(n)
		lasted := time.Since(began)
		screens := n.recovered()
		t.Logf("%s after %d ballots, all there again after %.1f s: no ballot for %.1f s, every screen right %.1f s after the end of the fault",
			f.name, count, lasted.Seconds(), w.pause(began).Seconds(), screens.Seconds())
		if every && screens > 5*time.Second { // beside other tests nothing is fast
			t.Errorf("%s: screens are right after %v", f.name, screens)
		}
	}
	if <-n.done; n.err != nil {
		t.Fatalf("the demo: %v", n.err)
	}
	n.restore(before)
	for _, p := range n.all {
		if left, err := filepath.Glob(filepath.Join(p.dir, "keys", "*.box.key*")); err != nil || len(left) > 0 {
			t.Errorf("node %s keeps the key of the emptied box: %q, %v", p.name, left, err)
		}
	}
	if said := n.told.text(); strings.Contains(said, "panic") || strings.Contains(said, "error") {
		t.Error("the demo speaks of errors to people")
	}
}

// TestNodesRefuseOlderDatabase (S2): if the standby has not repeated all that was
// acknowledged, and is promoted all the same, no node goes on with it: each keeps
// the last checkpoint of the log beside its keys.
func TestNodesRefuseOlderDatabase(t *testing.T) {
	if !every {
		t.Skip("in make soak; TestNodeRefusesOlderDatabase is the short form, which runs on PostgreSQL in make test")
	}
	n := newNodes(t, 60)
	n.start()
	n.awaitCast(8)
	n.primary.SQL(t, "ALTER SYSTEM RESET synchronous_standby_names")
	n.primary.SQL(t, "SELECT pg_reload_conf()")
	n.standby.SQL(t, "ALTER SYSTEM SET primary_conninfo = ''")
	n.standby.SQL(t, "SELECT pg_reload_conf()")
	n.awaitCast(24)
	n.primary.Kill(t)
	n.standby.Promote(t)
	n.until("a node does not say why it cannot lead", func() bool {
		return !slices.ContainsFunc(n.all, func(p *nodeProcess) bool {
			text, err := os.ReadFile(p.log.Name())
			must(t, err)
			return !strings.Contains(string(text), "the database is older than what the server signed")
		})
	})
	if p := n.leader(); p != nil {
		t.Errorf("node %s leads with a database that lacks ballots", p.name)
	}
	if n.shown(n.listen) != -1 {
		t.Error("a screen shows what is no more")
	}
}
