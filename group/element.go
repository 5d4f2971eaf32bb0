package group

import (
	"errors"

	"filippo.io/edwards25519/field"
)

// Element is an element of ristretto255. The zero value is the identity.
//
// Methods set their receiver and return it; receiver and arguments may be the
// same. An Element may be read by several goroutines at once.
type Element struct {
	_       incomparable
	p       point // all zero stands for the identity; use coordinates
	enc     [32]byte
	encoded bool // enc is the encoding of p
}

// incomparable forbids ==, which would compare representations.
type incomparable [0]func()

var (
	errLength  = errors.New("group: element is not 32 bytes")
	errElement = errors.New("group: not a canonical ristretto255 encoding")
	errUniform = errors.New("group: uniform input is not 64 bytes")
)

// generatorBytes is the encoding of the generator (RFC 9496, Section 4.1).
var generatorBytes = [32]byte{
	0xe2, 0xf2, 0xae, 0x0a, 0x6a, 0xbc, 0x4e, 0x71, 0xa8, 0x84, 0xa9, 0x61, 0xc5, 0x00, 0x51, 0x5f,
	0x58, 0xe3, 0x0b, 0x6a, 0xa5, 0x82, 0xdd, 0x8d, 0xb6, 0xa6, 0x59, 0x45, 0xe0, 0x8d, 0x2d, 0x76,
}

var generator = newGenerator()

func newGenerator() *Element {
	e, err := ParseElement(generatorBytes[:])
	if err != nil {
		panic("group: internal error: generator does not decode")
	}
	return e
}

// NewElement returns the identity.
func NewElement() *Element {
	return new(Element)
}

// Generator returns a copy of the generator of RFC 9496.
func Generator() *Element {
	return new(Element).Set(generator)
}

// coordinates returns the point behind e. Z is never zero in a valid point, so
// whether this branches says only that nobody has set e.
func (e *Element) coordinates() *point {
	if e.p.z == (field.Element{}) {
		return &identity
	}
	return &e.p
}

// Set sets e = a.
func (e *Element) Set(a *Element) *Element {
	*e = *a
	return e
}

// Add sets e = a + b.
func (e *Element) Add(a, b *Element) *Element {
	var q cached
	q.set(b.coordinates())
	e.p.add(a.coordinates(), &q)
	e.encoded = false
	return e
}

// Subtract sets e = a - b.
func (e *Element) Subtract(a, b *Element) *Element {
	var q cached
	q.set(b.coordinates())
	e.p.subtract(a.coordinates(), &q)
	e.encoded = false
	return e
}

// Negate sets e = -a.
func (e *Element) Negate(a *Element) *Element {
	e.p.negate(a.coordinates())
	e.encoded = false
	return e
}

// Equal reports whether e and a are the same group element, in constant time.
func (e *Element) Equal(a *Element) bool {
	return e.coordinates().equal(a.coordinates()) == 1
}

// IsIdentity reports whether e is the identity, in constant time.
func (e *Element) IsIdentity() bool {
	return e.coordinates().equal(&identity) == 1
}

// Bytes returns the canonical encoding, 32 bytes. It never writes to e; after
// Encode or a decoding it costs nothing.
func (e *Element) Bytes() []byte {
	return e.AppendBytes(make([]byte, 0, 32))
}

// AppendBytes appends the canonical encoding to b.
func (e *Element) AppendBytes(b []byte) []byte {
	enc := e.encoding()
	return append(b, enc[:]...)
}

func (e *Element) encoding() [32]byte {
	if e.encoded {
		return e.enc
	}
	return e.coordinates().encode()
}

// Encode computes the canonical encoding and keeps it in e, so that Bytes is
// free from now on. It writes to e: call it before sharing e.
func (e *Element) Encode() *Element {
	e.enc = e.encoding()
	e.encoded = true
	return e
}

// ParseElement decodes exactly 32 bytes in canonical form (RFC 9496, Section
// 4.3.1). It accepts the identity: where an identity would be an attack (G5)
// the caller asks IsIdentity.
func ParseElement(b []byte) (*Element, error) {
	return new(Element).SetBytes(b)
}

// SetBytes is ParseElement in place. On error e is unchanged.
func (e *Element) SetBytes(b []byte) (*Element, error) {
	if len(b) != 32 {
		return nil, errLength
	}
	var p point
	enc := [32]byte(b)
	if p.decode(&enc) != 1 {
		return nil, errElement
	}
	e.p, e.enc, e.encoded = p, enc, true
	return e, nil
}

// SetUniformBytes sets e by the one-way map of RFC 9496, Section 4.3.4, from
// 64 uniform bytes such as a SHA-512 digest. Nobody knows the discrete
// logarithm of the result.
func (e *Element) SetUniformBytes(b []byte) (*Element, error) {
	if len(b) != 64 {
		return nil, errUniform
	}
	var p1, p2 point
	var q cached
	p1.mapToPoint(b[:32])
	p2.mapToPoint(b[32:])
	q.set(&p2)
	e.p.add(&p1, &q)
	e.encoded = false
	return e, nil
}
