package ballot

import (
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"math/big"

	"github.com/cloudflare/circl/blindsign/blindrsa"
)

// MaxIssuers bounds the issuers of a vote (PROTOCOL.md, Section 4.1).
const MaxIssuers = 16

const (
	modulusBits = 3072
	modulusSize = modulusBits / 8
	exponent    = 65537
)

var errModulus = errors.New("ballot: issuer modulus is not an odd number of 3072 bits")

// IssuerKey is the public key of an issuer: RSA-3072 with exponent 65537.
type IssuerKey struct {
	pk     rsa.PublicKey
	client blindrsa.Client
}

// ParseIssuerKey reads a modulus of 384 bytes. The exponent is a constant of
// the suite, so an issuer cannot choose a weak one (attack V9).
func ParseIssuerKey(modulus []byte) (*IssuerKey, error) {
	if len(modulus) != modulusSize || modulus[0]&0x80 == 0 || modulus[modulusSize-1]&1 == 0 {
		return nil, errModulus
	}
	return newIssuerKey(&rsa.PublicKey{N: new(big.Int).SetBytes(modulus), E: exponent})
}

// newIssuerKey also takes keys of other sizes: the vectors of RFC 9474 have
// one of 4096 bits.
func newIssuerKey(pk *rsa.PublicKey) (*IssuerKey, error) {
	k := &IssuerKey{pk: *pk}
	client, err := blindrsa.NewClient(blindrsa.SHA384PSSRandomized, &k.pk)
	if err != nil {
		return nil, err
	}
	k.client = client
	return k, nil
}

// Modulus returns the 384 bytes of the modulus.
func (k *IssuerKey) Modulus() []byte {
	return k.pk.N.FillBytes(make([]byte, k.pk.Size()))
}

// Equal reports whether both are the same key.
func (k *IssuerKey) Equal(other *IssuerKey) bool {
	return k.pk.N.Cmp(other.pk.N) == 0
}

// checkIssuers refuses a set S in which one key would count twice.
func checkIssuers(issuers []*IssuerKey) error {
	if len(issuers) < 1 || len(issuers) > MaxIssuers {
		return fmt.Errorf("ballot: %d issuers, not 1 to %d", len(issuers), MaxIssuers)
	}
	for i, k := range issuers {
		for j := range i {
			if k.Equal(issuers[j]) {
				return fmt.Errorf("ballot: issuers %d and %d have the same key", j, i)
			}
		}
	}
	return nil
}

// Issuer is the private key of an issuer. It may be used by several goroutines
// at once. It keeps no books: that it signs for a roll leaf only once is up to
// whoever holds it.
type Issuer struct {
	sk     *rsa.PrivateKey
	public *IssuerKey
	key    *signingKey
}

// GenerateIssuer makes a key for one vote. An issuer's key must never serve
// two votes, nor any other purpose.
func GenerateIssuer() (*Issuer, error) {
	sk, err := rsa.GenerateKey(rand.Reader, modulusBits)
	if err != nil {
		return nil, err
	}
	return newIssuer(sk)
}

func newIssuer(sk *rsa.PrivateKey) (*Issuer, error) {
	public, err := newIssuerKey(&sk.PublicKey)
	if err != nil {
		return nil, err
	}
	key, err := newSigningKey(sk)
	if err != nil {
		return nil, err
	}
	return &Issuer{sk: sk, public: public, key: key}, nil
}

// PublicKey returns the issuer's public key.
func (s *Issuer) PublicKey() *IssuerKey {
	return s.public
}

// BlindSign signs a blinded message of 384 bytes; the same message gets the
// same answer. The error is ErrForm if the message is not acceptable.
func (s *Issuer) BlindSign(blindedMsg []byte) ([]byte, error) {
	if len(blindedMsg) != s.public.pk.Size() {
		return nil, fmt.Errorf("%w: blinded message of %d bytes", ErrForm, len(blindedMsg))
	}
	// 0, 1 and N - 1 are their own signatures: nobody who blinded honestly
	// sends them (PROTOCOL.md, Section 6).
	one := big.NewInt(1)
	z, last := new(big.Int).SetBytes(blindedMsg), new(big.Int).Sub(s.sk.N, one)
	if z.Cmp(one) <= 0 || z.Cmp(last) >= 0 {
		return nil, fmt.Errorf("%w: blinded message out of range", ErrForm)
	}
	return s.key.sign(blindedMsg)
}
