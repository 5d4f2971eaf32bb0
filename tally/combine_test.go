package tally

import (
	"fmt"
	"math/bits"
	"slices"
	"testing"

	"piaojue/ballot"
	"piaojue/group"
)

func wantTotals(t *testing.T, k *JointKey, b *box, shares []*DecryptionShare) {
	t.Helper()
	totals, err := Combine(k, b.aggregate, shares)
	if err != nil {
		t.Error(err)
		return
	}
	if !slices.Equal(totals, b.totals) {
		t.Errorf("totals %v, want %v", totals, b.totals)
	}
}

// Any t of n give the same totals (attack K3), in any order; fewer give an
// error.
func TestEverySubsetOfTrustees(t *testing.T) {
	sizes := [][2]int{{2, 2}, {2, 3}, {3, 5}, {4, 6}}
	if testing.Short() { // the slow one, for js/wasm
		sizes = sizes[:3]
	}
	for _, size := range sizes {
		threshold, n := size[0], size[1]
		t.Run(fmt.Sprintf("%d-of-%d", threshold, n), func(t *testing.T) {
			c := newCeremony(t, threshold, n)
			b := fill(t, c.key, 9, 4)
			all := c.opening(t, b)
			for set := range uint(1) << n {
				shares := pick(all, set)
				if bits.OnesCount(set) < threshold {
					_, err := Combine(c.key, b.aggregate, shares)
					wantError(t, err, errNotEnough)
					continue
				}
				wantTotals(t, c.key, b, shares)
				slices.Reverse(shares)
				wantTotals(t, c.key, b, shares)
			}
		})
	}
}

func pick(all []*DecryptionShare, set uint) []*DecryptionShare {
	var shares []*DecryptionShare
	for i, d := range all {
		if set>>i&1 == 1 {
			shares = append(shares, d)
		}
	}
	return shares
}

// One trustee counts once (attack K4), with one share or with two.
func TestOneTrusteeCountsOnce(t *testing.T) {
	c := newCeremony(t, 3, 5)
	b := fill(t, c.key, 5, 2)
	d := c.opening(t, b)
	again, err := VerifyShare(b.closing, c.key, 1, b.aggregate, decrypted(t, c.shares[0], b))
	if err != nil {
		t.Fatal(err)
	}
	wantTotals(t, c.key, b, d[:3])
	for name, shares := range map[string][]*DecryptionShare{
		"sameShare":      {d[0], d[0], d[0]},
		"twoShares":      {d[0], d[1], again},
		"beyondT":        {d[0], d[1], d[2], again},
		"twoAdjacent":    {d[4], d[4], d[1]},
		"twiceAndEnough": {d[0], d[1], d[2], d[2]},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Combine(c.key, b.aggregate, shares)
			wantError(t, err, errRepeated)
		})
	}
}

func TestSharesMustBelongTogether(t *testing.T) {
	c := newCeremony(t, 2, 3)
	b, other := fill(t, c.key, 5, 2), fill(t, c.key, 5, 2)
	wider := fill(t, c.key, 5, 3)
	d, e := c.opening(t, b), c.opening(t, other)
	for name, test := range map[string]struct {
		a      *Aggregate
		shares []*DecryptionShare
	}{
		"otherContext": {b.aggregate, []*DecryptionShare{d[0], e[1]}},
		"otherGrid":    {wider.aggregate, d},
		"nil":          {b.aggregate, []*DecryptionShare{nil, d[0]}},
		"notVerified":  {b.aggregate, []*DecryptionShare{d[0], {closing: b.closing, factors: d[1].factors}}},
		"noSuchIndex":  {b.aggregate, []*DecryptionShare{d[0], {index: 4, closing: b.closing, factors: d[1].factors}}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Combine(c.key, test.a, test.shares)
			wantError(t, err, errMixed)
		})
	}
	_, err := Combine(c.key, other.aggregate, d) // right shape, wrong shares
	wantError(t, err, errLogarithm)
}

// No total exceeds the number of ballots (attack K10): a ciphertext of 6 among
// five ballots, or of -1, is an error that names the position.
func TestTotalsBound(t *testing.T) {
	c := newCeremony(t, 2, 2)
	for value, ok := range map[int]bool{0: true, 4: true, 5: true, 6: false, -1: false, 1 << 20: false} {
		b := fill(t, c.key, 4, 2)
		last := encrypt(c.key.Y, []bool{false, false})
		addToBeta(&last[1], value-int(b.totals[1]))
		if err := b.aggregate.Add(last); err != nil {
			t.Fatal(err)
		}
		b.totals[1] = uint32(value)
		b.closing = closeContext(c.key, b.aggregate)
		shares := c.opening(t, b)
		if ok {
			wantTotals(t, c.key, b, shares)
			continue
		}
		_, err := Combine(c.key, b.aggregate, shares)
		wantError(t, err, errLogarithm)
		if want := "tally: position 1: " + errLogarithm.Error(); err != nil && err.Error() != want {
			t.Errorf("error %q, want %q", err, want)
		}
	}
}

func addToBeta(c *ballot.Ciphertext, v int) {
	s := new(group.Scalar)
	if s.SetUint64(uint64(max(v, -v))); v < 0 {
		s.Negate(s)
	}
	c.Beta.Add(&c.Beta, publicKey(s))
}

func TestLogarithms(t *testing.T) {
	for _, top := range []uint64{0, 1, 2, 5, 304, 20_001} {
		for _, searches := range []int{0, 1, 15} {
			l := newLogarithms(top, searches)
			if l.width > top+1 {
				t.Errorf("table of %d for %d", l.width, top)
			}
			for _, m := range []uint64{0, 1, top / 2, top - min(top, 1), top} {
				got, err := l.find(publicKey(new(group.Scalar).SetUint64(m)))
				if m <= top && (err != nil || uint64(got) != m) {
					t.Errorf("up to %d: got %d, %v, want %d", top, got, err, m)
				}
			}
			for _, m := range []uint64{top + 1, top + 2, top + l.width, 1 << 40} {
				_, err := l.find(publicKey(new(group.Scalar).SetUint64(m)))
				wantError(t, err, errLogarithm)
			}
		}
	}
}

func TestMillionBallots(t *testing.T) {
	c := newCeremony(t, 2, 3)
	b := crowd(c.key, 1_000_000, 15)
	wantTotals(t, c.key, b, c.opening(t, b))
}
