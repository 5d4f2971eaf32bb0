package group

import (
	"bytes"
	"math/big"
	"testing"
)

// edgeScalars have digits and carries at their limits.
func edgeScalars(t testing.TB) []Scalar {
	t.Helper()
	l := order()
	numbers := []*big.Int{new(big.Int), big.NewInt(1), new(big.Int).Sub(l, big.NewInt(1)), new(big.Int).Rsh(l, 1)}
	for d := range int64(16) {
		b := bytes.Repeat([]byte{byte(d | d<<4)}, 32)
		b[0] &= 0x0f
		numbers = append(numbers, new(big.Int).SetBytes(b), big.NewInt(d), new(big.Int).Lsh(big.NewInt(d), 248))
	}
	s := make([]Scalar, len(numbers))
	for i, n := range numbers {
		if _, err := s[i].SetBytes(littleEndian(n, 32)); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func TestRadix16(t *testing.T) {
	for _, s := range append(edgeScalars(t), randomScalars(1000, 32)...) {
		sum := new(big.Int)
		digits := s.radix16()
		for i := len(digits) - 1; i >= 0; i-- {
			if digits[i] < -8 || digits[i] > 8 {
				t.Fatalf("%x: digit %d", s.Bytes(), digits[i])
			}
			sum.Lsh(sum, 4)
			sum.Add(sum, big.NewInt(int64(digits[i])))
		}
		if sum.Cmp(s.big()) != 0 {
			t.Fatalf("%x: digits mean %x", s.Bytes(), sum)
		}
	}
}

func TestEqualMask(t *testing.T) {
	for a := range uint64(10) {
		for b := range uint64(10) {
			want := uint64(0)
			if a == b {
				want--
			}
			if got := equalMask(a, b); got != want {
				t.Errorf("equalMask(%d, %d) = %x", a, b, got)
			}
		}
	}
}

// naive is s·a by doubling and adding, with nothing in common with the tables.
func naive(s *Scalar, a *Element) *Element {
	sum, n := NewElement(), s.big()
	for i := n.BitLen() - 1; i >= 0; i-- {
		sum.Add(sum, sum)
		if n.Bit(i) == 1 {
			sum.Add(sum, a)
		}
	}
	return sum
}

func TestMultiplicationsAgree(t *testing.T) {
	a := randomElement(t)
	table := NewTable(a)
	for _, s := range append(edgeScalars(t), randomScalars(200, 32)...) {
		want := naive(&s, a)
		if !NewElement().ScalarMult(&s, a).Equal(want) {
			t.Errorf("ScalarMult by %x", s.Bytes())
		}
		if !table.Mult(NewElement(), &s).Equal(want) {
			t.Errorf("Table.Mult by %x", s.Bytes())
		}
		if !NewElement().ScalarBaseMult(&s).Equal(naive(&s, Generator())) {
			t.Errorf("ScalarBaseMult by %x", s.Bytes())
		}
	}
}

func TestTableBase(t *testing.T) {
	a := randomElement(t)
	table := NewTable(a)
	want := new(Element).Set(a)
	a.Negate(a)
	table.Base().Add(a, a)
	if !table.Base().Equal(want) || !table.Mult(new(Element), NewScalar().SetUint64(1)).Equal(want) {
		t.Error("the table's base changed with the caller's element")
	}
	shared := GeneratorTable()
	if !shared.Base().Equal(Generator()) || GeneratorTable() != shared {
		t.Error("generator table")
	}
}

// Generator hands out copies: nobody can change the generator of others.
func TestGeneratorIsACopy(t *testing.T) {
	g := Generator()
	g.Add(g, g)
	if !Generator().Equal(generator) || Generator().Equal(g) {
		t.Error("the generator changed")
	}
}
