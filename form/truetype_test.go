package form

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

var standard = sync.OnceValues(func() (*Typeface, error) {
	f, err := FindFont(fontFolder)
	if err != nil {
		return nil, err
	}
	return f.Typeface()
})

const fontFolder = "../build/fonts"

// typeface is the font that `make fonts` fetches.
func typeface(t testing.TB) *Typeface {
	t.Helper()
	face, err := standard()
	if err != nil {
		t.Fatalf("%v: run make fonts", err)
	}
	return face
}

// TestTypeface: the names that other fonts lack are there, with a drawing.
func TestTypeface(t *testing.T) {
	face := typeface(t)
	if !face.Standard() {
		t.Error("is not the font that .ci/fonts fetches")
	}
	for _, r := range "𬭎㛃龑𫖯䶮阿依古丽·买买提〔2026〕○×—…“”％①" {
		for _, bold := range []bool{false, true} {
			i, glyph, ok := face.find(r, bold)
			if !ok {
				t.Errorf("no %c", r)
				continue
			}
			if drawing, err := face.faces[i].outline(glyph); err != nil || len(drawing) == 0 {
				t.Errorf("%c has no drawing, %v", r, err)
			}
		}
	}
	if _, _, ok := face.find('𡋾', false); ok {
		t.Error("finds a character that the font lacks")
	}
}

func TestTypefaceMissing(t *testing.T) {
	if _, err := FindFont(t.TempDir(), filepath.Join(t.TempDir(), "none")); !errors.Is(err, ErrNoFont) {
		t.Errorf("got %v, want %v", err, ErrNoFont)
	}
	if _, err := OpenFont(filepath.Join(t.TempDir(), "none.ttf")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want %v", err, fs.ErrNotExist)
	}
	if _, err := OpenFont(); !errors.Is(err, ErrNoFont) {
		t.Errorf("got %v, want %v", err, ErrNoFont)
	}
	places := FontPlaces("/opt/piaojue/bin/piaojue")
	if places[0] != "/opt/piaojue/bin/fonts" || places[1] != "/opt/piaojue/build/fonts" {
		t.Errorf("looks in %s", places)
	}
}

// TestTypefaceFolder: other fonts in the folder are fallen back on.
func TestTypefaceFolder(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{standardPlain, standardBold} {
		path, err := filepath.Abs(filepath.Join(fontFolder, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(path, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "a.ttf"), tinyFont('𡋾'), 0o666); err != nil {
		t.Fatal(err)
	}
	font, err := FindFont(dir)
	if err != nil {
		t.Fatal(err)
	}
	face, err := font.Typeface()
	if err != nil {
		t.Fatal(err)
	}
	if i, glyph, ok := face.find('𡋾', true); !ok || i != 2 || glyph != 1 || !face.Standard() {
		t.Errorf("got %d %d %v", i, glyph, ok)
	}
	if i, _, _ := face.find('市', true); i != boldFace {
		t.Errorf("市 comes from face %d", i)
	}
}

// tinyFont is a font of one letter, a square that the second glyph takes from
// the third.
func tinyFont(r rune) []byte {
	square := sfnt("\x00\x01\x00\x00\x00\x00\x03\xe8\x03\xe8\x00\x03\x00\x00\x01\x01\x01\x01\x00\x00\x03\xe8\x00\x00\xfc\x18\x00\x00\x00\x00\x03\xe8\x00\x00")
	composed := []byte("\xff\xff\x00\x00\x00\x00\x03\xe8\x03\xe8\x00\x00\x00\x02\x00\x00")
	glyf := append(append([]byte{}, composed...), square...)
	loca := []byte{}
	for _, at := range []int{0, 0, len(composed), len(glyf)} {
		loca = put32(loca, at)
	}
	head := make([]byte, 54)
	copy(head[18:], "\x03\xe8")
	head[51] = 1
	hhea := make([]byte, 36)
	hhea[35] = 1
	cmap := put32(put16(put16(put16(put16(nil, 0), 1), 3), 10), 12)
	cmap = put32(put32(put32(put16(put16(cmap, 12), 0), 28), 0), 1)
	cmap = put32(put32(put32(cmap, int(r)), int(r)), 1)
	return writeTables(map[string][]byte{
		"glyf": glyf, "loca": loca, "head": head, "hhea": hhea, "hmtx": {3, 0xe8, 0, 0, 0, 0, 0, 0},
		"maxp": {0, 1, 0, 0, 0, 3}, "cmap": cmap,
	}, head)
}

// TestTinyFont keeps a font of one letter for the tests of commands.
func TestTinyFont(t *testing.T) { golden(t, "a.ttf", tinyFont('a')) }

// TestSubset: a subset draws the same, whatever its glyphs are called in it.
func TestSubset(t *testing.T) {
	f, err := parseFace(tinyFont('a'))
	if err != nil {
		t.Fatal(err)
	}
	data, err := f.subset([]uint16{0, 1, 1})
	if err != nil {
		t.Fatal(err)
	}
	if sumTable(data) != sfntMagic {
		t.Errorf("the file sums up to %x", sumTable(data))
	}
	got := &face{tables: map[string]sfnt{}, wide: true}
	for i := range sfnt(data).u16(4) {
		entry := sfnt(data).part(12+16*i, 16)
		got.tables[string(entry[:4])] = sfnt(data).part(entry.u32(8), entry.u32(12))
	}
	for glyph := range uint16(2) {
		composed, err := got.outline(glyph + 1)
		if err != nil {
			t.Fatal(err)
		}
		part, err := got.outline(uint16(composed.u16(12)))
		want, _ := f.outline(2)
		if err != nil || !bytes.HasPrefix(part, want) {
			t.Errorf("glyph %d: %x, want %x, %v", glyph+1, part, want, err)
		}
	}
}

func TestParseFaceRefuses(t *testing.T) {
	good := tinyFont('a')
	cff := bytes.Replace(good, []byte("glyf"), []byte("CFF "), 1)
	if _, err := parseFace(cff); !errors.Is(err, errOutline) {
		t.Errorf("CFF: got %v, want %v", err, errOutline)
	}
	for name, data := range map[string][]byte{
		"empty": nil, "text": []byte("no font"), "cut": good[:60],
		"no letters": bytes.Replace(good, []byte("cmap"), []byte("xmap"), 1),
	} {
		if _, err := parseFace(data); !errors.Is(err, errFont) {
			t.Errorf("%s: got %v, want %v", name, err, errFont)
		}
	}
}

// FuzzParseFace: whatever a file says, nothing panics, and what parses can be
// measured and drawn, or is refused.
func FuzzParseFace(f *testing.F) {
	f.Add(tinyFont('a'))
	f.Add(tinyFont('𬭎'))
	f.Add([]byte(strings.Repeat("ttcf\x00\x00\x00\x04", 8)))
	f.Fuzz(func(t *testing.T, data []byte) {
		face, err := parseFace(data)
		if err != nil {
			return
		}
		glyphs := []uint16{0}
		for _, glyph := range face.glyphs {
			face.advance(glyph)
			if glyphs = append(glyphs, glyph); len(glyphs) > 100 {
				break
			}
		}
		face.subset(glyphs)
	})
}
