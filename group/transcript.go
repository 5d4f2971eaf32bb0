package group

import (
	"crypto/sha512"
	"encoding/binary"
	"hash"
	"math"
)

// Context names everything a proof or signature depends on: the Sum of a
// transcript that absorbed the parent context.
type Context [64]byte

// Transcript hashes a sequence of labelled items; the package comment gives
// the format. It absorbs no scalars: secrets cannot get into it (attack F14).
type Transcript struct {
	h    hash.Hash
	item []byte // scratch, so that one item is one Write
}

// Types of items, PROTOCOL.md, Section 3.
const (
	typeBytes   = 1
	typeUint    = 2
	typeElement = 3
	typeList    = 4
)

// NewTranscript starts a transcript of the protocol.
func NewTranscript(name string) *Transcript {
	t := &Transcript{h: sha512.New()}
	t.begin("piaojue-v1", typeBytes, len(name))
	t.item = append(t.item, name...)
	t.end()
	return t
}

// Bytes absorbs a byte string.
func (t *Transcript) Bytes(label string, b []byte) {
	t.begin(label, typeBytes, len(b))
	t.item = append(t.item, b...)
	t.end()
}

// Uint absorbs an unsigned integer.
func (t *Transcript) Uint(label string, v uint64) {
	t.begin(label, typeUint, 8)
	t.item = binary.BigEndian.AppendUint64(t.item, v)
	t.end()
}

// Element absorbs the canonical encoding of e.
func (t *Transcript) Element(label string, e *Element) {
	t.begin(label, typeElement, 32)
	t.item = e.AppendBytes(t.item)
	t.end()
}

// List absorbs the head of a list; its n members must follow.
func (t *Transcript) List(label string, n int) {
	t.begin(label, typeList, 8)
	t.item = binary.BigEndian.AppendUint64(t.item, uint64(n))
	t.end()
}

// begin starts an item. Labels are constants of the protocol, so a bad one is
// a mistake in the program.
func (t *Transcript) begin(label string, kind byte, size int) {
	if len(label) == 0 || len(label) > 255 || uint64(size) > math.MaxUint32 {
		panic("group: internal error: transcript item does not fit its frame")
	}
	t.item = append(t.item[:0], byte(len(label)))
	t.item = append(t.item, label...)
	t.item = append(t.item, kind)
	t.item = binary.BigEndian.AppendUint32(t.item, uint32(size))
}

func (t *Transcript) end() {
	t.h.Write(t.item)
}

// Clone returns an independent transcript in the same state, to go on from a
// common prefix. Several goroutines may clone one transcript, or take its Sum,
// as long as none absorbs into it.
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
