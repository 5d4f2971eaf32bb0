package election

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// Leaf is a deputy on the roll: `index u32 ‖ badge key[32] ‖ commitment[32]`.
// The index was drawn at random, and the commitment hides the roll number, so
// that the leaves in the log name nobody.
type Leaf struct {
	Index      uint32
	Key        [32]byte // Ed25519, of the badge
	Commitment [32]byte
}

// CommitNumber returns the commitment to a roll number. Whoever knows the salt
// can show whose leaf it is.
func CommitNumber(salt [32]byte, number string) [32]byte {
	h := sha256.New()
	h.Write([]byte("piaojue-v1 roll\n"))
	h.Write(salt[:])
	h.Write([]byte(number))
	return [32]byte(h.Sum(nil))
}

// Hash returns the leaf hash of RFC 6962.
func (l Leaf) Hash() [32]byte {
	var w encoder
	l.encode(&w)
	return tlog.RecordHash(w.sum())
}

func (l Leaf) encode(w *encoder) {
	w.AddUint32(l.Index)
	w.bytes(l.Key[:])
	w.bytes(l.Commitment[:])
}

func decodeLeaf(d *decoder) Leaf {
	return Leaf{Index: d.u32(), Key: d.bytes32(), Commitment: d.bytes32()}
}

func encodePath(w *encoder, path [][32]byte) {
	w.count8(len(path))
	for _, h := range path {
		w.bytes(h[:])
	}
}

// MarshalLeaf returns `leaf ‖ list8 of path hash`, as a server answers who asks
// for a leaf, and as an issuance holds it.
func MarshalLeaf(l Leaf, path [][32]byte) []byte {
	var w encoder
	l.encode(&w)
	encodePath(&w, path)
	return w.sum()
}

// ParseLeaf parses what MarshalLeaf returns. It verifies nothing.
func ParseLeaf(b []byte) (Leaf, [][32]byte, error) {
	d := newDecoder(b)
	l, path := decodeLeaf(d), list8(d, (*decoder).bytes32)
	if err := d.done("leaf"); err != nil {
		return Leaf{}, nil, fmt.Errorf("election: %w", err)
	}
	return l, path, nil
}

// Roll is the Merkle tree (RFC 6962) over all deputies. The manifest carries
// its root only.
//
// Of a million deputies a server has other things to remember, so the leaves stay
// where they are, and the tree begins with the hashes of groups of them. Leaves are
// aligned and a group is a power of two, so the path of a leaf is that in its group
// and then that of the group.
type Roll struct {
	read   func(from, to uint32) ([]Leaf, error)
	n      uint32
	groups hashTree
}

const (
	rollGroup = 16             // leaves; the last group may have fewer
	rollStep  = 64 * rollGroup // leaves that are read at once for a new tree
)

// NewRoll builds the tree over leaves in memory. Its errors are those of ReadRoll.
func NewRoll(leaves []Leaf) (*Roll, error) {
	return ReadRoll(uint32(len(leaves)), func(from, to uint32) ([]Leaf, error) { return leaves[from:to], nil })
}

// ReadRoll builds the tree over n leaves, which read returns, now all and later
// those that are asked for. It refuses leaves that are not in the order of their
// index, from 0, and a badge key that occurs twice, with which one badge would
// vote for two (attack K7).
func ReadRoll(n uint32, read func(from, to uint32) ([]Leaf, error)) (*Roll, error) {
	if n == 0 {
		return nil, errors.New("election: roll is empty")
	}
	r := &Roll{read: read, n: n}
	seen := newSet()
	for from := uint32(0); from < n; from += rollStep {
		leaves, err := r.leaves(from, min(n-from, rollStep))
		if err != nil {
			return nil, err
		}
		for _, l := range leaves {
			if seen.Has(l.Key) {
				return nil, fmt.Errorf("election: roll: leaf %d has another's badge key", l.Index)
			}
			seen.add(l.Key)
		}
		for group := range slices.Chunk(leaves, rollGroup) {
			r.groups.add(treeOf(group).root())
		}
	}
	return r, nil
}

// leaves reads leaves in their order.
func (r *Roll) leaves(from, count uint32) ([]Leaf, error) {
	leaves, err := r.read(from, from+count)
	if err != nil {
		return nil, err
	}
	if len(leaves) != int(count) {
		return nil, fmt.Errorf("election: roll: %d leaves from %d, not %d", len(leaves), from, count)
	}
	for i, l := range leaves {
		if l.Index != from+uint32(i) {
			return nil, fmt.Errorf("election: roll: leaf %d has index %d", from+uint32(i), l.Index)
		}
	}
	return leaves, nil
}

// group reads the leaves beside one, and finds out if they are other ones than the
// tree was built over.
func (r *Roll) group(index uint32) ([]Leaf, error) {
	if index >= r.n {
		return nil, fmt.Errorf("election: roll index %d of %d deputies", index, r.n)
	}
	from := index - index%rollGroup
	leaves, err := r.leaves(from, min(r.n-from, rollGroup))
	if err == nil && treeOf(leaves).root() != r.groups.leaf(int64(index/rollGroup)) {
		err = fmt.Errorf("election: roll: leaves from %d have changed", from)
	}
	return leaves, err
}

// Len returns N.
func (r *Roll) Len() int {
	return int(r.n)
}

// Leaf reads the leaf with an index below Len.
func (r *Roll) Leaf(index uint32) (Leaf, error) {
	leaves, err := r.group(index)
	if err != nil {
		return Leaf{}, err
	}
	return leaves[index%rollGroup], nil
}

// Root returns the root that the manifest names.
func (r *Roll) Root() [32]byte { return r.groups.root() }

// Path reads what the inclusion proof of a leaf is made of, and returns it.
func (r *Roll) Path(index uint32) ([][32]byte, error) {
	leaves, err := r.group(index)
	if err != nil {
		return nil, err
	}
	below, above := treeOf(leaves).prove(int64(index%rollGroup)), r.groups.prove(int64(index/rollGroup))
	path := make([][32]byte, 0, len(below)+len(above))
	for _, h := range slices.Concat(below, above) {
		path = append(path, h)
	}
	return path, nil
}

// hashTree is the tree over hashes of leaves, or of groups of them.
type hashTree struct {
	n      int64
	stored []tlog.Hash // in the order of tlog.StoredHashIndex
}

func treeOf(leaves []Leaf) *hashTree {
	t := &hashTree{}
	for _, l := range leaves {
		t.add(l.Hash())
	}
	return t
}

func (t *hashTree) add(h tlog.Hash) {
	t.stored = append(t.stored, need(tlog.StoredHashesForRecordHash(t.n, h, tlog.HashReaderFunc(t.read)))...)
	t.n++
}

func (t *hashTree) read(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		hashes[i] = t.stored[at]
	}
	return hashes, nil
}

func (t *hashTree) leaf(i int64) tlog.Hash { return t.stored[tlog.StoredHashIndex(0, i)] }

func (t *hashTree) root() tlog.Hash { return need(tlog.TreeHash(t.n, tlog.HashReaderFunc(t.read))) }

func (t *hashTree) prove(i int64) tlog.RecordProof {
	return need(tlog.ProveRecord(t.n, i, tlog.HashReaderFunc(t.read)))
}

// need is for what a tree in memory cannot refuse.
func need[T any](v T, err error) T {
	if err != nil {
		panic("election: internal error: " + err.Error())
	}
	return v
}

// Verify checks that the leaf is one of n under the root. The number of leaves
// is part of what is checked: a path for a tree of another size fails (K7).
func (l Leaf) Verify(root [32]byte, n uint32, path [][32]byte) error {
	if l.Index >= n {
		return fmt.Errorf("roll index %d of %d deputies", l.Index, n)
	}
	proof := make(tlog.RecordProof, len(path))
	for i, h := range path {
		proof[i] = h
	}
	if tlog.CheckRecord(proof, int64(n), root, int64(l.Index), l.Hash()) != nil {
		return errors.New("path does not lead to the roll root")
	}
	return nil
}
