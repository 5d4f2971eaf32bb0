package web

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"

	"piaojue/client"
	"piaojue/election"
)

// walk is a way through the model, of deputies of its own.
type walk struct {
	moves  []move
	worlds []world // before each move, and at last after all
	breaks []int   // where the moves of a segment end
	issued [2]bool // at last
}

// modelPlans are what everybody goes through: moves at random, and between them
// these. The last moves come after the close.
var modelPlans = map[string][]moveKind{
	"one epoch":  {suspend, resume, order, closeVote},
	"two epochs": {openAgain, suspend, resume, order, closeVote},
}

// situation is a kind of move and what it meets.
type situation struct {
	move
	phase                  election.Phase
	old, spent, mine       bool // the terminal is of a former epoch; its ballot is spent, or in the box
	ballot, unused, issued bool // of the deputy
}

// situations are those that a walk comes to.
func (k *walk) situations(m *model) map[situation]bool {
	all := map[situation]bool{}
	for i, v := range k.moves {
		w := &k.worlds[i]
		x, d := w.terminals[v.terminal], deputyOf(v.terminal)
		p := envelope{x.ballot, x.epoch}
		s := situation{move: v, phase: m.at(w).phase, old: x.epoch != w.epoch, issued: m.at(w).issued[d] != 0, unused: w.idle&ownKeys[d] != 0}
		s.terminal = d
		s.spent, s.mine = x.ballot != 0 && w.spent&p.bit() != 0, x.ballot != 0 && w.box[x.seed] == p
		for key, b := range w.box {
			s.ballot = s.ballot || ownKeys[d]>>key&1 != 0 && b.number != 0
		}
		all[s] = true
	}
	return all
}

// choose draws many walks and takes those that come to the most situations.
func (m *model) choose(random *rand.Rand, plan []moveKind, n int) (chosen []*walk) {
	met := map[situation]bool{}
	for range n {
		var best *walk
		most := -1
		for range 40 {
			k, fresh := m.wander(random, plan), 0
			for s := range k.situations(m) {
				fresh += weightIf(!met[s])
			}
			if fresh > most {
				best, most = k, fresh
			}
		}
		maps.Copy(met, best.situations(m))
		chosen = append(chosen, best)
	}
	return chosen
}

// wander draws a walk. The terminals' own moves and what is done for A come in
// any order.
func (m *model) wander(random *rand.Rand, plan []moveKind) *walk {
	k := &walk{worlds: []world{m.start()}}
	for i := range len(plan) + 1 {
		length := 6
		if m.at(&k.worlds[len(k.worlds)-1]).voting() {
			length = 24
		}
		for range length {
			k.stray(m, random)
		}
		k.breaks = append(k.breaks, len(k.moves))
		if i < len(plan) {
			k.take(m, func(v move) int { return weightIf(v.kind == plan[i]) }, random)
		}
	}
	for d, seed := range m.at(&k.worlds[len(k.worlds)-1]).issued {
		k.issued[d] = seed != 0
	}
	return k
}

func weightIf(ok bool) int {
	if ok {
		return 1
	}
	return 0
}

func (k *walk) stray(m *model, random *rand.Rand) {
	k.take(m, func(v move) int {
		switch v.kind {
		case sends:
			if v.outcome == heard || v.outcome == refused {
				return 12
			}
			return 3
		case seal, scan:
			return 12
		case reboot, arrive, replaceBadge, handSheet:
			return 1
		}
		return 0
	}, random)
}

// take takes one of the moves that have a weight, if there is one.
func (k *walk) take(m *model, weight func(move) int, random *rand.Rand) {
	type way struct {
		move
		world
		until int
	}
	var ways []way
	sum := 0
	m.moves(k.worlds[len(k.worlds)-1], func(v move, w world) {
		if n := weight(v); n > 0 {
			sum += n
			ways = append(ways, way{v, w, sum})
		}
	})
	if sum == 0 {
		return
	}
	n := random.IntN(sum)
	for _, x := range ways {
		if n < x.until {
			k.moves, k.worlds = append(k.moves, x.move), append(k.worlds, x.world)
			return
		}
	}
}

// troupe plays walks on one stage, each with two deputies: A and B.
type troupe struct {
	*stage
	second *Issuer
	ledger *ledger // for the walks
	random *rand.Rand
	acts   []*performance
	played int
}

// performance is a walk that is played.
type performance struct {
	*troupe
	*walk
	name    string
	deputy  int // A; B is the next
	at      int // moves that were made
	badge   int // of A
	devices [terminals]*puppet
	late    *client.Request
	kept    [][32]byte // promised, in the last epoch
}

// puppet is a terminal whose requests wait until the walk says what becomes of
// them.
type puppet struct {
	voter   *client.Voter
	asks    chan *ask
	done    chan error
	pending *ask
	err     error // of what ended last
}

type ask struct {
	client.Request
	reply chan reply
}

type reply struct {
	body []byte
	err  error
}

var errLostAnswer = errors.New("the answer is lost")

// hold is the device's way to the server.
func (d *puppet) hold(s *stage) client.Transport {
	return func(r client.Request) ([]byte, error) {
		if r.Method == "GET" { // the board, and the roll
			return s.transport(r)
		}
		a := &ask{r, make(chan reply)}
		d.asks <- a
		answer := <-a.reply
		return answer.body, answer.err
	}
}

// begin goes on until the device asks something, or has ended.
func (d *puppet) begin(fn func() error) {
	go func() { d.done <- fn() }()
	d.wait()
}

func (d *puppet) wait() {
	select {
	case d.pending = <-d.asks:
	case d.err = <-d.done:
		d.pending = nil
	}
}

func (d *puppet) answer(body []byte, err error) {
	d.pending.reply <- reply{body, err}
	d.wait()
}

// TestModelReplay holds the model against the code: real clients go through
// walks of the model at a real server with a second issuer, on real databases.
// The server is killed now and then, which the model says changes nothing.
func TestModelReplay(t *testing.T) {
	walks, seed := 6, uint64(1)
	if everyView {
		walks, seed = 300, rand.Uint64()
	}
	b := bounds{draws: 2, seals: 2, losses: 3, delays: 3, reboots: 3, epochs: 2, badge: true, sheet: true, suspends: true, follows: true, prompt: true}
	for name, plan := range modelPlans {
		random := rand.New(rand.NewPCG(seed, 0))
		p := newTroupe(t, random, walks)
		m := &model{ledger: p.ledger, bounds: b}
		for i, k := range m.choose(random, plan, walks) {
			p.add(k, i)
		}
		p.play(plan)
		t.Logf("%s, seed %d: %d walks, %d moves", name, seed, walks, p.played)
	}
}

func newTroupe(t *testing.T, random *rand.Rand, walks int) *troupe {
	s := newStage(t)
	s.tellers = append(s.tellers, testKey("teller 1"), testKey("teller 2"))
	key, path := s.second()
	s.deputies = 2*walks + 1
	s.begin()
	l := newLedger(s)
	w := s.watchedIssuer(key, path)
	s.issuers[1] = w.Handler()
	s.voter(2 * walks) // never casts: the box does not close before its time
	return &troupe{stage: s, second: w.Issuer, ledger: l, random: random}
}

func (p *troupe) add(k *walk, i int) {
	a := &performance{troupe: p, walk: k, name: fmt.Sprint("walk ", i), deputy: 2 * i}
	for t := range a.devices {
		a.devices[t] = &puppet{asks: make(chan *ask), done: make(chan error)}
	}
	p.acts = append(p.acts, a)
}

// play takes all walks through the plan together, one move of each in turn.
func (p *troupe) play(plan []moveKind) {
	p.Helper()
	for i := range len(plan) + 1 {
		p.segment(i)
		if i == len(plan) {
			break
		}
		p.together(plan[i])
		for _, a := range p.acts {
			a.at++
			if plan[i] == openAgain {
				a.kept = nil
			}
		}
	}
	p.compare()
	for _, a := range p.acts {
		a.end()
	}
}

func (p *troupe) segment(i int) {
	p.Helper()
	kill := p.random.IntN(6)
	if i%2 > 0 && !everyView {
		kill = -1 // a server takes its time to start
	}
	for round := 0; ; round++ {
		left := false
		for _, a := range p.acts {
			if a.at < a.breaks[i] {
				left = true
				a.step()
			}
		}
		if round == kill {
			p.kill()
		}
		if !left {
			return
		}
	}
}

// together is what is done once for all.
func (p *troupe) together(k moveKind) {
	p.Helper()
	switch k {
	case openAgain:
		p.opening(2, 0)
		p.voter(p.deputies - 1)
	case suspend:
		p.organize(election.NewEntry(election.NewSuspend(p.chain(), "停电")))
	case resume:
		p.organize(election.NewEntry(election.NewResume(p.chain(), "来电")))
	case order:
		p.order()
	case closeVote:
		p.config.Grace = 1
		p.restart()
		p.await(election.PhaseClosed)
		// The log is there before the memory knows that the box is empty.
		must(p, p.server.votes[p.vote].do(p.Context(), func() error { return nil }))
	}
}

// step makes one move, and compares what came of it.
func (a *performance) step() {
	a.Helper()
	before := a.inBox()
	v, from, to := a.moves[a.at], &a.worlds[a.at], &a.worlds[a.at+1]
	a.at++
	a.played++
	if err := a.make(v, to); err != nil {
		a.Fatalf("%s: %v\n%s", a.name, err, readable(a.moves[:a.at]))
	}
	after := a.inBox()
	got := [3]int{int(after.Ballots - before.Ballots), int(after.Unused - before.Unused), int(after.Spent - before.Spent)}
	if want := to.changes(from); got != want {
		a.Fatalf("%s: ballots, unused, spent %+d, want %+d\n%s", a.name, got, want, readable(a.moves[:a.at]))
	}
}
