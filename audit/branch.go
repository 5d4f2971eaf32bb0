package audit

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/election"
)

// branches are the hashes of a record's tree, from the root down to the tiles of
// level 0. Of the leaves, which are 64 MB in a vote of a million, it keeps those
// of the last tile only; all others it reads from the record again, a tile at a
// time, and believes them because they lead to the hash that it has.
type branches struct {
	record *Record
	upper  *growth     // a tree of which each leaf is the hash of a full tile
	last   []tlog.Hash // leaves that are in no full tile

	number int64       // of the tile that was read again last
	again  []tlog.Hash // its leaves; nil if there was none
}

var errChanged = errors.New("is not what it was when it was read before")

func newBranches(r *Record) *branches {
	b := &branches{record: r}
	b.upper, _ = newGrowth(0, nil) // of an empty tree nothing is read
	return b
}

func (b *branches) size() uint64 { return uint64(b.upper.size)*tileWidth + uint64(len(b.last)) }

// add takes the leaves of the next tile of level 0. Only the last one is not
// full.
func (b *branches) add(leaves []tlog.Hash) error {
	if len(leaves) < tileWidth {
		b.last = leaves
		return nil
	}
	return b.upper.add(PerfectRoot(leaves))
}

// PerfectRoot returns the root over leaves, whose number is a power of two.
func PerfectRoot(leaves []tlog.Hash) tlog.Hash {
	row := append([]tlog.Hash(nil), leaves...)
	for n := len(row) / 2; n > 0; n /= 2 {
		for i := range n {
			row[i] = tlog.NodeHash(row[2*i], row[2*i+1])
		}
	}
	return row[0]
}

// ReadHashes implements tlog.HashReader.
func (b *branches) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		h, err := b.hash(tlog.SplitStoredHashIndex(x))
		if err != nil {
			return nil, err
		}
		out[i] = h
	}
	return out, nil
}

func (b *branches) hash(level int, n int64) (tlog.Hash, error) {
	if level >= tileHeight {
		h, err := b.upper.ReadHashes([]int64{tlog.StoredHashIndex(level-tileHeight, n)})
		if err != nil {
			return tlog.Hash{}, err
		}
		return h[0], nil
	}
	leaves, err := b.leaves(n >> (tileHeight - level))
	if err != nil {
		return tlog.Hash{}, err
	}
	start := n << level % tileWidth
	end := start + 1<<level
	if end > int64(len(leaves)) {
		return tlog.Hash{}, errSize
	}
	return PerfectRoot(leaves[start:end]), nil
}

// leaves returns those of a tile of level 0.
func (b *branches) leaves(tile int64) ([]tlog.Hash, error) {
	switch {
	case tile == b.upper.size:
		return b.last, nil
	case tile > b.upper.size:
		return nil, errSize
	case b.again != nil && tile == b.number:
		return b.again, nil
	}
	t := Tile{tlog.Tile{H: tileHeight, L: 0, N: tile, W: tileWidth}}
	leaves, err := b.record.readHashes(t)
	if err != nil {
		return nil, err
	}
	want, err := b.hash(tileHeight, tile)
	if err == nil && PerfectRoot(leaves) != want {
		err = fault(election.CauseTree, t.Path(), fmt.Errorf("%w: %s %w", errRecord, t.Path(), errChanged))
	}
	if err != nil {
		return nil, err
	}
	b.number, b.again = tile, leaves
	return leaves, nil
}

// frontier is the root of a growing tree, and nothing besides: the roots of its
// perfect subtrees, the largest first.
type frontier struct {
	size  uint64
	roots []tlog.Hash
}

func (f *frontier) add(leaf tlog.Hash) {
	for n := f.size; n&1 == 1; n >>= 1 {
		last := len(f.roots) - 1
		leaf = tlog.NodeHash(f.roots[last], leaf)
		f.roots = f.roots[:last]
	}
	f.roots = append(f.roots, leaf)
	f.size++
}

func (f *frontier) root() tlog.Hash {
	if f.size == 0 {
		return emptyRoot()
	}
	last := len(f.roots) - 1
	root := f.roots[last]
	for i := last - 1; i >= 0; i-- {
		root = tlog.NodeHash(f.roots[i], root)
	}
	return root
}
