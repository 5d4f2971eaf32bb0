package group

import (
	"bytes"
	"crypto/rand"
	"testing"

	circl "github.com/cloudflare/circl/group"
	gtank "github.com/gtank/ristretto255"
)

// trio is one element in three independent implementations.
type trio struct {
	ours  *Element
	gtank *gtank.Element
	circl circl.Element
}

func newTrio(t *testing.T) *trio {
	t.Helper()
	var b [64]byte
	rand.Read(b[:])
	ours, err := NewElement().SetUniformBytes(b[:])
	if err != nil {
		t.Fatal(err)
	}
	c := circl.Ristretto255.NewElement()
	if err := c.UnmarshalBinary(ours.Bytes()); err != nil {
		t.Fatal(err)
	}
	return &trio{ours, gtank.NewElement().FromUniformBytes(b[:]), c}
}

type trioScalar struct {
	ours  *Scalar
	gtank *gtank.Scalar
	circl circl.Scalar
}

func newTrioScalar(t *testing.T) *trioScalar {
	t.Helper()
	var b [64]byte
	rand.Read(b[:])
	ours, err := NewScalar().SetUniformBytes(b[:])
	if err != nil {
		t.Fatal(err)
	}
	c := circl.Ristretto255.NewScalar()
	if err := c.UnmarshalBinary(ours.Bytes()); err != nil {
		t.Fatal(err)
	}
	return &trioScalar{ours, gtank.NewScalar().FromUniformBytes(b[:]), c}
}

func (e *trio) check(t *testing.T, round int) {
	t.Helper()
	got := e.ours.Bytes()
	if want := e.gtank.Encode(nil); !bytes.Equal(got, want) {
		t.Fatalf("round %d: %x, gtank has %x", round, got, want)
	}
	want, err := e.circl.MarshalBinaryCompress()
	if err != nil || !bytes.Equal(got, want) {
		t.Fatalf("round %d: %x, circl has %x (%v)", round, got, want, err)
	}
	back, err := ParseElement(got)
	if err != nil || !back.Equal(e.ours) {
		t.Fatalf("round %d: %x does not decode to itself: %v", round, got, err)
	}
}

const rounds = 10_000

// A random walk through additions, with the other two walking along.
func TestPeersAdditions(t *testing.T) {
	e, step := newTrio(t), newTrio(t)
	for i := range rounds {
		switch i % 5 {
		case 0:
			e.ours.Subtract(step.ours, e.ours)
			e.gtank.Subtract(step.gtank, e.gtank)
			e.circl.Add(step.circl, e.circl.Neg(e.circl))
		case 1:
			e.ours.Negate(e.ours)
			e.gtank.Negate(e.gtank)
			e.circl.Neg(e.circl)
		case 2:
			step = newTrio(t)
		case 3:
			e.ours.Add(e.ours, e.ours)
			e.gtank.Add(e.gtank, e.gtank)
			e.circl.Dbl(e.circl)
		default:
			e.ours.Add(e.ours, step.ours)
			e.gtank.Add(e.gtank, step.gtank)
			e.circl.Add(e.circl, step.circl)
		}
		e.check(t, i)
	}
}

func TestPeersMultiplications(t *testing.T) {
	e := newTrio(t)
	for i := range rounds / 10 {
		s := newTrioScalar(t)
		switch i % 3 {
		case 0:
			e.ours.ScalarMult(s.ours, e.ours)
			e.gtank.ScalarMult(s.gtank, e.gtank)
			e.circl.Mul(e.circl, s.circl)
		case 1:
			r := newTrioScalar(t)
			other := circl.Ristretto255.NewElement().MulGen(r.circl)
			e.ours.VarTimeDoubleScalarBaseMult(s.ours, e.ours, r.ours)
			e.gtank.VarTimeDoubleScalarBaseMult(s.gtank, e.gtank, r.gtank)
			e.circl.Add(other, e.circl.Mul(e.circl, s.circl))
		default:
			e.ours.ScalarBaseMult(s.ours)
			e.gtank.ScalarBaseMult(s.gtank)
			e.circl.MulGen(s.circl)
		}
		e.check(t, i)
	}
}

func TestPeersScalars(t *testing.T) {
	s := newTrioScalar(t)
	for i := range rounds {
		r := newTrioScalar(t)
		switch i % 5 {
		case 0:
			s.ours.Add(s.ours, r.ours)
			s.gtank.Add(s.gtank, r.gtank)
			s.circl.Add(s.circl, r.circl)
		case 1:
			s.ours.Subtract(r.ours, s.ours)
			s.gtank.Subtract(r.gtank, s.gtank)
			s.circl.Sub(r.circl, s.circl)
		case 2:
			s.ours.Negate(s.ours)
			s.gtank.Negate(s.gtank)
			s.circl.Neg(s.circl)
		case 3:
			if i%100 == 3 {
				s.ours.Invert(s.ours)
				s.gtank.Invert(s.gtank)
				s.circl.Inv(s.circl)
			}
		default:
			s.ours.Multiply(s.ours, r.ours)
			s.gtank.Multiply(s.gtank, r.gtank)
			s.circl.Mul(s.circl, r.circl)
		}
		got := s.ours.Bytes()
		want, err := s.circl.MarshalBinary()
		if err != nil || !bytes.Equal(got, want) || !bytes.Equal(got, s.gtank.Encode(nil)) {
			t.Fatalf("round %d: %x, circl has %x", i, got, want)
		}
	}
}

// What is no element for the peers is none for us, and the other way round:
// random strings, of which about one in six decodes.
func TestPeersAcceptTheSame(t *testing.T) {
	accepted := 0
	for i := range rounds {
		b := make([]byte, 32)
		rand.Read(b)
		if i%2 == 0 { // fewer rejected for trivial reasons
			b[0] &^= 1
			b[31] &^= 0x80
		}
		_, err := ParseElement(b)
		if peer := gtank.NewElement().Decode(b); (err == nil) != (peer == nil) {
			t.Fatalf("%x: %v, gtank says %v", b, err, peer)
		}
		if err == nil {
			accepted++
		}
	}
	if accepted < rounds/20 || accepted > rounds/5 {
		t.Errorf("%d of %d strings decode", accepted, rounds)
	}
}
