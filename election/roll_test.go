package election_test

import (
	"crypto/sha256"
	"fmt"
	"testing"

	"piaojue/election"
)

func testLeaves(n int) []election.Leaf {
	leaves := make([]election.Leaf, n)
	for i := range leaves {
		leaves[i] = election.Leaf{Index: uint32(i), Key: sha256.Sum256(fmt.Append(nil, i))}
	}
	return leaves
}

// TestRollSmall computes the tree of three leaves by hand (RFC 6962).
func TestRollSmall(t *testing.T) {
	salt := [32]byte{1}
	leaves := testLeaves(3)
	leaves[1].Commitment = election.CommitNumber(salt, "A1")
	if want := sha256.Sum256([]byte("piaojue-v1 roll\n\x01" + string(make([]byte, 31)) + "A1")); leaves[1].Commitment != want {
		t.Error("commitment is not that of PROTOCOL.md")
	}
	r, err := election.NewRoll(leaves)
	if err != nil {
		t.Fatal(err)
	}
	hash := func(parts ...[]byte) []byte {
		h := sha256.New()
		for _, p := range parts {
			h.Write(p)
		}
		return h.Sum(nil)
	}
	leaf := func(i byte) []byte {
		return hash([]byte{0, 0, 0, 0, i}, leaves[i].Key[:], leaves[i].Commitment[:])
	}
	want := hash([]byte{1}, hash([]byte{1}, leaf(0), leaf(1)), leaf(2))
	if got := r.Root(); string(got[:]) != string(want) {
		t.Errorf("root %x, want %x", got, want)
	}
	if got := leaves[2].Hash(); string(got[:]) != string(leaf(2)) {
		t.Error("leaf hash")
	}
}

func TestRollPaths(t *testing.T) {
	for _, n := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 15, 16, 17, 18, 31, 32, 33, 48, 50, 1025} {
		leaves := testLeaves(n)
		r := must(election.NewRoll(leaves))
		for i := range leaves {
			path := must(r.Path(uint32(i)))
			if err := must(r.Leaf(uint32(i))).Verify(r.Root(), uint32(n), path); err != nil {
				t.Errorf("leaf %d of %d: %v", i, n, err)
			}
			wantNoPath(t, r, leaves[i], path)
		}
		if _, err := r.Path(uint32(n)); err == nil || r.Len() != n {
			t.Errorf("path of leaf %d of %d", n, n)
		}
	}
}

// TestRollChanged: a roll that reads other leaves than it was built over says so.
func TestRollChanged(t *testing.T) {
	leaves := testLeaves(40)
	r := must(election.NewRoll(leaves))
	before := leaves[20]
	leaves[20].Commitment[5] ^= 1
	for i := range leaves {
		_, err := r.Leaf(uint32(i))
		_, noPath := r.Path(uint32(i))
		if beside := i/16 == 20/16; (err != nil) != beside || (noPath != nil) != beside {
			t.Errorf("leaf %d: %v; path: %v", i, err, noPath)
		}
	}
	leaves[20] = before
	if l := must(r.Leaf(20)); l != before {
		t.Errorf("leaf %v", l)
	}
	short := must(election.ReadRoll(40, func(from, to uint32) ([]election.Leaf, error) { return leaves[from:min(to, uint32(len(leaves)))], nil }))
	leaves = leaves[:35]
	if _, err := short.Leaf(39); err == nil {
		t.Error("a leaf that is not there")
	}
}

func wantNoPath(t *testing.T, r *election.Roll, l election.Leaf, path [][32]byte) {
	t.Helper()
	n := uint32(r.Len())
	other := l
	other.Key[0] ^= 1
	if other.Verify(r.Root(), n, path) == nil {
		t.Error("another badge key verifies")
	}
	if l.Verify(r.Root(), n, append(path[:len(path):len(path)], [32]byte{})) == nil {
		t.Error("a longer path verifies")
	}
	if l.Verify(r.Root(), l.Index, path) == nil {
		t.Error("a leaf outside the roll verifies")
	}
	if l.Verify([32]byte{}, n, path) == nil {
		t.Error("another root verifies")
	}
}

// TestRollErrors: a list of the wrong length or with a name twice (K7).
func TestRollErrors(t *testing.T) {
	missing, twice := testLeaves(4), testLeaves(4)
	missing = append(missing[:1], missing[2:]...)
	twice[3].Key = twice[0].Key
	for name, leaves := range map[string][]election.Leaf{"empty": nil, "missing": missing, "badge twice": twice} {
		if _, err := election.NewRoll(leaves); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestParseLeaf(t *testing.T) {
	r := must(election.NewRoll(testLeaves(5)))
	b := election.MarshalLeaf(must(r.Leaf(4)), must(r.Path(4)))
	l, path, err := election.ParseLeaf(b)
	if err != nil || l != must(r.Leaf(4)) || l.Verify(r.Root(), 5, path) != nil {
		t.Errorf("leaf %v, error %v", l, err)
	}
	for _, bad := range [][]byte{nil, b[:len(b)-1], append(b, 0)} {
		if _, _, err := election.ParseLeaf(bad); err == nil {
			t.Errorf("%d bytes parse", len(bad))
		}
	}
}
