package audit

import (
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	_ "embed"
	"encoding/binary"
	"sync"
	"testing"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/group"
	"piaojue/tally"
)

// issuerFile is the key of a test issuer; making one takes a second.
//
//go:embed testdata/issuer.der
var issuerFile []byte

var testIssuer = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := x509.ParsePKCS8PrivateKey(issuerFile)
	if err != nil {
		panic(err)
	}
	return k.(*rsa.PrivateKey)
})

// script is a vote that a test lets happen, and what it spoils in it. Whoever
// spoils something keeps the keys: what is signed is signed as it then is.
type script struct {
	options, seats         int  // default 3, 2
	deputies               int  // default 12; all but one come
	ballots, unused, spent int  // default 6, 1, 1
	missing                int  // issued, but neither cast nor handed in; default 1
	sheets, papers         int  // handed out on paper, and collected; default 3, 2 if ballots are
	onPaper                bool // all vote on paper

	rules   func(r *election.Rules)
	marks   func(i int) []int // what is on the i-th ballot
	decided []uint16          // by the presidium; nil if it decides nothing
	void    bool              // before the order
	// next may change the manifest of the vote that follows, which is in the
	// field child from then on; nil if the log names none.
	next  func(m *election.Manifest)
	first *script // the vote that this one follows

	// body may change a body before it is signed: the n-th of its kind.
	body func(w *writer, n int, body any)
	// entry may change an entry before it is appended, and says if it is.
	entry func(w *writer, n int, e *election.Entry) bool
	// box may change the bodies of ballots and unused entries.
	box func(w *writer, ballots, unused [][]byte) ([][]byte, [][]byte)
	// boxed may change the order of these entries.
	boxed func(entries []*election.Entry) []*election.Entry
	// paper may change the bodies of paper entries before they are listed.
	paper func(w *writer, bodies [][]byte)
	// last is the last kind of entry that is written; all, if 0.
	last election.Kind
}

// writer writes the log of a vote. It keeps its own books rather than use an
// election.State, which would refuse what tests spoil.
type writer struct {
	testing.TB
	script
	store    *memory
	counts   map[election.Kind]int
	stopped  bool
	prev     [32]byte // latest chained entry
	manifest *election.Manifest
	hash     [32]byte // of the manifest
	roll     *election.Roll
	clock    uint64

	setup      *tally.Setup
	statics    []*group.Scalar
	trustees   [32]byte // hash of the trustees entry
	dealings   []*tally.Dealing
	agreements [][]byte
	joint      *tally.JointKey
	opening    [32]byte // hash of the opening entry
	params     *ballot.Params
	voters     []*voter
	order      [32]byte
	aggregate  *tally.Aggregate
	closeHash  [32]byte
	closing    uint64 // size of the closing checkpoint
	result     [32]byte
	child      *election.Manifest // of the vote that follows
	parent     *writer            // of the vote that this one follows
}

// voter holds a credential.
type voter struct {
	sk         ed25519.PrivateKey
	credential *ballot.Credential
}

// marshaler is a body.
type marshaler interface{ Marshal() []byte }

// signer says who signs an entry.
type signedBy struct {
	role  election.Role
	index uint8
	name  string // of the test key
}

var (
	byStaff     = signedBy{election.RoleStaff, 0, "staff"}
	byPresidium = signedBy{election.RolePresidium, 0, "presidium"}
	byLog       = signedBy{election.RoleLog, 0, testOrigin}
)

func byScrutineer(i int) signedBy {
	return signedBy{election.RoleScrutineer, uint8(i), scrutineerName(i)}
}

func scrutineerName(i int) string { return "scrutineer " + string(rune('0'+i)) }

func badgeName(i int) string { return "badge " + string(binary.BigEndian.AppendUint32(nil, uint32(i))) }

// newWriter fills in the defaults.
func newWriter(t testing.TB, s script) *writer {
	t.Helper()
	if s.options == 0 {
		s.options, s.seats = 3, 2
	}
	if s.deputies == 0 {
		s.deputies = 12
	}
	if s.ballots == 0 && !s.onPaper {
		s.ballots, s.unused, s.spent, s.missing = 6, 1, 1, 1
		s.sheets, s.papers = 3, 2
	}
	w := &writer{TB: t, script: s, store: &memory{}, counts: map[election.Kind]int{}, clock: 1700000000}
	if s.first != nil {
		w.parent = newWriter(t, *s.first).run()
		w.options = len(w.parent.child.Options)
	}
	return w
}

// add spoils, signs and appends an entry, and returns its hash.
func (w *writer) add(k election.Kind, body marshaler, by ...signedBy) [32]byte {
	w.Helper()
	n := w.counts[k]
	w.counts[k]++
	if w.script.body != nil {
		w.script.body(w, n, body)
	}
	e := &election.Entry{Kind: k, Body: body.Marshal()}
	if m, ok := body.(*election.Manifest); ok {
		w.hash = sha256.Sum256(m.Marshal())
	}
	for _, s := range by {
		e.Sign(s.role, s.index, testKey(s.name), w.hash)
	}
	return w.append(n, e)
}

func (w *writer) append(n int, e *election.Entry) [32]byte {
	w.Helper()
	if w.entry != nil && !w.entry(w, n, e) {
		return e.Hash()
	}
	w.raw(e.Marshal())
	w.stopped = w.stopped || e.Kind == w.last
	return e.Hash()
}

// raw appends bytes, unless the script is over.
func (w *writer) raw(b []byte) {
	w.Helper()
	if w.stopped {
		return
	}
	if _, err := Append(w.Context(), w.store, w.size(), [][]byte{b}); err != nil {
		w.Fatal(err)
	}
}

func (w *writer) size() uint64 { return uint64(len(w.store.entries)) }

func (w *writer) root(size uint64) [32]byte {
	w.Helper()
	root, err := RootAt(w.Context(), w.store, min(size, w.size()))
	if err != nil {
		w.Fatal(err)
	}
	return root
}

// chain returns the beginning of the next chained body.
func (w *writer) chain() election.Chain {
	w.clock++
	return election.Chain{Prev: w.prev, Time: w.clock}
}

// chained adds a chained entry, or one that others chain to.
func (w *writer) chained(k election.Kind, body marshaler, by ...signedBy) [32]byte {
	w.Helper()
	w.prev = w.add(k, body, by...)
	return w.prev
}

// run writes the whole vote.
func (w *writer) run() *writer {
	w.Helper()
	w.writeManifest()
	w.writeCeremony()
	w.writeIssuing()
	if w.void {
		w.chained(election.KindVoid, election.NewVoid(w.chain(), "a power cut"), byStaff, byPresidium)
		w.writeSuccessor()
		return w
	}
	w.writeBox()
	w.writeResult()
	return w
}

func (w *writer) writeManifest() {
	var leaves []election.Leaf
	for i := range w.deputies {
		leaves = append(leaves, election.Leaf{Index: uint32(i), Key: publicKey(testKey(badgeName(i))), Commitment: [32]byte{byte(i)}})
	}
	var err error
	if w.roll, err = election.NewRoll(leaves); err != nil {
		w.Fatal(err)
	}
	rules, err := election.SelectMajority.Rules(w.options, w.seats)
	if err != nil {
		w.Fatal(err)
	}
	if w.script.rules != nil {
		w.script.rules(&rules)
	}
	if w.manifest = w.newManifest(rules); w.parent != nil {
		w.manifest = w.parent.child
	}
	w.chained(election.KindManifest, w.manifest, byStaff, byPresidium)
}

func (w *writer) newManifest(rules election.Rules) *election.Manifest {
	m := &election.Manifest{
		Suite: election.Suite, Origin: testOrigin, Congress: "congress", Session: "session", Title: "title", Date: "date",
		Round: 1, Rules: rules, Deputies: uint32(w.deputies), RollRoot: w.roll.Root(),
		StaffKey: publicKey(testKey("staff")), Presidium: publicKey(testKey("presidium")), Trustees: 3, Threshold: 2,
		LogKey: publicKey(testKey(testOrigin)), Promise: publicKey(testKey("promise")),
		Policy: testPolicyText(w, 3, "group g 2 w0 w1 w2\nquorum g\n"), MinBallots: 3,
		Pins: []election.Pin{{Name: "verifier", Hash: [32]byte{1}}},
	}
	issuer := election.Issuer{Name: "issuer", Key: publicKey(testKey("register"))}
	testIssuer().N.FillBytes(issuer.Modulus[:])
	m.Issuers = []election.Issuer{issuer}
	for i := range w.options {
		name := "option " + string(rune('a'+i))
		m.Options = append(m.Options, election.Option{ID: name, Name: name})
	}
	return m
}

func (w *writer) writeCeremony() {
	t := &election.Trustees{Chain: w.chain()}
	w.setup, w.statics = &tally.Setup{Threshold: 2}, nil
	for i := 1; i <= 3; i++ {
		static := testStatic(w, i)
		public := new(group.Element).ScalarBaseMult(static)
		w.statics = append(w.statics, static)
		w.setup.StaticKeys = append(w.setup.StaticKeys, public)
		t.Scrutineers = append(t.Scrutineers, election.Scrutineer{
			Name: scrutineerName(i), RoleKey: publicKey(testKey(scrutineerName(i))), StaticKey: [32]byte(public.Bytes()),
		})
	}
	for i := 1; i <= 2; i++ {
		t.Tellers = append(t.Tellers, election.Teller{Name: "teller", RoleKey: publicKey(testKey(tellerName(i)))})
	}
	w.trustees = w.chained(election.KindTrustees, t, byPresidium)
	w.setup.Session = tally.SessionID(w.hash, w.trustees, 1)
	w.writeDealings()
	for i := 1; i <= 3; i++ {
		sig, err := tally.Agree(w.setup, w.dealings, i, w.statics[i-1])
		if err != nil {
			w.Fatal(err)
		}
		w.agreements = append(w.agreements, sig)
		w.add(election.KindAgreement, election.NewAgreement(w.trustees, uint8(i), [64]byte(sig)), byScrutineer(i))
	}
	for i := 1; i <= 3; i++ {
		w.add(election.KindReady, election.NewReady(w.trustees, uint8(i), [32]byte(w.joint.Y.Bytes())), byScrutineer(i))
	}
}

// testStatic derives a static key, so that all scripts have the same opening
// entry and voters need not be issued anew for each.
func testStatic(t testing.TB, i int) *group.Scalar {
	t.Helper()
	sum := sha512.Sum512([]byte(scrutineerName(i)))
	s, err := new(group.Scalar).SetUniformBytes(sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (w *writer) writeDealings() {
	for i := 1; i <= 3; i++ {
		msg, err := tally.Deal(w.setup, i, w.statics[i-1])
		if err != nil {
			w.Fatal(err)
		}
		d, err := tally.ParseDealing(w.setup, i, msg)
		if err != nil {
			w.Fatal(err)
		}
		w.dealings = append(w.dealings, d)
		w.add(election.KindDealing, election.NewDealing(w.trustees, uint8(i), msg), byScrutineer(i))
	}
	var err error
	if w.joint, err = tally.NewJointKey(w.setup, w.dealings); err != nil {
		w.Fatal(err)
	}
}

func (w *writer) writeIssuing() {
	var present []uint32
	for i := range w.deputies - 1 {
		present = append(present, uint32(i))
	}
	w.chained(election.KindAttendance, &election.Attendance{
		Chain: w.chain(), Indexes: present, Present: uint32(len(present)),
	}, byScrutineer(1), byScrutineer(2))
	w.chained(election.KindBadge, &election.Badge{
		Chain: w.chain(), Index: 0, Key: publicKey(testKey("new badge")),
	}, byScrutineer(2), byScrutineer(3))
	opening := &election.Opening{Chain: w.chain(), Epoch: 1, Issuers: []uint8{0}}
	if w.onPaper {
		opening.Issuers = nil
	}
	w.opening = w.chained(election.KindOpening, opening, byStaff, byPresidium)
	w.writeSheets()
	for i := range w.ballots + w.unused + w.missing {
		w.issue(i)
	}
	w.add(election.KindCount, &election.Promises{Epoch: 1, Given: min(1, uint32(w.ballots))}, byLog)
	w.chained(election.KindSuspend, election.NewSuspend(w.chain(), "a fire alarm"), byStaff, byPresidium)
	w.chained(election.KindResume, election.NewResume(w.chain(), "it was\nfalse"), byStaff, byPresidium)
	w.add(election.KindCount, &election.Promises{Epoch: 1, Given: uint32(w.ballots)}, byLog)
}

func (w *writer) issue(i int) {
	leaf, err := w.roll.Leaf(uint32(i))
	if err != nil {
		w.Fatal(err)
	}
	path, err := w.roll.Path(uint32(i))
	if err != nil {
		w.Fatal(err)
	}
	badge := signedBy{election.RoleBadge, 0, badgeName(i)}
	if i == 0 {
		badge.name = "new badge"
	}
	w.add(election.KindIssuance, &election.Issuance{
		Opening: w.opening, Leaf: leaf, Path: path, Vector: [32]byte{byte(i)},
	}, badge)
}
