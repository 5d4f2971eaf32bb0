package group

import (
	"crypto/ed25519"
	"crypto/sha256"
	"errors"

	"filippo.io/edwards25519"
	"filippo.io/edwards25519/field"
)

var (
	// ErrSignature means that a signature, or the key to check it with, is
	// not acceptable.
	ErrSignature = errors.New("group: invalid signature")

	errPublicKey = errors.New("group: invalid Ed25519 public key")
)

// Sign signs body under a name that says what is signed, within one vote.
func Sign(sk ed25519.PrivateKey, name string, manifest [32]byte, body []byte) []byte {
	return ed25519.Sign(sk, message(name, manifest, body))
}

// VerifySignature checks what Sign made.
func VerifySignature(pk []byte, name string, manifest [32]byte, body, sig []byte) error {
	return VerifyMessage(pk, message(name, manifest, body), sig)
}

func message(name string, manifest [32]byte, body []byte) []byte {
	digest := sha256.Sum256(body)
	m := append([]byte("piaojue-v1 "), name...)
	m = append(m, '\n')
	m = append(m, manifest[:]...)
	return append(m, digest[:]...)
}

// VerifyMessage checks an Ed25519 signature on the raw message, as strictly as
// PROTOCOL.md asks: cofactorless, A and R canonical, s below the order, A not
// of small order. All Ed25519 verification of the project goes through here.
func VerifyMessage(pk, message, sig []byte) error {
	if CheckPublicKey(pk) != nil || len(sig) != ed25519.SignatureSize {
		return ErrSignature
	}
	// crypto/ed25519 rejects s ≥ l, and compares R with a canonical encoding.
	if !ed25519.Verify(pk, message, sig) {
		return ErrSignature
	}
	return nil
}

// CheckPublicKey checks that pk is the canonical encoding of a point that is
// not of small order. crypto/ed25519 checks neither: other spellings of one
// key would count as other keys, and under a key of small order one signature
// fits many messages.
func CheckPublicKey(pk []byte) error {
	p, err := new(edwards25519.Point).SetBytes(pk)
	if err != nil || !reduced(pk) {
		return errPublicKey
	}
	if p.MultByCofactor(p).Equal(edwards25519.NewIdentityPoint()) == 1 {
		return errPublicKey
	}
	return nil
}

// reduced reports whether y is below p. The other way to misspell a point is
// the sign bit of x = 0, and those points have small order.
func reduced(pk []byte) bool {
	y, err := new(field.Element).SetBytes(pk)
	if err != nil {
		return false
	}
	b := y.Bytes()
	b[31] |= pk[31] & 0x80
	return string(b) == string(pk)
}
