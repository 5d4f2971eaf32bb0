package group

import (
	"bytes"
	"math/big"
	"testing"

	"filippo.io/edwards25519"
	gtank "github.com/gtank/ristretto255"
)

// What parses re-encodes to the same bytes, computed anew, and the peer agrees
// on what parses.
func FuzzParseElement(f *testing.F) {
	for _, s := range generatorMultiples {
		f.Add(unhex(f, s))
	}
	for _, encodings := range badEncodings {
		for _, s := range encodings {
			f.Add(unhex(f, s))
		}
	}
	f.Add([]byte(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := ParseElement(b)
		if peer := gtank.NewElement().Decode(b); (err == nil) != (peer == nil) {
			t.Fatalf("%x: %v, gtank says %v", b, err, peer)
		}
		if err != nil {
			return
		}
		if again := e.coordinates().encode(); !bytes.Equal(again[:], b) || !bytes.Equal(e.Bytes(), b) {
			t.Fatalf("%x re-encodes to %x", b, again)
		}
	})
}

// What parses is below the order and re-encodes to the same bytes.
func FuzzParseScalar(f *testing.F) {
	l := order()
	f.Add(make([]byte, 32))
	f.Add(littleEndian(l, 32))
	f.Add(littleEndian(l.Sub(l, big.NewInt(1)), 32))
	f.Add(bytes.Repeat([]byte{0xff}, 32))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := ParseScalar(b)
		want := len(b) == 32 && new(big.Int).SetBytes(reversed(b)).Cmp(order()) < 0
		if (err == nil) != want {
			t.Fatalf("%x: %v", b, err)
		}
		if err == nil && !bytes.Equal(s.Bytes(), b) {
			t.Fatalf("%x re-encodes to %x", b, s.Bytes())
		}
	})
}

// A key that passes has one spelling; under one that does not, nothing verifies.
func FuzzCheckPublicKey(f *testing.F) {
	for _, s := range smallOrder {
		f.Add(unhex(f, s))
	}
	f.Add(newSigner(f).pk)
	f.Fuzz(func(t *testing.T, pk []byte) {
		if CheckPublicKey(pk) != nil {
			if VerifyMessage(pk, nil, make([]byte, 64)) == nil {
				t.Fatalf("%x: signature under a bad key", pk)
			}
			return
		}
		p, err := new(edwards25519.Point).SetBytes(pk)
		if err != nil || !bytes.Equal(p.Bytes(), pk) {
			t.Fatalf("%x is not canonical: %v", pk, err)
		}
	})
}
