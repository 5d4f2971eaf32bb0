package ballot

import (
	"bytes"
	"crypto/rsa"
	"errors"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// PKCS #8 (RFC 5208) around an RSAPrivateKey (RFC 8017, Appendix A.1.2). It is
// written out here because crypto/x509 would link the network into the
// verifier; a test compares the two.

var errPrivateKey = errors.New("ballot: not a PKCS #8 key of RSA-3072 with exponent 65537")

// rsaAlgorithm is the AlgorithmIdentifier rsaEncryption with NULL parameters.
var rsaAlgorithm = []byte{
	0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
}

// Marshal returns the private key in PKCS #8.
func (s *Issuer) Marshal() []byte {
	var key, b cryptobyte.Builder
	key.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Uint64(0)
		for _, v := range integers(s.sk) {
			b.AddASN1BigInt(v)
		}
	})
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Uint64(0)
		b.AddBytes(rsaAlgorithm)
		b.AddASN1OctetString(key.BytesOrPanic())
	})
	return b.BytesOrPanic()
}

// integers returns n, e, d, p, q, d mod (p-1), d mod (q-1), 1/q mod p.
func integers(sk *rsa.PrivateKey) []*big.Int {
	p, q, one := sk.Primes[0], sk.Primes[1], big.NewInt(1)
	dp := new(big.Int).Mod(sk.D, new(big.Int).Sub(p, one))
	dq := new(big.Int).Mod(sk.D, new(big.Int).Sub(q, one))
	return []*big.Int{sk.N, big.NewInt(int64(sk.E)), sk.D, p, q, dp, dq, new(big.Int).ModInverse(q, p)}
}

// ParseIssuer reads what Marshal wrote, in exactly that form. Errors say
// nothing about the key.
func ParseIssuer(pkcs8 []byte) (*Issuer, error) {
	values, ok := parsePKCS8(pkcs8)
	if !ok || !plausible(values) {
		return nil, errPrivateKey
	}
	sk := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: values[0], E: exponent},
		D:         values[2],
		Primes:    values[3:5],
	}
	if sk.Validate() != nil {
		return nil, errPrivateKey
	}
	s, err := newIssuer(sk)
	if err != nil || !bytes.Equal(s.Marshal(), pkcs8) {
		return nil, errPrivateKey
	}
	return s, nil
}

// plausible keeps absurd sizes away from the arithmetic that follows.
func plausible(values []*big.Int) bool {
	for _, v := range values {
		if v.Sign() <= 0 || v.BitLen() > modulusBits {
			return false
		}
	}
	return values[0].BitLen() == modulusBits && values[1].Cmp(big.NewInt(exponent)) == 0
}

func parsePKCS8(pkcs8 []byte) ([]*big.Int, bool) {
	input := cryptobyte.String(pkcs8)
	var outer, octets, key cryptobyte.String
	var version int
	var algorithm []byte
	if !input.ReadASN1(&outer, asn1.SEQUENCE) || !input.Empty() ||
		!outer.ReadASN1Integer(&version) || version != 0 ||
		!outer.ReadBytes(&algorithm, len(rsaAlgorithm)) || !bytes.Equal(algorithm, rsaAlgorithm) ||
		!outer.ReadASN1(&octets, asn1.OCTET_STRING) || !outer.Empty() ||
		!octets.ReadASN1(&key, asn1.SEQUENCE) || !octets.Empty() ||
		!key.ReadASN1Integer(&version) || version != 0 {
		return nil, false
	}
	values := make([]*big.Int, 8)
	for i := range values {
		values[i] = new(big.Int)
		if !key.ReadASN1Integer(values[i]) {
			return nil, false
		}
	}
	return values, key.Empty()
}
