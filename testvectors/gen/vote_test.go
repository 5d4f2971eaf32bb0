package gen

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"testing"

	"piaojue/audit"
	"piaojue/ballot"
	"piaojue/election"
	"piaojue/group"
	"piaojue/tally"
)

// plan says what happens in a vote.
type plan struct {
	name     string
	kind     election.VoteKind
	rules    election.Rules
	deputies uint32
	issuers  int // all of them are S
	outside  int // issuers of the manifest that are not in S
	min      uint32

	present   []uint32 // roll indexes that check in before the opening
	late      []uint32 // and after it
	newBadge  []uint32
	issued    []uint32
	promises  []uint32 // one count entry for each
	interrupt bool     // a suspension
	choices   []ballot.Choice
	unused    int      // so many of those without a choice hand in
	spent     int      // so many challenge a ballot first
	ghosts    int      // so many have a credential without an issuance in the log
	onPaper   bool     // the opening names no issuer
	sheets    []uint32 // roll indexes to whom paper is handed out
	boxes     []paperBox
	shares    []int
	until     string // the step that no longer happens; all, if empty
	last      string // why the vote is void after it, if it is

	decided *[]uint16                  // by the presidium, about a tie
	child   string                     // the vote that the log names as the next
	named   func(m *election.Manifest) // changes that vote, before it is named
	parent  string                     // the vote that this one follows
	follows *election.Manifest         // what that one names

	ceremonies int // one more than complaints
	openings   int

	registers []uint8 // of these issuers are in the record
	unfetched int     // so many of the last signatures were never asked for
}

// hooks spoil a vote. Whoever spoils keeps the keys, and the books of the
// writer: later entries are signed as if nothing had happened.
type hooks struct {
	// body may change a body before it is encoded: the n-th of its kind.
	body func(v *vote, n int, body any)
	// bytes may change the encoded body before it is signed.
	bytes func(v *vote, k election.Kind, n int, body []byte) []byte
	// entry returns what is logged instead of a signed entry; nil is nothing.
	entry func(v *vote, n int, e *election.Entry) []byte
	// box may change what comes into the box, and boxed its order.
	box   func(v *vote, b *box)
	boxed func(v *vote, entries []*election.Entry) []*election.Entry
	// papers may change the bodies of the n-th batch before it lists them.
	papers func(v *vote, n int, b *election.Batch, bodies [][]byte) [][]byte
	// files may change the record.
	files func(v *vote, r *record)
}

// vote writes the log of a vote.
type vote struct {
	plan
	hooks
	*memory
	base    string // the plan that it began with
	counts  map[election.Kind]int
	stopped bool
	blamed  []uint64 // entries that a hook changed
	suspect [][]byte // bodies of boxed entries that a hook changed
	clock   uint64
	prev    [32]byte // latest chained entry

	manifest *election.Manifest
	hash     [32]byte // of the manifest
	roll     *election.Roll
	badges   map[uint32]ed25519.PrivateKey

	attempt    uint32
	setup      *tally.Setup
	statics    []*group.Scalar
	trustees   [32]byte // hash of the trustees entry
	dealings   []*tally.Dealing
	agreements [][]byte
	joint      *tally.JointKey

	epoch   uint32
	opening [32]byte // hash of the opening entry
	params  *ballot.Params
	voters  []*voter

	order     [32]byte
	ballots   uint32
	rows      [][]ballot.Ciphertext // of all ballots that were cast
	aggregate *tally.Aggregate
	closeHash [32]byte
	closing   uint64 // size of the closing checkpoint
	shared    []*tally.DecryptionShare
	result    [32]byte
	outcome   *election.Outcome
	next      *election.Manifest // of the vote that the log names
}

// voter is what a deputy's device holds.
type voter struct {
	index      uint32
	sk         ed25519.PrivateKey
	credential *ballot.Credential
}

// steps are what a vote consists of. A fork begins with any of them.
var steps = []struct {
	name string
	do   func(*vote)
}{
	{"manifest", (*vote).writeManifest},
	{"trustees", (*vote).writeTrustees},
	{"dealings", (*vote).writeDealings},
	{"agreements", (*vote).writeAgreements},
	{"ready", (*vote).writeReady},
	{"attendance", (*vote).writeAttendance},
	{"opening", (*vote).writeOpening},
	{"issuances", (*vote).writeIssuances},
	{"sheets", (*vote).writeSheets},
	{"counts", (*vote).writeCounts},
	{"order", (*vote).writeOrder},
	{"box", (*vote).writeBox},
	{"close", (*vote).writeClose},
	{"paper", (*vote).writePaper},
	{"collection", (*vote).writeCollection},
	{"shares", (*vote).writeShares},
	{"result", (*vote).writeResult},
	{"certificate", (*vote).writeCertificate},
	{"decision", (*vote).writeDecision},
	{"next", (*vote).writeNext},
	{"end", (*vote).writeEnd},
}

// played is a vote with its state before each step.
type played struct {
	*vote
	before map[string]*vote
}

func play(t *testing.T, p plan) *played {
	t.Helper()
	v := &vote{plan: p, base: p.name, memory: &memory{}, counts: map[election.Kind]int{}, clock: 1769126400}
	return v.play(t, "manifest")
}

// fork plays a vote on from a step, changed. Each step draws the randomness
// that it drew in p: what does not depend on the change is as it was.
func (p *played) fork(t *testing.T, name, step string, change func(v *vote)) *played {
	t.Helper()
	start, ok := p.before[step]
	if !ok {
		t.Fatalf("%s: no step %s", name, step)
	}
	v := start.copy()
	v.name = name
	change(v)
	f := v.play(t, step)
	for name, state := range p.before { // of the steps that were not played again
		if f.before[name] == nil {
			f.before[name] = state
		}
	}
	return f
}

func (v *vote) play(t *testing.T, step string) *played {
	t.Helper()
	p := &played{v, map[string]*vote{}}
	begun := false
	for _, s := range steps {
		begun = begun || s.name == step
		if s.name == v.until {
			break
		}
		if begun {
			seed(t, v.base+" "+s.name)
			p.before[s.name] = v.copy()
			s.do(v)
		}
	}
	if v.last != "" {
		v.chained(election.KindVoid, election.NewVoid(v.chain(), v.last), byStaff, byPresidium)
		v.writeNext()
	}
	return p
}

// copy returns a fork of v. All slices are clipped, or never appended to.
func (v *vote) copy() *vote {
	c := *v
	c.memory = v.memory.fork()
	c.counts, c.badges = maps.Clone(v.counts), maps.Clone(v.badges)
	c.dealings, c.agreements = slices.Clip(v.dealings), slices.Clip(v.agreements)
	c.voters = slices.Clip(v.voters)
	return &c
}

// marshaler is a body.
type marshaler interface{ Marshal() []byte }

// signedBy says who signs an entry, and the name of the test key.
type signedBy struct {
	role  election.Role
	index uint8
	key   ed25519.PrivateKey
}

var (
	byStaff     = signedBy{election.RoleStaff, 0, key("staff lead")}
	byPresidium = signedBy{election.RolePresidium, 0, key("presidium")}
	byLog       = signedBy{election.RoleLog, 0, key("log")}
)

func byScrutineer(i int) signedBy {
	return signedBy{election.RoleScrutineer, uint8(i), scrutineerKey(i)}
}

func scrutineerKey(i int) ed25519.PrivateKey { return key(fmt.Sprint("scrutineer ", i)) }

// add encodes, signs and logs an entry, and returns its hash.
func (v *vote) add(k election.Kind, body marshaler, by ...signedBy) [32]byte {
	n := v.counts[k]
	v.counts[k]++
	if v.hooks.body != nil {
		v.hooks.body(v, n, body)
	}
	e := &election.Entry{Kind: k, Body: body.Marshal()}
	if v.hooks.bytes != nil {
		e.Body = v.hooks.bytes(v, k, n, e.Body)
	}
	if k == election.KindManifest {
		v.hash = sha256.Sum256(e.Body)
	}
	for _, s := range by {
		e.Sign(s.role, s.index, s.key, v.hash)
	}
	return v.log(n, e)
}

// log logs a signed entry.
func (v *vote) log(n int, e *election.Entry) [32]byte {
	raw := e.Marshal()
	if v.hooks.entry != nil {
		raw = v.hooks.entry(v, n, e)
	}
	if raw != nil {
		v.raw(raw)
	}
	return election.HashEntry(raw)
}

// raw logs bytes.
func (v *vote) raw(b []byte) {
	if v.stopped {
		return
	}
	must(audit.Append(context.Background(), v.memory, v.size(), [][]byte{b}))
}

// blame notes that the next entry is spoiled.
func (v *vote) blame() { v.blamed = append(v.blamed, v.size()) }

// stop ends the log: nobody could go on from here.
func (v *vote) stop() { v.stopped = true }

func (v *vote) size() uint64 { return uint64(len(v.entries)) }

func (v *vote) root(size uint64) [32]byte {
	return must(audit.RootAt(context.Background(), v.memory, size))
}

// chain returns the beginning of the next chained body.
func (v *vote) chain() election.Chain {
	v.clock += 60
	return election.Chain{Prev: v.prev, Time: v.clock}
}

// chained adds a chained entry, or one that others chain to.
func (v *vote) chained(k election.Kind, body marshaler, by ...signedBy) [32]byte {
	v.prev = v.add(k, body, by...)
	return v.prev
}
