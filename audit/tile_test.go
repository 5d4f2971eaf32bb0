package audit

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// growMemory makes a log of n short entries.
func growMemory(t testing.TB, n int) *memory {
	t.Helper()
	s := &memory{}
	if _, err := Append(t.Context(), s, 0, testEntries(n)); err != nil {
		t.Fatal(err)
	}
	return s
}

// Tiles of any size, also partial ones, hold the hashes that the definition in
// C2SP tlog-tiles asks for, and authenticate under the root as package tlog
// reads them.
func TestTiles(t *testing.T) {
	const largest = 65536 + 300
	s := growMemory(t, largest)
	leaves := leafHashes(s.entries)
	for _, size := range []uint64{0, 1, 255, 256, 257, 511, 512, 65535, 65536, 65537, largest} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			data := map[tlog.Tile][]byte{}
			for _, tile := range Tiles(size) {
				b, err := ReadTile(t.Context(), s, size, tile)
				if err != nil {
					t.Fatal(err)
				}
				checkTile(t, tile, b, leaves[:size])
				data[tile.t] = b
			}
			if size > 0 {
				checkTileReader(t, s, size, data)
			}
		})
	}
}

func checkTile(t *testing.T, tile Tile, data []byte, leaves []tlog.Hash) {
	t.Helper()
	if len(data) != tile.t.W*tlog.HashSize {
		t.Fatalf("%s has %d bytes", tile.Path(), len(data))
	}
	span := 1 << (8 * tile.t.L)
	for i := 0; i < tile.t.W; i += 37 {
		start := (int(tile.t.N)*256 + i) * span
		want := mth(leaves[start : start+span])
		if got := tlog.Hash(data[i*32:]); got != want {
			t.Fatalf("%s hash %d = %v, want %v", tile.Path(), i, got, want)
		}
	}
}

type tileMap map[tlog.Tile][]byte

func (tileMap) Height() int                         { return tileHeight }
func (tileMap) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (m tileMap) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, t := range tiles {
		if m[t] == nil {
			return nil, fmt.Errorf("no tile %v", t)
		}
		out = append(out, m[t])
	}
	return out, nil
}

func checkTileReader(t *testing.T, s *memory, size uint64, data tileMap) {
	t.Helper()
	root, err := RootAt(t.Context(), s, size)
	if err != nil {
		t.Fatal(err)
	}
	r := tlog.TileHashReader(tlog.Tree{N: int64(size), Hash: root}, data)
	for _, n := range []uint64{0, size / 2, size - 1} {
		got, err := r.ReadHashes([]int64{tlog.StoredHashIndex(0, int64(n))})
		if err != nil || got[0] != tlog.RecordHash(s.entries[n]) {
			t.Fatalf("leaf %d = %v, %v", n, got, err)
		}
	}
}

func TestTilePath(t *testing.T) {
	for path, want := range map[string]tlog.Tile{
		"tile/0/000":                     {H: 8, L: 0, N: 0, W: 256},
		"tile/0/001.p/3":                 {H: 8, L: 0, N: 1, W: 3},
		"tile/2/x001/x234/067.p/255":     {H: 8, L: 2, N: 1234067, W: 255},
		"tile/entries/999":               {H: 8, L: -1, N: 999, W: 256},
		"tile/entries/x001/000.p/1":      {H: 8, L: -1, N: 1000, W: 1},
		"tile/63/x999/x999/x999/999":     {H: 8, L: 63, N: 999999999999, W: 256},
		"tile/entries/x123/x456/789.p/9": {H: 8, L: -1, N: 123456789, W: 9},
	} {
		tile, err := ParseTile(path)
		if err != nil || tile.t != want {
			t.Errorf("ParseTile(%q) = %v, %v; want %v", path, tile.t, err, want)
		}
		if got := (Tile{want}).Path(); got != path {
			t.Errorf("Path() = %q, want %q", got, path)
		}
	}
	for _, path := range []string{
		"", "tile", "tile/", "tile/0", "/tile/0/000", "tile/0/000/", "tile/00/000", "tile/64/000", "tile/-1/000",
		"tile/0/0", "tile/0/0000", "tile/0/1000", "tile/0/x000/001", "tile/0/001/002", "tile/0/x001", "tile/data/000",
		"tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/+1", "tile/0/000.p", "tile/8/0/000",
		"tile/entries/entries/000", "tile/entries/data/000", "tile/8/data/000", "tile/0/../000",
		"tile/0/x999/x999/x999/x999/x999/x999/999", "tile/0/x999/x999/x999/x999/x999/x999/x999/x999/999",
	} {
		if tile, err := ParseTile(path); err == nil {
			t.Errorf("ParseTile(%q) = %v, want an error", path, tile)
		}
	}
}

func TestReadTileBeyondTree(t *testing.T) {
	s := growMemory(t, 300)
	for path, ok := range map[string]bool{
		"tile/0/000": true, "tile/0/000.p/7": true, "tile/0/001.p/44": true, "tile/1/000.p/1": true,
		"tile/entries/001.p/44": true, "tile/entries/000": true,
		"tile/0/001": false, "tile/0/001.p/45": false, "tile/1/000.p/2": false, "tile/1/000": false,
		"tile/2/000.p/1": false, "tile/entries/001.p/45": false, "tile/entries/x999/x999/999": false, "tile/63/000": false,
	} {
		tile, err := ParseTile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ReadTile(t.Context(), s, 300, tile); (err == nil) != ok {
			t.Errorf("ReadTile(%q) = %v, want success: %v", path, err, ok)
		}
	}
	if _, err := ReadTile(t.Context(), s, 200, Tile{tlog.Tile{H: 8, W: 256}}); err == nil {
		t.Error("tile beyond the published size: no error")
	}
}

func TestBundle(t *testing.T) {
	entries := [][]byte{[]byte("a"), {}, bytes.Repeat([]byte{7}, maxEntry)}
	b, err := marshalBundle(entries)
	if err != nil {
		t.Fatal(err)
	}
	got, err := parseBundle(b, 3)
	if err != nil || len(got) != 3 || !bytes.Equal(got[2], entries[2]) {
		t.Errorf("parseBundle = %d entries, %v", len(got), err)
	}
	for name, bad := range map[string]struct {
		b []byte
		n int
	}{
		"fewer entries": {b, 2}, "more entries": {b, 4}, "trailing byte": {append(bytes.Clone(b), 0), 3},
		"cut off": {b[:len(b)-1], 3}, "empty": {nil, 1}, "half a length": {[]byte{0}, 1},
	} {
		if _, err := parseBundle(bad.b, bad.n); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := marshalBundle([][]byte{make([]byte, maxEntry+1)}); err == nil {
		t.Error("entry too long: no error")
	}
}

// A tile of leaf hashes, read back, has the hashes of the entries; of other
// lengths, and of a bundle, nothing is read.
func TestLeaves(t *testing.T) {
	const size = 300
	s := growMemory(t, size)
	want := leafHashes(s.entries)
	var got []tlog.Hash
	for _, tile := range Leaves(0, size) {
		data, err := ReadTile(t.Context(), s, size, tile)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range [][]byte{nil, data[1:], append(data[:len(data):len(data)], 0)} {
			if _, err := tile.ParseHashes(bad); err == nil {
				t.Errorf("%s: %d bytes are read", tile.Path(), len(bad))
			}
		}
		hashes, err := tile.ParseHashes(data)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, hashes...)
	}
	if !slices.Equal(got, want) {
		t.Error("other hashes")
	}
	if _, err := Bundles(0, 1)[0].ParseHashes(make([]byte, 32)); err == nil {
		t.Error("a bundle is read as hashes")
	}
	if have := Leaves(256, size); len(have) != 1 || have[0].Start() != 256 {
		t.Errorf("after 256: %v", have)
	}
	if all := Leaves(0, MaxSize+1); all != nil {
		t.Errorf("%d tiles above the largest size", len(all))
	}
}
