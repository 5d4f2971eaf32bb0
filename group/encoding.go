package group

import (
	"crypto/subtle"

	"filippo.io/edwards25519/field"
)

func equal32(a, b *[32]byte) int {
	return subtle.ConstantTimeCompare(a[:], b[:])
}

// encode returns the canonical encoding (RFC 9496, Section 4.3.2), in
// constant time; names are the RFC's.
func (p *point) encode() [32]byte {
	var u1, u2, tmp, invSqrt field.Element
	u1.Add(&p.z, &p.y)
	u1.Multiply(&u1, tmp.Subtract(&p.z, &p.y))
	u2.Multiply(&p.x, &p.y)
	tmp.Square(&u2)
	inverseSqrt(&invSqrt, tmp.Multiply(&tmp, &u1)) // a square, or zero for the identity

	var den1, den2, zInv field.Element
	den1.Multiply(&invSqrt, &u1)
	den2.Multiply(&invSqrt, &u2)
	zInv.Multiply(&den1, &den2)
	zInv.Multiply(&zInv, &p.t)

	var x, y, denInv field.Element
	rotate := tmp.Multiply(&p.t, &zInv).IsNegative()
	x.Select(x.Multiply(&p.y, sqrtMinusOne), &p.x, rotate)
	y.Select(y.Multiply(&p.x, sqrtMinusOne), &p.y, rotate)
	denInv.Select(denInv.Multiply(&den1, invSqrtAMinusD), &den2, rotate)

	negative := tmp.Multiply(&x, &zInv).IsNegative()
	y.Select(tmp.Negate(&y), &y, negative)
	tmp.Subtract(&p.z, &y)
	tmp.Multiply(&tmp, &denInv)
	return [32]byte(tmp.Absolute(&tmp).Bytes())
}

// decode sets p and returns 1 if b is a canonical encoding (RFC 9496, Section
// 4.3.1), and returns 0 otherwise; p is then undefined. It rejects s ≥ p, odd
// s, non-squares, negative xy and y = 0: a point outside the group never gets
// in (attack G2).
func (p *point) decode(b *[32]byte) int {
	var s field.Element
	if _, err := s.SetBytes(b[:]); err != nil {
		panic("group: internal error: 32 bytes are no field element")
	}
	canonical := [32]byte(s.Bytes())
	ok := equal32(&canonical, b) & int(1&^b[0])

	var ss, u1, u2, u2Sqr, v, invSqrt field.Element
	ss.Square(&s)
	u1.Subtract(one, &ss)
	u2.Add(one, &ss)
	u2Sqr.Square(&u2)
	v.Square(&u1)
	v.Multiply(&v, curveD)
	v.Negate(&v)
	v.Subtract(&v, &u2Sqr)
	ok &= inverseSqrt(&invSqrt, ss.Multiply(&v, &u2Sqr))

	var denX, denY field.Element
	denX.Multiply(&invSqrt, &u2)
	denY.Multiply(&invSqrt, &denX)
	denY.Multiply(&denY, &v)
	p.x.Add(&s, &s)
	p.x.Multiply(&p.x, &denX)
	p.x.Absolute(&p.x)
	p.y.Multiply(&u1, &denY)
	p.z.One()
	p.t.Multiply(&p.x, &p.y)
	ok &= 1 ^ p.t.IsNegative()
	ok &= 1 ^ p.y.Equal(new(field.Element))
	return ok
}

// mapToPoint is MAP of RFC 9496, Section 4.3.4; names are the RFC's.
func (p *point) mapToPoint(b []byte) {
	var t, r, u, v, tmp field.Element
	if _, err := t.SetBytes(b); err != nil { // ignores the top bit, as the RFC asks
		panic("group: internal error: map needs 32 bytes")
	}
	r.Square(&t)
	r.Multiply(&r, sqrtMinusOne)
	u.Add(&r, one)
	u.Multiply(&u, oneMinusDSq)
	v.Multiply(&r, curveD)
	v.Subtract(minusOne, &v)
	v.Multiply(&v, tmp.Add(&r, curveD))

	var s, sPrime, c, n field.Element
	_, wasSquare := s.SqrtRatio(&u, &v)
	sPrime.Multiply(&s, &t)
	sPrime.Absolute(&sPrime)
	sPrime.Negate(&sPrime)
	s.Select(&s, &sPrime, wasSquare)
	c.Select(minusOne, &r, wasSquare)
	n.Subtract(&r, one)
	n.Multiply(&n, &c)
	n.Multiply(&n, dMinusOneSq)
	n.Subtract(&n, &v)

	var w completed
	w.e.Multiply(&s, &v)
	w.e.Add(&w.e, &w.e)
	w.g.Multiply(&n, sqrtADMinusOne)
	tmp.Square(&s)
	w.h.Subtract(one, &tmp)
	w.f.Add(one, &tmp)
	p.setCompleted(&w)
}
