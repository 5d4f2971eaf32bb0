package group

// VarTimeMultiScalarMult sets e = Σ s[i]·p[i]. Its time depends on the
// inputs: public data only. The slices must have the same length.
func (e *Element) VarTimeMultiScalarMult(s []Scalar, p []Element) *Element {
	if len(s) != len(p) {
		panic("group: as many scalars as elements needed")
	}
	sum := straus(s, p)
	e.p, e.encoded = sum, false
	return e
}

// straus shares the doublings among all terms.
func straus(s []Scalar, p []Element) point {
	tables := make([]oddMultiples, len(p))
	digits := make([][256]int8, len(p))
	for i := range p {
		tables[i].set(p[i].coordinates())
		digits[i] = s[i].varTimeNAF(5)
	}
	sum := identity
	var c completed
	for i := 255; i >= 0; i-- {
		c.double(&sum)
		for j := range tables {
			tables[j].varTimeAdd(&c, &sum, digits[j][i])
		}
		sum.setProjective(&c)
	}
	sum.setCompleted(&c)
	return sum
}
