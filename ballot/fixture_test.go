package ballot

import (
	"crypto/ed25519"
	"crypto/sha256"
	"embed"
	"encoding/binary"
	"fmt"
	"math/bits"
	"sync"
	"testing"

	"piaojue/group"
)

// The keys in testdata are for these tests only; making some takes a second.
//
//go:embed testdata/issuer0.der testdata/issuer1.der testdata/issuer2.der
var issuerFiles embed.FS

var testIssuers = sync.OnceValue(func() []*Issuer {
	issuers := make([]*Issuer, 3)
	for i := range issuers {
		der, err := issuerFiles.ReadFile(fmt.Sprintf("testdata/issuer%d.der", i))
		if err == nil {
			issuers[i], err = ParseIssuer(der)
		}
		if err != nil {
			panic(err)
		}
	}
	return issuers
})

func publicKeys(issuers []*Issuer) []*IssuerKey {
	var keys []*IssuerKey
	for _, s := range issuers {
		keys = append(keys, s.PublicKey())
	}
	return keys
}

// vote is a vote whose secret key the test knows.
type vote struct {
	*Params
	config  Config
	secret  *group.Scalar
	issuers []*Issuer
}

// lanzhou is the vote that the figures in the documents are about: 13 options,
// at most 10 chosen.
var lanzhou = Style{Mode: SelectK, Options: 13, MaxMarks: 10, AllowSpoil: true}

// small are styles of all five modes, with few positions.
var small = map[string]Style{
	"select_k":             {Mode: SelectK, Options: 3, MaxMarks: 2, AllowSpoil: true},
	"select_k exact":       {Mode: SelectK, Options: 4, MaxMarks: 2, Exact: true, AllowSpoil: true},
	"select_k min":         {Mode: SelectK, Options: 4, MinMarks: 1, MaxMarks: 3},
	"select_k all":         {Mode: SelectK, Options: 1, MaxMarks: 1, AllowSpoil: true},
	"yna_each":             {Mode: YNAEach, Options: 2, MaxMarks: 2, AllowSpoil: true},
	"yna_capped":           {Mode: YNACapped, Options: 3, MaxMarks: 2, AllowSpoil: true},
	"yna_capped exact":     {Mode: YNACapped, Options: 3, MaxMarks: 2, Exact: true, AllowSpoil: true},
	"choose_1":             {Mode: Choose1, Options: 3, MaxMarks: 1, AllowSpoil: true},
	"choose_1 min":         {Mode: Choose1, Options: 3, MinMarks: 1, MaxMarks: 1},
	"satisfaction_3":       {Mode: Satisfaction3, Options: 2, MaxMarks: 2, AllowSpoil: true},
	"satisfaction_3 min":   {Mode: Satisfaction3, Options: 2, MinMarks: 1, MaxMarks: 2, AllowSpoil: true},
	"satisfaction_3 plain": {Mode: Satisfaction3, Options: 2, MinMarks: 1, MaxMarks: 2},
}

func newVote(t testing.TB, s Style) *vote {
	t.Helper()
	return newVoteWith(t, s, func(*Config) {})
}

// newVoteWith lets change differ from the default vote in one thing.
func newVoteWith(t testing.TB, s Style, change func(*Config)) *vote {
	t.Helper()
	grid, err := s.Grid()
	if err != nil {
		t.Fatal(err)
	}
	v := &vote{secret: new(group.Scalar).SetUint64(0x7e57), issuers: testIssuers()[:1]}
	v.config = Config{
		Manifest:   sha256.Sum256([]byte("manifest")),
		Opening:    sha256.Sum256([]byte("opening")),
		Grid:       grid,
		JointKey:   new(group.Element).ScalarBaseMult(v.secret),
		KeyContext: group.Context{1, 2, 3},
		Issuers:    publicKeys(v.issuers),
	}
	change(&v.config)
	v.issuers = nil
	for _, k := range v.config.Issuers {
		v.issuers = append(v.issuers, issuerOf(k))
	}
	if v.Params, err = NewParams(v.config); err != nil {
		t.Fatal(err)
	}
	return v
}

func issuerOf(k *IssuerKey) *Issuer {
	for _, s := range testIssuers() {
		if s.PublicKey().Equal(k) {
			return s
		}
	}
	panic("no such test issuer")
}

// voter holds a credential and its key.
type voter struct {
	sk         ed25519.PrivateKey
	credential *Credential
}

var voters sync.Map // by blinded messages, since signing takes 9 ms

// voter returns the n-th voter of the vote, the same one each time.
func (v *vote) voter(t testing.TB, n int) *voter {
	t.Helper()
	r, err := NewRequest(testSeed(n), v.config.Manifest, v.config.Opening, v.config.Issuers)
	if err != nil {
		t.Fatal(err)
	}
	if w, ok := voters.Load(r.VectorHash()); ok {
		return w.(*voter)
	}
	c, err := r.Finalize(v.sign(t, r))
	if err != nil {
		t.Fatal(err)
	}
	w := &voter{sk: r.OneTimeKey(), credential: c}
	voters.Store(r.VectorHash(), w)
	return w
}

func testSeed(n int) [32]byte {
	return sha256.Sum256(binary.BigEndian.AppendUint64([]byte("seed"), uint64(n)))
}

func (v *vote) sign(t testing.TB, r *Request) [][]byte {
	t.Helper()
	var sigs [][]byte
	for i, blindedMsg := range r.Blinded() {
		sig, err := v.issuers[i].BlindSign(blindedMsg)
		if err != nil {
			t.Fatal(err)
		}
		sigs = append(sigs, sig)
	}
	return sigs
}

func (v *vote) fill(t testing.TB, c Choice) []bool {
	t.Helper()
	b, err := v.grid.Fill(c)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// cast returns the body of the n-th voter's ballot.
func (v *vote) cast(t testing.TB, n int, bits []bool) []byte {
	t.Helper()
	w := v.voter(t, n)
	s, err := v.Encrypt(bits, w.credential.Key)
	if err != nil {
		t.Fatal(err)
	}
	body, err := s.Finish(w.credential, w.sk)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func (v *vote) parse(t testing.TB, body []byte) *Ballot {
	t.Helper()
	b, err := v.Parse(body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// someBits returns bits that keep the limits.
func (v *vote) someBits(t testing.TB) []bool {
	t.Helper()
	for n := range uint64(1 << min(16, len(v.grid.Positions))) {
		if b := bitsOf(n, len(v.grid.Positions)); n > 0 && v.grid.checkBits(b) == nil {
			return b
		}
	}
	t.Fatal("no admissible bits")
	return nil
}

// bitsOf spells the number x in n bits.
func bitsOf(x uint64, n int) []bool {
	b := make([]bool, n)
	for ; x > 0; x &= x - 1 {
		b[bits.TrailingZeros64(x)] = true
	}
	return b
}

// decrypt opens ciphertexts with the secret key; anything but a bit is -1.
func (v *vote) decrypt(cs []Ciphertext) []int {
	values := make([]int, len(cs))
	for i := range cs {
		var m group.Element
		m.Subtract(&cs[i].Beta, m.ScalarMult(v.secret, &cs[i].Alpha))
		switch {
		case m.IsIdentity():
			values[i] = 0
		case m.Equal(group.Generator()):
			values[i] = 1
		default:
			values[i] = -1
		}
	}
	return values
}
