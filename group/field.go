package group

import "filippo.io/edwards25519/field"

// The constants of RFC 9496, Section 4.1. They are derived here, not typed in,
// so that each shows what it is; a test compares them with the RFC's decimals.
var (
	one            = new(field.Element).One()
	two            = new(field.Element).Add(one, one)
	minusOne       = new(field.Element).Negate(one)
	curveD         = newCurveD()
	curve2D        = new(field.Element).Add(curveD, curveD)
	sqrtMinusOne   = squareRoot(minusOne)
	oneMinusDSq    = new(field.Element).Subtract(one, new(field.Element).Square(curveD))
	dMinusOneSq    = newDMinusOneSq()
	sqrtADMinusOne = newSqrtADMinusOne()
	invSqrtAMinusD = new(field.Element).Invert(squareRoot(new(field.Element).Subtract(minusOne, curveD)))

	inverseD = new(field.Element).Invert(curveD)

	oneBytes      = [32]byte(one.Bytes())
	minusOneBytes = [32]byte(minusOne.Bytes())
)

// newCurveD returns d = -121665/121666, the constant of the curve equation
// -x² + y² = 1 + dx²y².
func newCurveD() *field.Element {
	num := new(field.Element).Mult32(minusOne, 121665)
	den := new(field.Element).Mult32(one, 121666)
	return num.Multiply(num, den.Invert(den))
}

func newDMinusOneSq() *field.Element {
	x := new(field.Element).Subtract(curveD, one)
	return x.Square(x)
}

// newSqrtADMinusOne returns the root of ad - 1 = -d - 1 that the RFC chose:
// the negative one.
func newSqrtADMinusOne() *field.Element {
	x := new(field.Element).Subtract(minusOne, curveD)
	return x.Negate(squareRoot(x))
}

// squareRoot returns the non-negative root of a known square.
func squareRoot(x *field.Element) *field.Element {
	r, wasSquare := new(field.Element).SqrtRatio(x, one)
	if wasSquare != 1 {
		panic("group: internal error: constant is not a square")
	}
	return r
}

// inverseSqrt sets r to one of the two values ±1/sqrt(v) and returns 1, or
// returns 0 if v is zero or not a square. It is SQRT_RATIO_M1(1, v) of RFC
// 9496, Section 4.2 without the choice of sign, which neither encoding nor
// decoding depends on.
func inverseSqrt(r, v *field.Element) int {
	var v3, v7, check, other field.Element
	v3.Square(v)
	v3.Multiply(&v3, v)
	v7.Square(&v3)
	v7.Multiply(&v7, v)
	r.Pow22523(&v7)
	r.Multiply(r, &v3) // r = v³ (v⁷)^((p-5)/8), so that v r² is a fourth root of one

	check.Square(r)
	check.Multiply(&check, v)
	b := [32]byte(check.Bytes())
	correct, flipped := equal32(&b, &oneBytes), equal32(&b, &minusOneBytes)
	other.Multiply(r, sqrtMinusOne)
	r.Select(&other, r, flipped)
	return correct | flipped
}
