package bridge

// qrGrid is the square of a QR code.
type qrGrid struct {
	version, size int
	level         int // as the format names it
	dark          []bool
	fixed         []bool // belongs to a pattern, not to the data
}

func newGrid(v, level int) *qrGrid {
	n := 17 + 4*v
	return &qrGrid{version: v, size: n, level: level, dark: make([]bool, n*n), fixed: make([]bool, n*n)}
}

func (g *qrGrid) set(x, y int, dark bool) {
	g.dark[y*g.size+x], g.fixed[y*g.size+x] = dark, true
}

func (g *qrGrid) at(x, y int) bool { return g.dark[y*g.size+x] }

// draw fills in the words, under the mask that makes them easiest to read.
func (g *qrGrid) draw(words []byte) *qrGrid {
	g.drawPatterns()
	g.drawWords(words)
	best, least := 0, -1
	for mask := range 8 {
		g.mask(mask)
		g.drawFormat(mask)
		if p := g.penalty(); least < 0 || p < least {
			best, least = mask, p
		}
		g.mask(mask) // off again
	}
	g.mask(best)
	g.drawFormat(best)
	return g
}

func (g *qrGrid) drawPatterns() {
	for i := range g.size {
		g.set(6, i, i%2 == 0)
		g.set(i, 6, i%2 == 0)
	}
	for _, c := range [][2]int{{3, 3}, {g.size - 4, 3}, {3, g.size - 4}} {
		g.drawRings(c[0], c[1], 4)
	}
	centres := g.centres()
	last := len(centres) - 1
	for i, x := range centres {
		for j, y := range centres {
			corner := i == 0 && j == 0 || i == 0 && j == last || i == last && j == 0
			if !corner {
				g.drawRings(x, y, 2)
			}
		}
	}
	g.drawFormat(0) // takes its place
	g.drawVersion()
}

// drawRings draws a finder (radius 4, with its separator) or alignment pattern.
func (g *qrGrid) drawRings(x, y, radius int) {
	for dy := -radius; dy <= radius; dy++ {
		for dx := -radius; dx <= radius; dx++ {
			distance := max(dx, -dx, dy, -dy)
			if x+dx >= 0 && x+dx < g.size && y+dy >= 0 && y+dy < g.size {
				g.set(x+dx, y+dy, distance != 4 && distance != 2 && radius == 4 || radius == 2 && distance != 1)
			}
		}
	}
}

// centres are the coordinates of alignment patterns.
func (g *qrGrid) centres() []int {
	if g.version == 1 {
		return nil
	}
	n := g.version/7 + 2
	step := (g.version*4 + n*2 + 1) / (n*2 - 2) * 2
	if g.version == 32 {
		step = 26
	}
	all := make([]int, n)
	all[0] = 6
	for i, at := n-1, g.size-7; i > 0; i, at = i-1, at-step {
		all[i] = at
	}
	return all
}

// drawFormat writes level and mask, twice.
func (g *qrGrid) drawFormat(mask int) {
	data := g.level<<3 | mask
	rest := data
	for range 10 {
		rest = rest<<1 ^ rest>>9*0x537
	}
	bits := (data<<10 | rest) ^ 0x5412
	bit := func(i int) bool { return bits>>i&1 == 1 }
	for i := range 8 {
		g.set(8, []int{0, 1, 2, 3, 4, 5, 7, 8}[i], bit(i))
		g.set(g.size-1-i, 8, bit(i))
	}
	for i := 8; i < 15; i++ {
		g.set([]int{7, 5, 4, 3, 2, 1, 0}[i-8], 8, bit(i))
		g.set(8, g.size-15+i, bit(i))
	}
	g.set(8, g.size-8, true)
}

// drawVersion writes the version, twice, from version 7 on.
func (g *qrGrid) drawVersion() {
	if g.version < 7 {
		return
	}
	rest := g.version
	for range 12 {
		rest = rest<<1 ^ rest>>11*0x1F25
	}
	bits := g.version<<12 | rest
	for i := range 18 {
		a, b := g.size-11+i%3, i/3
		g.set(a, b, bits>>i&1 == 1)
		g.set(b, a, bits>>i&1 == 1)
	}
}

// drawWords goes up and down in columns of two, from the right.
func (g *qrGrid) drawWords(words []byte) {
	i := 0
	for right := g.size - 1; right > 0; right -= 2 {
		if right == 6 {
			right = 5
		}
		for step := range g.size {
			y := step
			if (right+1)&2 == 0 {
				y = g.size - 1 - step
			}
			for x := right; x > right-2; x-- {
				if at := y*g.size + x; !g.fixed[at] && i < 8*len(words) {
					g.dark[at] = words[i/8]>>(7-i%8)&1 == 1
					i++
				}
			}
		}
	}
}

// mask flips the data by one of eight patterns; twice is not at all.
func (g *qrGrid) mask(number int) {
	for y := range g.size {
		for x := range g.size {
			at := y*g.size + x
			if !g.fixed[at] && masked(number, x, y) {
				g.dark[at] = !g.dark[at]
			}
		}
	}
}

func masked(number, x, y int) bool {
	switch number {
	case 0:
		return (x+y)%2 == 0
	case 1:
		return y%2 == 0
	case 2:
		return x%3 == 0
	case 3:
		return (x+y)%3 == 0
	case 4:
		return (x/3+y/2)%2 == 0
	case 5:
		return x*y%2+x*y%3 == 0
	case 6:
		return (x*y%2+x*y%3)%2 == 0
	}
	return ((x+y)%2+x*y%3)%2 == 0
}

// penalty says how hard a code is to read: long runs, blocks of one colour,
// what looks like a finder, and one colour that prevails.
func (g *qrGrid) penalty() int {
	points, dark := 0, 0
	for i := range g.size {
		points += g.runs(func(j int) bool { return g.at(j, i) }) + g.runs(func(j int) bool { return g.at(i, j) })
		for j := range g.size {
			c := g.at(j, i)
			if c {
				dark++
			}
			if i > 0 && j > 0 && c == g.at(j-1, i) && c == g.at(j, i-1) && c == g.at(j-1, i-1) {
				points += 3
			}
		}
	}
	total := g.size * g.size
	return points + 10*(max(20*dark-10*total, 10*total-20*dark)/total)
}

// runs is the penalty of a row or column.
func (g *qrGrid) runs(at func(int) bool) int {
	points, run, window := 0, 0, 0
	for i := range g.size {
		run++
		if i == 0 || at(i) != at(i-1) {
			run = 1
		}
		if run == 5 {
			points += 3
		} else if run > 5 {
			points++
		}
		window = window << 1 & 0x7FF
		if at(i) {
			window |= 1
		}
		if i >= 10 && (window == 0x5D0 || window == 0x05D) { // 10111010000, and the other way round
			points += 40
		}
	}
	return points
}

func (g *qrGrid) rows() []string {
	all := make([]string, g.size+2*qrQuiet)
	for y := range all {
		line := make([]byte, len(all))
		for x := range line {
			line[x] = '0'
			inside := min(x, y) >= qrQuiet && max(x, y) < g.size+qrQuiet
			if inside && g.at(x-qrQuiet, y-qrQuiet) {
				line[x] = '1'
			}
		}
		all[y] = string(line)
	}
	return all
}
