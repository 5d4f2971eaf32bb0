package group

import (
	"encoding/binary"
	"sync"

	"filippo.io/edwards25519/field"
)

// Table makes multiplication by a fixed element four times as fast. It costs a
// tenth of a millisecond and 25 KiB. It may be used by several goroutines at once.
type Table struct {
	base    Element
	windows [32]window // windows[i] holds 1..8 times 256ⁱ·base
}

// window holds eight affine points word by word: [k][j] is word k of point j.
// In this order one word of all points fills one cache line, and a choice
// that must look at all of them runs through memory once.
type window [12][8]uint64

// NewTable prepares base, which must not be a secret.
func NewTable(base *Element) *Table {
	t := &Table{base: *base}
	p := *base.coordinates()
	var points [32 * 8]point
	for i := range t.windows {
		fillMultiples((*[8]point)(points[8*i:]), &p)
		p.double(8)
	}
	var affines [32 * 8]affine
	setAffines(affines[:], points[:])
	for i := range affines {
		t.windows[i/8].set(i%8, &affines[i])
	}
	return t
}

func fillMultiples(m *[8]point, p *point) {
	var q cached
	q.set(p)
	m[0] = *p
	for i := range m[1:] {
		m[i+1].add(&m[i], &q)
	}
}

// GeneratorTable returns the table of the generator, built on first use.
func GeneratorTable() *Table {
	return generatorTable()
}

var generatorTable = sync.OnceValue(func() *Table { return NewTable(generator) })

// Base returns a copy of the element the table is for.
func (t *Table) Base() *Element {
	return new(Element).Set(&t.base)
}

// Mult sets e = s·base in constant time and returns e.
//
// With digits of radix 16, s·base = Σ d₂ᵢ·256ⁱ·base + 16·Σ d₂ᵢ₊₁·256ⁱ·base.
func (t *Table) Mult(e *Element, s *Scalar) *Element {
	digits := s.radix16()
	p := identity
	for i := range t.windows {
		t.windows[i].addMultiple(&p, digits[2*i+1])
	}
	p.double(4)
	for i := range t.windows {
		t.windows[i].addMultiple(&p, digits[2*i])
	}
	e.p, e.encoded = p, false
	return e
}

func (w *window) set(j int, a *affine) {
	for i, f := range []*field.Element{&a.yPlusX, &a.yMinusX, &a.t2d} {
		b := f.Bytes()
		for k := range 4 {
			w[4*i+k][j] = binary.LittleEndian.Uint64(b[8*k:])
		}
	}
}

// addMultiple adds the digit's multiple to p in constant time.
func (w *window) addMultiple(p *point, digit int8) {
	negative, size := signAndSize(digit)
	var q affine
	w.choose(&q, size)
	q.yPlusX.Swap(&q.yMinusX, negative)
	var c completed
	c.addAffine(p, &q)
	c.f.Swap(&c.g, negative) // completes the negation of q
	p.setCompleted(&c)
}

// choose sets q to the multiple of this size, reading all of them, so that no
// address depends on it.
func (w *window) choose(q *affine, size uint64) {
	m0, m1, m2, m3 := equalMask(size, 1), equalMask(size, 2), equalMask(size, 3), equalMask(size, 4)
	m4, m5, m6, m7 := equalMask(size, 5), equalMask(size, 6), equalMask(size, 7), equalMask(size, 8)
	var b [96]byte
	for k := range w {
		v := &w[k]
		x := v[0]&m0 | v[1]&m1 | v[2]&m2 | v[3]&m3 | v[4]&m4 | v[5]&m5 | v[6]&m6 | v[7]&m7
		binary.LittleEndian.PutUint64(b[8*k:], x)
	}
	zero := byte(equalMask(size, 0) & 1)
	b[0] |= zero  // the identity has y + x = 1
	b[32] |= zero // and y - x = 1
	setField(&q.yPlusX, b[:32])
	setField(&q.yMinusX, b[32:64])
	setField(&q.t2d, b[64:])
}

func setField(f *field.Element, b []byte) {
	if _, err := f.SetBytes(b); err != nil {
		panic("group: internal error: table entry is no field element")
	}
}
