package store

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"

	"piaojue/election"
)

// slip is what lies in a slot of the box: a ballot, an unused credential, or a
// seal code that a challenge spent. Fields that its kind does not have are zero.
//
// In the file it is
//
//	sum[32] ‖ kind u8 ‖ epoch u32 ‖ hash[32] ‖ key[32] ‖ seal[32] ‖ alpha[32] ‖ commitment[32] ‖ u32 len(entry) ‖ entry
//
// and zeros to the end of the slot. The sum is the SHA-256 of what follows it,
// without the zeros: SQLite does not notice a byte that has changed on the disk,
// and with another key or seal code a second ballot could come in.
type slip struct {
	kind  election.Kind
	epoch uint32

	hash, key         [32]byte // tracking code, one-time key; not if spent
	seal              [32]byte // not of an unused credential
	alpha, commitment [32]byte // of a ballot
	entry             []byte   // not if spent
}

const (
	slipHead = sha256.Size + 1 + 4 + 5*32 + 4 // all of a spent seal code
	maxEntry = 65000                          // PROTOCOL.md, "Entries"
)

// fields returns the values of 32 bytes in the order of the file.
func (s *slip) fields() []*[32]byte {
	return []*[32]byte{&s.hash, &s.key, &s.seal, &s.alpha, &s.commitment}
}

// need is the length of a slip without the zeros.
func (s *slip) need() int { return slipHead + len(s.entry) }

// marshal fills a slot of a size, which is at least need.
func (s *slip) marshal(size int) []byte {
	b := cryptobyte.NewBuilder(make([]byte, sha256.Size, size))
	b.AddUint8(uint8(s.kind))
	b.AddUint32(s.epoch)
	for _, f := range s.fields() {
		b.AddBytes(f[:])
	}
	b.AddUint32(uint32(len(s.entry)))
	b.AddBytes(s.entry)
	whole := b.BytesOrPanic()
	sum := sha256.Sum256(whole[sha256.Size:])
	copy(whole, sum[:])
	return whole[:size]
}

var errSlip = errors.New("store: no slip")

// parseSlip parses a slot. In an empty one lies nil.
func parseSlip(slot []byte) (*slip, error) {
	if isZero(slot) {
		return nil, nil
	}
	x := new(slip)
	var n uint32
	var sum [sha256.Size]byte
	b := cryptobyte.String(slot)
	ok := b.CopyBytes(sum[:])
	rest := b
	ok = ok && b.ReadUint8((*uint8)(&x.kind)) && b.ReadUint32(&x.epoch)
	for _, f := range x.fields() {
		ok = ok && b.CopyBytes(f[:])
	}
	if !ok || !b.ReadUint32(&n) || n > maxEntry || !b.ReadBytes(&x.entry, int(n)) || !isZero(b) {
		return nil, errSlip
	}
	if sum != sha256.Sum256(rest[:len(rest)-len(b)]) {
		return nil, fmt.Errorf("%w: it has changed", errSlip)
	}
	return x, x.check()
}

// check compares the fields with the kind, and the entry with its hash.
func (s *slip) check() error {
	zero := [32]byte{}
	absent := s.fields()[3:]
	switch s.kind {
	case election.KindBallot:
		absent = nil
	case election.KindUnused:
		absent = s.fields()[2:]
	case election.KindSpent:
		absent = append(absent, &s.hash, &s.key)
	default:
		return fmt.Errorf("%w: kind %d", errSlip, s.kind)
	}
	for _, f := range absent {
		if *f != zero {
			return fmt.Errorf("%w: a field that kind %d does not have", errSlip, s.kind)
		}
	}
	if s.epoch == 0 || (s.kind == election.KindSpent) != (len(s.entry) == 0) || len(s.entry) > maxEntry {
		return fmt.Errorf("%w: epoch %d, entry of %d bytes", errSlip, s.epoch, len(s.entry))
	}
	if s.kind != election.KindSpent && s.hash != election.HashEntry(s.entry) {
		return fmt.Errorf("%w: the entry has another hash", errSlip)
	}
	return nil
}

func isZero(b []byte) bool { return bytes.Count(b, []byte{0}) == len(b) }
