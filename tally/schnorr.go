package tally

import (
	"crypto/rand"
	"errors"

	"piaojue/group"
)

// The signatures of this file are COCKTAIL's own (COCKTAIL, "Schnorr Signature
// Scheme"); they occur inside the ceremony only. All other signatures of the
// protocol are Ed25519.

var (
	errSignature = errors.New("signature does not verify")
	errNonce     = errors.New("tally: signing nonce is zero; start a new session")
)

// newHedge draws what sign mixes into a nonce.
func newHedge() []byte {
	hedge := make([]byte, 32)
	rand.Read(hedge) // never fails: it stops the program instead
	return hedge
}

// sign signs m. The nonce is a hash of key and message, so that a weak random
// source cannot repeat one; a hedge makes it also proof against faults (COCKTAIL,
// "Schnorr Security Notes"). Without a hedge it is the specification's own.
func sign(sk *group.Scalar, m, hedge []byte) ([]byte, error) {
	k := hashToScalar([]byte(prefixNonce), sk.Bytes(), hedge, m)
	if k.IsZero() {
		return nil, errNonce // z would be c·sk
	}
	pk := new(group.Element).ScalarBaseMult(sk)
	r := new(group.Element).ScalarBaseMult(k).Encode()
	z := new(group.Scalar).Multiply(signatureChallenge(r, pk, m), sk)
	z.Add(z, k)
	return z.AppendBytes(r.Bytes()), nil
}

// verify checks a signature on m. The key is in the hash: a signature fits no
// key derived from another (attack F6).
func verify(pk *group.Element, m, sig []byte) error {
	if len(sig) != signatureSize {
		return errSignature
	}
	r, err := group.ParseElement(sig[:elementSize])
	if err != nil || r.IsIdentity() {
		return errSignature
	}
	z, err := group.ParseScalar(sig[elementSize:])
	if err != nil {
		return errSignature
	}
	c := signatureChallenge(r, pk, m)
	if !new(group.Element).VarTimeDoubleScalarBaseMult(c.Negate(c), pk, z).Equal(r) {
		return errSignature
	}
	return nil
}

func signatureChallenge(r, pk *group.Element, m []byte) *group.Scalar {
	return hashToScalar([]byte(prefixH7), r.Bytes(), pk.Bytes(), m)
}
