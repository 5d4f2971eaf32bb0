package group

import "filippo.io/edwards25519/field"

// affine is a cached point with Z = 1, which saves a multiplication.
type affine struct {
	yPlusX, yMinusX, t2d field.Element
}

// set sets a to the point (x, y).
func (a *affine) set(x, y *field.Element) {
	a.yPlusX.Add(y, x)
	a.yMinusX.Subtract(y, x)
	a.t2d.Multiply(x, y)
	a.t2d.Multiply(&a.t2d, curve2D)
}

// setAffine sets p to q or -q, with Z = 2.
func (p *point) setAffine(q *affine, negative bool) {
	p.x.Subtract(&q.yPlusX, &q.yMinusX)
	p.y.Add(&q.yPlusX, &q.yMinusX)
	p.z = *two
	p.t.Multiply(&q.t2d, inverseD)
	if negative {
		p.negate(p)
	}
}

// setAffines sets a[i] to p[i] with one inversion for all; it spoils p.
// Decoded points have Z = 1 already, and that much may be seen.
func setAffines(a []affine, p []point) {
	product := *one
	for i := range p {
		if p[i].z != *one {
			p[i].t = product
			product.Multiply(&product, &p[i].z)
		}
	}
	product.Invert(&product)
	for i := len(p) - 1; i >= 0; i-- {
		if p[i].z != *one {
			p[i].t.Multiply(&p[i].t, &product) // 1/Z
			product.Multiply(&product, &p[i].z)
			p[i].x.Multiply(&p[i].x, &p[i].t)
			p[i].y.Multiply(&p[i].y, &p[i].t)
		}
		a[i].set(&p[i].x, &p[i].y)
	}
}
