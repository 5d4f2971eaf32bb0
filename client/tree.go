package client

import (
	"errors"

	"golang.org/x/mod/sumdb/tlog"
)

// tree is a Merkle tree in memory, in the numbering of tlog.StoredHashIndex.
type tree struct {
	size   uint64
	hashes []tlog.Hash
}

var errTree = errors.New("client: tree has no such size")

// ReadHashes implements tlog.HashReader.
func (t *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if x < 0 || x >= int64(len(t.hashes)) {
			return nil, errTree
		}
		out[i] = t.hashes[x]
	}
	return out, nil
}

func (t *tree) add(leaf tlog.Hash) error {
	hashes, err := tlog.StoredHashesForRecordHash(int64(t.size), leaf, t)
	if err != nil {
		return err
	}
	t.hashes = append(t.hashes, hashes...)
	t.size++
	return nil
}

// truncate forgets all entries from size on.
func (t *tree) truncate(size uint64) {
	t.hashes = t.hashes[:tlog.StoredHashCount(int64(size))]
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
	return t.hashes[tlog.StoredHashIndex(0, int64(index))]
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
