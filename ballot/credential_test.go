package ballot

import (
	"bytes"
	"crypto/rsa"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/big"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestConcurrentSessions: V6. Any number of interleaved sessions gives exactly
// as many credentials, and answers cannot be combined into another.
func TestConcurrentSessions(t *testing.T) {
	const n = 16
	v := newVote(t, small["choose_1"])
	requests, answers := make([]*Request, n), make([][][]byte, n)
	for i := range requests {
		r, err := NewRequest(testSeed(1000+i), v.manifest, v.opening, v.config.Issuers)
		if err != nil {
			t.Fatal(err)
		}
		requests[i] = r
	}
	var group sync.WaitGroup
	for i, r := range requests {
		group.Go(func() {
			sig, err := v.issuers[0].BlindSign(r.Blinded()[0])
			if err != nil {
				t.Error(err)
			}
			answers[i] = [][]byte{sig}
		})
	}
	group.Wait()
	credentials := map[[32]byte]bool{}
	for i, r := range requests {
		for j := range answers {
			c, err := r.Finalize(answers[j])
			if (err == nil) != (i == j) {
				t.Errorf("answer %d for request %d: %v", j, i, err)
			}
			if err == nil && v.verifyCredential(c) == nil {
				credentials[c.Key] = true
			}
		}
	}
	product := v.multiply(answers[0][0], answers[1][0])
	if _, err := requests[2].Finalize([][]byte{product}); err == nil {
		t.Error("product of two answers is a third")
	}
	if len(credentials) != n {
		t.Errorf("%d credentials from %d sessions", len(credentials), n)
	}
}

func (v *vote) multiply(a, b []byte) []byte {
	x := new(big.Int).Mul(new(big.Int).SetBytes(a), new(big.Int).SetBytes(b))
	return x.Mod(x, v.config.Issuers[0].pk.N).FillBytes(make([]byte, 384))
}

// TestPreparedMessage: V2. The message is fixed width, so that no field can
// shift into another, and V10: it is never the same twice, since prefix and
// key are fresh.
func TestPreparedMessage(t *testing.T) {
	got := preparedMessage(run(1), run(2), run(3), run(4))
	a, b, c, d := run(1), run(2), run(3), run(4)
	want := slices.Concat(a[:], []byte("piaojue-v1 credential\n"), b[:], c[:], d[:])
	if !bytes.Equal(got, want) {
		t.Errorf("got %x, want %x", got, want)
	}
	v := newVote(t, small["choose_1"])
	one, two := v.voter(t, 0).credential, v.voter(t, 1).credential
	if one.Prefix == two.Prefix || one.Key == two.Key {
		t.Error("two deputies' messages share a field")
	}
	if one.Digest() == two.Digest() {
		t.Error("two credentials have one digest")
	}
}

// TestCredentialRefused: V1, V2, V4, V12. A credential that differs from a
// good one in one field.
func TestCredentialRefused(t *testing.T) {
	v := twoIssuers(t)
	good := v.voter(t, 0).credential
	otherManifest := newVoteWith(t, lanzhou, func(c *Config) { c.Issuers, c.Manifest[0] = v.config.Issuers, 0 })
	otherOpening := newVoteWith(t, lanzhou, func(c *Config) { c.Issuers, c.Opening[0] = v.config.Issuers, 0 })
	sigs := good.Signatures
	flip := func(b []byte) []byte { return alter(b, func(b []byte) { b[200] ^= 1 }) }
	n := v.config.Issuers[0].pk.N
	tests := []struct {
		name   string
		change func(c *Credential)
		want   string
	}{
		{"good twin", func(*Credential) {}, ""},
		{"V1 other vote, same issuers", func(c *Credential) { *c = *otherManifest.voter(t, 0).credential }, "issuer 0"},
		{"V1 other epoch", func(c *Credential) { *c = *otherOpening.voter(t, 0).credential }, "issuer 0"},
		{"V2 prefix", func(c *Credential) { c.Prefix[0] ^= 1 }, "issuer 0"},
		{"V12 own key in its place", func(c *Credential) { c.Key = v.voter(t, 1).credential.Key }, "issuer 0"},
		{"first signature", func(c *Credential) { c.Signatures = [][]byte{flip(sigs[0]), sigs[1]} }, "issuer 0"},
		{"second signature", func(c *Credential) { c.Signatures = [][]byte{sigs[0], flip(sigs[1])} }, "issuer 1"},
		{"swapped", func(c *Credential) { c.Signatures = [][]byte{sigs[1], sigs[0]} }, "issuer 0"},
		{"first one twice", func(c *Credential) { c.Signatures = [][]byte{sigs[0], sigs[0]} }, "issuer 1"},
		{"one missing", func(c *Credential) { c.Signatures = sigs[:1] }, "1 signatures for 2"},
		{"negated", func(c *Credential) { c.Signatures = [][]byte{negate(sigs[0], n), sigs[1]} }, "issuer 0"},
		{"zero", func(c *Credential) { c.Signatures = [][]byte{make([]byte, 384), sigs[1]} }, "issuer 0"},
		{"a byte more", func(c *Credential) { c.Signatures = [][]byte{append([]byte{0}, sigs[0]...), sigs[1]} }, "issuer 0"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := *good
			test.change(&c)
			err := v.verifyCredential(&c)
			if test.want == "" && err != nil ||
				test.want != "" && (!errors.Is(err, ErrCredential) || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

// TestSignaturePlusModulus: G8, G9. A signature has one spelling: with the
// modulus added, where that fits 384 bytes, it is another string for the same
// number and would make a second ballot of one credential.
func TestSignaturePlusModulus(t *testing.T) {
	v := newVote(t, small["choose_1"])
	for i := range 100 {
		c := *v.voter(t, 100+i).credential
		twin := new(big.Int).SetBytes(c.Signatures[0])
		if twin.Add(twin, v.config.Issuers[0].pk.N).BitLen() > 3072 {
			continue
		}
		if err := v.verifyCredential(&c); err != nil {
			t.Errorf("good twin: %v", err)
		}
		c.Signatures = [][]byte{twin.Bytes()}
		if err := v.verifyCredential(&c); !errors.Is(err, ErrCredential) {
			t.Errorf("got %v", err)
		}
		return
	}
	t.Error("no signature leaves room for the modulus")
}

func negate(sig []byte, n *big.Int) []byte {
	x := new(big.Int).Sub(n, new(big.Int).SetBytes(sig))
	return x.FillBytes(make([]byte, 384))
}

// TestBearer: V12. Whoever sees a credential on the board cannot use it.
func TestBearer(t *testing.T) {
	v := newVote(t, small["choose_1"])
	owner, thief := v.voter(t, 0), v.voter(t, 1)
	stolen := &voter{sk: thief.sk, credential: owner.credential}
	f := v.forge(stolen, numbers(v.someBits(t)))
	v.mustRefuse(t, v.Verify(v.parse(t, f.body(f.proofs(truth)))), ErrSignature, "")
	f.by = owner
	v.mustPass(t, f.body(f.proofs(truth)))

	s, err := v.Encrypt(v.someBits(t), owner.credential.Key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Finish(owner.credential, thief.sk); err == nil {
		t.Error("Finish signs for another's credential")
	}
	if _, err := s.Finish(thief.credential, thief.sk); err == nil {
		t.Error("Finish takes another credential than Encrypt")
	}
	if _, err := s.Finish(owner.credential, owner.sk); err != nil {
		t.Errorf("good twin: %v", err)
	}
}

//go:embed testdata/rfc9474.json
var rfc9474 []byte

// TestRFC9474 runs the vector of RFC 9474, Appendix A.1 through our layers. Its
// key has 4096 bits, so ParseIssuerKey refuses it. (The file is the RFC's, as
// circl has it.)
func TestRFC9474(t *testing.T) {
	var hexes map[string]any
	if err := json.Unmarshal(rfc9474, &hexes); err != nil {
		t.Fatal(err)
	}
	get := func(name string) *big.Int {
		v, ok := new(big.Int).SetString(hexes[name].(string), 0)
		if !ok {
			t.Fatal(name)
		}
		return v
	}
	raw := func(name string) []byte {
		b, err := hex.DecodeString(strings.TrimPrefix(hexes[name].(string), "0x"))
		if err != nil {
			t.Fatal(name, err)
		}
		return b
	}
	sk := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: get("n"), E: int(get("e").Int64())},
		D:         get("d"),
		Primes:    []*big.Int{get("p"), get("q")},
	}
	s, err := newIssuer(sk)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParseIssuerKey(s.PublicKey().Modulus()); err == nil {
		t.Error("modulus of 4096 bits accepted")
	}
	prepared, client := raw("input_msg"), s.PublicKey().client
	r := new(big.Int).ModInverse(get("inv"), sk.N)
	stream := bytes.NewReader(append(raw("salt"), r.FillBytes(make([]byte, 512))...))
	blinded, state, err := client.Blind(stream, prepared)
	if err != nil || !bytes.Equal(blinded, raw("blinded_msg")) {
		t.Fatalf("blinded message differs: %v", err)
	}
	blindSig, err := s.BlindSign(blinded)
	if err != nil || !bytes.Equal(blindSig, raw("blind_sig")) {
		t.Fatalf("blind signature differs: %v", err)
	}
	sig, err := client.Finalize(state, blindSig)
	if err != nil || !bytes.Equal(sig, raw("sig")) {
		t.Fatalf("signature differs: %v", err)
	}
	if err := client.Verify(prepared, sig); err != nil {
		t.Error(err)
	}
	if client.Verify(append(prepared, 0), sig) == nil {
		t.Error("signature fits another message")
	}
}
