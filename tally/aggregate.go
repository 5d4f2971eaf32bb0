package tally

import (
	"fmt"

	"piaojue/ballot"
)

// Aggregate adds ballots up while they are encrypted: per position the sum of
// all α and the sum of all β. It is not safe for concurrent use while Add runs.
type Aggregate struct {
	sums  []ballot.Ciphertext
	count int
}

// NewAggregate returns an empty sum for a grid of so many positions.
func NewAggregate(positions int) *Aggregate {
	return &Aggregate{sums: make([]ballot.Ciphertext, positions)}
}

// Add adds one ballot, whose proofs the caller has verified: a ciphertext of
// anything but 0 or 1 would falsify the totals.
func (a *Aggregate) Add(ciphertexts []ballot.Ciphertext) error {
	if len(ciphertexts) != len(a.sums) {
		return fmt.Errorf("tally: ballot of %d positions where there are %d", len(ciphertexts), len(a.sums))
	}
	for p := range a.sums {
		sum, c := &a.sums[p], &ciphertexts[p]
		sum.Alpha.Add(&sum.Alpha, &c.Alpha)
		sum.Beta.Add(&sum.Beta, &c.Beta)
	}
	a.count++
	return nil
}

// Count returns R, the number of ballots added.
func (a *Aggregate) Count() int {
	return a.count
}

// Ciphertexts returns a copy of the sums.
func (a *Aggregate) Ciphertexts() []ballot.Ciphertext {
	return append([]ballot.Ciphertext(nil), a.sums...)
}
