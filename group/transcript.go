package group

import (
	"crypto/sha512"
	"encoding/binary"
	"hash"
)

// Context names everything a proof or signature depends on: the Sum of a
// transcript that absorbed the parent context.
type Context [64]byte

// Transcript hashes a sequence of labelled items; the package comment gives
// the format. It absorbs no scalars: secrets cannot get into it (attack F14).
type Transcript struct {
	h      hash.Hash
	header []byte // scratch
}

const (
	typeBytes   = 1
	typeUint    = 2
	typeElement = 3
	typeList    = 4
)

// NewTranscript starts a transcript of the protocol.
func NewTranscript(name string) *Transcript {
	t := &Transcript{h: sha512.New()}
	t.Bytes("piaojue-v1", []byte(name))
	return t
}

// absorb appends one item.
func (t *Transcript) absorb(label string, kind byte, data []byte) {
	if len(label) == 0 || len(label) > 255 {
		panic("group: transcript label must have 1 to 255 bytes")
	}
	h := append(t.header[:0], byte(len(label)))
	h = append(h, label...)
	h = append(h, kind)
	h = binary.BigEndian.AppendUint32(h, uint32(len(data)))
	t.header = h
	t.h.Write(h)
	t.h.Write(data)
}

// Bytes absorbs a byte string.
func (t *Transcript) Bytes(label string, b []byte) {
	t.absorb(label, typeBytes, b)
}

// Uint absorbs an unsigned integer.
func (t *Transcript) Uint(label string, v uint64) {
	t.absorb(label, typeUint, binary.BigEndian.AppendUint64(nil, v))
}

// Element absorbs the canonical encoding of e.
func (t *Transcript) Element(label string, e *Element) {
	t.absorb(label, typeElement, e.Bytes())
}

// List absorbs the head of a list; its n items must follow.
func (t *Transcript) List(label string, n int) {
	t.absorb(label, typeList, binary.BigEndian.AppendUint64(nil, uint64(n)))
}

// Clone returns an independent transcript in the same state.
func (t *Transcript) Clone() *Transcript {
	h, err := t.h.(hash.Cloner).Clone()
	if err != nil {
		panic("group: internal error: SHA-512 cannot be cloned")
	}
	return &Transcript{h: h}
}

// Sum returns the SHA-512 of everything absorbed. The state stays as it is.
func (t *Transcript) Sum() [64]byte {
	return [64]byte(t.h.Sum(nil))
}

// Challenge returns Sum as a little-endian integer modulo the group order;
// 512 bits leave no measurable bias (attack F12).
func (t *Transcript) Challenge() *Scalar {
	sum := t.Sum()
	s, err := new(Scalar).SetUniformBytes(sum[:])
	if err != nil {
		panic("group: internal error: " + err.Error())
	}
	return s
}

// Digest returns the first 32 bytes of Sum.
func (t *Transcript) Digest() [32]byte {
	sum := t.Sum()
	return [32]byte(sum[:])
}
