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
type set struct{ table[struct{}] }

func newSet() *set { return &set{table[struct{}]{key: newSecret()}} }

func (s *set) add(value [32]byte) { s.put(value, struct{}{}) }

// places is a set that knows where in the log each value stands.
type places struct{ table[entryIndex] }

// entryIndex is an entry of a log; one with 2^32 of them would have terabytes.
type entryIndex uint32

func newPlaces() *places { return &places{table[entryIndex]{key: newSecret()}} }

// table is a set with something beside each value.
type table[V any] struct {
	key     [32]byte
	shelves [256][]shelved[V]
	count   uint32
	full    bool // nothing may come any more
}

type shelved[V any] struct {
	beside V
	print  imprint
}

// imprint is what is kept of a value.
type imprint [12]byte

func newSecret() (key [32]byte) {
	rand.Read(key[:]) // never fails, says its documentation
	return key
}

func (t *table[V]) len() uint32 { return t.count }

// close gives the memory back once the phase lets nothing come that would ask.
// Whoever asks all the same is told that the value is there.
func (t *table[V]) close() {
	t.shelves, t.full = [256][]shelved[V]{}, true
}

func (t *table[V]) has(value [32]byte) bool {
	_, _, found := t.find(value)
	return found || t.full
}

// get returns what was put in with a value.
func (t *table[V]) get(value [32]byte) (beside V, ok bool) {
	p, at, found := t.find(value)
	if !found {
		return beside, false
	}
	return t.shelves[p[0]][at].beside, true
}

func (t *table[V]) put(value [32]byte, beside V) {
	p, at, found := t.find(value)
	if found || t.full {
		return
	}
	shelf := &t.shelves[p[0]]
	*shelf = slices.Insert(*shelf, at, shelved[V]{beside, p})
	t.count++
}

func (t *table[V]) find(value [32]byte) (p imprint, at int, found bool) {
	var keyed [64]byte
	copy(keyed[:], t.key[:])
	copy(keyed[32:], value[:])
	sum := sha256.Sum256(keyed[:])
	p = imprint(sum[:])
	at, found = slices.BinarySearchFunc(t.shelves[p[0]], p, func(a shelved[V], b imprint) int { return bytes.Compare(a.print[:], b[:]) })
	return p, at, found
}
