package audit

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	// entryLevel marks a bundle of entries among tiles.
	entryLevel = -1
	// maxEntry is the longest entry that a bundle can hold.
	maxEntry = 1<<16 - 1
)

var (
	errTile   = errors.New("audit: malformed tile path")
	errHashes = errors.New("audit: malformed hash tile")
	errBundle = errors.New("audit: malformed entry bundle")
)

// Tile names one file of a log (C2SP tlog-tiles): a hash tile, or an entry
// bundle.
type Tile struct{ t tlog.Tile }

// ParseTile parses a path like tile/0/x001/067 or tile/entries/000.p/3.
func ParseTile(path string) (Tile, error) {
	rest, ok := strings.CutPrefix(path, "tile/")
	if !ok || strings.HasPrefix(rest, "data/") {
		return Tile{}, errTile
	}
	if n, ok := strings.CutPrefix(rest, "entries/"); ok {
		rest = "data/" + n
	}
	t, err := tlog.ParseTilePath("tile/8/" + rest)
	if err != nil || t.L > 63 || t.N < 0 || t.N >= maxTree/tileWidth {
		return Tile{}, errTile
	}
	return Tile{t}, nil
}

// Path returns the path of t.
func (t Tile) Path() string {
	rest := strings.TrimPrefix(t.t.Path(), "tile/8/")
	if n, ok := strings.CutPrefix(rest, "data/"); ok {
		rest = "entries/" + n
	}
	return "tile/" + rest
}

// Entries reports whether t is an entry bundle.
func (t Tile) Entries() bool { return t.t.L == entryLevel }

// Full reports whether t can never change.
func (t Tile) Full() bool { return t.t.W == tileWidth }

// Start returns the index of t's first entry, or of its first hash within its
// level.
func (t Tile) Start() uint64 { return uint64(t.t.N) * tileWidth }

// Within reports whether a tree of the given size has all of t.
func (t Tile) Within(size uint64) bool {
	level := max(t.t.L, 0)
	return level < 8 && t.Start()+uint64(t.t.W) <= size>>(tileHeight*level)
}

// MaxSize is the largest number of entries whose files are listed or verified
// (PROTOCOL.md, Section 11): of a million deputies each has an issuance and a
// ballot. It bounds what a hostile checkpoint can make a reader allocate.
const MaxSize = 1 << 22

// Tiles returns the hash tiles of a tree of the given size, level by level;
// none above MaxSize.
func Tiles(size uint64) []Tile {
	if size > MaxSize {
		return nil
	}
	var tiles []Tile
	for _, t := range tlog.NewTiles(tileHeight, 0, int64(size)) {
		tiles = append(tiles, Tile{t})
	}
	return tiles
}

// Leaves returns the tiles with the leaf hashes of a tree of the given size, for
// a reader who has the first have of them already; none above MaxSize.
func Leaves(have, size uint64) []Tile {
	var leaves []Tile
	for _, t := range Tiles(size) {
		if t.t.L == 0 && t.Start()+uint64(t.t.W) > have {
			leaves = append(leaves, t)
		}
	}
	return leaves
}

// Bundles returns the entry bundles of a tree of the given size, for a reader
// who has the first have entries already; none above MaxSize.
func Bundles(have, size uint64) []Tile {
	bundles := Leaves(have, size)
	for i := range bundles {
		bundles[i].t.L = entryLevel
	}
	return bundles
}

// ReadTile returns the content of t in a tree of the given size, which should
// be that of a published checkpoint.
func ReadTile(ctx context.Context, s Storage, size uint64, t Tile) ([]byte, error) {
	if !t.Within(size) {
		return nil, fmt.Errorf("%w: %s", errSize, t.Path())
	}
	if t.Entries() {
		entries, err := s.ReadEntries(ctx, t.Start(), t.Start()+uint64(t.t.W))
		if err != nil {
			return nil, err
		}
		if len(entries) != t.t.W {
			return nil, fmt.Errorf("audit: %d entries read, %d asked for", len(entries), t.t.W)
		}
		return marshalBundle(entries)
	}
	return tlog.ReadTileData(t.t, reader(ctx, s))
}

// ParseHashes splits the content of a hash tile.
func (t Tile) ParseHashes(data []byte) ([]tlog.Hash, error) {
	if t.Entries() || len(data) != t.t.W*tlog.HashSize {
		return nil, fmt.Errorf("%w: %d bytes", errHashes, len(data))
	}
	hashes := make([]tlog.Hash, t.t.W)
	for i := range hashes {
		hashes[i] = tlog.Hash(data[i*tlog.HashSize:])
	}
	return hashes, nil
}

// ParseEntries splits the content of a bundle. The entries share its memory.
func (t Tile) ParseEntries(bundle []byte) ([][]byte, error) {
	if !t.Entries() {
		return nil, errBundle
	}
	return parseBundle(bundle, t.t.W)
}

func marshalBundle(entries [][]byte) ([]byte, error) {
	var b []byte
	for _, e := range entries {
		if len(e) > maxEntry {
			return nil, fmt.Errorf("%w: entry of %d bytes", errBundle, len(e))
		}
		b = binary.BigEndian.AppendUint16(b, uint16(len(e)))
		b = append(b, e...)
	}
	return b, nil
}

// parseBundle splits a bundle of exactly n entries, which share its memory.
func parseBundle(b []byte, n int) ([][]byte, error) {
	entries := make([][]byte, 0, n)
	for range n {
		if len(b) < 2 {
			return entries, fmt.Errorf("%w: ends after %d of %d entries", errBundle, len(entries), n)
		}
		size := int(binary.BigEndian.Uint16(b))
		if len(b) < 2+size {
			return entries, fmt.Errorf("%w: entry %d is cut off", errBundle, len(entries))
		}
		entries = append(entries, b[2:2+size:2+size])
		b = b[2+size:]
	}
	if len(b) != 0 {
		return entries, fmt.Errorf("%w: trailing bytes", errBundle)
	}
	return entries, nil
}
