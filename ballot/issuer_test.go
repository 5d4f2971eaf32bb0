package ballot

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"math/big"
	"testing"
)

// TestParseIssuerKey: V9.
func TestParseIssuerKey(t *testing.T) {
	good := testIssuers()[0].PublicKey().Modulus()
	tests := []struct {
		name    string
		modulus []byte
	}{
		{"good twin", good},
		{"empty", nil},
		{"a byte less", good[1:]},
		{"a byte more", append([]byte{0}, good...)},
		{"even", alter(good, func(b []byte) { b[383] &^= 1 })},
		{"top bit clear", alter(good, func(b []byte) { b[0] &^= 0x80 })},
	}
	for i, test := range tests {
		k, err := ParseIssuerKey(test.modulus)
		if (err != nil) != (i > 0) {
			t.Errorf("%s: %v", test.name, err)
		}
		if err == nil && !bytes.Equal(k.Modulus(), test.modulus) {
			t.Errorf("%s: encodes to other bytes", test.name)
		}
	}
}

// TestPerDeputyKey: V9. An issuer that gives a deputy a key of their own to
// recognise them by is found out at once: its answer does not verify.
func TestPerDeputyKey(t *testing.T) {
	v := newVote(t, small["choose_1"])
	r, err := NewRequest(run(1), v.manifest, v.opening, v.config.Issuers)
	if err != nil {
		t.Fatal(err)
	}
	sig, err := testIssuers()[2].BlindSign(r.Blinded()[0])
	if err == nil {
		_, err = r.Finalize([][]byte{sig})
	}
	if err == nil {
		t.Error("answer under another key accepted")
	}
	if _, err := r.Finalize(v.sign(t, r)); err != nil {
		t.Errorf("good twin: %v", err)
	}
}

func TestBlindSignRefuses(t *testing.T) {
	s := testIssuers()[0]
	n, one := s.sk.N, big.NewInt(1)
	bytesOf := func(x *big.Int) []byte { return x.FillBytes(make([]byte, 384)) }
	tests := []struct {
		name string
		msg  []byte
	}{
		{"good twin", bytesOf(big.NewInt(2))},
		{"good N - 2", bytesOf(new(big.Int).Sub(n, big.NewInt(2)))},
		{"0", bytesOf(new(big.Int))},
		{"1", bytesOf(one)},
		{"N - 1", bytesOf(new(big.Int).Sub(n, one))},
		{"N", bytesOf(n)},
		{"N + 1", bytesOf(new(big.Int).Add(n, one))},
		{"all ones", bytes.Repeat([]byte{0xff}, 384)},
		{"empty", nil},
		{"short", bytesOf(big.NewInt(2))[1:]},
		{"long", append([]byte{0}, bytesOf(big.NewInt(2))...)},
	}
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sig, err := s.BlindSign(test.msg)
			if i < 2 && err != nil || i >= 2 && (!errors.Is(err, ErrForm) || sig != nil) {
				t.Error(err)
			}
		})
	}
}

// TestPKCS8 compares our encoding with that of the standard library.
func TestPKCS8(t *testing.T) {
	s, err := GenerateIssuer()
	if err != nil {
		t.Fatal(err)
	}
	der := s.Marshal()
	want, err := x509.MarshalPKCS8PrivateKey(s.sk)
	if err != nil || !bytes.Equal(der, want) {
		t.Errorf("differs from crypto/x509: %v", err)
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil || !s.sk.Equal(key.(*rsa.PrivateKey)) {
		t.Errorf("crypto/x509 does not read it: %v", err)
	}
	again, err := ParseIssuer(der)
	if err != nil || !again.PublicKey().Equal(s.PublicKey()) || !again.sk.Equal(s.sk) {
		t.Errorf("does not read back: %v", err)
	}
}

func TestParseIssuerRefuses(t *testing.T) {
	good := testIssuers()[0]
	der := good.Marshal()
	small, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	smallIssuer, err := newIssuer(small)
	if err != nil {
		t.Fatal(err)
	}
	wrong := *good.sk
	wrong.D = new(big.Int).Add(wrong.D, big.NewInt(2))
	swapped := *good.sk
	swapped.Primes = []*big.Int{good.sk.Primes[1], good.sk.Primes[0]}
	primes := *good.sk
	primes.Primes = testIssuers()[1].sk.Primes
	for name, bad := range map[string][]byte{
		"empty":          nil,
		"cut":            der[:len(der)-1],
		"trailing":       append(bytes.Clone(der), 0),
		"2048 bits":      smallIssuer.Marshal(),
		"wrong d":        (&Issuer{sk: &wrong}).Marshal(),
		"other's primes": (&Issuer{sk: &primes}).Marshal(),
		"qinv":           alter(der, func(b []byte) { b[len(b)-1] ^= 1 }),
		"version":        alter(der, func(b []byte) { b[6] = 1 }),
		"algorithm":      alter(der, func(b []byte) { b[17] ^= 1 }),
	} {
		if _, err := ParseIssuer(bad); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := ParseIssuer(der); err != nil {
		t.Errorf("good twin: %v", err)
	}
	if s, err := ParseIssuer((&Issuer{sk: &swapped}).Marshal()); err != nil || !s.PublicKey().Equal(good.PublicKey()) {
		t.Errorf("primes in the other order: %v", err)
	}
}
