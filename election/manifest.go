package election

import (
	"crypto/sha256"
	"errors"

	"piaojue/ballot"
	"piaojue/tally"
)

// Suite names the version of the protocol and all its algorithms. It is a
// constant, not a choice: a manifest that names anything else is refused
// (attacks G1, V3).
const Suite = "piaojue-v1"

// VoteKind says whether a vote counts.
type VoteKind uint8

// The kinds of votes. A rehearsal or demonstration can never become a real
// vote, because the manifest that everything hangs on says what it is.
const (
	Real VoteKind = iota
	Rehearsal
	Demonstration
)

// String is the name in documents, and in the ids of messages about it.
func (k VoteKind) String() string {
	switch k {
	case Real:
		return "real"
	case Rehearsal:
		return "rehearsal"
	}
	return "demo"
}

// Manifest is everything that decides the outcome or says who may speak
// (PROTOCOL.md, "Manifest"). It is the body of the first entry; its hash is
// printed on paper and shown in the hall.
type Manifest struct {
	Suite     string
	Origin    string
	Congress  string
	Session   string
	Title     string
	Date      string
	Kind      VoteKind
	Parent    [32]byte // manifest hash of the vote this one repeats or continues
	Round     uint8
	Rules     Rules
	Options   []Option
	Deputies  uint32 // N
	RollRoot  [32]byte
	StaffKey  [32]byte
	Presidium [32]byte
	Trustees  uint8 // n
	Threshold uint8 // t
	Issuers   []Issuer
	LogKey    [32]byte
	Promise   [32]byte
	Policy    string // a C2SP tlog-policy
	Pins      []Pin
	// MinBallots: fewer are never opened, since a total of few ballots says
	// how people voted (attacks K5, K11).
	MinBallots uint32
}

// Issuer is who may sign credentials.
type Issuer struct {
	Name    string
	Modulus [384]byte // RSA-3072; the exponent is 65537
	// Key signs the issuer's register. It is not the RSA key: one that signs
	// blindly can be made to sign anything.
	Key [32]byte
}

// Fingerprint is what people compare before they sign a manifest: of both keys.
func (i *Issuer) Fingerprint() [32]byte {
	return sha256.Sum256(append(i.Modulus[:], i.Key[:]...))
}

// Pin is the hash of a program that takes part: a client bundle or a verifier.
type Pin struct {
	Name string
	Hash [32]byte
}

// ParseManifest parses the body of a manifest entry, and checks it.
func ParseManifest(b []byte) (*Manifest, error) {
	d := newDecoder(b)
	m := &Manifest{Suite: d.text8()}
	d.expect(m.Suite == Suite, "suite is not "+Suite)
	m.decodeTexts(d)
	m.Rules = decodeRules(d)
	m.Options = list16(d, decodeOption)
	m.decodeKeys(d)
	if err := d.done("manifest"); err != nil {
		return nil, err
	}
	if err := m.Check(); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *Manifest) decodeTexts(d *decoder) {
	m.Origin = d.text8()
	m.Congress, m.Session, m.Title, m.Date = d.text8(), d.text8(), d.text8(), d.text8()
	m.Kind = VoteKind(d.u8())
	m.Parent = d.bytes32()
	m.Round = d.u8()
}

func (m *Manifest) decodeKeys(d *decoder) {
	m.Deputies, m.RollRoot = d.u32(), d.bytes32()
	m.StaffKey, m.Presidium = d.bytes32(), d.bytes32()
	m.Trustees, m.Threshold = d.u8(), d.u8()
	m.Issuers = list8(d, decodeIssuer)
	m.LogKey, m.Promise = d.bytes32(), d.bytes32()
	m.Policy = d.lines16()
	m.Pins = list8(d, decodePin)
	m.MinBallots = d.u32()
}

func decodeIssuer(d *decoder) Issuer {
	i := Issuer{Name: d.text8()}
	copy(i.Modulus[:], d.bytes(len(i.Modulus)))
	i.Key = d.bytes32()
	return i
}

func decodePin(d *decoder) Pin {
	return Pin{Name: d.text8(), Hash: d.bytes32()}
}

// Marshal returns the canonical bytes, or nil if Check would fail on a length.
func (m *Manifest) Marshal() []byte {
	var w encoder
	m.encodeTexts(&w)
	encodeRules(&w, &m.Rules)
	w.count16(len(m.Options))
	for i := range m.Options {
		m.Options[i].encode(&w)
	}
	m.encodeKeys(&w)
	return w.sum()
}

func (m *Manifest) encodeTexts(w *encoder) {
	for _, s := range []string{m.Suite, m.Origin, m.Congress, m.Session, m.Title, m.Date} {
		w.text8(s)
	}
	w.AddUint8(uint8(m.Kind))
	w.bytes(m.Parent[:])
	w.AddUint8(m.Round)
}

func (m *Manifest) encodeKeys(w *encoder) {
	w.AddUint32(m.Deputies)
	w.bytes(m.RollRoot[:])
	w.bytes(m.StaffKey[:])
	w.bytes(m.Presidium[:])
	w.AddUint8(m.Trustees)
	w.AddUint8(m.Threshold)
	w.count8(len(m.Issuers))
	for i := range m.Issuers {
		w.text8(m.Issuers[i].Name)
		w.bytes(m.Issuers[i].Modulus[:])
		w.bytes(m.Issuers[i].Key[:])
	}
	w.bytes(m.LogKey[:])
	w.bytes(m.Promise[:])
	w.text16(m.Policy)
	w.count8(len(m.Pins))
	for i := range m.Pins {
		w.text8(m.Pins[i].Name)
		w.bytes(m.Pins[i].Hash[:])
	}
	w.AddUint32(m.MinBallots)
}

// Hash returns the manifest hash, with which all trust starts.
func (m *Manifest) Hash() [32]byte {
	return sha256.Sum256(m.Marshal())
}

// Grid returns the form of the ballots.
func (m *Manifest) Grid() (*ballot.Grid, error) {
	return m.Rules.Style().Grid()
}

func (m *Manifest) kind() Kind { return KindManifest }

func (m *Manifest) signers(*State) demand {
	return demand{signers: []signer{
		{role: RoleStaff, key: m.StaffKey},
		{role: RolePresidium, key: m.Presidium},
	}}
}

func (m *Manifest) apply(s *State, at place) error {
	grid, err := m.Grid()
	if err != nil {
		return at.fail(CheckManifestForm, err)
	}
	s.manifest, s.manifestHash, s.grid = m, m.Hash(), grid
	s.voteContext = tally.VoteContext(s.manifestHash)
	return nil
}

// checkEntrySize refuses a manifest under which no ballot would fit an entry.
func (m *Manifest) checkEntrySize() error {
	grid, err := m.Grid()
	if err != nil {
		return &FieldError{Field: "rules", Err: err}
	}
	const frame = 1 + 2 + 1 // kind, length, no signatures
	size := grid.BodySize(len(m.Issuers)) + frame
	return refuse(size <= MaxEntry, "options", "a ballot would have %d bytes, at most %d fit", size, MaxEntry)
}

var errEmpty = errors.New("is empty")
