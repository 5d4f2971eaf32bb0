package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"piaojue/client"
	"piaojue/election"
	"piaojue/kiosk"
)

// agent is a terminal of which nothing comes from the server: page, scripts and
// program are in this command (package kiosk), which shows them to a Chromium on
// the same machine and carries to the server what the page may ask for. A
// scrutineer names the manifest once, from paper; the agent follows the log from
// it and shows no page that the manifest does not pin.
type agent struct {
	*tool
	server   *server
	memory   memory
	manifest [32]byte
	address  string        // host:port on this machine
	restart  time.Duration // from one browser to the next

	mu    sync.Mutex // guards board
	board *client.Board
}

// agentOptions are the flags of the agent.
type agentOptions struct {
	listen, state, relay, chromium string
	noBrowser                      bool
}

// terminalCommand is a session terminal on a screen.
func (t *tool) terminalCommand() *cobra.Command {
	var o agentOptions
	c := exactly(0, t.command("terminal", "", `piaojue terminal --server https://hall:8443 --vote lz2026 --manifest 5f3c…
piaojue terminal --server https://hall:8443 --vote lz2026 --relay 192.0.2.7:8444`,
		func(ctx context.Context, _ []string) error { return t.runAgent(ctx, o) }))
	f := c.Flags()
	f.StringVar(&o.listen, "listen", "127.0.0.1:8765", "")
	f.StringVar(&o.state, "state", "", "")
	f.StringVar(&o.relay, "relay", "", "")
	f.StringVar(&o.chromium, "chromium", "", "")
	f.BoolVar(&o.noBrowser, "no-browser", false, "")
	c.AddCommand(t.textTerminalCommand(), t.registerCommand(), t.listCommand())
	return t.verifying(c)
}

func (t *tool) runAgent(ctx context.Context, o agentOptions) error {
	a, err := t.newAgent(ctx, o)
	if err != nil {
		return err
	}
	if err := a.follow(ctx); err != nil {
		return err
	}
	if err := a.checkBundle(a.board.State().Manifest(), kiosk.Hash()); err != nil {
		return err
	}
	if err := a.memory.keepManifest(a.server.vote, a.manifest); err != nil {
		return err
	}
	a.sayVerified()
	return a.serve(ctx, o)
}

// newAgent reads flags and memory; nothing is sent yet.
func (t *tool) newAgent(ctx context.Context, o agentOptions) (*agent, error) {
	if !kiosk.Complete() {
		return nil, wrong("kiosk_missing")
	}
	s, err := t.connect()
	if err != nil {
		return nil, err
	}
	if !s.private() {
		return nil, misuse("agent_plain", s.base.String())
	}
	if o.relay != "" {
		s.through(o.relay)
	}
	a := &agent{tool: t, server: s, restart: time.Second}
	if a.address, err = loopbackAddress(o.listen); err != nil {
		return nil, err
	}
	if a.memory, err = openMemory(o.state); err != nil {
		return nil, err
	}
	if a.manifest, err = t.namedManifest(a.memory, s.vote); err != nil {
		return nil, err
	}
	a.board = client.NewBoard(s.transport(ctx), s.vote, a.manifest)
	return a, nil
}

// loopbackAddress refuses an address that others can reach: whoever reaches the
// agent can act as this terminal.
func loopbackAddress(address string) (string, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil || !net.ParseIP(host).IsLoopback() {
		return "", misuse("agent_listen", address)
	}
	return address, nil
}

// namedManifest is the hash that a scrutineer named: now, or when this terminal
// was set up for the vote. One that differs from the one before is refused.
func (t *tool) namedManifest(m memory, vote string) ([32]byte, error) {
	before, known, err := m.manifest(vote)
	if err != nil {
		return before, err
	}
	text := t.either(t.settings.manifest, "PIAOJUE_MANIFEST")
	if text == "" && known {
		return before, nil
	}
	if text == "" {
		if text, err = t.question(t.words.say("prompt.manifest")); err != nil {
			return before, err
		}
	}
	hash, err := parseHash(text)
	if err != nil {
		return hash, err
	}
	if known && hash != before {
		return hash, wrong("agent_other", hexOf(before))
	}
	return hash, nil
}

const (
	agentRetry = 5 * time.Second
	agentWatch = 30 * time.Second
)

// follow verifies the log from its first entry. In the morning a terminal may
// be switched on before the server: then it waits.
func (a *agent) follow(ctx context.Context) error {
	for said := false; ; said = true {
		err := a.update()
		if err == nil || !mayPass(err) {
			return err
		}
		if !said {
			a.finish(err)
			a.talk(a.words.say("agent.waits", int(agentRetry/time.Second)))
		}
		if err := pause(ctx, agentRetry); err != nil {
			return err
		}
	}
}

// mayPass reports whether trying again may help.
func mayPass(err error) bool {
	if refused, ok := errors.AsType[*client.Refusal](err); ok {
		return refused.Status >= 500 || refused.Status == http.StatusTooManyRequests
	}
	return errors.Is(err, client.ErrStale)
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

func (a *agent) update() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.board.Update()
}

// watch follows the log as long as the terminal stands there. What is wrong with
// the log ends it; what may pass does not.
func (a *agent) watch(ctx context.Context) error {
	for pause(ctx, agentWatch) == nil {
		if err := a.update(); errors.Is(err, client.ErrBoard) {
			return err
		}
	}
	return nil
}

// checkBundle compares what this program shows with what the manifest pins. A
// real vote takes nothing else; what a rehearsal began with may have been made
// anew since.
func (t *tool) checkBundle(m *election.Manifest, own [32]byte) error {
	var fault error
	switch pin, ok := pinCalled(m, kiosk.PinName); {
	case !ok:
		fault = wrong("bundle_unpinned")
	case pin != own:
		fault = wrong("bundle_other", hexOf(pin), hexOf(own))
	}
	if fault == nil || m.Kind == election.Real {
		return fault
	}
	text, _ := t.explain(fault)
	t.talk(t.words.say("agent.warning", text))
	return nil
}

func pinCalled(m *election.Manifest, name string) ([32]byte, bool) {
	for _, p := range m.Pins {
		if p.Name == name {
			return p.Hash, true
		}
	}
	return [32]byte{}, false
}

// sayVerified says what was checked, to whoever sets the terminal up.
func (a *agent) sayVerified() {
	s := a.board.State()
	m := s.Manifest()
	a.talk(a.words.say("agent.vote", m.Congress, m.Title, hexOf(a.manifest)))
	a.talk(a.words.say("agent.log", a.board.Checkpoint().Size, len(a.board.Checkpoint().Witnesses)))
	if s.JointKey() == nil {
		a.talk(a.words.say("agent.no_key"))
	} else {
		a.talk(a.words.say("agent.key", m.Trustees))
	}
	if pin, ok := pinCalled(m, kiosk.PinName); ok && pin == kiosk.Hash() {
		a.talk(a.words.say("agent.bundle", hexOf(pin)))
	}
}

// serve shows the page until the context ends or something is wrong for good.
func (a *agent) serve(ctx context.Context, o agentOptions) error {
	ln, err := net.Listen("tcp", a.address)
	if err != nil {
		return because(err, "agent_busy", a.address)
	}
	a.address = ln.Addr().String()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	page := fmt.Sprintf("http://%s/terminal?lang=%s#agent", a.address, a.lang)
	h := &http.Server{Handler: a.handler(), ReadHeaderTimeout: 10 * time.Second, ErrorLog: quietLog}
	var wg sync.WaitGroup
	wg.Go(func() { cancel(h.Serve(ln)) })
	wg.Go(func() {
		if err := a.watch(ctx); err != nil {
			cancel(err)
		}
	})
	if o.noBrowser {
		fmt.Fprintln(a.out, page)
	} else {
		wg.Go(func() { cancel(a.browse(ctx, o.chromium, page)) })
	}
	<-ctx.Done()
	h.Close()
	wg.Wait()
	if err := context.Cause(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}
