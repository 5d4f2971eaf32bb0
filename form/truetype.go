package form

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

var (
	errFont    = errors.New("form: not a readable TrueType font")
	errOutline = errors.New("form: the font has no TrueType outlines (CFF cannot be used)")
)

// A face is one TrueType file: how its letters look and how wide they are.
// The file was fetched by a checksum, but somebody may name another one: what
// is outside the data reads as zero, and offsets are checked where they are used.
type face struct {
	tables   map[string]sfnt
	name     string // for PostScript
	unitsPer int    // of the square that letters are drawn in
	ascent   int
	descent  int
	capital  int
	box      [4]int
	wide     bool // offsets of 32 bits in loca
	widths   int  // of how many glyphs hmtx has
	glyphs   map[rune]uint16
}

// sfnt is the bytes of a table; all its numbers are big endian.
type sfnt []byte

func (b sfnt) u16(at int) int {
	if at < 0 || at+2 > len(b) {
		return 0
	}
	return int(binary.BigEndian.Uint16(b[at:]))
}

func (b sfnt) i16(at int) int { return int(int16(b.u16(at))) }

func (b sfnt) u32(at int) int { return b.u16(at)<<16 | b.u16(at+2) }

func (b sfnt) part(at, size int) sfnt {
	if at < 0 || size < 0 || at > len(b) || size > len(b)-at {
		return nil
	}
	return b[at : at+size]
}

// parseFace reads a font file, or the first font of a collection.
func parseFace(data []byte) (*face, error) {
	all, err := findTables(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	f := &face{tables: make(map[string]sfnt)}
	for name, t := range all {
		f.tables[name] = sfnt(data).part(t.at, t.size)
	}
	f.measure()
	if f.name = f.postScript(); f.unitsPer < 16 || f.widths == 0 || len(f.glyphs) == 0 {
		return nil, errFont
	}
	return f, nil
}

// place is where a table is in a file.
type place struct{ at, size int }

// findTables reads where the tables are that lie in a file, and demands those that
// we need.
func findTables(file io.ReaderAt, size int64) (map[string]place, error) {
	part := func(at, n int) sfnt {
		b := make(sfnt, n)
		if _, err := file.ReadAt(b, int64(at)); err != nil {
			return nil
		}
		return b
	}
	all, at := make(map[string]place), 0
	if head := part(0, 16); string(head.part(0, 4)) == "ttcf" {
		at = head.u32(12)
	}
	for i := range part(at+4, 2).u16(0) {
		entry := part(at+12+16*i, 16)
		if t := (place{entry.u32(8), entry.u32(12)}); entry != nil && int64(t.at)+int64(t.size) <= size {
			all[string(entry[:4])] = t
		}
	}
	if _, cff := all["CFF "]; cff && all["glyf"].size == 0 {
		return nil, errOutline
	}
	for name, least := range tableLengths {
		if all[name].size < least {
			return nil, fmt.Errorf("%w: no table %s", errFont, name)
		}
	}
	return all, nil
}

// tableLengths are the tables that we read, and how long each is at least.
var tableLengths = map[string]int{"glyf": 1, "loca": 4, "head": 54, "hhea": 36, "hmtx": 4, "maxp": 6, "cmap": 4}

func (f *face) measure() {
	head, hhea := f.tables["head"], f.tables["hhea"]
	f.unitsPer = head.u16(18)
	for i := range f.box {
		f.box[i] = head.i16(36 + 2*i)
	}
	f.wide = head.u16(50) == 1
	f.ascent, f.descent = hhea.i16(4), hhea.i16(6)
	f.widths = hhea.u16(34)
	f.capital = f.tables["OS/2"].i16(88)
	f.glyphs = f.characters()
}

// characters reads which rune has which glyph. A table for all of Unicode goes
// before one of 16 bits, in which rare names have no place.
func (f *face) characters() map[rune]uint16 {
	cmap := f.tables["cmap"]
	most := f.tables["maxp"].u16(4)
	var narrow sfnt
	for i := range cmap.u16(2) {
		table := cmap[min(max(cmap.u32(4+8*i+4), 0), len(cmap)):]
		switch table.u16(0) {
		case 12:
			return groupGlyphs(table, most)
		case 4:
			narrow = table
		}
	}
	return segmentGlyphs(narrow, most)
}

// maxRunes is how many characters there are. Ranges must ascend, as the format
// demands, so that a broken table cannot name each of them again and again.
const maxRunes = 0x110000

func groupGlyphs(table sfnt, most int) map[rune]uint16 {
	glyphs, next := make(map[rune]uint16), 0
	for i := range min(table.u32(12), len(table)/12) {
		group := table.part(16+12*i, 12)
		first, last, glyph := group.u32(0), group.u32(4), group.u32(8)
		if group == nil || first < next || last >= maxRunes {
			continue
		}
		for r := first; r <= last && glyph+r-first < most; r++ {
			glyphs[rune(r)] = uint16(glyph + r - first)
		}
		next = last + 1
	}
	return glyphs
}

func segmentGlyphs(table sfnt, most int) map[rune]uint16 {
	glyphs, next := make(map[rune]uint16), 0
	count := table.u16(6) / 2
	for i := range count {
		last, first := table.u16(14+2*i), table.u16(16+2*count+2*i)
		delta, offset := table.u16(16+4*count+2*i), table.u16(16+6*count+2*i)
		for r := max(first, next); r <= last && r < 0xffff; r++ {
			glyph := r + delta
			if offset != 0 {
				if glyph = table.u16(16 + 6*count + 2*i + offset + 2*(r-first)); glyph != 0 {
					glyph += delta
				}
			}
			if glyph &= 0xffff; glyph != 0 && glyph < most {
				glyphs[rune(r)] = uint16(glyph)
			}
		}
		next = max(next, last+1)
	}
	return glyphs
}

// postScript finds the font's name, of the letters that a PDF name may have.
func (f *face) postScript() string {
	table := f.tables["name"]
	for i := range table.u16(2) {
		entry := table.part(6+12*i, 12)
		if entry.u16(6) != 6 {
			continue
		}
		var name []byte
		for _, c := range table.part(table.u16(4)+entry.u16(10), entry.u16(8)) {
			if c == '-' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' {
				name = append(name, c)
			}
		}
		if len(name) > 0 {
			return string(name)
		}
	}
	return "Font"
}

// advance is how wide a glyph is, in thousandths of its size.
func (f *face) advance(glyph uint16) int {
	at := min(int(glyph), f.widths-1)
	return f.scale(f.tables["hmtx"].u16(4 * at))
}

// scale turns units of the font into thousandths.
func (f *face) scale(units int) int { return units * 1000 / f.unitsPer }

// outline returns the drawing of a glyph; that of a space is empty.
func (f *face) outline(glyph uint16) (sfnt, error) {
	loca, at := f.tables["loca"], int(glyph)
	from, to := 2*loca.u16(2*at), 2*loca.u16(2*at+2)
	if f.wide {
		from, to = loca.u32(4*at), loca.u32(4*at+4)
	}
	drawing := f.tables["glyf"].part(from, to-from)
	if drawing == nil {
		return nil, fmt.Errorf("%w: glyph %d", errFont, glyph)
	}
	return drawing, nil
}
