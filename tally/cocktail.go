package tally

import (
	"crypto/cipher"
	"crypto/sha512"
	"encoding/binary"
	"errors"

	"golang.org/x/crypto/chacha20poly1305"

	"piaojue/group"
)

// The constants of ciphersuite COCKTAIL(Ristretto255, SHA-512).
const (
	ciphersuite = "COCKTAIL(Ristretto255, SHA-512)"
	prefixH6    = "COCKTAIL-DKG-Ristretto255-SHA512-H6"
	prefixH7    = "COCKTAIL-DKG-Ristretto255-SHA512-H7"
	prefixNonce = "COCKTAIL-DKG-Ristretto255-SHA512-NONCE"
)

const (
	elementSize   = 32
	scalarSize    = 32
	signatureSize = elementSize + scalarSize

	// sealedSize is both the least a ciphertext can have and our
	// MAX_CIPHERTEXT_SIZE (COCKTAIL, "Protocol Messages"): this protocol has no
	// payloads, so a longer one is as wrong as a shorter one.
	sealedSize = scalarSize + chacha20poly1305.Overhead
)

// hashToScalar is HashToScalar of the ciphersuite: 512 bits, so that reducing
// them leaves no measurable bias (attack F12).
func hashToScalar(parts ...[]byte) *group.Scalar {
	h := sha512.New()
	for _, p := range parts {
		h.Write(p)
	}
	k, err := new(group.Scalar).SetUniformBytes(h.Sum(nil))
	if err != nil {
		panic("tally: internal error: " + err.Error())
	}
	return k
}

// channel is the two Diffie-Hellman elements that a sender and a recipient
// share. Se is of the sender's ephemeral key, Sd of his static one, which shows
// the recipient who the sender is.
type channel struct {
	se, sd *group.Element
}

// channelTo is how the sender computes it: secrets e and d, recipient P.
func channelTo(e, d *group.Scalar, recipient *group.Element) channel {
	return channel{
		se: new(group.Element).ScalarMult(e, recipient),
		sd: new(group.Element).ScalarMult(d, recipient),
	}
}

// channelFrom is how the recipient computes it: secret d, sender's E and P.
func channelFrom(d *group.Scalar, ephemeral, sender *group.Element) channel {
	return channel{
		se: new(group.Element).ScalarMult(d, ephemeral),
		sd: new(group.Element).ScalarMult(d, sender),
	}
}

// h6 derives key and nonce of the one ciphertext from sender to recipient: with
// context, E and both static keys in the hash no key is ever used twice.
func (c channel) h6(ephemeral, sender, recipient *group.Element, context [64]byte) (key, nonce []byte) {
	h := []byte(prefixH6)
	for _, p := range []*group.Element{c.se, c.sd, ephemeral, sender, recipient} {
		h = p.AppendBytes(h)
	}
	h = binary.LittleEndian.AppendUint64(h, uint64(len(context)))
	h = append(h, context[:]...)
	sum := sha512.Sum512(h)
	return sum[:32], sum[32:56]
}

// seal is Enc of the ciphersuite, XChaCha20-Poly1305 without additional data.
func seal(key, nonce, plaintext []byte) []byte {
	return newAEAD(key).Seal(nil, nonce, plaintext, nil)
}

var errDecrypt = errors.New("encrypted share does not decrypt")

// open is Dec of the ciphersuite.
func open(key, nonce, ciphertext []byte) ([]byte, error) {
	plaintext, err := newAEAD(key).Open(nil, nonce, ciphertext, nil)
	if err != nil {
		return nil, errDecrypt
	}
	return plaintext, nil
}

func newAEAD(key []byte) cipher.AEAD {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		panic("tally: internal error: " + err.Error())
	}
	return aead
}
