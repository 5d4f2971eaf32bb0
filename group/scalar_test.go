package group

import (
	"bytes"
	"math/big"
	"slices"
	"testing"
)

// order is l = 2²⁵² + 27742317777372353535851937790883648493.
func order() *big.Int {
	l, _ := new(big.Int).SetString("27742317777372353535851937790883648493", 10)
	return l.Add(l, new(big.Int).Lsh(big.NewInt(1), 252))
}

func littleEndian(n *big.Int, size int) []byte {
	b := n.FillBytes(make([]byte, size))
	slices.Reverse(b)
	return b
}

func (s *Scalar) big() *big.Int {
	b := s.Bytes()
	slices.Reverse(b)
	return new(big.Int).SetBytes(b)
}

// Attack G8: responses of l and more are refused, or every proof would have
// a second spelling.
func TestG8ScalarRange(t *testing.T) {
	l := order()
	for _, v := range []int64{-1000, -2, -1} {
		b := littleEndian(new(big.Int).Add(l, big.NewInt(v)), 32)
		s, err := ParseScalar(b)
		if err != nil || !bytes.Equal(s.Bytes(), b) {
			t.Errorf("l%d refused: %v", v, err)
		}
	}
	top := new(big.Int).Lsh(big.NewInt(1), 256)
	bad := []*big.Int{l, new(big.Int).Add(l, big.NewInt(1)), new(big.Int).Lsh(l, 1),
		new(big.Int).Sub(top, big.NewInt(1)), new(big.Int).Lsh(big.NewInt(1), 253), new(big.Int).Lsh(big.NewInt(1), 255)}
	for range 100 {
		bad = append(bad, new(big.Int).Add(l, RandomScalar().big())) // v + l
	}
	for _, n := range bad {
		s := NewScalar().SetUint64(7)
		if got, err := s.SetBytes(littleEndian(n, 32)); err == nil || got != nil {
			t.Errorf("%d accepted", n)
		}
		if !s.Equal(NewScalar().SetUint64(7)) {
			t.Errorf("%d changed the receiver", n)
		}
	}
}

func TestParseScalarLength(t *testing.T) {
	for n := range 70 {
		if _, err := ParseScalar(make([]byte, n)); (err == nil) != (n == 32) {
			t.Errorf("%d bytes: %v", n, err)
		}
		if _, err := NewScalar().SetUniformBytes(make([]byte, n)); (err == nil) != (n == 64) {
			t.Errorf("%d uniform bytes: %v", n, err)
		}
	}
}

func TestSetUniformBytesReduces(t *testing.T) {
	l := order()
	cases := []*big.Int{big.NewInt(0), l, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 512), big.NewInt(1)),
		new(big.Int).Mul(l, l), new(big.Int).Lsh(big.NewInt(1), 300)}
	for _, n := range cases {
		s, err := NewScalar().SetUniformBytes(littleEndian(n, 64))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := s.big(), new(big.Int).Mod(n, l); got.Cmp(want) != 0 {
			t.Errorf("%d mod l = %d, want %d", n, got, want)
		}
	}
}

func TestScalarArithmetic(t *testing.T) {
	l := order()
	for range 200 {
		a, b := RandomScalar(), RandomScalar()
		checks := []struct {
			name string
			got  *Scalar
			want *big.Int
		}{
			{"Add", new(Scalar).Add(a, b), new(big.Int).Add(a.big(), b.big())},
			{"Subtract", new(Scalar).Subtract(a, b), new(big.Int).Sub(a.big(), b.big())},
			{"Multiply", new(Scalar).Multiply(a, b), new(big.Int).Mul(a.big(), b.big())},
			{"Negate", new(Scalar).Negate(a), new(big.Int).Neg(a.big())},
			{"Invert", new(Scalar).Invert(a), new(big.Int).ModInverse(a.big(), l)},
		}
		for _, c := range checks {
			if got, want := c.got.big(), c.want.Mod(c.want, l); got.Cmp(want) != 0 {
				t.Errorf("%s(%d, %d) = %d, want %d", c.name, a.big(), b.big(), got, want)
			}
		}
	}
}

func TestScalarEdges(t *testing.T) {
	zero, one := NewScalar(), NewScalar().SetUint64(1)
	if !zero.IsZero() || one.IsZero() || !new(Scalar).IsZero() || zero.Equal(one) {
		t.Error("zero")
	}
	if !new(Scalar).Invert(zero).IsZero() || !new(Scalar).Negate(zero).IsZero() {
		t.Error("1/0 or -0 is not zero")
	}
	a := RandomScalar()
	aliased := new(Scalar).Set(a)
	if !aliased.Invert(aliased).Multiply(aliased, a).Equal(one) {
		t.Error("Invert differs when aliased")
	}
	if got := NewScalar().SetUint64(1<<64 - 1).big(); got.Cmp(new(big.Int).SetUint64(1<<64-1)) != 0 {
		t.Errorf("SetUint64(2⁶⁴-1) = %d", got)
	}
	if got := a.AppendBytes([]byte{1}); !bytes.Equal(got[1:], a.Bytes()) || got[0] != 1 {
		t.Error("AppendBytes")
	}
}

func TestRandomScalarsDiffer(t *testing.T) {
	seen := make(map[[32]byte]bool)
	for range 1000 {
		s := RandomScalar()
		if s.IsZero() || seen[[32]byte(s.Bytes())] {
			t.Fatal("zero or repeated random scalar")
		}
		seen[[32]byte(s.Bytes())] = true
	}
}
