package election

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"slices"
)

// set is a set of 32-byte values of which a large vote has a million. It keeps
// 12 bytes of each: the beginning of SHA-256 of a key of its own and the value.
//
// The same value always gives the same 12 bytes, so that nothing that stands
// twice gets past. Two values that differ give the same ones by chance alone,
// since nobody who makes values knows the key, which is drawn anew for each set:
// in a set of 2^20 with less than 2^-57. Without the key 2^48 tries would find two
// that collide, and keep an honest ballot out.
//
// What is kept lies sorted in shelves that grow each by itself: a map would be
// half empty just after it grew, and take twice as much while it grows.
type set struct {
	key     [32]byte
	shelves [256][]imprint
	count   uint32
	full    bool // nothing may come any more
}

// imprint is what is kept of a value.
type imprint [12]byte

func newSet() *set {
	s := &set{}
	rand.Read(s.key[:]) // never fails, says its documentation
	return s
}

func (s *set) len() uint32 { return s.count }

// close gives the memory back once the phase lets nothing come that would ask.
// Whoever asks all the same is told that the value is there.
func (s *set) close() {
	s.shelves, s.full = [256][]imprint{}, true
}

func (s *set) has(value [32]byte) bool {
	_, _, found := s.find(value)
	return found || s.full
}

func (s *set) add(value [32]byte) {
	p, at, found := s.find(value)
	if found || s.full {
		return
	}
	shelf := &s.shelves[p[0]]
	*shelf = slices.Insert(*shelf, at, p)
	s.count++
}

func (s *set) find(value [32]byte) (p imprint, at int, found bool) {
	var keyed [64]byte
	copy(keyed[:], s.key[:])
	copy(keyed[32:], value[:])
	sum := sha256.Sum256(keyed[:])
	p = imprint(sum[:])
	at, found = slices.BinarySearchFunc(s.shelves[p[0]], p, func(a, b imprint) int { return bytes.Compare(a[:], b[:]) })
	return p, at, found
}
