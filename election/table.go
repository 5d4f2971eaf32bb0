package election

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"slices"
)

// Table is a set of 32-byte values of which a large vote has a million, with
// something beside each. It keeps 12 bytes of a value: the beginning of SHA-256 of
// a key of its own and the value.
//
// The same value always gives the same 12 bytes, so that nothing that stands
// twice gets past. Two values that differ give the same ones by chance alone,
// since nobody who makes values knows the key, which is drawn anew for each set:
// in a set of 2^20 with less than 2^-57. Without the key 2^48 tries would find two
// that collide, and keep an honest ballot out.
//
// What is kept lies sorted in shelves that grow each by itself: a map would be
// half empty just after it grew, and take twice as much while it grows.
type Table[V any] struct {
	key     secret
	shelves *[256][]shelved[V] // nil if nothing is in it
	count   uint32
	full    bool // nothing may come any more
}

type shelved[V any] struct {
	beside V
	print  Imprint
}

// NewTable returns an empty table with a key of its own.
func NewTable[V any]() *Table[V] {
	return &Table[V]{key: newSecret()}
}

// set is a table with nothing beside its values.
type set struct{ Table[struct{}] }

func newSet() *set { return &set{Table[struct{}]{key: newSecret()}} }

func (s *set) add(value [32]byte) { s.Put(value, struct{}{}) }

// entryIndex is an entry of a log, of which there are at most 2^31: a log of so many
// would have terabytes, and no reader takes one above audit.MaxSize.
type entryIndex uint32

// Imprint is what a table keeps of a value.
type Imprint [12]byte

// Len returns the number of values.
func (t *Table[V]) Len() uint32 { return t.count }

// Close gives the memory back once the phase lets nothing come that would ask.
// Whoever asks all the same is told that the value is there.
func (t *Table[V]) Close() {
	t.shelves, t.full = nil, true
}

// Has reports whether a value is there.
func (t *Table[V]) Has(value [32]byte) bool {
	_, _, found := t.find(value)
	return found || t.full
}

// Get returns what was put in with a value.
func (t *Table[V]) Get(value [32]byte) (beside V, ok bool) {
	p, at, found := t.find(value)
	if !found {
		return beside, false
	}
	return t.shelves[p[0]][at].beside, true
}

// Put puts in a value that is not there yet.
func (t *Table[V]) Put(value [32]byte, beside V) {
	p, at, found := t.find(value)
	if found || t.full {
		return
	}
	if t.shelves == nil {
		t.shelves = new([256][]shelved[V])
	}
	shelf := &t.shelves[p[0]]
	if len(*shelf) == cap(*shelf) {
		*shelf = roomier(*shelf)
	}
	*shelf = slices.Insert(*shelf, at, shelved[V]{beside, p})
	t.count++
}

// roomier returns a copy with room for a sixteenth more. All shelves of a table are
// about equally long, so they grow at about the same time, and by append each would
// get a quarter.
func roomier[E any](s []E) []E {
	return append(slices.Grow([]E(nil), len(s)+len(s)/16+1), s...)
}

func (t *Table[V]) find(value [32]byte) (p Imprint, at int, found bool) {
	p = t.Imprint(value)
	if t.shelves == nil {
		return p, 0, false
	}
	at, found = slices.BinarySearchFunc(t.shelves[p[0]], p, func(a shelved[V], b Imprint) int { return bytes.Compare(a.print[:], b[:]) })
	return p, at, found
}

// Imprint returns what this table keeps of a value; another keeps something else.
func (t *Table[V]) Imprint(value [32]byte) Imprint { return t.key.imprint(value) }

// secret is what makes imprints.
type secret [32]byte

func newSecret() (s secret) {
	rand.Read(s[:]) // never fails, says its documentation
	return s
}

func (s *secret) imprint(value [32]byte) Imprint {
	var keyed [64]byte
	copy(keyed[:], s[:])
	copy(keyed[32:], value[:])
	sum := sha256.Sum256(keyed[:])
	return Imprint(sum[:])
}
