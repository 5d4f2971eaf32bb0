package web

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/ballot"
	"piaojue/election"
)

// ledger holds every log that the model has come to, with a real election.State
// that has applied it. Logs that say the same in another order are one node.
type ledger struct {
	testing.TB
	stage  *stage
	vote   *vote
	base   []*election.Entry // up to the first opening
	leaves [2]uint32         // of the roll
	nodes  []*node
	index  map[standing]int16
	asked  map[question]int16

	credentials map[[33]byte]*modelCredential
	closings    map[closing]string
}

// node is a log, in short and in full.
type node struct {
	standing
	entries  []*election.Entry
	openings [3][32]byte // by epoch
	state    *election.State
	book     *book
}

// standing is what a log says of the model's deputies.
type standing struct {
	phase  election.Phase
	epoch  uint8
	badge  uint8    // A's, from 0
	issued [2]uint8 // a seed, or onPaper
}

const (
	phaseSuspended = election.PhaseSuspended
	phaseClosing   = election.PhaseClosing
)

func (s standing) voting() bool { return s.phase == election.PhaseVoting }

// event is an entry that somebody wants to log.
type event struct {
	kind                       eventKind
	deputy, epoch, seed, badge uint8
}

type eventKind uint8

const (
	logIssuance eventKind = iota
	logOpening
	logBadge
	logSheets
	logSuspend
	logResume
	logOrder
)

type question struct {
	node int16
	event
}

// book is the tree of a log.
type book struct{ hashes []tlog.Hash }

func (b *book) read(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		hashes[i] = b.hashes[at]
	}
	return hashes, nil
}

func (b *book) root(size uint64) ([32]byte, error) {
	h, err := tlog.TreeHash(int64(size), tlog.HashReaderFunc(b.read))
	return h, err
}

// newLedger takes the log of a real vote that was just opened.
func newLedger(s *stage) *ledger {
	l := &ledger{
		TB: s.TB, stage: s, vote: s.server.votes[s.vote],
		index: map[standing]int16{}, asked: map[question]int16{},
		credentials: map[[33]byte]*modelCredential{}, closings: map[closing]string{},
	}
	log := s.config.DB.Log(s.vote)
	head, err := log.Head(s.Context())
	must(s, err)
	raws, err := log.ReadEntries(s.Context(), 0, head.Size)
	must(s, err)
	for _, raw := range raws {
		e, err := election.ParseEntry(raw)
		must(s, err)
		l.base = append(l.base, e)
	}
	for i := range l.leaves {
		l.leaves[i] = s.place(i)
	}
	first := &node{standing: standing{phase: election.PhaseVoting, epoch: 1}, entries: l.base}
	first.openings[1] = l.base[len(l.base)-1].Hash()
	l.nodes, l.index[first.standing] = []*node{first}, 0
	return l
}

// replay applies a node's log anew.
func (l *ledger) replay(n *node) (*election.State, *book) {
	b := &book{}
	s := election.NewState(b.root)
	for _, e := range n.entries {
		must(l, s.Apply(e))
		b.add(l, s, e)
	}
	return s, b
}

func (b *book) add(t testing.TB, s *election.State, e *election.Entry) {
	t.Helper()
	stored, err := tlog.StoredHashes(int64(s.Size())-1, e.Marshal(), tlog.HashReaderFunc(b.read))
	must(t, err)
	b.hashes = append(b.hashes, stored...)
}

// next returns the log with one entry more, or -1 if election.State refuses it.
func (l *ledger) next(at int16, e event) int16 {
	q := question{at, e}
	if to, ok := l.asked[q]; ok {
		return to
	}
	l.asked[q] = l.apply(at, e)
	return l.asked[q]
}

func (l *ledger) apply(at int16, ev event) int16 {
	n := l.nodes[at]
	if n.state == nil {
		n.state, n.book = l.replay(n)
	}
	e := l.entry(n, ev)
	if n.state.Apply(e) != nil {
		return -1 // and has changed nothing
	}
	n.book.add(l, n.state, e)
	child := &node{standing: n.after(ev), entries: append(slices.Clip(n.entries), e), openings: n.openings, state: n.state, book: n.book}
	n.state, n.book = nil, nil // they are the child's now
	if ev.kind == logOpening {
		child.openings[ev.epoch] = e.Hash()
	}
	l.compare(child)
	if to, ok := l.index[child.standing]; ok {
		return to
	}
	to := int16(len(l.nodes))
	l.nodes, l.index[child.standing] = append(l.nodes, child), to
	return to
}

// after is what the model expects of an entry that was accepted.
func (s standing) after(e event) standing {
	switch e.kind {
	case logIssuance:
		s.issued[e.deputy] = e.seed
	case logOpening:
		s.epoch, s.issued = e.epoch, [2]uint8{}
	case logBadge:
		s.badge = e.badge
	case logSheets:
		s.issued[0] = onPaper
	case logSuspend:
		s.phase = election.PhaseSuspended
	case logResume:
		s.phase = election.PhaseVoting
	case logOrder:
		s.phase = election.PhaseClosing
	}
	return s
}

// compare holds what the model believes of a log against the state.
func (l *ledger) compare(n *node) {
	l.Helper()
	if n.state.Phase() != n.phase || n.state.Opening().Epoch != uint32(n.epoch) {
		l.Fatalf("the log is in phase %s, not %s", n.state.Phase(), n.phase)
	}
	for d, leaf := range l.leaves {
		had, ok := n.state.Issued(leaf)
		want := n.issued[d]
		if ok != (want != 0) || had.Paper != (want == onPaper) || ok && !had.Paper && !had.For(modelVector(n.epoch, want)) {
			l.Fatalf("deputy %d: issued %+v, the model has %d", d, had, want)
		}
	}
}

func modelVector(epoch, seed uint8) [32]byte {
	return sha256.Sum256(fmt.Appendf(nil, "model vector %d %d", epoch, seed))
}

// badgeKey is the badge of a deputy; A has several.
func badgeKey(deputy, badge uint8) ed25519.PrivateKey {
	if badge > 0 {
		return testKey(fmt.Sprint("model badge ", deputy, badge))
	}
	seed := badgeSeed(number(int(deputy)))
	return ed25519.NewKeyFromSeed(seed[:])
}

// entry makes an entry as those make it whose it is.
func (l *ledger) entry(n *node, ev event) *election.Entry {
	l.Helper()
	chain := election.Chain{Prev: n.state.Prev(), Time: 1}
	if ev.kind == logIssuance {
		leaf := l.leaves[ev.deputy]
		at, err := l.vote.roll.Leaf(leaf)
		must(l, err)
		path, err := l.vote.roll.Path(leaf)
		must(l, err)
		e, err := election.NewEntry(&election.Issuance{
			Opening: n.openings[ev.epoch], Leaf: at, Path: path, Vector: modelVector(ev.epoch, ev.seed),
		})
		must(l, err)
		e.Sign(election.RoleBadge, 0, badgeKey(ev.deputy, ev.badge), l.stage.manifest)
		return e
	}
	e, err := l.order(n, ev, chain)
	must(l, err)
	if ev.kind == logBadge || ev.kind == logSheets {
		return l.scrutinize(e)
	}
	e.Sign(election.RoleStaff, 0, l.stage.staff, l.stage.manifest)
	e.Sign(election.RolePresidium, 0, l.stage.presidium, l.stage.manifest)
	return e
}

func (l *ledger) order(n *node, ev event, chain election.Chain) (*election.Entry, error) {
	switch ev.kind {
	case logOpening:
		return election.NewEntry(&election.Opening{Chain: chain, Epoch: uint32(ev.epoch), Issuers: []uint8{0}})
	case logBadge:
		return election.NewEntry(&election.Badge{Chain: chain, Index: l.leaves[0], Key: public(badgeKey(0, ev.badge))})
	case logSheets:
		return election.NewEntry(&election.Sheets{Chain: chain, Epoch: uint32(ev.epoch), Indexes: l.leaves[:1]})
	case logSuspend:
		return election.NewEntry(election.NewSuspend(chain, "停"))
	case logResume:
		return election.NewEntry(election.NewResume(chain, "续"))
	}
	size := n.state.Size()
	root, err := n.book.root(size)
	must(l, err)
	return election.NewEntry(&election.Order{Chain: chain, Epoch: uint32(ev.epoch), Size: size, Root: root})
}

func (l *ledger) scrutinize(e *election.Entry) *election.Entry {
	for i := range 2 {
		e.Sign(election.RoleScrutineer, uint8(i+1), l.stage.scrutineers[i].role, l.stage.manifest)
	}
	return e
}

// closing is what there is at a close, up to names: the model's seeds and
// ballots are told apart by nothing that the log knows.
type closing struct {
	node    int16
	ballots [2]bool // by deputy
	unused  [2]bool
	spent   int  // seal codes
	cast    bool // one of them is that of a ballot
}

// close says what election.State finds wrong with a close: nothing, if empty.
func (l *ledger) close(c closing) string {
	if had, ok := l.closings[c]; ok {
		return had
	}
	l.closings[c] = l.applyClose(c)
	return l.closings[c]
}

func (l *ledger) applyClose(c closing) string {
	n := l.nodes[c.node]
	s, _ := l.replay(n)
	for _, e := range l.contents(s, c) {
		if err := l.vote.applyTo(s, e); err != nil {
			return err.Error()
		}
	}
	end, err := election.NewEntry(s.ExpectedClose())
	must(l, err)
	end.Sign(election.RoleLog, 0, l.vote.keys.log, l.stage.manifest)
	if err := s.Apply(end); err != nil {
		return err.Error()
	}
	e, err := election.NewEntry(s.ExpectedCollection(1))
	must(l, err)
	if err := s.Apply(l.scrutinize(e)); err != nil {
		return err.Error()
	}
	if x := s.Numbers(); x.R+x.U > x.I-x.Sheets || x.I > x.P || x.P > x.N {
		return fmt.Sprintf("numbers %+v", x)
	}
	return ""
}

// applyTo is vote.apply on another state.
func (v *vote) applyTo(s *election.State, e *election.Entry) error {
	return (&vote{state: s}).apply(e)
}

// contents are the entries of a box, as closeBox puts them in order.
func (l *ledger) contents(s *election.State, c closing) (all []*election.Entry) {
	var groups [3][]*election.Entry
	for d := range uint8(2) {
		x := l.credential(s, d)
		if c.ballots[d] {
			groups[0] = append(groups[0], &election.Entry{Kind: election.KindBallot, Body: x.ballot})
		}
		if c.unused[d] {
			groups[2] = append(groups[2], &election.Entry{Kind: election.KindUnused, Body: x.unused})
		}
		if c.cast && c.ballots[d] {
			groups[1] = append(groups[1], &election.Entry{Kind: election.KindSpent, Body: x.seal[:]})
			c.cast, c.spent = false, c.spent-1
		}
	}
	for i := range c.spent {
		seal := sha256.Sum256(fmt.Append(nil, "model seal ", i))
		groups[1] = append(groups[1], &election.Entry{Kind: election.KindSpent, Body: seal[:]})
	}
	for _, g := range groups {
		slices.SortFunc(g, func(a, b *election.Entry) int {
			x, y := a.Hash(), b.Hash()
			return bytes.Compare(x[:], y[:])
		})
		all = append(all, g...)
	}
	return all
}

// modelCredential is what a deputy made of a credential.
type modelCredential struct {
	ballot, unused []byte
	seal           [32]byte
}

func (l *ledger) credential(s *election.State, deputy uint8) *modelCredential {
	l.Helper()
	name := [33]byte(append([]byte{deputy}, slices.Clone(sliceOf(s.OpeningHash()))...))
	if had := l.credentials[name]; had != nil {
		return had
	}
	seed := sha256.Sum256(fmt.Append(nil, "model credential ", deputy))
	r, err := ballot.NewRequest(seed, l.stage.manifest, s.OpeningHash(), s.Issuers())
	must(l, err)
	var sigs [][]byte
	for at, blinded := range r.Blinded() {
		issuer, err := testIssuer(int(s.Opening().Issuers[at]))
		must(l, err)
		sig, err := issuer.BlindSign(blinded)
		must(l, err)
		sigs = append(sigs, sig)
	}
	cred, err := r.Finalize(sigs)
	must(l, err)
	bits, err := s.Params().Grid().Fill(marks(0))
	must(l, err)
	sealed, err := s.Params().Encrypt(bits, cred.Key)
	must(l, err)
	x := &modelCredential{seal: sealed.SealCode()}
	x.ballot, err = sealed.Finish(cred, r.OneTimeKey())
	must(l, err)
	x.unused, err = s.Params().NewUnused(cred, r.OneTimeKey())
	must(l, err)
	l.credentials[name] = x
	return x
}

func sliceOf(b [32]byte) []byte { return b[:] }
