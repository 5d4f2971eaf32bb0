package store

import "golang.org/x/mod/sumdb/tlog"

// tree is a growing Merkle tree (RFC 6962) of which only the right edge is
// kept: the roots of its perfect subtrees, the largest first.
type tree struct {
	size  uint64
	edges []tlog.Hash
}

// add adds a leaf and returns the hashes that become known with it, in the
// order in which tlog.StoredHashIndex numbers them.
func (t *tree) add(leaf tlog.Hash) []tlog.Hash {
	known := []tlog.Hash{leaf}
	// Each one bit at the end of size is a perfect subtree that the new leaf
	// completes to the next larger one.
	for n := t.size; n&1 == 1; n >>= 1 {
		last := len(t.edges) - 1
		leaf = tlog.NodeHash(t.edges[last], leaf)
		t.edges = t.edges[:last]
		known = append(known, leaf)
	}
	t.edges = append(t.edges, leaf)
	t.size++
	return known
}

// root returns the root of a tree that is not empty.
func (t *tree) root() tlog.Hash {
	last := len(t.edges) - 1
	root := t.edges[last]
	for i := last - 1; i >= 0; i-- {
		root = tlog.NodeHash(t.edges[i], root)
	}
	return root
}
