package group

import (
	"bytes"
	"crypto/rand"
	"sync"
	"testing"

	"filippo.io/edwards25519/field"
)

func randomElement(t testing.TB) *Element {
	t.Helper()
	var b [64]byte
	rand.Read(b[:])
	e, err := NewElement().SetUniformBytes(b[:])
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// The zero value may be used wherever an element may: nothing silently wrong,
// no panic.
func TestZeroValueIsIdentity(t *testing.T) {
	var zero Element
	a, s := randomElement(t), RandomScalar()
	identities := map[string]*Element{
		"zero value":   &zero,
		"New":          NewElement(),
		"Set":          new(Element).Set(&zero),
		"a-a":          new(Element).Subtract(a, a),
		"-0":           new(Element).Negate(&zero),
		"0+0":          new(Element).Add(&zero, &zero),
		"s·0":          new(Element).ScalarMult(s, &zero),
		"0·a":          new(Element).ScalarMult(NewScalar(), a),
		"0·G":          new(Element).ScalarBaseMult(NewScalar()),
		"empty sum":    new(Element).VarTimeMultiScalarMult(nil, nil),
		"sum of zeros": new(Element).VarTimeMultiScalarMult(make([]Scalar, 3), make([]Element, 3)),
		"table":        NewTable(&zero).Mult(new(Element), s),
		"s·0 + 0·G":    new(Element).VarTimeDoubleScalarBaseMult(s, &zero, NewScalar()),
		"encoded":      new(Element).Encode(),
	}
	for name, e := range identities {
		if !e.IsIdentity() || !e.Equal(&zero) || !zero.Equal(e) {
			t.Errorf("%s: not the identity", name)
		}
		if got := e.Bytes(); !bytes.Equal(got, make([]byte, 32)) {
			t.Errorf("%s: encoding %x", name, got)
		}
	}
	if !new(Element).Add(a, &zero).Equal(a) || !new(Element).Subtract(a, &zero).Equal(a) {
		t.Error("a ± zero value is not a")
	}
}

// Attack G5: the parser accepts the identity, as tallies may be zero, and says
// so in its doc; IsIdentity is how callers refuse it.
func TestG5IdentityIsRecognised(t *testing.T) {
	e, err := ParseElement(make([]byte, 32))
	if err != nil || !e.IsIdentity() {
		t.Errorf("32 zero bytes: %v", err)
	}
	if Generator().IsIdentity() || randomElement(t).IsIdentity() {
		t.Error("another element counts as the identity")
	}
}

func TestParseElementLength(t *testing.T) {
	good := Generator().Bytes()
	for n := range 70 {
		b := append(bytes.Clone(good), make([]byte, 70)...)[:n]
		if _, err := ParseElement(b); (err == nil) != (n == 32) {
			t.Errorf("%d bytes: %v", n, err)
		}
		if _, err := NewElement().SetUniformBytes(make([]byte, n)); (err == nil) != (n == 64) {
			t.Errorf("%d uniform bytes: %v", n, err)
		}
	}
}

// torsion returns the points of order 1, 2 and 4: the coset of the identity.
func torsion() []point {
	return []point{
		identity,
		{y: *minusOne, z: *one},
		{x: *sqrtMinusOne, z: *one},
		{x: *new(field.Element).Negate(sqrtMinusOne), z: *one},
	}
}

// All points of a coset are one element: equal, with one encoding, also in
// other projective coordinates.
func TestCosetsAreOneElement(t *testing.T) {
	a, b := randomElement(t), randomElement(t)
	for i, q := range torsion() {
		var e Element
		e.p = a.p
		e.p.addPoint(&q)
		e.p.scale(curveD)
		if !e.Equal(a) || !a.Equal(&e) || e.Equal(b) {
			t.Errorf("torsion %d: equality", i)
		}
		if got, want := e.Bytes(), a.Bytes(); !bytes.Equal(got, want) {
			t.Errorf("torsion %d: encoding %x, want %x", i, got, want)
		}
		e.p = q
		if !e.IsIdentity() || !bytes.Equal(e.Bytes(), make([]byte, 32)) {
			t.Errorf("torsion %d: not the identity", i)
		}
	}
}

// scale changes the projective coordinates of p, not the point.
func (p *point) scale(by *field.Element) {
	for _, f := range []*field.Element{&p.x, &p.y, &p.z, &p.t} {
		f.Multiply(f, by)
	}
}

// Receiver and arguments may be the same element.
func TestAliasing(t *testing.T) {
	a, b, s, r := randomElement(t), randomElement(t), RandomScalar(), RandomScalar()
	check := func(name string, got, want *Element) {
		t.Helper()
		if !got.Equal(want) {
			t.Errorf("%s differs when aliased", name)
		}
	}
	c := func() *Element { e := new(Element).Set(a); return e }
	e := c()
	check("Add", e.Add(e, b), new(Element).Add(a, b))
	e = c()
	check("Add twice", e.Add(e, e), new(Element).Add(a, a))
	e = c()
	check("Subtract", e.Subtract(b, e), new(Element).Subtract(b, a))
	e = c()
	check("Negate", e.Negate(e), new(Element).Negate(a))
	e = c()
	check("ScalarMult", e.ScalarMult(s, e), new(Element).ScalarMult(s, a))
	e = c()
	check("Double", e.VarTimeDoubleScalarBaseMult(s, e, r), new(Element).VarTimeDoubleScalarBaseMult(s, a, r))
	list := []Element{*a, *b}
	check("Multi", list[1].VarTimeMultiScalarMult([]Scalar{*s, *r}, list),
		new(Element).VarTimeMultiScalarMult([]Scalar{*s, *r}, []Element{*a, *b}))
}

// A kept encoding must not survive arithmetic, or an element would lie about
// itself.
func TestArithmeticDropsEncoding(t *testing.T) {
	a, b, s := randomElement(t), randomElement(t), RandomScalar()
	uniform := make([]byte, 64)
	table := NewTable(b)
	changes := map[string]func(e *Element){
		"Add":            func(e *Element) { e.Add(e, b) },
		"Subtract":       func(e *Element) { e.Subtract(e, b) },
		"Negate":         func(e *Element) { e.Negate(e) },
		"ScalarMult":     func(e *Element) { e.ScalarMult(s, e) },
		"ScalarBaseMult": func(e *Element) { e.ScalarBaseMult(s) },
		"Double":         func(e *Element) { e.VarTimeDoubleScalarBaseMult(s, e, s) },
		"Multi":          func(e *Element) { e.VarTimeMultiScalarMult([]Scalar{*s}, []Element{*e}) },
		"Table":          func(e *Element) { table.Mult(e, s) },
		"Set":            func(e *Element) { e.Set(b) },
		"SetBytes":       func(e *Element) { e.SetBytes(b.Bytes()) },
		"SetUniform":     func(e *Element) { e.SetUniformBytes(uniform) },
	}
	for name, change := range changes {
		e := new(Element).Set(a).Encode()
		change(e)
		want := e.coordinates().encode()
		if got := e.Bytes(); !bytes.Equal(got, want[:]) || bytes.Equal(got, a.Bytes()) {
			t.Errorf("%s: stale encoding", name)
		}
	}
}

func TestEncodeKeepsEncoding(t *testing.T) {
	e := randomElement(t)
	want := e.Bytes()
	if e.encoded {
		t.Error("Bytes wrote to its receiver")
	}
	if !e.Encode().encoded || !bytes.Equal(e.Bytes(), want) || !bytes.Equal(e.AppendBytes([]byte{7})[1:], want) {
		t.Error("Encode keeps another encoding")
	}
	e.Bytes()[0] ^= 1
	if !bytes.Equal(e.Bytes(), want) {
		t.Error("Bytes hands out the kept encoding itself")
	}
}

// Readers need no lock; the race detector watches this test.
func TestConcurrentReaders(t *testing.T) {
	e, s := randomElement(t), RandomScalar()
	tr := NewTranscript("concurrent")
	want := e.Bytes()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if !bytes.Equal(e.Bytes(), want) || !e.Equal(e) {
				t.Error("readers disagree")
			}
			GeneratorTable().Mult(new(Element), s)
			new(Element).VarTimeDoubleScalarBaseMult(s, e, s)
			tr.Clone().Element("e", e)
			tr.Sum()
		})
	}
	wg.Wait()
}
