package bridge

import (
	"errors"
	"slices"
	"strings"
)

// QR codes (ISO/IEC 18004). The text is one segment, alphanumeric if it can be.
// A library for this is a sixteenth of a whole program.

// A QRLevel is how much of a code may be lost before it cannot be read.
type QRLevel struct {
	format int
	checks []byte // by version: check words of each block
	blocks []byte // by version: number of blocks
}

// QRLow is for what is read from a screen at once, QRMedium for what is printed
// and kept: a seventh of it may be lost.
var (
	QRLow = &QRLevel{1,
		[]byte{7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28,
			28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30},
		[]byte{1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8,
			8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25}}
	QRMedium = &QRLevel{0,
		[]byte{10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
			26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28},
		[]byte{1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16,
			17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49}}
)

// qrAlphabet has the letters of the alphanumeric mode, by value.
const qrAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

const (
	qrVersions = 40
	qrQuiet    = 4 // width of the border that readers need
)

var errQR = errors.New("bridge: text is too long for a QR code")

// QR draws a text: rows of 1 for dark and 0, with the quiet zone.
func QR(text string, level *QRLevel) ([]string, error) {
	for v := 1; v <= qrVersions; v++ {
		if data, ok := level.data(text, v); ok {
			return newGrid(v, level.format).draw(level.words(data, v)).rows(), nil
		}
	}
	return nil, errQR
}

// qrSize is the number of words of a version, check words included.
func qrSize(v int) int {
	modules := (16*v+128)*v + 64
	if v >= 2 {
		n := v/7 + 2
		modules -= (25*n-10)*n - 55
	}
	if v >= 7 {
		modules -= 36
	}
	return modules / 8
}

// qrBits gathers bits, the highest first.
type qrBits []bool

func (b *qrBits) add(value, count int) {
	for i := count - 1; i >= 0; i-- {
		*b = append(*b, value>>i&1 == 1)
	}
}

// data encodes the text for a version, if it fits.
func (l *QRLevel) data(text string, v int) ([]byte, bool) {
	capacity := 8 * (qrSize(v) - int(l.checks[v-1])*int(l.blocks[v-1]))
	var b qrBits
	if strings.Trim(text, qrAlphabet) == "" {
		b.add(2, 4)
		b.add(len(text), 9+2*qrClass(v))
		b.addAlphanumeric(text)
	} else {
		b.add(4, 4)
		b.add(len(text), 8+8*min(qrClass(v), 1))
		for _, c := range []byte(text) {
			b.add(int(c), 8)
		}
	}
	if len(b) > capacity {
		return nil, false
	}
	b.add(0, min(4, capacity-len(b)))
	b.add(0, -len(b)&7)
	for pad := 0xEC; len(b) < capacity; pad ^= 0xEC ^ 0x11 {
		b.add(pad, 8)
	}
	words := make([]byte, len(b)/8)
	for i, bit := range b {
		if bit {
			words[i/8] |= 1 << (7 - i%8)
		}
	}
	return words, true
}

// qrClass says how wide counts of characters are.
func qrClass(v int) int {
	switch {
	case v < 10:
		return 0
	case v < 27:
		return 1
	}
	return 2
}

func (b *qrBits) addAlphanumeric(text string) {
	for ; len(text) >= 2; text = text[2:] {
		b.add(45*strings.IndexByte(qrAlphabet, text[0])+strings.IndexByte(qrAlphabet, text[1]), 11)
	}
	if text != "" {
		b.add(strings.IndexByte(qrAlphabet, text[0]), 6)
	}
}

// words parts the data into blocks, adds check words and interleaves.
func (l *QRLevel) words(data []byte, v int) []byte {
	count, check := int(l.blocks[v-1]), int(l.checks[v-1])
	size := qrSize(v)
	short := size/count - check
	long := size % count // so many blocks at the end have one word more
	divisor := qrDivisor(check)
	var blocks, checks [][]byte
	for i := range count {
		n := short
		if i >= count-long {
			n++
		}
		blocks, checks = append(blocks, data[:n]), append(checks, qrRemainder(data[:n], divisor))
		data = data[n:]
	}
	return append(interleave(blocks, short+1), interleave(checks, check)...)
}

func interleave(blocks [][]byte, longest int) (out []byte) {
	for i := range longest {
		for _, b := range blocks {
			if i < len(b) {
				out = append(out, b[i])
			}
		}
	}
	return out
}

// gf multiplies in the field of 256 elements modulo x^8+x^4+x^3+x^2+1.
func gf(x, y byte) byte {
	z := 0
	for i := 7; i >= 0; i-- {
		z = z<<1 ^ z>>7*0x11D
		z ^= int(y>>i&1) * int(x)
	}
	return byte(z)
}

// qrDivisor is the product of (x - 2^i) for i below the degree, without its
// leading 1.
func qrDivisor(degree int) []byte {
	d := make([]byte, degree)
	d[degree-1] = 1
	root := byte(1)
	for range degree {
		for i := range d {
			d[i] = gf(d[i], root)
			if i+1 < degree {
				d[i] ^= d[i+1]
			}
		}
		root = gf(root, 2)
	}
	return d
}

func qrRemainder(data, divisor []byte) []byte {
	r := make([]byte, len(divisor))
	for _, b := range data {
		factor := b ^ r[0]
		r = append(slices.Clone(r[1:]), 0)
		for i := range r {
			r[i] ^= gf(divisor[i], factor)
		}
	}
	return r
}
