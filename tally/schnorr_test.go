package tally

import (
	"bytes"
	"testing"

	"piaojue/group"
)

// groupOrder is l, little-endian (RFC 9496, Section 4.4).
var groupOrder = []byte{
	0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
}

// plusOrder returns another spelling of a scalar.
func plusOrder(v []byte) []byte {
	sum := make([]byte, len(v))
	carry := 0
	for i := range v {
		carry += int(v[i]) + int(groupOrder[i])
		sum[i] = byte(carry)
		carry >>= 8
	}
	return sum
}

func mustSign(t *testing.T, sk *group.Scalar, m, hedge []byte) []byte {
	t.Helper()
	sig, err := sign(sk, m, hedge)
	if err != nil {
		t.Fatal(err)
	}
	return sig
}

func TestSignature(t *testing.T) {
	sk := group.RandomScalar()
	pk, m := publicKey(sk), []byte("message")
	sig := mustSign(t, sk, m, newHedge())
	if err := verify(pk, m, sig); err != nil {
		t.Fatal(err)
	}
	set := func(at int, b []byte) []byte {
		s := bytes.Clone(sig)
		copy(s[at:], b)
		return s
	}
	double := new(group.Element).Add(pk, pk)
	for name, test := range map[string]struct {
		pk     *group.Element
		m, sig []byte
	}{
		"otherMessage":      {pk, []byte("massage"), sig},
		"doubleKey":         {double, m, sig},
		"identityKey":       {group.NewElement(), m, sig},
		"identityR":         {pk, m, set(0, make([]byte, 32))},
		"rNotCanonical":     {pk, m, set(0, bytes.Repeat([]byte{0xff}, 32))},
		"zPlusOrderG8":      {pk, m, set(32, plusOrder(sig[32:]))},
		"zNegated":          {pk, m, set(32, negated(t, sig[32:]))},
		"truncated":         {pk, m, sig[:63]},
		"trailing":          {pk, m, append(bytes.Clone(sig), 0)},
		"empty":             {pk, m, nil},
		"randomChallengeF7": {pk, m, signedForRandomChallenge(pk)},
	} {
		t.Run(name, func(t *testing.T) {
			wantError(t, verify(test.pk, test.m, test.sig), errSignature)
		})
	}
}

// Whoever has a signature shifts it to a key that differs by d·G from its own
// (attack F6): where the hash leaves the key out, that is a signature as well.
func TestSignatureUnderShiftedKey(t *testing.T) {
	sk, d, m := group.RandomScalar(), group.RandomScalar(), []byte("message")
	pk := publicKey(sk)
	sig := mustSign(t, sk, m, newHedge())
	r, err := group.ParseElement(sig[:elementSize])
	if err != nil {
		t.Fatal(err)
	}
	z, err := group.ParseScalar(sig[elementSize:])
	if err != nil {
		t.Fatal(err)
	}
	c := signatureChallenge(r, pk, m)
	shifted := new(group.Element).Add(pk, publicKey(d))
	z.Add(z, new(group.Scalar).Multiply(c, d))
	if weak := new(group.Element).Subtract(publicKey(z), new(group.Element).ScalarMult(c, shifted)); !weak.Equal(r) {
		t.Fatal("the forger does not know his trade")
	}
	wantError(t, verify(shifted, m, z.AppendBytes(r.Bytes())), errSignature)
	if err := verify(pk, m, sig); err != nil {
		t.Errorf("good twin: %v", err)
	}
}

func negated(t *testing.T, b []byte) []byte {
	z, err := group.ParseScalar(b)
	if err != nil {
		t.Fatal(err)
	}
	return z.Negate(z).Bytes()
}

// signedForRandomChallenge satisfies the equation for a challenge that is not
// the hash.
func signedForRandomChallenge(pk *group.Element) []byte {
	c, z := group.RandomScalar(), group.RandomScalar()
	r := new(group.Element).ScalarMult(c, pk)
	r.Subtract(publicKey(z), r)
	return z.AppendBytes(r.Bytes())
}

// Without a hedge the nonce is the specification's; with one it never repeats.
func TestSignatureNonce(t *testing.T) {
	sk, m := group.RandomScalar(), []byte("message")
	plain := mustSign(t, sk, m, nil)
	if !bytes.Equal(plain, mustSign(t, sk, m, nil)) {
		t.Error("two signatures without a hedge differ")
	}
	if bytes.Equal(plain[:32], mustSign(t, sk, []byte("massage"), nil)[:32]) {
		t.Error("one nonce for two messages")
	}
	if bytes.Equal(mustSign(t, sk, m, newHedge())[:32], mustSign(t, sk, m, newHedge())[:32]) {
		t.Error("a hedge does not change the nonce")
	}
}
