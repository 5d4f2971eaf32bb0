package tally

import (
	"errors"
	"fmt"

	"piaojue/ballot"
	"piaojue/group"
)

var (
	errNotEnough = errors.New("tally: fewer shares than the threshold")
	errMixed     = errors.New("tally: share is not of this key and aggregate")
	errRepeated  = errors.New("tally: two shares of one trustee")
)

// Combine returns the total of each position. It needs as many shares as the
// threshold, each of another trustee (attack K4), all verified in the same close
// context; of more it uses the first ones. Any choice gives the same totals
// (attack K3).
func Combine(k *JointKey, a *Aggregate, shares []*DecryptionShare) ([]uint32, error) {
	if err := checkShares(k, a, shares); err != nil {
		return nil, err
	}
	shares = shares[:k.Threshold]
	coefficients := lagrange(shares)
	logs := newLogarithms(uint64(a.count), len(a.sums))
	totals := make([]uint32, len(a.sums))
	for p := range totals {
		m := plaintext(&a.sums[p], shares, coefficients, p)
		total, err := logs.find(m)
		if err != nil {
			return nil, fmt.Errorf("tally: position %d: %w", p, err)
		}
		totals[p] = total
	}
	return totals, nil
}

func checkShares(k *JointKey, a *Aggregate, shares []*DecryptionShare) error {
	if len(shares) < k.Threshold {
		return errNotEnough
	}
	seen := make(map[int]bool)
	for _, d := range shares {
		if d == nil || d.index < 1 || d.index > k.Trustees() ||
			d.closing != shares[0].closing || len(d.factors) != len(a.sums) {
			return errMixed
		}
		if seen[d.index] {
			return errRepeated
		}
		seen[d.index] = true
	}
	return nil
}

// lagrange returns the coefficients λ_i at zero: Π j/(j-i) over the others.
func lagrange(shares []*DecryptionShare) []group.Scalar {
	coefficients := make([]group.Scalar, len(shares))
	for n, d := range shares {
		num, den := new(group.Scalar).SetUint64(1), new(group.Scalar).SetUint64(1)
		i := new(group.Scalar).SetUint64(uint64(d.index))
		for _, other := range shares {
			if other == d {
				continue
			}
			j := new(group.Scalar).SetUint64(uint64(other.index))
			num.Multiply(num, j)
			den.Multiply(den, j.Subtract(j, i))
		}
		coefficients[n].Multiply(num, den.Invert(den))
	}
	return coefficients
}

// plaintext returns M = β - Σ λ_i·D_i of one position.
func plaintext(c *ballot.Ciphertext, shares []*DecryptionShare, coefficients []group.Scalar, position int) *group.Element {
	factors := make([]group.Element, len(shares))
	for n, d := range shares {
		factors[n] = d.factors[position]
	}
	m := new(group.Element).VarTimeMultiScalarMult(coefficients, factors)
	return m.Subtract(&c.Beta, m)
}
