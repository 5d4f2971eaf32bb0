package tally

import (
	"errors"
	"math"

	"piaojue/group"
)

// logarithms finds m from m·G for 0 ≤ m ≤ max by baby steps and giant steps:
// with a million ballots a few thousand entries and steps, and never more than
// max of either. Totals are public, so its time may tell them.
type logarithms struct {
	max   uint64
	width uint64 // number of baby steps
	baby  map[[32]byte]uint64
	giant group.Element // width·G
}

// newLogarithms prepares for so many searches; the more, the wider the table.
func newLogarithms(max uint64, searches int) *logarithms {
	l := &logarithms{max: max}
	l.width = min(max, uint64(math.Sqrt(float64(max)*float64(searches)))) + 1
	l.baby = make(map[[32]byte]uint64, l.width)
	for j := range l.width {
		l.baby[[32]byte(l.giant.Bytes())] = j
		l.giant.Add(&l.giant, generator)
	}
	return l
}

var generator = group.Generator()

var errLogarithm = errors.New("no total between 0 and the number of ballots")

// find returns m, or an error if M is not m·G for any m in range (attack K10):
// then some ballot in the aggregate was never verified.
func (l *logarithms) find(M *group.Element) (uint32, error) {
	rest := new(group.Element).Set(M)
	for base := uint64(0); base <= l.max; base += l.width {
		if j, ok := l.baby[[32]byte(rest.Bytes())]; ok && base+j <= l.max {
			return uint32(base + j), nil
		}
		rest.Subtract(rest, &l.giant)
	}
	return 0, errLogarithm
}
