package group

import (
	"encoding/binary"
	"sync"

	"filippo.io/edwards25519/field"
)

// ScalarMult sets e = s·a in constant time.
func (e *Element) ScalarMult(s *Scalar, a *Element) *Element {
	table := newMultiples(a.coordinates())
	digits := s.radix16()
	p := identity
	var c completed
	for i := 63; i >= 0; i-- {
		p.double(4)
		negative := table.chooseAndAdd(&c, &p, digits[i])
		c.f.Swap(&c.g, negative)
		p.setCompleted(&c)
	}
	e.p, e.encoded = p, false
	return e
}

// ScalarBaseMult sets e = s·G in constant time.
func (e *Element) ScalarBaseMult(s *Scalar) *Element {
	return GeneratorTable().Mult(e, s)
}

// radix16 returns 64 digits in [-8, 8] with s = Σ dᵢ·16ⁱ, in constant time.
func (s *Scalar) radix16() [64]int8 {
	var digits [64]int8
	var carry int8
	b := s.s.Bytes()
	for i := range digits {
		d := int8(b[i/2]>>(i%2*4)&15) + carry
		carry = (d + 8) >> 4
		digits[i] = d - carry<<4
	}
	return digits // s < 2²⁵³ leaves no carry
}

// signAndSize splits a digit of -8..8 without branching.
func signAndSize(digit int8) (negative int, size uint64) {
	sign := digit >> 7
	return int(sign & 1), uint64((digit + sign) ^ sign)
}

// equalMask returns all ones if a = b and zero otherwise, for a, b < 2⁶³.
func equalMask(a, b uint64) uint64 {
	return uint64(int64((a^b)-1) >> 63)
}

// multiples holds p, 2p, ..., 8p.
type multiples [8]cached

func newMultiples(p *point) *multiples {
	var m multiples
	var sum point
	m[0].set(p)
	for i := range m[1:] {
		sum.add(p, &m[i])
		m[i+1].set(&sum)
	}
	return &m
}

// chooseAndAdd sets c to p plus the digit's multiple, except that for a
// negative digit the caller has to exchange c.f and c.g. It reads the whole
// table, so that no address depends on the digit.
func (m *multiples) chooseAndAdd(c *completed, p *point, digit int8) (negative int) {
	negative, size := signAndSize(digit)
	q := cached{yPlusX: *one, yMinusX: *one, z2: *two}
	for j := range m {
		found := int(equalMask(size, uint64(j)+1) & 1)
		q.yPlusX.Select(&m[j].yPlusX, &q.yPlusX, found)
		q.yMinusX.Select(&m[j].yMinusX, &q.yMinusX, found)
		q.z2.Select(&m[j].z2, &q.z2, found)
		q.t2d.Select(&m[j].t2d, &q.t2d, found)
	}
	q.yPlusX.Swap(&q.yMinusX, negative)
	c.add(p, &q)
	return negative
}

var two = new(field.Element).Add(one, one)

// VarTimeDoubleScalarBaseMult sets e = a·A + b·G. Its time depends on the
// inputs: public data only.
func (e *Element) VarTimeDoubleScalarBaseMult(a *Scalar, A *Element, b *Scalar) *Element {
	digitsA, digitsB := a.varTimeNAF(5), b.varTimeNAF(8)
	tableA := newOddMultiples(A.coordinates())
	tableG := generatorOddMultiples()
	p := identity
	var c completed
	for i := len(digitsA) - 1; i >= 0; i-- {
		c.double(&p)
		tableA.varTimeAdd(&c, &p, digitsA[i])
		varTimeAddAffine(tableG[:], &c, &p, digitsB[i])
		p.setProjective(&c)
	}
	p.setCompleted(&c)
	e.p, e.encoded = p, false
	return e
}

// varTimeNAF returns a signed representation s = Σ dᵢ·2ⁱ in which every
// digit is zero or odd with |dᵢ| < 2^(w-1), and of w neighbours at most one is
// not zero. Public data only.
func (s *Scalar) varTimeNAF(w int) [256]int8 {
	return s.varTimeLimbs().naf(w)
}

// limbs is an integer in five little-endian words, the highest for overflow.
type limbs [5]uint64

func (s *Scalar) varTimeLimbs() (v limbs) {
	b := s.s.Bytes()
	for i := range 4 {
		v[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	return v
}

// window returns the n ≤ 16 bits from bit i on.
func (v *limbs) window(i, n int) int {
	word, bit := i/64, i%64
	x := v[word] >> bit
	if bit+n > 64 {
		x |= v[word+1] << (64 - bit)
	}
	return int(x & (1<<n - 1))
}

func (v limbs) naf(w int) (digits [256]int8) {
	carry := 0
	for i := 0; i < 256; {
		d := v.window(i, w) + carry
		if d&1 == 0 {
			i++ // a carry into an odd window moves on by itself
			continue
		}
		carry = d >> (w - 1)
		digits[i] = int8(d - carry<<w)
		i += w
	}
	return digits
}

// oddMultiples holds p, 3p, ..., 15p.
type oddMultiples [8]cached

func newOddMultiples(p *point) *oddMultiples {
	var m oddMultiples
	m.set(p)
	return &m
}

func (m *oddMultiples) set(p *point) {
	twice, sum := *p, *p
	twice.double(1)
	for i := range m {
		m[i].set(&sum)
		sum.add(&twice, &m[i])
	}
}

// varTimeAdd adds digit·p to c, using t as scratch. Public data only.
func (m *oddMultiples) varTimeAdd(c *completed, t *point, digit int8) {
	if digit == 0 {
		return
	}
	t.setCompleted(c)
	if digit > 0 {
		c.add(t, &m[digit/2])
	} else {
		c.subtract(t, &m[-digit/2])
	}
}

// varTimeAddAffine is varTimeAdd for a table of affine points.
func varTimeAddAffine(m []affine, c *completed, t *point, digit int8) {
	if digit == 0 {
		return
	}
	t.setCompleted(c)
	if digit > 0 {
		c.addAffine(t, &m[digit/2])
	} else {
		c.subtractAffine(t, &m[-digit/2])
	}
}

// generatorOddMultiples holds G, 3G, ..., 127G.
var generatorOddMultiples = sync.OnceValue(func() *[64]affine {
	var points [64]point
	twice := generator.p
	twice.double(1)
	var q cached
	q.set(&twice)
	points[0] = generator.p
	for i := range points[1:] {
		points[i+1].add(&points[i], &q)
	}
	var m [64]affine
	setAffines(m[:], points[:])
	return &m
})

// setAffines sets a[i] to p[i] with one inversion for all; it overwrites p[i].t.
func setAffines(a []affine, p []point) {
	product := *one
	for i := range p {
		p[i].t = product
		product.Multiply(&product, &p[i].z)
	}
	product.Invert(&product)
	for i := len(p) - 1; i >= 0; i-- {
		var zInv field.Element
		zInv.Multiply(&product, &p[i].t)
		product.Multiply(&product, &p[i].z)
		p[i].x.Multiply(&p[i].x, &zInv)
		p[i].y.Multiply(&p[i].y, &zInv)
		a[i].set(&p[i].x, &p[i].y)
	}
}
