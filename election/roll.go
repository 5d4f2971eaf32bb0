package election

import (
	"crypto/sha256"
	"errors"
	"fmt"

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
type Roll struct {
	leaves []Leaf
	hashes []tlog.Hash // in the order of tlog.StoredHashIndex
}

// NewRoll builds the tree. It refuses leaves that are not in the order of their
// index, from 0, and a badge key that occurs twice, with which one badge would
// vote for two (attack K7).
func NewRoll(leaves []Leaf) (*Roll, error) {
	if len(leaves) == 0 {
		return nil, errors.New("election: roll is empty")
	}
	r := &Roll{}
	seen := make(map[[32]byte]bool, len(leaves))
	for i, l := range leaves {
		if int64(l.Index) != int64(i) {
			return nil, fmt.Errorf("election: roll: leaf %d has index %d", i, l.Index)
		}
		if seen[l.Key] {
			return nil, fmt.Errorf("election: roll: leaf %d has another's badge key", i)
		}
		seen[l.Key] = true
		if err := r.add(l); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (r *Roll) add(l Leaf) error {
	stored, err := tlog.StoredHashesForRecordHash(int64(len(r.leaves)), l.Hash(), tlog.HashReaderFunc(r.read))
	if err != nil {
		return fmt.Errorf("election: roll: %w", err)
	}
	r.leaves = append(r.leaves, l)
	r.hashes = append(r.hashes, stored...)
	return nil
}

func (r *Roll) read(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		hashes[i] = r.hashes[at]
	}
	return hashes, nil
}

// Len returns N.
func (r *Roll) Len() int {
	return len(r.leaves)
}

// Leaf returns the leaf with an index below Len.
func (r *Roll) Leaf(index uint32) Leaf {
	return r.leaves[index]
}

// Root returns the root that the manifest names.
func (r *Roll) Root() [32]byte {
	root, err := tlog.TreeHash(int64(len(r.leaves)), tlog.HashReaderFunc(r.read))
	if err != nil {
		panic("election: internal error: " + err.Error())
	}
	return root
}

// Path returns the inclusion proof of a leaf.
func (r *Roll) Path(index uint32) ([][32]byte, error) {
	proof, err := tlog.ProveRecord(int64(len(r.leaves)), int64(index), tlog.HashReaderFunc(r.read))
	if err != nil {
		return nil, fmt.Errorf("election: roll: %w", err)
	}
	path := make([][32]byte, len(proof))
	for i, h := range proof {
		path[i] = h
	}
	return path, nil
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
