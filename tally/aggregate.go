package tally

import (
	"fmt"

	"piaojue/group"
)

// Aggregate adds ballots up while they are encrypted: per position the sum of
// all α and the sum of all β. It is not safe for concurrent use while Add runs.
type Aggregate struct {
	sums  []Ciphertext
	count int
}

// NewAggregate returns an empty sum for a grid of so many positions.
func NewAggregate(positions int) *Aggregate {
	return &Aggregate{sums: make([]Ciphertext, positions)}
}

// Add adds one ballot, whose proofs the caller has verified: a ciphertext of
// anything but 0 or 1 would falsify the totals.
func (a *Aggregate) Add(ciphertexts []Ciphertext) error {
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
func (a *Aggregate) Ciphertexts() []Ciphertext {
	return append([]Ciphertext(nil), a.sums...)
}

// CloseContext returns the context in which trustees open an aggregate: the key
// context, size and root of the closing checkpoint, and the aggregate itself. A
// share for any other set of ballots does not verify in it (attack K6).
func CloseContext(key group.Context, size uint64, root [32]byte, a *Aggregate) group.Context {
	t := group.NewTranscript("close")
	t.Bytes("context", key[:])
	t.Uint("size", size)
	t.Bytes("root", root[:])
	t.Uint("ballots", uint64(a.count))
	t.List("aggregate", len(a.sums))
	for p := range a.sums {
		t.Element("alpha", &a.sums[p].Alpha)
		t.Element("beta", &a.sums[p].Beta)
	}
	return t.Sum()
}
