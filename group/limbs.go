package group

import (
	"encoding/binary"
	"iter"
	"math/bits"
)

// limbs is an integer in five little-endian words, the highest for overflow.
type limbs [5]uint64

func (s *Scalar) varTimeLimbs() (v limbs) {
	b := s.s.Bytes()
	for i := range 4 {
		v[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	return v
}

// add sets v = v + a; the sum must fit.
func (v *limbs) add(a *limbs) {
	var carry uint64
	for i := range v {
		v[i], carry = bits.Add64(v[i], a[i], carry)
	}
}

// window returns the n ≤ 16 bits from bit i on.
func (v *limbs) window(i, n int) int {
	word, bit := i/64, i%64
	x := v[word] >> bit
	if bit+n > 64 {
		x |= v[word+1] << (64 - bit)
	}
	return int(x & (1<<n - 1))
}

// varTimeNAF yields (i, dᵢ) of a signed representation v = Σ dᵢ·2ⁱ in which
// every digit is zero, and not yielded, or odd with |dᵢ| < 2^(w-1), and of w
// neighbours at most one is not zero.
func (v *limbs) varTimeNAF(w int) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		carry := 0
		for i, n := 0, v.bitLen(); i <= n; i++ {
			d := v.window(i, w) + carry
			if d&1 == 0 {
				continue // a carry into an odd window moves on by itself
			}
			carry = d >> (w - 1)
			if !yield(i, d-carry<<w) {
				return
			}
			i += w - 1
		}
	}
}

// varTimeShorten returns s if it is below 2²⁵¹, or else -s, which then is at
// most a little longer.
func (s *Scalar) varTimeShorten() (v limbs, negative bool) {
	v = s.varTimeLimbs()
	if v[3]>>59 == 0 { // below 2²⁵¹
		return v, false
	}
	return new(Scalar).Negate(s).varTimeLimbs(), true
}

func (v *limbs) bitLen() int {
	for i := len(v) - 1; i >= 0; i-- {
		if v[i] != 0 {
			return 64*i + bits.Len64(v[i])
		}
	}
	return 0
}
