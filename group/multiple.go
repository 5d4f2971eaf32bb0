package group

// ScalarMult sets e = s·a in constant time.
func (e *Element) ScalarMult(s *Scalar, a *Element) *Element {
	table := newMultiples(a.coordinates())
	digits := s.radix16()
	p := identity
	for i := len(digits) - 1; i >= 0; i-- {
		p.double(4)
		table.addMultiple(&p, digits[i])
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
	var multiple point
	m[0].set(p)
	for i := range m[1:] {
		multiple.add(p, &m[i])
		m[i+1].set(&multiple)
	}
	return &m
}

// addMultiple adds the digit's multiple to p in constant time.
func (m *multiples) addMultiple(p *point, digit int8) {
	negative, size := signAndSize(digit)
	var q cached
	m.choose(&q, size)
	q.yPlusX.Swap(&q.yMinusX, negative)
	var c completed
	c.add(p, &q)
	c.f.Swap(&c.g, negative) // completes the negation of q, see subtract
	p.setCompleted(&c)
}

// choose sets q to the multiple of this size. It reads all of them, so that no
// address depends on the size.
func (m *multiples) choose(q *cached, size uint64) {
	*q = cached{yPlusX: *one, yMinusX: *one, z2: *two} // the identity
	for j := range m {
		found := int(equalMask(size, uint64(j)+1) & 1)
		q.yPlusX.Select(&m[j].yPlusX, &q.yPlusX, found)
		q.yMinusX.Select(&m[j].yMinusX, &q.yMinusX, found)
		q.z2.Select(&m[j].z2, &q.z2, found)
		q.t2d.Select(&m[j].t2d, &q.t2d, found)
	}
}
