package ballot

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"
)

// TestRequestIsResumable: V13. The same seed gives the same request, on this
// and on every later version: a terminal that is updated between two attempts
// must not ask for a second vector.
func TestRequestIsResumable(t *testing.T) {
	keys := publicKeys(testIssuers()[:2])
	request := func(seed, manifest, opening [32]byte, keys []*IssuerKey) *Request {
		r, err := NewRequest(seed, manifest, opening, keys)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	base := request(run(9), run(1), run(2), keys)
	again := request(run(9), run(1), run(2), keys)
	if base.VectorHash() != again.VectorHash() || !base.OneTimeKey().Equal(again.OneTimeKey()) {
		t.Error("same seed, another request")
	}
	vector, seed := base.VectorHash(), base.OneTimeKey().Seed()
	// Key and prefix were computed from PROTOCOL.md with another HKDF.
	for _, test := range []struct {
		name, want string
		got        []byte
	}{
		{"one-time key", "93981fa122108558570564ce41aacabca86abbff5aabe500666be5cb6914c59c", seed},
		{"prefix", "3e1c0fb52c1dcfdc907dd62fe39f75463fdcf019ac8d000526e37c940def9e1d", base.prefix[:]},
		{"vector hash", "ac50f798e08149464c67b0e1a6a0c6809c05c1ba938d818f772a3eb717da4a49", vector[:]},
	} {
		if got := hex.EncodeToString(test.got); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
	if c, err := again.Finalize(sign(t, testIssuers()[:2], base)); err != nil || c.Key != base.publicKey() {
		t.Errorf("answers to the first request do not serve the second: %v", err)
	}
	testUnlinked(t, base, map[string]*Request{
		"seed":     request(run(8), run(1), run(2), keys),
		"manifest": request(run(9), run(0), run(2), keys),
		"opening":  request(run(9), run(1), run(3), keys),
	})
	// A server that swaps the issuers learns no more than they do.
	swapped := request(run(9), run(1), run(2), []*IssuerKey{keys[1], keys[0]})
	if !bytes.Equal(swapped.Blinded()[0], base.Blinded()[1]) {
		t.Error("blinding depends on the order of issuers")
	}
}

// testUnlinked: no two requests may share a blinding factor, for then the
// quotient of their blinded messages is that of the messages.
func testUnlinked(t *testing.T, base *Request, others map[string]*Request) {
	t.Helper()
	for name, r := range others {
		for i, k := range r.issuers {
			if bytes.Equal(r.Blinded()[i], base.Blinded()[i]) {
				t.Errorf("%s does not matter", name)
			}
			a, b := blindingFactor(t, k, base, i), blindingFactor(t, k, r, i)
			if a.Cmp(b) == 0 {
				t.Errorf("another %s, the same blinding factor", name)
			}
		}
	}
	if b := base.Blinded(); bytes.Equal(b[0], b[1]) {
		t.Error("two issuers get the same blinded message")
	}
}

// blindingFactor finds r from the issuer's answer: blindSig = sig·r.
func blindingFactor(t *testing.T, k *IssuerKey, r *Request, i int) *big.Int {
	t.Helper()
	blindSig, err := issuerOf(k).BlindSign(r.blinded[i])
	if err != nil {
		t.Fatal(err)
	}
	sig, err := k.client.Finalize(r.states[i], blindSig)
	if err != nil {
		t.Fatal(err)
	}
	f := new(big.Int).ModInverse(new(big.Int).SetBytes(sig), k.pk.N)
	f.Mul(f, new(big.Int).SetBytes(blindSig))
	return f.Mod(f, k.pk.N)
}

func sign(t *testing.T, issuers []*Issuer, r *Request) [][]byte {
	t.Helper()
	return (&vote{issuers: issuers}).sign(t, r)
}

// TestRequestDoesNotShare: what a caller gets it may change.
func TestRequestDoesNotShare(t *testing.T) {
	r, err := NewRequest(run(9), run(1), run(2), publicKeys(testIssuers()[:1]))
	if err != nil {
		t.Fatal(err)
	}
	want, key := r.VectorHash(), r.OneTimeKey()
	r.Blinded()[0][5]++
	r.OneTimeKey()[5]++
	if r.VectorHash() != want || !r.OneTimeKey().Equal(key) {
		t.Error("request changed")
	}
	if VectorHash(r.Blinded()) != want {
		t.Error("vector hash is not that of the blinded messages")
	}
}

func TestRequestDiscard(t *testing.T) {
	r, err := NewRequest(run(9), run(1), run(2), publicKeys(testIssuers()[:1]))
	if err != nil {
		t.Fatal(err)
	}
	key := r.key
	r.Discard()
	if !bytes.Equal(key, make([]byte, len(key))) {
		t.Error("the one-time key is still there")
	}
}

func TestRequestRefusesIssuers(t *testing.T) {
	keys := publicKeys(testIssuers())
	for name, issuers := range map[string][]*IssuerKey{
		"none":      nil,
		"one twice": {keys[0], keys[1], keys[0]},
		"too many":  slices.Repeat(keys[:1], MaxIssuers+1),
	} {
		if _, err := NewRequest(run(9), run(1), run(2), issuers); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// TestFinalizeNamesTheIssuer whose answer is wrong.
func TestFinalizeNamesTheIssuer(t *testing.T) {
	issuers := testIssuers()[:2]
	r, err := NewRequest(run(9), run(1), run(2), publicKeys(issuers))
	if err != nil {
		t.Fatal(err)
	}
	good := sign(t, issuers, r)
	tests := []struct {
		name    string
		answers [][]byte
		want    string
	}{
		{"good twin", good, ""},
		{"flipped", [][]byte{good[0], alter(good[1], func(b []byte) { b[300] ^= 1 })}, "issuer 1"},
		{"swapped", [][]byte{good[1], good[0]}, "issuer 0"},
		{"short", [][]byte{good[0][1:], good[1]}, "issuer 0"},
		{"empty", [][]byte{good[0], nil}, "issuer 1"},
		{"zero", [][]byte{good[0], make([]byte, 384)}, "issuer 1"},
		{"echo", [][]byte{r.Blinded()[0], good[1]}, "issuer 0"},
		{"one missing", good[:1], "1 answers of 2"},
	}
	for _, test := range tests {
		c, err := r.Finalize(test.answers)
		if test.want == "" {
			if err != nil {
				t.Errorf("%s: %v", test.name, err)
			}
			continue
		}
		if c != nil || !errors.Is(err, ErrCredential) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", test.name, err, test.want)
		}
	}
}
