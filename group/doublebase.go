package group

import "sync"

// VarTimeDoubleScalarBaseMult sets e = a·A + b·G. Its time depends on the
// inputs: public data only.
func (e *Element) VarTimeDoubleScalarBaseMult(a *Scalar, A *Element, b *Scalar) *Element {
	digitsA, digitsB := a.varTimeDigits(5), b.varTimeDigits(8)
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

func (s *Scalar) varTimeDigits(w int) (digits [256]int8) {
	v := s.varTimeLimbs()
	for i, d := range v.varTimeNAF(w) {
		digits[i] = int8(d)
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
