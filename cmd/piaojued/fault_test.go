package main

import (
	"os"
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
		lead := n.mustLead()
		for _, p := range n.all {
			if p != lead {
				must(n, p.cmd.Process.Kill())
				p.cmd.Wait() // says that it was killed
				n.spawn(p)
				return
			}
		}
	}},
}

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
	deputies := 304
	if every {
		deputies = 3000
	}
	n := newNodes(t, deputies)
	n.start()
	for i, f := range faults {
		n.awaitCast((i + 1) * deputies * 10 / 64)
		began := time.Now()
		f.do(n)
		lasted := time.Since(began)
		casting, screens := n.recovered()
		t.Logf("%s at %d ballots for %.1f s; cast again %.1f s after that, every screen right after %.1f s",
			f.name, n.shown(n.listen), lasted.Seconds(), casting.Seconds(), screens.Seconds())
		if screens > 5*time.Second {
			t.Errorf("%s: screens are right after %v", f.name, screens)
		}
	}
	if <-n.done; n.err != nil {
		t.Fatalf("the demo: %v", n.err)
	}
	t.Logf("the demo says:\n%s", n.told.text())
	if said := n.told.text(); strings.Contains(said, "panic") || strings.Contains(said, "error") {
		t.Error("the demo speaks of errors to people")
	}
}
