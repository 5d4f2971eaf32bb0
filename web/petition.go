package web

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
	"piaojue/courier"
	"piaojue/election"
	"piaojue/store"
)

const (
	// petitionWait is how long a witness has for its answer, and how long a
	// round waits for a quorum.
	petitionWait = 10 * time.Second
	// petitionPace is the least time between two rounds: a log that grows by
	// many entries a second asks for one of its checkpoints.
	petitionPace = 500 * time.Millisecond
	// longestRest is how long a witness that fails is left alone.
	longestRest = 30 * time.Second
	// maxSizeLine bounds what a witness says with 409.
	maxSizeLine = 21
)

// petition asks the witnesses of a vote's policy that have an address for
// cosignatures (C2SP tlog-witness), in rounds: all for the same checkpoint, or a
// log that grows fast would never have a quorum on one. It runs beside the vote,
// and nothing waits for it: a round ends at a quorum, and a witness that is
// still busy then is asked for a later checkpoint.
type petition struct {
	v      *vote
	client *http.Client
	wake   chan struct{}
	ctx    context.Context
	cancel context.CancelFunc
	jobs   sync.WaitGroup

	first  []chan struct{}           // closed when those whom begin has asked answer
	asked  []*asking                 // once there is a manifest; owned by run
	shown  atomic.Pointer[[]*asking] // the same, once there are all
	policy *audit.Policy
}

// asking is one witness, as far as it was asked.
type asking struct {
	name, address string

	mu    sync.Mutex // guards all below
	busy  bool
	heard bool      // it has cosigned since the start
	known uint64    // the size it cosigned last, as far as we know
	fails int       // one after the other
	rest  time.Time // it is left alone until then
}

func newPetition(v *vote) *petition {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if v.config.WitnessRoots != nil {
		transport.TLSClientConfig = &tls.Config{RootCAs: v.config.WitnessRoots}
	}
	p := &petition{v: v, wake: make(chan struct{}, 1), client: &http.Client{
		Transport:     transport,
		Timeout:       petitionWait,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	return p
}

// poke says that there is something to ask for. It never waits.
func (p *petition) poke() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

func (p *petition) start() {
	p.poke()
	p.jobs.Go(p.run)
}

func (p *petition) stop() {
	p.cancel()
	p.jobs.Wait()
	p.client.CloseIdleConnections()
}

func (p *petition) run() {
	for {
		select {
		case <-p.wake:
		case <-p.ctx.Done():
			return
		}
		if err := p.round(); err != nil && p.ctx.Err() == nil {
			p.v.config.Log.Error("witnesses not asked", "vote", p.v.id, "error", err)
		}
		select {
		case <-time.After(p.v.config.CosignEvery):
		case <-p.ctx.Done():
			return
		}
	}
}

// setWitnesses reads the addresses, once there is a policy that cannot change.
func (p *petition) setWitnesses(m *election.Manifest) error {
	lines, err := election.ParsePolicy(m.Policy)
	if err != nil {
		return err
	}
	if p.policy, err = audit.PolicyOf(m); err != nil {
		return err
	}
	for _, w := range lines.Witnesses {
		address := w.URL
		if slices.Contains(p.v.config.IgnoreWitnesses, w.KeyName) {
			continue
		}
		if other, ok := p.v.config.Witnesses[w.KeyName]; ok {
			address = other
		}
		if address == "" {
			continue // somebody carries its cosignatures
		}
		if err := CheckWitnessURL(address); err != nil { // an older version took it, and the vote goes on with it
			p.v.config.Log.Warn("witness is asked at an address that is not safe", "vote", p.v.id, "witness", w.KeyName, "error", err)
		}
		p.asked = append(p.asked, &asking{name: w.KeyName, address: strings.TrimSuffix(address, "/") + "/add-checkpoint"})
	}
	all := slices.Clone(p.asked)
	p.shown.Store(&all)
	return nil
}

// CheckWitnessURL refuses what is no address of a witness.
func CheckWitnessURL(address string) error {
	if strings.ContainsAny(address, "?#") {
		return fmt.Errorf("%q is more than the address of a witness", address)
	}
	return courier.CheckURL(address)
}

// round asks every witness that is free for the newest checkpoint, and returns
// when enough have cosigned it, or all have answered.
func (p *petition) round() error {
	m := p.v.view.Load().manifest
	if m == nil {
		return nil
	}
	if p.policy == nil {
		if err := p.setWitnesses(m); err != nil {
			return err
		}
	}
	if len(p.asked) == 0 {
		return nil
	}
	head, err := p.v.config.DB.Log(p.v.id).Head(p.ctx)
	if err != nil {
		return err
	}
	answers := make(chan []byte, len(p.asked))
	under := 0
	for _, a := range p.asked {
		if a.take(head.Size, time.Now()) {
			under++
			p.jobs.Go(func() { answers <- p.ask(a, head) })
		}
	}
	p.await(answers, under, head.Checkpoint)
	return nil
}

// await ends with a quorum, or with the last answer.
func (p *petition) await(answers <-chan []byte, n int, note []byte) {
	for ; n > 0; n-- {
		select {
		case lines := <-answers:
			if merged := merge(p.policy, note, lines); merged != nil {
				note = merged
			}
		case <-p.ctx.Done():
			return
		}
		if _, err := p.policy.Open(note); err == nil && !p.policy.None() {
			return
		}
	}
}

// take reports whether a witness is free to be asked for a size, and if so
// makes it busy.
func (a *asking) take(size uint64, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.busy || a.known == size || now.Before(a.rest) {
		return false
	}
	a.busy = true
	return true
}

// ask gets the cosignature of one witness into the database. It returns the
// lines, nil if there are none.
func (p *petition) ask(a *asking, head store.Head) []byte {
	lines, err := p.request(a, head)
	p.listen(a, err)
	return p.keep(a, head, lines, err)
}

// keep is the rest of ask. It frees the witness.
func (p *petition) keep(a *asking, head store.Head, lines []byte, err error) []byte {
	if err == nil {
		err = p.v.do(p.ctx, func() error { return p.v.cosign(p.ctx, lines) })
		if refused, ok := errors.AsType[*refusal](err); ok && refused.code == codeBadSignature && merge(p.policy, head.Checkpoint, lines) != nil {
			err = nil // somebody brought it before
		}
	}
	p.free(a, head.Size, err)
	if err != nil {
		return nil
	}
	return lines
}

// free notes how it went, and asks again: at once for what the log has come to
// meanwhile, or after a rest.
func (p *petition) free(a *asking, size uint64, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.busy = false
	if p.ctx.Err() != nil {
		return
	}
	if err == nil {
		a.known = size
		if a.fails > 0 {
			p.v.config.Log.Info("witness cosigns again", "vote", p.v.id, "witness", a.name)
		}
		a.fails = 0
		p.poke()
		return
	}
	if a.fails == 0 {
		p.v.config.Log.Error("witness does not cosign, and is asked again", "vote", p.v.id, "witness", a.name, "error", err)
	}
	pause := min(time.Second<<min(a.fails, 10), longestRest)
	a.fails++
	a.rest = time.Now().Add(pause)
	time.AfterFunc(pause, p.poke)
}

// request asks from the size that the witness cosigned last, and once more if it
// says that this is another.
func (p *petition) request(a *asking, head store.Head) ([]byte, error) {
	a.mu.Lock()
	old := min(a.known, head.Size)
	a.mu.Unlock()
	lines, size, err := p.post(a, head, old)
	if errors.Is(err, audit.ErrStale) {
		if size > head.Size {
			return nil, p.ahead(size)
		}
		old = size
		lines, size, err = p.post(a, head, old)
	}
	switch {
	case errors.Is(err, audit.ErrInconsistent), errors.Is(err, audit.ErrStale) && size == old:
		return nil, &aheadError{old, head.Size}
	case err == nil && merge(p.policy, head.Checkpoint, lines) == nil:
		return nil, errors.New("its answer holds no cosignature of the policy")
	}
	return lines, err
}

// post makes one request. With audit.ErrStale comes the size that the witness
// cosigned last.
func (p *petition) post(a *asking, head store.Head, old uint64) (lines []byte, size uint64, err error) {
	var proof []tlog.Hash
	if proof, err = audit.ProveConsistency(p.ctx, p.v.config.DB.Log(p.v.id), head.Size, old); err != nil {
		return nil, 0, err
	}
	body := (&audit.AddCheckpoint{Old: old, Proof: proof, Checkpoint: head.Checkpoint}).Marshal()
	req, err := http.NewRequestWithContext(p.ctx, http.MethodPost, a.address, bytes.NewReader(body))
	if err != nil {
		return nil, 0, err
	}
	req.Header.Set("User-Agent", "piaojued")
	resp, err := p.client.Do(req)
	if err != nil {
		return nil, 0, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxCosignatures))
	switch {
	case err != nil:
		return nil, 0, err
	case resp.StatusCode == http.StatusConflict:
		return readSize(answer)
	case resp.StatusCode == http.StatusUnprocessableEntity:
		return nil, 0, audit.ErrInconsistent
	case resp.StatusCode != http.StatusOK:
		return nil, 0, fmt.Errorf("it answers with %d", resp.StatusCode)
	}
	return answer, 0, nil
}

// readSize reads what comes with 409.
func readSize(answer []byte) ([]byte, uint64, error) {
	text, ok := strings.CutSuffix(string(answer), "\n")
	size, err := strconv.ParseUint(text, 10, 64)
	if !ok || err != nil || len(answer) > maxSizeLine || strconv.FormatUint(size, 10) != text {
		return nil, 0, errors.New("it answers with 409 and no size")
	}
	return nil, size, audit.ErrStale
}
