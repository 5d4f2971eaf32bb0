package client

import (
	"errors"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
)

// tree is a Merkle tree in memory: its leaves, and what is above each 2^8 of them.
// The hashes between are computed when somebody asks.
type tree struct {
	size  uint64
	tiles [][]tlog.Hash // leaves; all but the last one are full
	above []tlog.Hash   // of the tree over full tiles, by tlog.StoredHashIndex
}

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

var errTree = errors.New("client: tree has no such size")

// ReadHashes implements tlog.HashReader.
func (t *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if x < 0 || x >= tlog.StoredHashCount(int64(t.size)) {
			return nil, errTree
		}
		out[i] = t.hash(tlog.SplitStoredHashIndex(x))
	}
	return out, nil
}

func (t *tree) hash(level int, n int64) tlog.Hash {
	if level >= tileHeight {
		return t.above[tlog.StoredHashIndex(level-tileHeight, n)]
	}
	leaves := t.tiles[n>>(tileHeight-level)]
	start := n << level % tileWidth
	return audit.PerfectRoot(leaves[start : start+1<<level])
}

func (t *tree) add(leaf tlog.Hash) error {
	if t.size%tileWidth == 0 {
		t.tiles = append(t.tiles, make([]tlog.Hash, 0, tileWidth))
	}
	last := &t.tiles[len(t.tiles)-1]
	*last = append(*last, leaf)
	t.size++
	if len(*last) < tileWidth {
		return nil
	}
	hashes, err := tlog.StoredHashesForRecordHash(int64(len(t.tiles)-1), audit.PerfectRoot(*last), tlog.HashReaderFunc(t.readAbove))
	t.above = append(t.above, hashes...)
	return err
}

func (t *tree) readAbove(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = t.above[x]
	}
	return out, nil
}

// truncate forgets all entries from size on.
func (t *tree) truncate(size uint64) {
	full, rest := size/tileWidth, size%tileWidth
	t.above = t.above[:tlog.StoredHashCount(int64(full))]
	if t.tiles = t.tiles[:(size+tileWidth-1)/tileWidth]; rest > 0 {
		t.tiles[full] = t.tiles[full][:rest]
	}
	t.size = size
}

func (t *tree) rootAt(size uint64) ([32]byte, error) {
	if size > t.size {
		return [32]byte{}, errTree
	}
	return tlog.TreeHash(int64(size), t)
}

// leaf returns the hash of an entry that the tree has.
func (t *tree) leaf(index uint64) tlog.Hash {
	return t.tiles[index/tileWidth][index%tileWidth]
}

// find returns the index of the entry with a leaf hash.
func (t *tree) find(leaf [32]byte) (index uint64, ok bool) {
	for i := range t.size {
		if t.leaf(i) == leaf {
			return i, true
		}
	}
	return 0, false
}
