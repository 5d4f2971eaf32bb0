package ballot

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/cloudflare/circl/blindsign/blindrsa"
)

// Request is the client's side of issuing: it asks every issuer of S for a
// blind signature on one fresh one-time key. The same seed gives the same
// request, so that any terminal can go on with it (attack V13).
type Request struct {
	key     ed25519.PrivateKey
	prefix  [32]byte
	issuers []*IssuerKey
	blinded [][]byte
	states  []blindrsa.State
}

// NewRequest derives a request from a secret seed, which must be random and
// new for each roll leaf and epoch (PROTOCOL.md, Section 6). opening is the
// hash of the opening entry, issuers are those of its set S, in order.
func NewRequest(seed, manifest, opening [32]byte, issuers []*IssuerKey) (*Request, error) {
	if err := checkIssuers(issuers); err != nil {
		return nil, err
	}
	keySeed, prefix := derive(seed, "piaojue-v1 one-time key"), derive(seed, "piaojue-v1 prefix")
	r := &Request{
		key:     ed25519.NewKeyFromSeed(keySeed[:]),
		prefix:  prefix,
		issuers: slices.Clone(issuers),
	}
	prepared := preparedMessage(r.prefix, manifest, opening, r.publicKey())
	for i, k := range issuers {
		blinded, state, err := k.blind(seed, manifest, opening, prepared)
		if err != nil {
			return nil, fmt.Errorf("ballot: issuer %d: %v", i, err)
		}
		r.blinded = append(r.blinded, blinded)
		r.states = append(r.states, state)
	}
	return r, nil
}

// blind draws salt and blinding factor from a stream of its own for each
// issuer, vote and opening: a server that shows two openings to one deputy must
// not get two messages under one factor, whose quotient would tell which
// credential is theirs.
func (k *IssuerKey) blind(seed, manifest, opening [32]byte, prepared []byte) ([]byte, blindrsa.State, error) {
	info := append([]byte("piaojue-v1 blind"), manifest[:]...)
	info = append(info, opening[:]...)
	info = append(info, k.Modulus()...)
	return k.client.Blind(rand.NewChaCha8(derive(seed, string(info))), prepared)
}

func derive(seed [32]byte, info string) [32]byte {
	b, err := hkdf.Key(sha256.New, seed[:], nil, info, 32)
	if err != nil {
		panic("ballot: internal error: " + err.Error())
	}
	return [32]byte(b)
}

// Blinded returns the blinded message for each issuer, 384 bytes each.
func (r *Request) Blinded() [][]byte {
	c := make([][]byte, len(r.blinded))
	for i, b := range r.blinded {
		c[i] = slices.Clone(b)
	}
	return c
}

// VectorHash returns what the deputy's badge signs.
func (r *Request) VectorHash() [32]byte {
	return VectorHash(r.blinded)
}

// VectorHash hashes the blinded messages of all issuers of S, 384 bytes each.
func VectorHash(blinded [][]byte) [32]byte {
	h := sha256.New()
	h.Write([]byte("piaojue-v1 blinded\n"))
	for _, b := range blinded {
		h.Write(b)
	}
	return [32]byte(h.Sum(nil))
}

// OneTimeKey returns the private key that will sign the ballot.
func (r *Request) OneTimeKey() ed25519.PrivateKey {
	return slices.Clone(r.key)
}

// Discard forgets the one-time key, as far as Go allows. The Request is of no
// use afterwards.
func (r *Request) Discard() {
	clear(r.key)
	r.states = nil
}

func (r *Request) publicKey() [32]byte {
	return [32]byte(r.key.Public().(ed25519.PublicKey))
}

// Verify verifies the answer of issuer i of the set S, by its place.
func (r *Request) Verify(i int, blindSig []byte) error {
	if _, err := r.issuers[i].client.Finalize(r.states[i], blindSig); err != nil {
		return fmt.Errorf("%w: answer of issuer %d: %v", ErrCredential, i, err)
	}
	return nil
}

// Finalize unblinds the issuers' answers and verifies each; the error names
// the first issuer whose answer is wrong.
func (r *Request) Finalize(blindSigs [][]byte) (*Credential, error) {
	if len(blindSigs) != len(r.issuers) {
		return nil, fmt.Errorf("%w: %d answers of %d issuers", ErrCredential, len(blindSigs), len(r.issuers))
	}
	c := &Credential{Key: r.publicKey(), Prefix: r.prefix}
	for i, k := range r.issuers {
		sig, err := k.client.Finalize(r.states[i], blindSigs[i])
		if err != nil {
			return nil, fmt.Errorf("%w: answer of issuer %d: %v", ErrCredential, i, err)
		}
		c.Signatures = append(c.Signatures, sig)
	}
	return c, nil
}
