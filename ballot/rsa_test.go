package ballot

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"math/big"
	"testing"

	"github.com/cloudflare/circl/blindsign/blindrsa"
)

// TestSigningKey: our signature primitive and circl's give the same bytes, also at
// the ends of the range.
func TestSigningKey(t *testing.T) {
	s := newVote(t, small["choose_1"]).issuers[0]
	theirs := blindrsa.NewSigner(s.sk)
	messages := []*big.Int{big.NewInt(2), big.NewInt(3), new(big.Int).Sub(s.sk.N, big.NewInt(2)), s.sk.Primes[0], s.sk.Primes[1]}
	for range 8 {
		z, err := rand.Int(rand.Reader, s.sk.N)
		if err != nil {
			t.Fatal(err)
		}
		messages = append(messages, z)
	}
	for _, z := range messages {
		message := z.FillBytes(make([]byte, modulusSize))
		got, err := s.BlindSign(message)
		if err != nil {
			t.Fatal(err)
		}
		want, err := theirs.BlindSign(message)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("signature of %x: %x, want %x, %v", message, got, want, err)
		}
	}
	if _, err := s.key.sign(s.sk.N.Bytes()); err == nil {
		t.Error("a message that is not below the modulus is signed")
	}
}

// TestSigningFault: what a fault of the machine spoils is not given out.
func TestSigningFault(t *testing.T) {
	s := newVote(t, small["choose_1"]).issuers[0]
	message := bytes.Repeat([]byte{5}, modulusSize)
	for name, at := range map[string][]byte{"modulo p": s.key.dp, "modulo q": s.key.dq} {
		at[100] ^= 4
		if sig, err := s.BlindSign(message); !errors.Is(err, errFault) || sig != nil {
			t.Errorf("%s: %x, %v", name, sig, err)
		}
		at[100] ^= 4
	}
	if _, err := s.BlindSign(message); err != nil {
		t.Errorf("without a fault: %v", err)
	}
}

// TestSigningPrimes: a key must be of two primes, and of those.
func TestSigningPrimes(t *testing.T) {
	good := newVote(t, small["choose_1"]).issuers[0].sk
	p, q := good.Primes[0], good.Primes[1]
	for name, primes := range map[string][]*big.Int{
		"one": {p}, "three": {p, q, big.NewInt(3)}, "the same": {p, p}, "another": {p, new(big.Int).Add(q, big.NewInt(2))},
	} {
		bad := &rsa.PrivateKey{PublicKey: good.PublicKey, D: good.D, Primes: primes}
		if _, err := newIssuer(bad); !errors.Is(err, errPrimes) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := newIssuer(good); err != nil {
		t.Errorf("two: %v", err)
	}
}
