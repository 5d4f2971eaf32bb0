package web

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/bits"
	"strings"

	"piaojue/client"
	"piaojue/election"
	"piaojue/store"
)

// changes counts what has come into the box since.
func (w *world) changes(from *world) [3]int {
	count := func(w *world) (n [3]int) {
		for _, p := range w.box {
			n[0] += weightIf(p.number != 0)
		}
		return [3]int{n[0], bits.OnesCount8(w.idle), bits.OnesCount32(w.spent)}
	}
	a, b := count(from), count(w)
	return [3]int{b[0] - a[0], b[1] - a[1], b[2] - a[2]}
}

// make makes one move of the walk with real devices.
func (a *performance) make(v move, to *world) error {
	d := a.devices[v.terminal]
	switch v.kind {
	case scan:
		return a.scan(d, v.terminal)
	case sends:
		return a.send(d, v, to)
	case seal:
		_, err := d.voter.Seal(marks(a.random.IntN(3)))
		return err
	case reboot:
		for d.pending != nil {
			d.answer(nil, errLostAnswer)
		}
		d.voter.Wipe()
	case arrive:
		r := *a.late
		a.late = nil
		if r.Issuer > 0 {
			a.follow()
		}
		a.transport(r)
	case replaceBadge:
		return a.replaceBadge(v)
	case handSheet:
		return a.handSheet(v)
	default:
		return fmt.Errorf("cannot play %s", v)
	}
	return nil
}

// seedOf is the secret on a deputy's badge; A has several.
func (a *performance) seedOf(deputy, badge int) [32]byte {
	if badge == 0 {
		return badgeSeed(number(deputy))
	}
	return sha256.Sum256(fmt.Append(nil, "new badge ", deputy))
}

func (a *performance) scan(d *puppet, terminal uint8) error {
	deputy, badge := a.deputy, a.badge
	if deputyOf(terminal) == 1 {
		deputy, badge = deputy+1, 0
	}
	b := client.NewBoard(d.hold(a.stage), a.vote, a.manifest)
	if err := b.Update(); err != nil {
		return err
	}
	d.voter = client.NewVoter(b, a.seedOf(deputy, badge))
	return d.voter.Identify()
}

// paths say which request a call is.
var paths = map[callKind]string{
	putSeed: "/seeds/", askFirst: "/issuances", askSecond: "/issuances", askSecondHalf: "/issuances",
	query: "/queries", castBallot: "/ballots", challenge: "/challenges", handInUnused: "/unused",
}

// ask brings a device to where it makes a call.
func (d *puppet) ask(k callKind) error {
	if d.pending == nil {
		v := d.voter
		d.begin(map[callKind]func() error{
			putSeed:      v.Obtain,
			query:        func() error { _, err := v.Resume(); return err },
			castBallot:   v.Cast,
			challenge:    func() error { _, err := v.Challenge(); return err },
			handInUnused: v.Decline,
		}[k])
	}
	if d.pending == nil {
		return fmt.Errorf("asks nothing: %w", d.err)
	}
	second := k == askSecond || k == askSecondHalf
	if !strings.Contains(d.pending.Path, paths[k]) || second != (d.pending.Issuer > 0) {
		return fmt.Errorf("asks %s of %d", d.pending.Path, d.pending.Issuer)
	}
	return nil
}

func (a *performance) send(d *puppet, v move, to *world) error {
	if err := d.ask(v.call); err != nil {
		return err
	}
	r := d.pending.Request
	if r.Issuer > 0 {
		a.follow()
	}
	switch {
	case v.call == askSecondHalf:
		err := a.reserve(r)
		d.answer(nil, errLostAnswer)
		return err
	case v.outcome == delayed:
		a.late = &r
		d.answer(nil, errLostAnswer)
		return nil
	}
	body, err := a.transport(r)
	if v.outcome == lost {
		d.answer(nil, errLostAnswer)
		return nil
	}
	d.answer(body, err)
	if _, no := errors.AsType[*client.Refusal](err); no != (v.outcome == refused) {
		return fmt.Errorf("the server answers %v", err)
	}
	return a.heard(d, v, to)
}

// heard compares where a device stands after an answer.
func (a *performance) heard(d *puppet, v move, to *world) error {
	x := to.terminals[v.terminal]
	if v.outcome == refused {
		return nil
	}
	obtaining := x.stand == adopted || x.stand == logged
	if (d.pending != nil) != obtaining {
		return fmt.Errorf("the device asks on: %t, want %t (%v)", d.pending != nil, obtaining, d.err)
	}
	if !obtaining && d.err != nil {
		return d.err
	}
	p := d.voter.Promise()
	if (p != nil) != (x.stand == asleep) {
		return fmt.Errorf("promise %v", p)
	}
	if p != nil {
		a.kept = append(a.kept, p.Entry)
	}
	return nil
}

// follow lets the second issuer read the log: by itself it does so when others
// of this stage make it, too.
func (a *performance) follow() { must(a, a.second.follower.follow(a.Context())) }

// reserve is what the second issuer does before it dies.
func (a *performance) reserve(r client.Request) error {
	i := a.second
	q, err := parseRequest(bytes.Clone(r.Body), i.config.Manifest)
	if err != nil {
		return err
	}
	x, err := i.examine(a.Context(), q)
	if err != nil {
		return nil // it refuses, and the answer is lost
	}
	_, err = i.config.DB.Issue(a.Context(), i.register, store.Issuance{Epoch: x.epoch, Index: x.leaf, Vector: x.vector})
	return err
}

// propose hands in an entry with two scrutineers' signatures.
func (a *performance) propose(e *election.Entry, err error) {
	must(a, err)
	for i := range 2 {
		one := &election.Entry{Kind: e.Kind, Body: e.Body}
		one.Sign(election.RoleScrutineer, uint8(i+1), a.scrutineers[i].role, a.manifest)
		a.stage.send(store.RoleScrutineer, "POST", a.path("/proposals"), one.Marshal())
	}
}

func (a *performance) replaceBadge(v move) error {
	key := public(ed25519.NewKeyFromSeed(sliceOf(a.seedOf(a.deputy, 1))))
	leaf, err := a.server.votes[a.vote].roll.Leaf(a.place(a.deputy))
	must(a, err)
	a.propose(election.NewEntry(&election.Badge{Chain: a.chain(), Index: leaf.Index, Key: key}))
	if got := a.update().BadgeKey(leaf) == key; got != (v.outcome == heard) {
		return fmt.Errorf("a new badge: %t", got)
	}
	if v.outcome == heard {
		a.badge = 1
	}
	return nil
}

func (a *performance) handSheet(v move) error {
	leaf := a.place(a.deputy)
	epoch := a.update().Opening().Epoch
	a.propose(election.NewEntry(&election.Sheets{Chain: a.chain(), Epoch: epoch, Indexes: []uint32{leaf}}))
	if got, _ := a.update().Issued(leaf); got.Paper != (v.outcome == heard) {
		return fmt.Errorf("a sheet: %t", got.Paper)
	}
	return nil
}

// end compares the log with what the walk has come to.
func (a *performance) end() {
	a.Helper()
	for _, entry := range a.kept {
		if _, err := a.config.DB.Log(a.vote).Find(a.Context(), entry); err != nil {
			a.Errorf("%s: a promised entry is not in the log: %v\n%s", a.name, err, readable(a.moves))
		}
	}
	for d, want := range a.issued {
		_, got := a.board.State().Issued(a.place(a.deputy + d))
		if got != want {
			a.Errorf("%s: deputy %c issued: %t, want %t", a.name, 'A'+rune(d), got, want)
		}
	}
}

// compare adds up what all walks have in the log.
func (p *troupe) compare() {
	p.Helper()
	var r, u uint32
	for _, a := range p.acts {
		last := &a.worlds[len(a.worlds)-1]
		for _, b := range last.counted {
			r += uint32(weightIf(b.number != 0))
		}
		u += uint32(bits.OnesCount8(last.unused))
	}
	if n := p.update().Numbers(); n.R != r || n.U != u {
		p.Errorf("numbers %+v, want %d ballots and %d unused", n, r, u)
	}
}
