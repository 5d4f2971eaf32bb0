package group

import (
	"crypto/rand"
	"encoding/binary"
	"errors"

	"filippo.io/edwards25519"
)

// Scalar is an integer modulo the order of the group,
// l = 2²⁵² + 27742317777372353535851937790883648493. The zero value is zero.
// Everything about scalars is constant time.
type Scalar struct {
	_ incomparable
	s edwards25519.Scalar
}

var (
	errScalarLength = errors.New("group: scalar is not 32 bytes")
	errScalar       = errors.New("group: scalar is not below the group order")
)

// NewScalar returns zero.
func NewScalar() *Scalar {
	return new(Scalar)
}

// RandomScalar returns a uniform scalar other than zero.
func RandomScalar() *Scalar {
	for {
		var b [64]byte
		rand.Read(b[:]) // never fails: it stops the program instead
		s, err := new(Scalar).SetUniformBytes(b[:])
		if err != nil {
			panic("group: internal error: " + err.Error())
		}
		if !s.IsZero() {
			return s
		}
	}
}

// ParseScalar decodes exactly 32 bytes, little-endian and below the order:
// v + l is not another spelling of v (attack G8).
func ParseScalar(b []byte) (*Scalar, error) {
	return new(Scalar).SetBytes(b)
}

// SetBytes is ParseScalar in place. On error s is unchanged.
func (s *Scalar) SetBytes(b []byte) (*Scalar, error) {
	if len(b) != 32 {
		return nil, errScalarLength
	}
	if _, err := s.s.SetCanonicalBytes(b); err != nil {
		return nil, errScalar
	}
	return s, nil
}

// SetUniformBytes sets s to a 64-byte little-endian integer modulo the order.
func (s *Scalar) SetUniformBytes(b []byte) (*Scalar, error) {
	if _, err := s.s.SetUniformBytes(b); err != nil {
		return nil, errUniform
	}
	return s, nil
}

// SetUint64 sets s = v.
func (s *Scalar) SetUint64(v uint64) *Scalar {
	var b [32]byte
	binary.LittleEndian.PutUint64(b[:], v)
	if _, err := s.s.SetCanonicalBytes(b[:]); err != nil {
		panic("group: internal error: small scalar is not canonical")
	}
	return s
}

// Set sets s = a.
func (s *Scalar) Set(a *Scalar) *Scalar {
	*s = *a
	return s
}

// Add sets s = a + b.
func (s *Scalar) Add(a, b *Scalar) *Scalar {
	s.s.Add(&a.s, &b.s)
	return s
}

// Subtract sets s = a - b.
func (s *Scalar) Subtract(a, b *Scalar) *Scalar {
	s.s.Subtract(&a.s, &b.s)
	return s
}

// Multiply sets s = a·b.
func (s *Scalar) Multiply(a, b *Scalar) *Scalar {
	s.s.Multiply(&a.s, &b.s)
	return s
}

// Negate sets s = -a.
func (s *Scalar) Negate(a *Scalar) *Scalar {
	s.s.Negate(&a.s)
	return s
}

// Invert sets s = 1/a, or zero if a is zero.
func (s *Scalar) Invert(a *Scalar) *Scalar {
	var t edwards25519.Scalar
	t.Invert(&a.s)
	s.s = t
	return s
}

// Equal reports whether s = a, in constant time.
func (s *Scalar) Equal(a *Scalar) bool {
	return s.s.Equal(&a.s) == 1
}

// IsZero reports whether s = 0, in constant time.
func (s *Scalar) IsZero() bool {
	return s.s.Equal(new(edwards25519.Scalar)) == 1
}

// Bytes returns the 32 bytes of s, little-endian.
func (s *Scalar) Bytes() []byte {
	return s.s.Bytes()
}

// AppendBytes appends the 32 bytes of s to b.
func (s *Scalar) AppendBytes(b []byte) []byte {
	return append(b, s.s.Bytes()...)
}
