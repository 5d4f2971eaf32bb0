package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const (
	voteID     = "v1"
	passphrase = "correct horse battery"
)

// vote is one vote of the benchmark, in a folder of its own.
type vote struct {
	options
	n       int
	dir     string
	seed    [32]byte // of badges and one-time keys
	journal *journal
	server  *server
	http    *http.Client
	keys    sync.Map // API keys of persons, by role

	mu      sync.Mutex // guards program
	program usage      // the largest in this step
}

func openVote(o options, n int) (*vote, error) {
	v := &vote{options: o, n: n, dir: filepath.Join(o.dir, fmt.Sprint(n))}
	if err := os.MkdirAll(v.dir, 0o700); err != nil {
		return nil, err
	}
	v.http = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2 * together, MaxConnsPerHost: 2 * together}}
	var err error
	if v.journal, err = openJournal(v.dir, n, o.candidates); err != nil {
		return nil, err
	}
	return v, v.readSeed()
}

func (v *vote) path(name ...string) string {
	return filepath.Join(append([]string{v.dir}, name...)...)
}

func (v *vote) url(path string) string { return "http://" + v.listen + path }

// step is a part of the life of a vote. It can be taken again after a stop.
type step struct {
	name string
	run  func(context.Context) error
	anew bool // a stop leaves nothing of it
}

// steps are those that are measured, in order.
func (v *vote) steps() []step {
	return []step{
		{name: "draft", run: v.prepare},
		{name: "freeze", run: v.freeze},
		{name: "ceremony", run: v.holdCeremony},
		{name: "check-in", run: v.checkIn},
		{name: "attendance", run: v.signAttendance},
		{name: "opening", run: v.open},
		{name: "issue and seal", run: v.sealAll},
		{name: "cast", run: v.castAll},
		{name: "order", run: v.order},
		{name: "close", run: v.close},
		{name: "restart", run: v.restart, anew: true},
		{name: "collection", run: v.collect},
		{name: "open 1", run: func(ctx context.Context) error { return v.openBox(ctx, 1) }, anew: true},
		{name: "open 2", run: func(ctx context.Context) error { return v.openBox(ctx, 2) }, anew: true},
		{name: "certify", run: v.certify},
		{name: "archive", run: v.archive},
		{name: "download", run: v.download, anew: true},
		{name: "download zip", run: v.downloadZip, anew: true},
		{name: "verify", run: func(ctx context.Context) error { return v.verify(ctx, "record") }, anew: true},
		{name: "verify zip", run: func(ctx context.Context) error { return v.verify(ctx, "record.zip") }, anew: true},
	}
}

// run takes the steps that are not done yet.
func (v *vote) run(ctx context.Context) error {
	defer func() { v.server.stop() }()
	for _, s := range v.steps() {
		if v.journal.step(s.name).Done {
			continue
		}
		if err := v.take(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	if v.keep {
		return nil
	}
	return v.clean()
}

// take starts the server if it is down, which is no part of the step, and measures
// the step.
func (v *vote) take(ctx context.Context, s step) error {
	if v.server == nil {
		if err := v.begin(ctx); err != nil {
			return err
		}
	}
	if s.anew {
		*v.journal.step(s.name) = measure{Step: s.name}
	}
	v.program = usage{}
	v.server.forget()
	start := time.Now()
	err := s.run(ctx)
	took := time.Since(start)
	if noted := v.journal.took(s.name, took, v.server.peak(), v.program, err == nil); err == nil {
		err = noted
	}
	m := v.journal.step(s.name)
	fmt.Printf("%9d  %-15s %9.1f s  server %4d MB  %s %d MB\n", v.n, s.name, m.Seconds, m.Server>>10, m.Name, m.Program>>10)
	return err
}

// begin makes the server's folder, once, and starts it.
func (v *vote) begin(ctx context.Context) error {
	if _, err := os.Stat(v.path("server", "people")); err != nil {
		if _, err := v.command(ctx, "", "piaojued", "init", "--dir", v.path("server")); err != nil {
			return err
		}
	}
	return v.startServer(ctx)
}

// restart measures how long a server that was stopped takes until it answers.
func (v *vote) restart(ctx context.Context) error {
	v.server.stop()
	v.server = nil
	return v.startServer(ctx)
}

// clean removes what is large and can be made again from nothing.
func (v *vote) clean() error {
	v.server.stop()
	v.server = nil
	for _, name := range []string{"server", "sealed", "record", "record.zip"} {
		if err := os.RemoveAll(v.path(name)); err != nil {
			return err
		}
	}
	return nil
}

// phase asks the server where the vote stands.
func (v *vote) phase(ctx context.Context) (string, error) {
	var view struct {
		Phase string `json:"phase"`
	}
	answer, err := v.call(ctx, "staff_lead", "GET", "/votes/"+voteID, "", nil)
	if err == nil {
		err = json.Unmarshal(answer, &view)
	}
	return view.Phase, err
}

// phases in their order, as the server names them.
var phases = []string{"draft", "frozen", "approved", "keyed", "voting", "closing", "closed", "collected", "counted", "certified", "published", "archived"}

// reached reports whether the vote stands at a phase or behind it.
func (v *vote) reached(ctx context.Context, phase string) (bool, error) {
	now, err := v.phase(ctx)
	if err != nil {
		return false, err
	}
	for _, p := range phases {
		if p == phase {
			return true, nil
		}
		if p == now {
			return false, nil
		}
	}
	return false, fmt.Errorf("the vote is %s", now)
}

// await waits until the server has taken the vote to a phase.
func (v *vote) await(ctx context.Context, phase string) error {
	for {
		there, err := v.reached(ctx, phase)
		if there || err != nil {
			return err
		}
		select {
		case <-v.server.done:
			return fmt.Errorf("piaojued ended: read %s", v.path("server.log"))
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}
