package group

import (
	"fmt"
	"testing"
)

func randomElements(n int) []Element {
	e := make([]Element, n)
	for i := range e {
		p, err := ParseElement(new(Element).ScalarBaseMult(RandomScalar()).Bytes())
		if err != nil {
			panic(err)
		}
		e[i] = *p
	}
	return e
}

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

func BenchmarkMultiScalarMult(b *testing.B) {
	p := randomElements(1 << 14)
	for _, n := range []int{2, 8, 32, 64, 128, 192, 256, 512, 1024, 4096, 16384} {
		for _, size := range []int{16, 32} {
			s := randomScalars(n, size)
			b.Run(fmt.Sprintf("terms=%d/bits=%d", n, 8*size), func(b *testing.B) {
				var e Element
				for b.Loop() {
					e.VarTimeMultiScalarMult(s, p[:n])
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n*b.N), "ns/term")
			})
		}
	}
}
