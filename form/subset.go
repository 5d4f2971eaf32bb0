package form

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// subset makes a font file of the given glyphs, the first of which must be
// glyph 0, and numbers them in their order. Those that they are composed of
// follow. The bytes depend on the font and the list only.
func (f *face) subset(glyphs []uint16) ([]byte, error) {
	s := &subset{face: f, glyphs: slices.Clone(glyphs), place: make(map[uint16]int)}
	for i := 0; i < len(s.glyphs); i++ {
		if err := s.add(s.glyphs[i]); err != nil {
			return nil, err
		}
	}
	return s.file(), nil
}

// A subset is a font in the making.
type subset struct {
	face   *face
	glyphs []uint16       // by their new number
	place  map[uint16]int // new numbers of the parts of composed glyphs
	glyf   []byte
	loca   []byte
	hmtx   []byte
}

const maxSubset = 0xffff

func (s *subset) add(glyph uint16) error {
	drawing, err := s.face.outline(glyph)
	if err != nil {
		return err
	}
	drawing = slices.Clone(drawing)
	if drawing.i16(0) < 0 {
		if err := s.compose(drawing); err != nil {
			return err
		}
	}
	hmtx := s.face.tables["hmtx"]
	bearing := hmtx.u16(4*int(glyph) + 2)
	if int(glyph) >= s.face.widths {
		bearing = hmtx.u16(4*s.face.widths + 2*(int(glyph)-s.face.widths))
	}
	s.hmtx = put16(s.hmtx, hmtx.u16(4*min(int(glyph), s.face.widths-1)))
	s.hmtx = put16(s.hmtx, bearing)
	s.loca = put32(s.loca, len(s.glyf))
	s.glyf = append(s.glyf, drawing...)
	for len(s.glyf)%4 != 0 {
		s.glyf = append(s.glyf, 0)
	}
	return nil
}

// The flags of a composed glyph's part (OpenType, table glyf).
const (
	argsAreWords  = 0x1
	hasScale      = 0x8
	moreParts     = 0x20
	hasTwoScales  = 0x40
	hasTwoByTwo   = 0x80
	headerOfGlyph = 10
)

// compose gives the parts of a composed glyph their new numbers, in place.
func (s *subset) compose(drawing sfnt) error {
	for at := headerOfGlyph; ; {
		if at+4 > len(drawing) {
			return fmt.Errorf("%w: composed glyph", errFont)
		}
		flags, part := drawing.u16(at), uint16(drawing.u16(at+2))
		number, err := s.number(part)
		if err != nil {
			return err
		}
		binary.BigEndian.PutUint16(drawing[at+2:], uint16(number))
		at += 6
		if flags&argsAreWords != 0 {
			at += 2
		}
		switch {
		case flags&hasScale != 0:
			at += 2
		case flags&hasTwoScales != 0:
			at += 4
		case flags&hasTwoByTwo != 0:
			at += 8
		}
		if flags&moreParts == 0 {
			return nil
		}
	}
}

func (s *subset) number(part uint16) (int, error) {
	if n, ok := s.place[part]; ok {
		return n, nil
	}
	n := len(s.glyphs)
	if n > maxSubset {
		return 0, fmt.Errorf("%w: too many glyphs", errFont)
	}
	s.place[part] = n
	s.glyphs = append(s.glyphs, part)
	return n, nil
}

// file writes the tables that a PDF needs: which character a glyph stands for,
// the PDF says itself.
func (s *subset) file() []byte {
	head := slices.Clone(s.face.tables["head"].part(0, 54))
	hhea := slices.Clone(s.face.tables["hhea"].part(0, 36))
	maxp := slices.Clone(s.face.tables["maxp"])
	tables := map[string][]byte{
		"glyf": s.glyf, "loca": put32(s.loca, len(s.glyf)), "hmtx": s.hmtx,
		"head": head, "hhea": hhea, "maxp": maxp,
	}
	binary.BigEndian.PutUint32(head[8:], 0)
	binary.BigEndian.PutUint16(head[50:], 1)
	binary.BigEndian.PutUint16(hhea[34:], uint16(len(s.glyphs)))
	binary.BigEndian.PutUint16(maxp[4:], uint16(len(s.glyphs)))
	for _, hints := range []string{"cvt ", "fpgm", "prep"} {
		if t := s.face.tables[hints]; t != nil {
			tables[hints] = t
		}
	}
	return writeTables(tables, head)
}

const sfntMagic = 0xB1B0AFBA // what all of a font file sums up to

// writeTables lays the tables out in the order of their names, with checksums.
// head is one of them, in which the sum of the whole file stands.
func writeTables(tables map[string][]byte, head []byte) []byte {
	names := sortedKeys(tables)
	n := len(names)
	power, exponent := 1, 0
	for 2*power <= n {
		power, exponent = 2*power, exponent+1
	}
	file := put32(nil, 0x00010000)
	for _, v := range []int{n, 16 * power, exponent, 16 * (n - power)} {
		file = put16(file, v)
	}
	at := 12 + 16*n
	for _, name := range names {
		file = append(file, name...)
		file = put32(file, int(sumTable(tables[name])))
		file = put32(file, at)
		file = put32(file, len(tables[name]))
		at += (len(tables[name]) + 3) / 4 * 4
	}
	whole := sumTable(file)
	for _, name := range names {
		whole += sumTable(tables[name])
	}
	binary.BigEndian.PutUint32(head[8:], sfntMagic-whole)
	for _, name := range names {
		file = append(file, tables[name]...)
		for len(file)%4 != 0 {
			file = append(file, 0)
		}
	}
	return file
}

func sumTable(table []byte) (sum uint32) {
	for len(table) >= 4 {
		sum += binary.BigEndian.Uint32(table)
		table = table[4:]
	}
	var rest [4]byte
	copy(rest[:], table)
	return sum + binary.BigEndian.Uint32(rest[:])
}

func put16(b []byte, v int) []byte { return binary.BigEndian.AppendUint16(b, uint16(v)) }

func put32(b []byte, v int) []byte { return binary.BigEndian.AppendUint32(b, uint32(v)) }
