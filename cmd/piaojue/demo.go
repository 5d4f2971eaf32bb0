package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"piaojue/client"
	"piaojue/election"
)

// demo plays a whole vote: it starts piaojued and a second issuer as processes
// of their own, and is everybody else. What it does goes over HTTP, as real
// clients do it.
type demo struct {
	*tool
	scene  scenario
	vote   voteTitle
	dir    string
	listen string
	exit   bool
	try    bool
	plain  bool // only the vote, without what comes before and after it

	choices func(context.Context) error // puts projects into the draft; nil: candidates come from a table

	serving *process
	issuing *process
	second  issuerCard

	base      string
	invited   string             // path of the first administrator's one-time link
	people    map[string]*server // by role, with API keys
	secrets   []personSecret     // key files of staff, presidium and scrutineers
	staff     signatory
	presidium signatory
	trustees  []*demoTrustee
	tellers   []signatory // none if nobody votes on paper
	roll      []election.Deputy
	badges    []badge
	late      int // how many of the roll's last are not there yet
	manifest  [32]byte
	board     *client.Board // of an observer, who believes nothing

	mu     sync.Mutex // guards the rest
	notes  []deputyNote
	doing  string    // what the step is at, for who waits
	waited time.Time // when it was last said that a server does not answer
}

// deputyNote is what a deputy of the demo took home.
type deputyNote struct {
	name  string
	entry [32]byte // tracking code
	deed  deed
}

// voteTitle is which vote it is.
type voteTitle struct {
	id        string
	title     string
	terminals string // required or open
}

var demoVote = voteTitle{"demo", "2026年度民生实事项目票决（演示）", "required"}

func (t *tool) demoCommand() *cobra.Command {
	d := &demo{tool: t, vote: demoVote}
	c := exactly(0, t.command("demo", "", `piaojue demo
piaojue demo --exit --dir build/demo
piaojue demo --deputies 3000 --candidates 20 --choose 15`, func(ctx context.Context, _ []string) error {
		return d.run(ctx)
	}))
	f := c.Flags()
	f.IntVar(&d.scene.deputies, "deputies", 331, "")
	f.IntVar(&d.scene.candidates, "candidates", 13, "")
	f.IntVar(&d.scene.choose, "choose", 10, "")
	f.IntVar(&d.scene.trustees, "trustees", 5, "")
	f.IntVar(&d.scene.threshold, "threshold", 3, "")
	f.IntVar(&d.scene.paper, "paper", 4, "")
	f.Uint64Var(&d.scene.seed, "seed", 2026, "")
	f.StringVar(&d.dir, "dir", "", "")
	f.StringVar(&d.listen, "listen", "127.0.0.1:8080", "")
	f.BoolVar(&d.exit, "exit", false, "")
	f.BoolVar(&d.try, "try", true, "")
	f.BoolVar(&d.plain, "no-projects", false, "")
	return c
}

// run plays the vote and then, unless it should exit, keeps the server up.
func (d *demo) run(ctx context.Context) error {
	if err := errors.Join(d.scene.check(), checkLocal(d.listen)); err != nil {
		return err
	}
	// SIGPIPE too: whatever ends the demo, it must not leave servers behind.
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGPIPE)
	defer stop()
	for _, address := range []string{d.listen, neighbour(d.listen)} {
		if err := checkFree(ctx, address); err != nil {
			return err
		}
	}
	if err := d.prepareDir(); err != nil {
		return err
	}
	defer func() { d.issuing.stop(); d.serving.stop() }()
	err := d.perform(ctx)
	if err != nil && ctx.Err() != nil { // nothing of a demo can be taken up again
		d.say("demo.interrupted")
		return silent(exitFailed)
	}
	return err
}

// perform plays the vote, and then waits for who wants to try.
func (d *demo) perform(ctx context.Context) error {
	if err := d.play(ctx); err != nil {
		return err
	}
	d.showNext()
	if d.exit {
		return nil
	}
	if err := d.receive(ctx); err != nil {
		return err
	}
	return d.wait(ctx)
}

// wait keeps the servers up until the person has seen enough.
func (d *demo) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
	case err := <-d.serving.done:
		if ctx.Err() != nil { // Ctrl-C reaches the servers too
			return nil
		}
		if d.answers(ctx) { // somebody killed ours and started another
			<-ctx.Done()
			return nil
		}
		return d.serving.ended(err)
	}
	return nil
}

// answers reports whether a server answers at the demo's address.
func (d *demo) answers(ctx context.Context) bool {
	_, err := d.as("staff").view(ctx)
	return err == nil
}

// prepareDir takes an empty folder, or makes one.
func (d *demo) prepareDir() (err error) {
	if d.dir == "" {
		d.dir, err = os.MkdirTemp("", "piaojue-demo-")
		return err
	}
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return because(err, "demo_no_dir", d.dir)
	}
	inside, err := os.ReadDir(d.dir)
	if err == nil && len(inside) > 0 {
		return wrong("demo_dir", d.dir)
	}
	return err
}

// demoStep is a step of the story, with the id of its text.
type demoStep struct {
	id  string
	run func(context.Context) error
}

// play is the order of a session (PROTOCOL.md, "Phases").
func (d *demo) play(ctx context.Context) error {
	begin := time.Now()
	steps := d.withProjects([]demoStep{
		{"server", d.startServer},
		{"draft", d.prepareDraft},
		{"freeze", d.freeze},
		{"trustees", d.approveTrustees},
		{"ceremony", d.holdCeremony},
		{"checkin", d.checkInAll},
		{"opening", d.openVote},
		{"voting", d.castAll},
		{"closing", d.closeVote},
		{"counting", d.openBox},
		{"certify", d.certify},
		{"publish", d.publish},
		{"record", d.export},
		{"verify", d.verify},
	})
	for i, s := range steps {
		d.say("demo.step", i+1, len(steps), d.words.say("demo."+s.id))
		start := time.Now()
		if err := d.take(ctx, s.run); err != nil {
			return err
		}
		d.say("demo.took", time.Since(start).Seconds())
	}
	d.say("demo.done", time.Since(begin).Seconds())
	return nil
}

// take takes a step, and says what it is at while that lasts (attack S13).
func (d *demo) take(ctx context.Context, step func(context.Context) error) error {
	d.at("demo.doing.step")
	defer stepPace.during(func(waited time.Duration) {
		d.mu.Lock()
		doing := d.doing
		d.mu.Unlock()
		if doing != "" {
			d.say("demo.doing", doing, waited.Seconds())
		}
	})()
	return step(ctx)
}

// at notes what the step is at; nothing if the step itself tells.
func (d *demo) at(id string, args ...any) {
	doing := ""
	if id != "" {
		doing = d.words.say(id, args...)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.doing = doing
}

// sayWaiting says that a server does not answer, not once for each terminal.
func (d *demo) sayWaiting(string, time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if time.Since(d.waited) < usualPace.again {
		return
	}
	d.waited = time.Now()
	d.say("demo.waiting")
}

// say prints a line of the story.
func (d *demo) say(id string, args ...any) {
	fmt.Fprintln(d.out, d.words.say(id, args...))
}

func (d *demo) path(name ...string) string {
	return filepath.Join(append([]string{d.dir}, name...)...)
}

// as returns how a role speaks to the server.
func (d *demo) as(role string) *server { return d.people[role] }
