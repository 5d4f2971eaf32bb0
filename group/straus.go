package group

const strausWidth = 5

// varTimeStraus shares the doublings among all terms. Each term has a table of
// its odd multiples; best for few terms.
func (t *terms) varTimeStraus() *point {
	tables := make([]oddMultiples, len(t.points))
	for i := range tables {
		tables[i].set(&t.points[i])
	}
	digits := t.varTimeDigits()
	sum := identity
	var c completed
	for i := t.longest; i >= 0; i-- {
		c.double(&sum)
		for d := digits.first[i]; d != 0; d = digits.all[d].next {
			tables[digits.all[d].term].varTimeAdd(&c, &sum, digits.all[d].digit)
		}
		sum.setProjective(&c)
	}
	sum.setCompleted(&c)
	return &sum
}

// digitLists holds the digits that are not zero, as one linked list per bit.
type digitLists struct {
	first [257]int32
	all   []listedDigit // all[0] is not used
}

type listedDigit struct {
	next  int32
	term  int16
	digit int8
}

func (t *terms) varTimeDigits() *digitLists {
	l := &digitLists{all: make([]listedDigit, 1, 2+len(t.scalars)+t.bits/strausWidth)}
	for j := range t.scalars {
		for i, d := range t.scalars[j].varTimeNAF(strausWidth) {
			l.all = append(l.all, listedDigit{l.first[i], int16(j), int8(d)})
			l.first[i] = int32(len(l.all) - 1)
		}
	}
	return l
}
