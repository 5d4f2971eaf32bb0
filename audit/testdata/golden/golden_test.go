package golden

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"testing"

	"piaojue/audit"
)

const (
	tessera    = "github.com/transparency-dev/tessera@v1.0.4"
	tesseraSum = "h1:IXjGowubcLR0T3zUQrysSMKgtTh9KGKQ0iajUiubyP4="
	goldenKey  = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
	goldenSize = 15
)

// goldenLog returns the log that tessera ships, as its module is published.
func goldenLog(t *testing.T) fs.FS {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "mod", "download", "-json", tessera).Output()
	if err != nil {
		t.Fatalf("go mod download: %v", err)
	}
	var m struct{ Dir, Sum string }
	if err := json.Unmarshal(out, &m); err != nil {
		t.Fatal(err)
	}
	if m.Sum != tesseraSum {
		t.Fatalf("%s has sum %s, want %s", tessera, m.Sum, tesseraSum)
	}
	return os.DirFS(m.Dir + "/testdata/log")
}

func read(t *testing.T, fsys fs.FS, name string) []byte {
	t.Helper()
	b, err := fs.ReadFile(fsys, name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func policy(t *testing.T, vkey string) *audit.Policy {
	t.Helper()
	k, err := audit.ParseKey(vkey)
	if err != nil {
		t.Fatal(err)
	}
	return makePolicy(t, "quorum none\n", k)
}

func makePolicy(t *testing.T, text string, log *audit.Key) *audit.Policy {
	t.Helper()
	p, err := audit.ParsePolicy(text)
	if err != nil {
		t.Fatal(err)
	}
	if p, err = p.WithLog(log); err != nil {
		t.Fatal(err)
	}
	return p
}

// A log that we grow from the entries of the golden one has, at each size, its
// root and its tiles, byte for byte.
func TestGoldenLog(t *testing.T) {
	golden, s := goldenLog(t), &storage{}
	p := policy(t, goldenKey)
	for size := range uint64(goldenSize + 1) {
		if size > 0 {
			growByOne(t, golden, s, size)
		}
		signed, err := p.OpenExact(read(t, golden, fmt.Sprintf("checkpoint.%d", size)))
		if err != nil {
			t.Fatal(err)
		}
		root, err := audit.RootAt(t.Context(), s, size)
		if err != nil || signed.Size != size || signed.Root != root {
			t.Errorf("checkpoint %d: size %d, root %x; want %x, %v", size, signed.Size, signed.Root, root, err)
		}
		checkTiles(t, golden, s, size)
	}
}

// growByOne appends the last entry of the golden bundle of the given width.
func growByOne(t *testing.T, golden fs.FS, s *storage, size uint64) {
	t.Helper()
	bundle, err := audit.ParseTile(fmt.Sprintf("tile/entries/000.p/%d", size))
	if err != nil {
		t.Fatal(err)
	}
	entries, err := bundle.ParseEntries(read(t, golden, bundle.Path()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := audit.Append(t.Context(), s, size-1, entries[size-1:]); err != nil {
		t.Fatal(err)
	}
}

func checkTiles(t *testing.T, golden fs.FS, s *storage, size uint64) {
	t.Helper()
	for _, tile := range append(audit.Tiles(size), audit.Bundles(0, size)...) {
		got, err := audit.ReadTile(t.Context(), s, size, tile)
		if err != nil {
			t.Fatal(err)
		}
		if want := read(t, golden, tile.Path()); !bytes.Equal(got, want) {
			t.Errorf("%s = %x, want %x", tile.Path(), got, want)
		}
	}
}

// Every file of the golden log that is a tile parses as one.
func TestGoldenPaths(t *testing.T) {
	tiles := 0
	err := fs.WalkDir(goldenLog(t), "tile", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		tiles++
		tile, err := audit.ParseTile(path)
		if err == nil && tile.Path() != path {
			err = fmt.Errorf("%s is written %s", path, tile.Path())
		}
		return err
	})
	if err != nil || tiles != 2*goldenSize {
		t.Errorf("%d tiles, %v", tiles, err)
	}
}

func TestGoldenCheckpointChanged(t *testing.T) {
	b := read(t, goldenLog(t), "checkpoint")
	p := policy(t, goldenKey)
	if _, err := p.OpenExact(b); err != nil {
		t.Fatal(err)
	}
	bad := strings.Replace(string(b), "\n15\n", "\n14\n", 1)
	if _, err := p.OpenExact([]byte(bad)); err == nil {
		t.Error("changed size: no error")
	}
}
