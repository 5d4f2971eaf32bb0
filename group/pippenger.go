package group

const maxWidth = 12

// varTimeWidth returns the width of Pippenger's windows that costs least, or 0
// if Straus costs less. The costs are nanoseconds measured on one core; only
// their ratios matter.
func (t *terms) varTimeWidth() int {
	const (
		strausTerm, strausBit = 1620, 27
		addition, bucket      = 120, 230
	)
	n := len(t.points)
	least, width := strausTerm*n+strausBit*t.bits, 0
	for c := 4; c <= maxWidth; c++ {
		cost := addition*(t.bits+n)/c + bucket<<(c-1)*((t.longest+1)/c+1)
		if cost < least {
			least, width = cost, c
		}
	}
	return width
}

// varTimePippenger sums, window by window, the terms into buckets by their
// digit, and then d times bucket d; best for many terms.
func (t *terms) varTimePippenger(c int) *point {
	points := make([]affine, len(t.points))
	setAffines(points, t.points)
	windows := (t.longest+1)/c + 1
	t.recenter(c, windows)

	sum := identity
	b := buckets{points: make([]point, 1<<(c-1)), full: make([]bool, 1<<(c-1))}
	for w := windows - 1; w >= 0; w-- {
		if w < windows-1 {
			sum.double(c)
		}
		for i := range points {
			b.varTimeAdd(&points[i], t.scalars[i].window(w*c, c)-1<<(c-1))
		}
		b.drain(&sum)
	}
	return &sum
}

// recenter adds 2^(c-1) to every window, so that a window minus 2^(c-1) is a
// signed digit without any carry left to do. The sum fits into the windows
// because they are two bits longer than any scalar; one bit is not enough.
func (t *terms) recenter(c, windows int) {
	var offset limbs
	for w := range windows {
		bit := w*c + c - 1
		offset[bit/64] |= 1 << (bit % 64)
	}
	for i := range t.scalars {
		t.scalars[i].add(&offset)
	}
}

// buckets hold in points[d-1] the sum of the terms whose digit is d or -d.
type buckets struct {
	points []point
	full   []bool // else points[i] is garbage and means the identity
}

func (b *buckets) varTimeAdd(q *affine, digit int) {
	if digit == 0 {
		return
	}
	d := max(digit, -digit) - 1
	p := &b.points[d]
	if !b.full[d] {
		p.setAffine(q, digit < 0)
		b.full[d] = true
		return
	}
	var c completed
	if digit > 0 {
		c.addAffine(p, q)
	} else {
		c.subtractAffine(p, q)
	}
	p.setCompleted(&c)
}

// drain adds Σ d·bucket d to sum and empties the buckets: from the top, the
// sum of the running sums.
func (b *buckets) drain(sum *point) {
	running := identity
	started := false
	var c cached
	for d := len(b.points) - 1; d >= 0; d-- {
		if b.full[d] {
			c.set(&b.points[d])
			running.add(&running, &c)
			b.full[d] = false
			started = true
		}
		if started {
			c.set(&running)
			sum.add(sum, &c)
		}
	}
}
