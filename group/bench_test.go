package group

import (
	"fmt"
	"testing"
)

// randomElements returns decoded elements, as a verifier has them.
func randomElements(n int) []Element {
	e := make([]Element, n)
	for i := range e {
		b := NewElement().ScalarBaseMult(RandomScalar()).Bytes()
		if _, err := e[i].SetBytes(b); err != nil {
			panic(err)
		}
	}
	return e
}

// randomScalars returns scalars below 256^size, or below the order.
func randomScalars(n, size int) []Scalar {
	s := make([]Scalar, n)
	for i := range s {
		b := RandomScalar().Bytes()
		clear(b[size:])
		if _, err := s[i].SetBytes(b); err != nil {
			panic(err)
		}
	}
	return s
}

func BenchmarkElement(b *testing.B) {
	var e Element
	p, s := randomElements(2), randomScalars(2, 32)
	encoding, uniform := p[0].Bytes(), append(p[0].Bytes(), p[1].Bytes()...)
	table := NewTable(&p[0])
	GeneratorTable()
	operations := []struct {
		name string
		run  func()
	}{
		{"Add", func() { e.Add(&p[0], &p[1]) }},
		{"Equal", func() { p[0].Equal(&p[1]) }},
		{"Encode", func() { p[0].coordinates().encode() }},
		{"SetBytes", func() { e.SetBytes(encoding) }},
		{"SetUniformBytes", func() { e.SetUniformBytes(uniform) }},
		{"ScalarMult", func() { e.ScalarMult(&s[0], &p[0]) }},
		{"ScalarBaseMult", func() { e.ScalarBaseMult(&s[0]) }},
		{"VarTimeDoubleScalarBaseMult", func() { e.VarTimeDoubleScalarBaseMult(&s[0], &p[0], &s[1]) }},
		{"NewTable", func() { NewTable(&p[0]) }},
		{"TableMult", func() { table.Mult(&e, &s[0]) }},
	}
	for _, o := range operations {
		b.Run(o.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				o.run()
			}
		})
	}
}

func BenchmarkScalar(b *testing.B) {
	var s Scalar
	t := randomScalars(2, 32)
	encoding, uniform := t[0].Bytes(), make([]byte, 64)
	operations := []struct {
		name string
		run  func()
	}{
		{"Add", func() { s.Add(&t[0], &t[1]) }},
		{"Multiply", func() { s.Multiply(&t[0], &t[1]) }},
		{"Invert", func() { s.Invert(&t[0]) }},
		{"SetBytes", func() { s.SetBytes(encoding) }},
		{"SetUniformBytes", func() { s.SetUniformBytes(uniform) }},
		{"Random", func() { RandomScalar() }},
	}
	for _, o := range operations {
		b.Run(o.name, func(b *testing.B) {
			for b.Loop() {
				o.run()
			}
		})
	}
}

func BenchmarkVarTimeMultiScalarMult(b *testing.B) {
	p := randomElements(maxTerms)
	for _, size := range []int{16, 32} {
		for _, n := range []int{2, 16, 64, 256, 1024, 4096, maxTerms} {
			s := randomScalars(n, size)
			b.Run(fmt.Sprintf("bits=%d/terms=%d", 8*size, n), func(b *testing.B) {
				var e Element
				b.ReportAllocs()
				for b.Loop() {
					e.VarTimeMultiScalarMult(s, p[:n])
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n*b.N), "ns/term")
			})
		}
	}
}

func BenchmarkTranscript(b *testing.B) {
	e := Generator()
	context := make([]byte, 64)
	b.Run("NewTranscript", func(b *testing.B) {
		for b.Loop() {
			NewTranscript("benchmark")
		}
	})
	b.Run("Element", func(b *testing.B) {
		t := NewTranscript("benchmark")
		b.ReportAllocs()
		for b.Loop() {
			t.Element("element", e)
		}
	})
	b.Run("ForkAndChallenge", func(b *testing.B) {
		t := NewTranscript("benchmark")
		t.Bytes("context", context)
		for b.Loop() {
			fork := t.Clone()
			fork.Element("element", e)
			fork.Challenge()
		}
	})
}

func BenchmarkSignature(b *testing.B) {
	s, manifest, body := newSigner(b), [32]byte{}, make([]byte, 2000)
	sig := Sign(s.sk, "ballot", manifest, body)
	b.Run("Sign", func(b *testing.B) {
		for b.Loop() {
			Sign(s.sk, "ballot", manifest, body)
		}
	})
	b.Run("Verify", func(b *testing.B) {
		for b.Loop() {
			VerifySignature(s.pk, "ballot", manifest, body, sig)
		}
	})
	b.Run("CheckPublicKey", func(b *testing.B) {
		for b.Loop() {
			CheckPublicKey(s.pk)
		}
	})
}
