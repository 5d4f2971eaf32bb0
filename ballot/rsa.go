package ballot

import (
	"crypto/rsa"
	"errors"
	"math/big"

	"filippo.io/bigmod"
)

// signingKey makes the signature primitive of RSA (RFC 8017, Section 5.2.1), which
// is all that a blind signature asks of the private key (RFC 9474, Section 4.3).
// It goes by the Chinese remainder theorem and takes the same time for each
// message: whoever asks for signatures learns nothing from how long they take.
type signingKey struct {
	n, p, q *bigmod.Modulus
	dp, dq  []byte      // exponents modulo p - 1 and q - 1
	inverse *bigmod.Nat // of q, modulo p
}

var (
	errPrimes = errors.New("ballot: issuer key is not one of two primes")
	errFault  = errors.New("ballot: internal error: signature does not verify")
)

func newSigningKey(sk *rsa.PrivateKey) (*signingKey, error) {
	if len(sk.Primes) != 2 {
		return nil, errPrimes
	}
	p, q := sk.Primes[0], sk.Primes[1]
	inverse := new(big.Int).ModInverse(q, p)
	if inverse == nil || new(big.Int).Mul(p, q).Cmp(sk.N) != 0 {
		return nil, errPrimes
	}
	k := &signingKey{dp: reducedExponent(sk.D, p), dq: reducedExponent(sk.D, q)}
	for to, n := range map[**bigmod.Modulus]*big.Int{&k.n: sk.N, &k.p: p, &k.q: q} {
		var err error
		if *to, err = bigmod.NewModulus(n.Bytes()); err != nil {
			return nil, err
		}
	}
	var err error
	k.inverse, err = bigmod.NewNat().SetBytes(inverse.FillBytes(make([]byte, k.p.Size())), k.p)
	return k, err
}

func reducedExponent(d, prime *big.Int) []byte {
	order := new(big.Int).Sub(prime, big.NewInt(1))
	return new(big.Int).Mod(d, order).FillBytes(make([]byte, len(prime.Bytes())))
}

// sign returns z^d mod N. It verifies what it made: from one that a fault of the
// machine has spoiled, anybody could compute a prime (Boneh, DeMillo, Lipton 1997).
func (k *signingKey) sign(message []byte) ([]byte, error) {
	z, err := bigmod.NewNat().SetBytes(message, k.n)
	if err != nil {
		return nil, err
	}
	t := bigmod.NewNat()
	atP := bigmod.NewNat().Exp(t.Mod(z, k.p), k.dp, k.p)
	atQ := bigmod.NewNat().Exp(t.Mod(z, k.q), k.dq, k.q)
	// s = atQ + q·(inverse·(atP - atQ) mod p)
	s := atP.Sub(t.Mod(atQ, k.p), k.p).Mul(k.inverse, k.p)
	s = s.ExpandFor(k.n).Mul(t.Mod(k.q.Nat(), k.n), k.n).Add(atQ.ExpandFor(k.n), k.n)
	if bigmod.NewNat().ExpShortVarTime(s, exponent, k.n).Equal(z) != 1 {
		return nil, errFault
	}
	return s.Bytes(k.n), nil
}
