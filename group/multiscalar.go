package group

// VarTimeMultiScalarMult sets e = Σ s[i]·p[i] and returns e. Its time depends
// on the inputs: public data only. Short scalars cost less, down to half for
// the 128-bit weights of a batch, and so do their negatives. The slices must
// have the same length; memory does not grow beyond a few megabytes.
func (e *Element) VarTimeMultiScalarMult(s []Scalar, p []Element) *Element {
	if len(s) != len(p) {
		panic("group: internal error: number of scalars and elements differ")
	}
	sum := identity
	for len(s) > maxTerms {
		sum.addPoint(varTimeSum(s[:maxTerms], p[:maxTerms]))
		s, p = s[maxTerms:], p[maxTerms:]
	}
	sum.addPoint(varTimeSum(s, p))
	e.p, e.encoded = sum, false
	return e
}

// maxTerms bounds the memory of one sum: 16,384 terms take 5 MiB.
const maxTerms = 1 << 14

func varTimeSum(s []Scalar, p []Element) *point {
	t := newTerms(s, p)
	if c := t.varTimeWidth(); c > 0 {
		return t.varTimePippenger(c)
	}
	return t.varTimeStraus()
}

// terms are the summands whose scalar is not zero, with large scalars replaced
// by their negatives: then -w is as short as w.
type terms struct {
	scalars []limbs
	points  []point // sign included
	longest int     // bits of the longest scalar
	bits    int     // of all scalars
}

func newTerms(s []Scalar, p []Element) *terms {
	t := &terms{scalars: make([]limbs, 0, len(s)), points: make([]point, 0, len(s))}
	for i := range s {
		v, negative := s[i].varTimeShorten()
		if n := v.bitLen(); n > 0 {
			t.longest = max(t.longest, n)
			t.bits += n
			t.scalars = append(t.scalars, v)
			t.points = append(t.points, *p[i].coordinates())
			if negative {
				q := &t.points[len(t.points)-1]
				q.negate(q)
			}
		}
	}
	return t
}
