package group

import (
	"math/big"
	"testing"
)

// oddities returns n scalars and elements of every kind that could break a
// multi-scalar multiplication.
func oddities(t testing.TB, n int) ([]Scalar, []Element) {
	t.Helper()
	s, p := make([]Scalar, n), make([]Element, n)
	for i := range n {
		s[i], p[i] = *RandomScalar(), *randomElement(t)
		switch i % 11 {
		case 1:
			s[i] = Scalar{}
		case 2:
			p[i] = Element{}
		case 3:
			s[i] = randomScalars(1, 16)[0]
		case 4:
			s[i].Negate(&randomScalars(1, 16)[0])
		case 5:
			p[i] = p[i-1] // duplicate
		case 6:
			s[i], p[i] = s[i-1], *new(Element).Negate(&p[i-1]) // cancels the one before
		case 7:
			s[i].SetUint64(1)
		case 8:
			s[i].Negate(NewScalar().SetUint64(1)) // l - 1
		case 9:
			p[i] = randomElements(1)[0] // decoded: Z = 1
		case 10:
			s[i] = s[i-10]
		}
	}
	return s, p
}

func TestMultiScalarMultAgainstNaive(t *testing.T) {
	const most = 1000
	s, p := oddities(t, most)
	want := NewElement()
	for n := range most + 1 {
		if n < 70 || n%37 == 0 || n == most {
			if got := NewElement().VarTimeMultiScalarMult(s[:n], p[:n]); !got.Equal(want) {
				t.Errorf("%d terms: wrong sum", n)
			}
		}
		if n < most {
			want.Add(want, NewElement().ScalarMult(&s[n], &p[n]))
		}
	}
}

// checkAllWidths runs both methods on a few terms with the scalars ±n.
func checkAllWidths(t *testing.T, n *big.Int, widths ...int) {
	t.Helper()
	v, err := ParseScalar(littleEndian(n, 32))
	if err != nil {
		t.Fatal(err)
	}
	s := []Scalar{*v, *new(Scalar).Negate(v), *v}
	p := make([]Element, 3)
	for i := range p {
		p[i].ScalarBaseMult(NewScalar().SetUint64(uint64(3 * i * i)))
	}
	want := NewElement().ScalarMult(v, NewElement().ScalarBaseMult(NewScalar().SetUint64(9)))
	for _, c := range widths {
		sum := newTerms(s, p).varTimePippenger(c)
		if sum.equal(want.coordinates()) != 1 {
			t.Errorf("width %d, scalar %x: wrong sum", c, n)
		}
	}
	if sum := newTerms(s, p).varTimeStraus(); sum.equal(want.coordinates()) != 1 {
		t.Errorf("straus, scalar %x: wrong sum", n)
	}
}

// Signed digits carry, and the highest carry must have a place to go: every
// length of scalars, all ones and a single one, in narrow windows; and in wide
// windows the lengths next to a border.
func TestMultiScalarMultLengths(t *testing.T) {
	one := big.NewInt(1)
	for k := range uint(253) {
		power := new(big.Int).Lsh(one, k)
		ones := new(big.Int).Sub(power, one)
		widths := []int{4, 5, 6, 7}
		for c := 8; c <= maxWidth; c++ {
			if border := (int(k) + 2) % c; border < 3 {
				widths = append(widths, c)
			}
		}
		checkAllWidths(t, ones, widths...)
		checkAllWidths(t, power, widths[:4]...)
	}
	half := new(big.Int).Rsh(order(), 1)
	for _, d := range []int64{-1, 0, 1, 2} {
		checkAllWidths(t, new(big.Int).Add(half, big.NewInt(d)), 4, 8, 9, 10, 11, 12)
	}
}

// More terms than one sum may hold: Σ sᵢ·xᵢ·G = (Σ sᵢ·xᵢ)·G.
func TestMultiScalarMultManyTerms(t *testing.T) {
	n := 2*maxTerms + 3
	few := 100
	x, p := randomScalars(few, 32), make([]Element, few)
	for i := range p {
		p[i].ScalarBaseMult(&x[i])
	}
	s, all := randomScalars(n, 4), make([]Element, n)
	sum := NewScalar()
	for i := range all {
		all[i] = p[i%few]
		sum.Add(sum, new(Scalar).Multiply(&s[i], &x[i%few]))
	}
	if got, want := NewElement().VarTimeMultiScalarMult(s, all), NewElement().ScalarBaseMult(sum); !got.Equal(want) {
		t.Error("wrong sum")
	}
}

// Both methods are in use, each where it is the faster one by far.
func TestMultiScalarMultChoosesMethod(t *testing.T) {
	for _, c := range []struct{ n, size, low, high int }{
		{1, 32, 0, 0}, {16, 16, 0, 0}, {4096, 16, 8, 11}, {4096, 32, 8, 11}, {maxTerms, 32, 10, maxWidth},
	} {
		width := newTerms(randomScalars(c.n, c.size), make([]Element, c.n)).varTimeWidth()
		if width < c.low || width > c.high {
			t.Errorf("%d terms of %d bytes: width %d, want %d to %d", c.n, c.size, width, c.low, c.high)
		}
	}
}

func TestMultiScalarMultReadsOnly(t *testing.T) {
	s, p := oddities(t, 200)
	scalars, elements := make([]Scalar, 200), make([]Element, 200)
	copy(scalars, s)
	copy(elements, p)
	NewElement().VarTimeMultiScalarMult(s, p)
	for i := range p {
		if p[i].p != elements[i].p || p[i].encoded != elements[i].encoded || !s[i].Equal(&scalars[i]) {
			t.Fatalf("term %d was changed", i)
		}
	}
}

func TestMultiScalarMultLengthMismatch(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	NewElement().VarTimeMultiScalarMult(make([]Scalar, 2), make([]Element, 3))
}

func TestDoubleScalarBaseMultEdges(t *testing.T) {
	a := randomElement(t)
	edges := edgeScalars(t)
	for i := range edges {
		for j := i % 7; j < len(edges); j += 7 {
			want := NewElement().ScalarMult(&edges[i], a)
			want.Add(want, NewElement().ScalarBaseMult(&edges[j]))
			if got := NewElement().VarTimeDoubleScalarBaseMult(&edges[i], a, &edges[j]); !got.Equal(want) {
				t.Errorf("%x·A + %x·G is wrong", edges[i].Bytes(), edges[j].Bytes())
			}
		}
	}
}
