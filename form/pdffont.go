package form

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"unicode/utf16"
)

// A usedFace is the part of a face that one PDF shows. Each character gets a
// code and a glyph of its own, also if two look the same: else one of them
// would be copied out as the other.
type usedFace struct {
	face   *face
	runes  []rune // the first, of code 0, stands for nothing
	glyphs []uint16
	codes  map[rune]int
}

func newUsedFace(f *face) *usedFace {
	return &usedFace{face: f, runes: []rune{0}, glyphs: []uint16{0}, codes: make(map[rune]int)}
}

// code returns what a character is called in the PDF.
func (u *usedFace) code(r rune, glyph uint16) int {
	code, ok := u.codes[r]
	if !ok {
		code = len(u.runes)
		u.codes[r] = code
		u.runes, u.glyphs = append(u.runes, r), append(u.glyphs, glyph)
	}
	return code
}

// addFace embeds what is used of a face, and returns the object of the font.
func (p *pdf) addFace(u *usedFace) (int, error) {
	data, err := u.face.subset(u.glyphs)
	if err != nil {
		return 0, err
	}
	f := u.face
	name := u.tag() + "+" + f.name
	file := p.stream(fmt.Sprintf("/Length1 %d", len(data)), data)
	descriptor := p.add(fmt.Sprintf("<</Type /FontDescriptor /FontName /%s /Flags 4 /FontBBox [%d %d %d %d] /ItalicAngle 0"+
		" /Ascent %d /Descent %d /CapHeight %d /StemV 80 /FontFile2 %s>>", name,
		f.scale(f.box[0]), f.scale(f.box[1]), f.scale(f.box[2]), f.scale(f.box[3]),
		f.scale(f.ascent), f.scale(f.descent), f.scale(f.capital), reference(file)))
	cid := p.add(fmt.Sprintf("<</Type /Font /Subtype /CIDFontType2 /BaseFont /%s"+
		" /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>>"+
		" /FontDescriptor %s /CIDToGIDMap /Identity /DW 1000 /W [0 %s]>>", name, reference(descriptor), u.widths()))
	unicode := p.stream("", u.toUnicode())
	return p.add(fmt.Sprintf("<</Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H /DescendantFonts [%s] /ToUnicode %s>>",
		name, reference(cid), reference(unicode))), nil
}

// tag is the six letters before the name of a font of which only a part is
// there.
func (u *usedFace) tag() string {
	sum := sha256.Sum256([]byte(string(u.runes)))
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	return string(tag)
}

func (u *usedFace) widths() string {
	widths := make([]int, len(u.glyphs))
	for i, glyph := range u.glyphs {
		widths[i] = u.face.advance(glyph)
	}
	return fmt.Sprint(widths)
}

// toUnicode says which character a code stands for, for who copies text or has
// it read aloud. Beyond 16 bits it takes two numbers (surrogates); 𬭎 without
// them would be copied as another letter.
func (u *usedFace) toUnicode() []byte {
	var b bytes.Buffer
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	const most = 100 // of one block
	for from := 1; from < len(u.runes); from += most {
		part := u.runes[from:min(from+most, len(u.runes))]
		fmt.Fprintf(&b, "%d beginbfchar\n", len(part))
		for i, r := range part {
			fmt.Fprintf(&b, "<%04X> <", from+i)
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, "%04X", unit)
			}
			b.WriteString(">\n")
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return b.Bytes()
}
