package client

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// TestTree: every hash, root, proof and leaf is that of a tree which keeps all
// hashes, while it grows, is cut and grows again.
func TestTree(t *testing.T) {
	const most = 3*tileWidth + 5
	var want []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			out[i] = want[x]
		}
		return out, nil
	})
	leaf := func(i int) tlog.Hash { return tlog.RecordHash(binary.BigEndian.AppendUint64(nil, uint64(i))) }
	for i := range most {
		hashes, err := tlog.StoredHashesForRecordHash(int64(i), leaf(i), reader)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, hashes...)
	}
	var got tree
	for _, size := range []int{1, 255, 256, 257, 3, 512, 300, 0, 513, 767, 768, 512, most, most - 1, most} {
		for int(got.size) < size {
			if err := got.add(leaf(int(got.size))); err != nil {
				t.Fatal(err)
			}
		}
		got.truncate(uint64(size))
		indexes := make([]int64, tlog.StoredHashCount(int64(size)))
		for x := range indexes {
			indexes[x] = int64(x)
		}
		if all, err := got.ReadHashes(indexes); err != nil || !slices.Equal(all, want[:len(indexes)]) {
			t.Fatalf("size %d: other hashes, %v", size, err)
		}
		if _, err := got.ReadHashes([]int64{int64(len(indexes))}); err == nil {
			t.Errorf("size %d: it has a hash beyond", size)
		}
		if _, err := got.rootAt(uint64(size + 1)); err == nil {
			t.Errorf("size %d: it has the root of a larger one", size)
		}
		root, _ := tlog.TreeHash(int64(size), reader)
		if at, err := got.rootAt(uint64(size)); err != nil || at != root {
			t.Errorf("size %d: another root, %v", size, err)
		}
		if size == 0 {
			continue
		}
		n := rand.IntN(size)
		proof, err := tlog.ProveRecord(int64(size), int64(n), &got)
		if err != nil || tlog.CheckRecord(proof, int64(size), root, int64(n), leaf(n)) != nil {
			t.Errorf("size %d: entry %d is not proved, %v", size, n, err)
		}
		if i, ok := got.find(leaf(n)); !ok || i != uint64(n) || got.leaf(i) != leaf(n) {
			t.Errorf("size %d: entry %d is at %d, %t", size, n, i, ok)
		}
		if _, ok := got.find(leaf(size)); ok {
			t.Errorf("size %d: it has entry %d", size, size)
		}
	}
}
