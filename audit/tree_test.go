package audit

import (
	"errors"
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

// mth is MTH of RFC 6962, Section 2.1, as the text gives it.
func mth(leaves []tlog.Hash) tlog.Hash {
	switch len(leaves) {
	case 0:
		return emptyRoot()
	case 1:
		return leaves[0]
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	return tlog.NodeHash(mth(leaves[:k]), mth(leaves[k:]))
}

func leafHashes(entries [][]byte) []tlog.Hash {
	var out []tlog.Hash
	for _, e := range entries {
		out = append(out, tlog.RecordHash(e))
	}
	return out
}

// A log grown in any batches has the same root and the same stored hashes.
func TestAppendBatches(t *testing.T) {
	entries := testEntries(700)
	want := mth(leafHashes(entries))
	rapid.Check(t, func(t *rapid.T) {
		s, size := &memory{}, 0
		var tree tlog.Tree
		for size < len(entries) {
			n := rapid.IntRange(0, len(entries)-size).Draw(t, "batch")
			if n > 300 {
				n = 300
			}
			var err error
			if tree, err = Append(t.Context(), s, uint64(size), entries[size:size+n]); err != nil {
				t.Fatal(err)
			}
			if size += n; tree.N != int64(size) {
				t.Fatalf("size %d, want %d", tree.N, size)
			}
		}
		if tree.Hash != want {
			t.Fatalf("root %v, want %v", tree.Hash, want)
		}
		if got, want := int64(len(s.hashes)), tlog.StoredHashCount(700); got != want {
			t.Fatalf("%d stored hashes, want %d", got, want)
		}
	})
}

func TestRootAt(t *testing.T) {
	s, entries := &memory{}, testEntries(300)
	if _, err := Append(t.Context(), s, 0, entries); err != nil {
		t.Fatal(err)
	}
	for n := range len(entries) + 1 {
		got, err := RootAt(t.Context(), s, uint64(n))
		if want := mth(leafHashes(entries[:n])); err != nil || got != want {
			t.Fatalf("RootAt(%d) = %x, %v; want %v", n, got, err, want)
		}
	}
	for _, n := range []uint64{301, 1 << 63, maxTree + 1} {
		if _, err := RootAt(t.Context(), s, n); !errors.Is(err, errSize) {
			t.Errorf("RootAt(%d) = %v, want %v", n, err, errSize)
		}
	}
}

func TestProofs(t *testing.T) {
	ctx, s, entries := t.Context(), &memory{}, testEntries(70)
	if _, err := Append(ctx, s, 0, entries); err != nil {
		t.Fatal(err)
	}
	root, _ := RootAt(ctx, s, 70)
	for n := range uint64(70) {
		proof, err := ProveInclusion(ctx, s, 70, n)
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckRecord(proof, 70, root, int64(n), tlog.RecordHash(entries[n])); err != nil {
			t.Fatalf("inclusion of %d: %v", n, err)
		}
		old, _ := RootAt(ctx, s, n)
		proof, err = ProveConsistency(ctx, s, 70, n)
		if err != nil {
			t.Fatal(err)
		}
		if err := CheckConsistency(proof, 70, root, n, old); err != nil {
			t.Fatalf("consistency with %d: %v", n, err)
		}
		old[0] ^= 1
		if err := CheckConsistency(proof, 70, root, n, old); err == nil {
			t.Fatalf("consistency with %d and another root: no error", n)
		}
	}
}

func TestProofsBeyondTree(t *testing.T) {
	ctx, s := t.Context(), &memory{}
	if _, err := Append(ctx, s, 0, testEntries(5)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ size, n uint64 }{{6, 0}, {5, 5}, {1 << 63, 1}} {
		if _, err := ProveInclusion(ctx, s, c.size, c.n); !errors.Is(err, errSize) {
			t.Errorf("ProveInclusion(%d, %d) = %v, want %v", c.size, c.n, err, errSize)
		}
	}
	for _, c := range []struct{ size, n uint64 }{{6, 0}, {5, 6}, {1 << 63, 1}} {
		if _, err := ProveConsistency(ctx, s, c.size, c.n); !errors.Is(err, errSize) {
			t.Errorf("ProveConsistency(%d, %d) = %v, want %v", c.size, c.n, err, errSize)
		}
	}
	if err := CheckConsistency(nil, 1<<63, [32]byte{}, 1, [32]byte{}); !errors.Is(err, errSize) {
		t.Errorf("CheckConsistency of an absurd size = %v, want %v", err, errSize)
	}
}

func BenchmarkAppend(b *testing.B) {
	for _, batch := range []int{1, 1000} {
		b.Run(fmt.Sprint(batch), func(b *testing.B) {
			s, entries, size := &memory{}, testEntries(batch), uint64(0)
			for b.Loop() {
				if _, err := Append(b.Context(), s, size, entries); err != nil {
					b.Fatal(err)
				}
				size += uint64(batch)
			}
		})
	}
}
