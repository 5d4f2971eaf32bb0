package ballot

import (
	"crypto/rand"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/binary"

	"piaojue/group"
)

// prover makes the range proofs of one ballot. Who encrypts knows the
// randomness r, so that every commitment is a combination of the two fixed
// bases: z·G − c·A = (z − c·r)·G.
type prover struct {
	params *Params
	nonces *nonces
}

// prove shows that value, encrypted in s with the combined randomness r, lies
// in the bounds of s. For a value outside of them the proof does not verify.
//
// Real and simulated branches are made alike, by the same operations in the
// same order: with a nonce t and a challenge c for each branch v,
//
//	a = t·G   b = t·Y + c·(v − value)·G   z = t + c·r
//
// satisfy the verifier's equations for any c, and at v = value, where the last
// summand is zero, c may still be changed afterwards. There the challenges are
// made to add up. So nothing that takes time or touches memory depends on
// value.
func (p *prover) prove(s *statement, r *group.Scalar, value uint64) *proof {
	n := branches(s.Low, s.High)
	t, c := make([]group.Scalar, n), make([]group.Scalar, n)
	pr := &proof{commitments: make([]commitment, n), responses: make([]group.Scalar, n)}
	rest := group.NewScalar()
	for i := range n {
		p.nonces.next(&t[i])
		p.nonces.next(&c[i])
		p.commit(&pr.commitments[i], &t[i], &c[i], difference(uint64(s.Low)+uint64(i), value))
		rest.Subtract(rest, &c[i])
	}
	rest.Add(rest, s.challenge(pr.commitments))
	for i := range n {
		var share group.Scalar
		share.SetUint64(equal(uint64(s.Low)+uint64(i), value))
		c[i].Add(&c[i], share.Multiply(&share, rest))
		pr.responses[i].Multiply(&c[i], r)
		pr.responses[i].Add(&pr.responses[i], &t[i])
	}
	pr.challenges = c[:n-1]
	return pr
}

// commit sets k = (t·G, t·Y + c·d·G).
func (p *prover) commit(k *commitment, t, c, d *group.Scalar) {
	var off group.Element
	p.params.multG.Mult(&k.A, t).Encode()
	p.params.multG.Mult(&off, new(group.Scalar).Multiply(c, d))
	p.params.multY.Mult(&k.B, t)
	k.B.Add(&k.B, &off).Encode()
}

// difference returns v − value.
func difference(v, value uint64) *group.Scalar {
	d := new(group.Scalar).SetUint64(value)
	return d.Subtract(new(group.Scalar).SetUint64(v), d)
}

// equal returns 1 if a = b, in constant time, for a and b below 2³¹.
func equal(a, b uint64) uint64 {
	return uint64(subtle.ConstantTimeEq(int32(a), int32(b)))
}

// nonces is a stream of secret scalars for one ballot. It is hedged: it hashes
// fresh randomness together with everything secret and public about the
// ballot, so that a generator that repeats itself does not repeat a nonce for
// another statement, which would reveal the choice (attack F15).
type nonces struct {
	seed    [64]byte
	counter uint64
}

func newNonces(context group.Context, secrets []byte) *nonces {
	var fresh [64]byte
	rand.Read(fresh[:]) // never fails: it stops the program instead
	return hedge(fresh, context, secrets)
}

func hedge(fresh [64]byte, context group.Context, secrets []byte) *nonces {
	h := sha512.New()
	h.Write([]byte("piaojue-v1 nonces\n"))
	h.Write(fresh[:])
	h.Write(context[:])
	h.Write(secrets)
	return &nonces{seed: [64]byte(h.Sum(nil))}
}

func (n *nonces) next(s *group.Scalar) {
	var in [72]byte
	copy(in[:], n.seed[:])
	binary.BigEndian.PutUint64(in[64:], n.counter)
	n.counter++
	out := sha512.Sum512(in[:])
	if _, err := s.SetUniformBytes(out[:]); err != nil {
		panic("ballot: internal error: " + err.Error())
	}
}
