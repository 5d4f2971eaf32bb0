package group

import (
	"bytes"
	"crypto/sha512"
	"encoding/binary"
	"encoding/hex"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// frame is one item of the format, written down a second time.
func frame(label string, kind byte, data []byte) []byte {
	b := append([]byte{byte(len(label))}, label...)
	b = append(b, kind)
	b = binary.BigEndian.AppendUint32(b, uint32(len(data)))
	return append(b, data...)
}

func TestTranscriptFormat(t *testing.T) {
	e := randomElement(t)
	label := strings.Repeat("x", 255)
	tr := NewTranscript("name")
	tr.Bytes("empty", nil)
	tr.Bytes(label, bytes.Repeat([]byte{0xa5}, 70_000))
	tr.Uint("number", 1<<63|5)
	tr.Element("fresh", e)
	tr.Element("encoded", new(Element).Set(e).Encode())
	tr.List("list", 258)

	var want []byte
	for _, item := range [][]byte{
		frame("piaojue-v1", 1, []byte("name")),
		frame("empty", 1, nil),
		frame(label, 1, bytes.Repeat([]byte{0xa5}, 70_000)),
		frame("number", 2, []byte{0x80, 0, 0, 0, 0, 0, 0, 5}),
		frame("fresh", 3, e.Bytes()),
		frame("encoded", 3, e.Bytes()),
		frame("list", 4, []byte{0, 0, 0, 0, 0, 0, 1, 2}),
	} {
		want = append(want, item...)
	}
	if got := tr.Sum(); got != sha512.Sum512(want) {
		t.Errorf("Sum = %x, want SHA-512 of %x", got, want[:40])
	}
}

// Other items, other sums: no two of these may be confused.
func TestTranscriptInjective(t *testing.T) {
	e := Generator()
	u := func(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
	variants := map[string]func(*Transcript){
		"nothing":       func(*Transcript) {},
		"empty":         func(tr *Transcript) { tr.Bytes("a", nil) },
		"label":         func(tr *Transcript) { tr.Bytes("ab", []byte("c")) },
		"label shorter": func(tr *Transcript) { tr.Bytes("a", []byte("bc")) },
		"two":           func(tr *Transcript) { tr.Bytes("a", []byte("b")); tr.Bytes("c", nil) },
		"two other":     func(tr *Transcript) { tr.Bytes("a", nil); tr.Bytes("b", []byte("c")) },
		"joined":        func(tr *Transcript) { tr.Bytes("a", append([]byte("b"), frame("c", 1, nil)...)) },
		"uint":          func(tr *Transcript) { tr.Uint("a", 1) },
		"uint as bytes": func(tr *Transcript) { tr.Bytes("a", u(1)) },
		"list":          func(tr *Transcript) { tr.List("a", 1) },
		"element":       func(tr *Transcript) { tr.Element("a", e) },
		"as bytes":      func(tr *Transcript) { tr.Bytes("a", e.Bytes()) },
		"list of one":   func(tr *Transcript) { tr.List("a", 1); tr.Element("b", e); tr.Element("b", e) },
		"list of two":   func(tr *Transcript) { tr.List("a", 2); tr.Element("b", e); tr.Element("b", e) },
	}
	sums := make(map[[64]byte]string)
	for name, absorb := range variants {
		tr := NewTranscript("injective")
		absorb(tr)
		sum := tr.Sum()
		if other, ok := sums[sum]; ok {
			t.Errorf("%q and %q give the same sum", name, other)
		}
		sums[sum] = name
	}
	if NewTranscript("a").Sum() == NewTranscript("b").Sum() {
		t.Error("the name is not absorbed")
	}
}

func TestTranscriptClone(t *testing.T) {
	tr := NewTranscript("clone")
	tr.Bytes("common", []byte("prefix"))
	before := tr.Sum()
	fork := tr.Clone()
	fork.Uint("n", 1)
	if tr.Sum() != before {
		t.Error("a fork wrote to its origin")
	}
	tr.Uint("n", 1)
	if tr.Sum() != fork.Sum() || tr.Sum() == before {
		t.Error("a fork went another way")
	}
}

func TestTranscriptOutputs(t *testing.T) {
	tr := NewTranscript("outputs")
	sum := tr.Sum()
	if tr.Sum() != sum {
		t.Error("Sum changed the state")
	}
	if tr.Digest() != [32]byte(sum[:]) {
		t.Error("Digest is not the first half of Sum")
	}
	slices.Reverse(sum[:])
	want := new(big.Int).SetBytes(sum[:])
	if got := tr.Challenge().big(); got.Cmp(want.Mod(want, order())) != 0 {
		t.Errorf("Challenge = %x, want %x", got, want)
	}
}

func TestTranscriptBadLabel(t *testing.T) {
	for _, label := range []string{"", strings.Repeat("x", 256)} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("label of %d bytes: no panic", len(label))
				}
			}()
			NewTranscript("labels").Bytes(label, nil)
		}()
	}
}

// Attack F12, vector: the challenge is all 64 bytes modulo the order.
func TestF12ChallengeVector(t *testing.T) {
	tr := NewTranscript("example")
	tr.Uint("n", 3)
	want := "19404160e8729d9a78d8b565eccdc775c5ba4268c89b1db0d971ad5a8a0e960a"
	if got := hex.EncodeToString(tr.Challenge().Bytes()); got != want {
		t.Errorf("challenge = %s, want %s", got, want)
	}
}

// Attack F12, statistics: 2¹⁵ challenges spread evenly over 16 equal parts of
// the range and over every bit below. The inputs are fixed, so is the outcome.
func TestF12ChallengeUnbiased(t *testing.T) {
	const n = 1 << 15
	var parts [16]int
	var ones [248]int
	prefix := NewTranscript("statistics")
	for i := range uint64(n) {
		tr := prefix.Clone()
		tr.Uint("i", i)
		c := tr.Challenge().big()
		for bit := range ones {
			ones[bit] += int(c.Bit(bit))
		}
		part := c.Div(c.Lsh(c, 4), order())
		parts[part.Int64()]++
	}
	chi := 0.0
	for _, k := range parts {
		d := float64(k) - n/16
		chi += d * d / (n / 16)
	}
	if chi > 45 { // 15 degrees of freedom: p < 10⁻⁴
		t.Errorf("χ² = %.1f for %v", chi, parts)
	}
	for bit, k := range ones {
		if k < n/2-450 || k > n/2+450 { // 5σ
			t.Errorf("bit %d is set in %d of %d challenges", bit, k, n)
		}
	}
}

// Attack F14: no method of Transcript takes a scalar, alone or inside
// something, and none takes an interface through which one could come.
func TestF14TranscriptAbsorbsNoScalar(t *testing.T) {
	typ := reflect.TypeFor[*Transcript]()
	allowed := []reflect.Type{typ, reflect.TypeFor[string](), reflect.TypeFor[[]byte](),
		reflect.TypeFor[uint64](), reflect.TypeFor[int](), reflect.TypeFor[*Element]()}
	methods := []string{"Bytes", "Challenge", "Clone", "Digest", "Element", "List", "Sum", "Uint"}
	for i := range typ.NumMethod() {
		m := typ.Method(i)
		if !slices.Contains(methods, m.Name) {
			t.Errorf("new method %s: can a secret get in?", m.Name)
		}
		for j := range m.Type.NumIn() {
			if in := m.Type.In(j); !slices.Contains(allowed, in) {
				t.Errorf("%s takes %v", m.Name, in)
			}
		}
	}
	scalar := reflect.TypeFor[*Scalar]()
	for i := range scalar.NumMethod() {
		for j := range scalar.Method(i).Type.NumIn() {
			if scalar.Method(i).Type.In(j) == typ {
				t.Errorf("Scalar.%s takes a transcript", scalar.Method(i).Name)
			}
		}
	}
}
