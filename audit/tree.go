package audit

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// maxTree keeps stored hash indexes, which are below twice the size, and the
// shifts of package tlog within an int64.
const maxTree = 1 << 62

var errSize = errors.New("audit: size is beyond the tree")

// Append hashes entries and appends them to a tree of the given size, in one
// batch, and returns the new tree's size and root. It returns ErrMoved if the
// tree has another size. Callers that have other rows to write with the batch
// pass a Storage that is bound to their transaction.
func Append(ctx context.Context, s Storage, size uint64, entries [][]byte) (tlog.Tree, error) {
	if size > maxTree-uint64(len(entries)) {
		return tlog.Tree{}, errSize
	}
	g, err := newGrowth(size, reader(ctx, s))
	if err != nil {
		return tlog.Tree{}, err
	}
	for _, e := range entries {
		if err := g.add(tlog.RecordHash(e)); err != nil {
			return tlog.Tree{}, err
		}
	}
	if err := s.Append(ctx, size, entries, g.hashes); err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.TreeHash(g.size, g)
	return tlog.Tree{N: g.size, Hash: root}, err
}

// RootAt returns the root of the tree over the first size entries.
func RootAt(ctx context.Context, s Storage, size uint64) ([32]byte, error) {
	if err := checkSize(ctx, s, size); err != nil {
		return [32]byte{}, err
	}
	root, err := tlog.TreeHash(int64(size), reader(ctx, s))
	return root, err
}

// ProveInclusion proves that entry index is in the tree of the given size.
func ProveInclusion(ctx context.Context, s Storage, size, index uint64) ([]tlog.Hash, error) {
	if err := checkSize(ctx, s, size); err != nil {
		return nil, err
	}
	if index >= size {
		return nil, errSize
	}
	return tlog.ProveRecord(int64(size), int64(index), reader(ctx, s))
}

// ProveConsistency proves that the tree of size old is a prefix of the tree of
// the given size. Every tree continues the empty one: that proof is empty.
func ProveConsistency(ctx context.Context, s Storage, size, old uint64) ([]tlog.Hash, error) {
	if err := checkSize(ctx, s, size); err != nil {
		return nil, err
	}
	if old > size {
		return nil, errSize
	}
	if old == 0 {
		return nil, nil
	}
	return tlog.ProveTree(int64(size), int64(old), reader(ctx, s))
}

// CheckConsistency checks what ProveConsistency made.
func CheckConsistency(proof []tlog.Hash, size uint64, root [32]byte, old uint64, oldRoot [32]byte) error {
	if size > maxTree || old > size {
		return errSize
	}
	if old == 0 {
		if len(proof) != 0 || oldRoot != emptyRoot() {
			return errors.New("audit: proof from an empty tree must be empty")
		}
		return nil
	}
	if err := tlog.CheckTree(proof, int64(size), root, int64(old), oldRoot); err != nil {
		return fmt.Errorf("audit: trees of %d and %d entries: %w", old, size, err)
	}
	return nil
}

func emptyRoot() [32]byte {
	root, err := tlog.TreeHash(0, nil)
	if err != nil {
		panic("audit: internal error: the empty tree has no root")
	}
	return root
}

func checkSize(ctx context.Context, s Storage, size uint64) error {
	have, err := s.Size(ctx)
	if err != nil {
		return err
	}
	if size > have || size > maxTree {
		return fmt.Errorf("%w: %d of %d entries", errSize, size, have)
	}
	return nil
}

// growth computes the hashes of a growing tree. Beside the new hashes it needs
// the right edge of the old tree only, which it reads at once.
type growth struct {
	size   int64
	base   int64 // index of hashes[0]
	hashes []tlog.Hash
	edge   map[int64]tlog.Hash
}

func newGrowth(size uint64, r tlog.HashReader) (*growth, error) {
	g := &growth{size: int64(size), base: tlog.StoredHashCount(int64(size)), edge: map[int64]tlog.Hash{}}
	// The roots of the perfect subtrees, which make up the tree's root, are
	// the only left siblings that later leaves can ask for.
	_, err := tlog.TreeHash(g.size, tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes, err := r.ReadHashes(indexes)
		if err != nil {
			return nil, err
		}
		if len(hashes) != len(indexes) {
			return nil, fmt.Errorf("audit: %d hashes read, %d asked for", len(hashes), len(indexes))
		}
		for i, x := range indexes {
			g.edge[x] = hashes[i]
		}
		return hashes, nil
	}))
	return g, err
}

// ReadHashes implements tlog.HashReader.
func (g *growth) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		h, ok := g.edge[x]
		switch {
		case ok:
			out[i] = h
		case x >= g.base && x-g.base < int64(len(g.hashes)):
			out[i] = g.hashes[x-g.base]
		default:
			return nil, errors.New("audit: internal error: hash outside the right edge")
		}
	}
	return out, nil
}

func (g *growth) add(leaf tlog.Hash) error {
	hashes, err := tlog.StoredHashesForRecordHash(g.size, leaf, g)
	if err != nil {
		return err
	}
	g.hashes = append(g.hashes, hashes...)
	g.size++
	return nil
}
