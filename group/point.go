package group

import "filippo.io/edwards25519/field"

// point is a point of edwards25519 in extended coordinates (Hisil, Wong,
// Carter, Dawson 2008): x = X/Z, y = Y/Z, xy = T/Z.
type point struct {
	x, y, z, t field.Element
}

// completed is a point before the last multiplications of a formula, which
// depend on what comes next: T is only needed before an addition.
// x = E/G, y = H/F.
type completed struct {
	e, f, g, h field.Element
}

// cached is a point prepared to be added many times.
type cached struct {
	yPlusX, yMinusX, z2, t2d field.Element
}

// identity, a constant.
var identity = point{y: *one, z: *one}

func (p *point) setCompleted(c *completed) {
	p.x.Multiply(&c.e, &c.f)
	p.y.Multiply(&c.g, &c.h)
	p.z.Multiply(&c.f, &c.g)
	p.t.Multiply(&c.e, &c.h)
}

// setProjective is setCompleted without T; only a doubling may follow.
func (p *point) setProjective(c *completed) {
	p.x.Multiply(&c.e, &c.f)
	p.y.Multiply(&c.g, &c.h)
	p.z.Multiply(&c.f, &c.g)
}

func (c *cached) set(p *point) {
	c.yPlusX.Add(&p.y, &p.x)
	c.yMinusX.Subtract(&p.y, &p.x)
	c.z2.Add(&p.z, &p.z)
	c.t2d.Multiply(&p.t, curve2D)
}

// double sets c = 2p and does not read p.t.
func (c *completed) double(p *point) {
	var xx, yy, zz2 field.Element
	xx.Square(&p.x)
	yy.Square(&p.y)
	zz2.Square(&p.z)
	zz2.Add(&zz2, &zz2)
	c.e.Add(&p.x, &p.y)
	c.e.Square(&c.e)
	c.h.Add(&yy, &xx)
	c.g.Subtract(&yy, &xx)
	c.e.Subtract(&c.e, &c.h)
	c.f.Subtract(&zz2, &c.g)
}

// add sets c = p + q.
func (c *completed) add(p *point, q *cached) {
	c.sum(p, &q.yPlusX, &q.yMinusX, &q.t2d, &c.g, &c.f, c.f.Multiply(&p.z, &q.z2))
}

// subtract sets c = p - q. For -q, the coordinates y + x and y - x change
// places, and a change of the sign of t2d makes F and G change places.
func (c *completed) subtract(p *point, q *cached) {
	c.sum(p, &q.yMinusX, &q.yPlusX, &q.t2d, &c.f, &c.g, c.f.Multiply(&p.z, &q.z2))
}

// addAffine sets c = p + q.
func (c *completed) addAffine(p *point, q *affine) {
	c.sum(p, &q.yPlusX, &q.yMinusX, &q.t2d, &c.g, &c.f, c.f.Add(&p.z, &p.z))
}

// subtractAffine sets c = p - q.
func (c *completed) subtractAffine(p *point, q *affine) {
	c.sum(p, &q.yMinusX, &q.yPlusX, &q.t2d, &c.f, &c.g, c.f.Add(&p.z, &p.z))
}

// sum is the addition of Hisil and others, 2008, Section 3.1; zz = 2·Z₁·Z₂ may
// be the same variable as f or g.
func (c *completed) sum(p *point, yPlusX, yMinusX, t2d, g, f, zz *field.Element) {
	var pp, mm, tt, z field.Element
	pp.Add(&p.y, &p.x)
	pp.Multiply(&pp, yPlusX)
	mm.Subtract(&p.y, &p.x)
	mm.Multiply(&mm, yMinusX)
	tt.Multiply(&p.t, t2d)
	c.e.Subtract(&pp, &mm)
	c.h.Add(&pp, &mm)
	z = *zz
	g.Add(&z, &tt)
	f.Subtract(&z, &tt)
}

// double sets p = 2ⁿ p, n ≥ 1.
func (p *point) double(n int) {
	var c completed
	for ; n > 1; n-- {
		c.double(p)
		p.setProjective(&c)
	}
	c.double(p)
	p.setCompleted(&c)
}

func (p *point) add(a *point, b *cached) {
	var c completed
	c.add(a, b)
	p.setCompleted(&c)
}

func (p *point) subtract(a *point, b *cached) {
	var c completed
	c.subtract(a, b)
	p.setCompleted(&c)
}

func (p *point) negate(a *point) {
	p.x.Negate(&a.x)
	p.y = a.y
	p.z = a.z
	p.t.Negate(&a.t)
}

// equal reports ristretto equality (RFC 9496, Section 4.3.3): different points
// of one coset are the same group element.
func (p *point) equal(q *point) int {
	var a, b field.Element
	crossed := a.Multiply(&p.x, &q.y).Equal(b.Multiply(&p.y, &q.x))
	straight := a.Multiply(&p.y, &q.y).Equal(b.Multiply(&p.x, &q.x))
	return crossed | straight
}

// addPoint sets p = p + q.
func (p *point) addPoint(q *point) {
	var c cached
	c.set(q)
	p.add(p, &c)
}
