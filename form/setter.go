package form

import (
	"bytes"
	"fmt"
	"strings"
)

// The sheet: A4, with the margins of official papers, less what forms need.
const (
	paperWide    = 595276
	paperHigh    = 841890
	marginSide   = 22 * mm
	marginTop    = 20 * mm
	marginBottom = 31 * mm // the foot stands in it
	contentWide  = paperWide - 2*marginSide
)

// A setter lays out blocks on pages. Heights run downwards from the top.
type setter struct {
	typeface *Typeface
	used     []*usedFace
	pages    []*bytes.Buffer
	page     int // the one that is drawn on
	at       int // where the next block begins
	err      error
}

func newSetter(t *Typeface) *setter {
	s := &setter{typeface: t}
	for _, f := range t.faces {
		s.used = append(s.used, newUsedFace(f))
	}
	s.nextPage()
	return s
}

func (s *setter) nextPage() {
	s.page = len(s.pages)
	s.pages = append(s.pages, &bytes.Buffer{})
	s.at = marginTop
}

// room is what is left of the page.
func (s *setter) room() int { return paperHigh - marginBottom - s.at }

// need goes to the next page if there is too little room on this one.
func (s *setter) need(height int) {
	if s.room() < height && s.at > marginTop {
		s.nextPage()
	}
}

func (s *setter) draw(format string, args ...any) {
	fmt.Fprintf(s.pages[s.page], format+"\n", args...)
}

// measure returns how wide runes are in a size, and notes the first that no
// face can draw.
func (s *setter) measure(text string, size int, bold bool) func(rune) int {
	return func(r rune) int {
		if _, _, ok := s.typeface.find(r, bold); !ok {
			s.fail(&GlyphError{Rune: r, Text: text})
			return size
		}
		return s.typeface.width(r, bold) * size / 1000
	}
}

func (s *setter) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// lines breaks a text, which may have lines of its own.
func (s *setter) lines(text string, width, indent, size int, bold bool) []textLine {
	var lines []textLine
	for i, part := range strings.Split(text, "\n") {
		if i > 0 {
			indent = 0
		}
		lines = append(lines, breakLines(part, width, indent, s.measure(text, size, bold))...)
	}
	return lines
}

// write sets a line with its left end at x, and its feet on y below the top of
// the page. spread is added after each character.
func (s *setter) write(x, y, size int, bold bool, spread int, text string) {
	if text == "" {
		return
	}
	var ops strings.Builder
	last := -1
	for _, r := range text {
		face, glyph, ok := s.typeface.find(r, bold)
		if !ok {
			s.fail(&GlyphError{Rune: r, Text: text})
			return
		}
		if face != last {
			if last >= 0 {
				ops.WriteString("> Tj ")
			}
			fmt.Fprintf(&ops, "/F%d %s Tf <", face, points(size))
			last = face
		}
		fmt.Fprintf(&ops, "%04X", s.used[face].code(r, glyph))
	}
	s.draw("BT %s Tc 1 0 0 1 %s %s Tm %s> Tj ET", points(spread), points(x), points(paperHigh-y), ops.String())
}

// writeLine sets a line of a block of some width.
func (s *setter) writeLine(l textLine, x, y, width, size int, bold bool, align alignment) {
	spread := 0
	switch slack := width - l.width; {
	case align == center:
		x += slack / 2
	case align == right:
		x += slack
	case !l.last && slack > 0 && slack < 3*size:
		if n := len([]rune(l.text)); n > 1 {
			spread = slack / (n - 1)
		}
	}
	s.write(x, y, size, bold, spread, l.text)
}

// rule draws a line.
func (s *setter) rule(x1, y1, x2, y2, thick int) {
	s.draw("%s w %s %s m %s %s l S", points(thick), points(x1), points(paperHigh-y1), points(x2), points(paperHigh-y2))
}

func (s *setter) fill(x, y, width, height int) {
	s.draw("%s %s %s %s re f", points(x), points(paperHigh-y-height), points(width), points(height))
}

// leading is the distance of lines in a size.
func leading(size int) int { return size * 3 / 2 }

// feet is how far below the top of its line a text stands.
func feet(size int) int { return leading(size)/2 + size*36/100 }

func (s *setter) block(b block) {
	switch b := b.(type) {
	case heading:
		s.heading(b)
	case paragraph:
		s.paragraph(b)
	case gap:
		s.at += int(b)
	case together:
		s.together(b)
	case *table:
		s.table(b)
	case signatures:
		s.signatures(b)
	}
}

func (s *setter) together(blocks together) {
	height := 0
	for _, b := range blocks {
		switch b := b.(type) {
		case paragraph:
			height += len(s.lines(b.text, contentWide, b.first(), b.size, b.bold))*leading(b.size) + b.above()
		case gap:
			height += int(b)
		case signatures:
			height += b.height()
		}
	}
	s.need(height)
	for _, b := range blocks {
		s.block(b)
	}
}

// first is how much of the first line is left free, above how much above it.
func (p paragraph) first() int {
	if p.indent {
		return 2 * p.size
	}
	return 0
}

func (p paragraph) above() int {
	if p.tight {
		return 0
	}
	return p.size / 3
}

// heading sets a title, its lines about equally long: one lonely character
// below a long line is no title.
func (s *setter) heading(h heading) {
	lines := s.lines(h.text, contentWide, 0, h.size, true)
	for width := contentWide - h.size; len(lines) > 1 && width > contentWide/3; width -= h.size {
		shorter := s.lines(h.text, width, 0, h.size, true)
		if len(shorter) > len(lines) {
			break
		}
		lines = shorter
	}
	s.need(len(lines) * leading(h.size))
	for _, l := range lines {
		s.writeLine(l, marginSide, s.at+feet(h.size), contentWide, h.size, true, center)
		s.at += leading(h.size)
	}
}

func (s *setter) paragraph(p paragraph) {
	indent := p.first()
	s.at += p.above()
	for i, l := range s.lines(p.text, contentWide, indent, p.size, p.bold) {
		if i > 0 {
			indent = 0
		}
		s.need(leading(p.size))
		s.writeLine(l, marginSide+indent, s.at+feet(p.size), contentWide-indent, p.size, p.bold, p.align)
		s.at += leading(p.size)
	}
}

const (
	signatureSize = 12 * point
	signatureHigh = 31 * point // room for a name written by hand
)

func (s signatures) height() int { return (len(s) + 1) / 2 * signatureHigh }

func (s *setter) signatures(names signatures) {
	const high, half = signatureHigh, contentWide / 2
	for i := 0; i < len(names); i += 2 {
		s.need(high)
		for j, name := range names[i:min(i+2, len(names))] {
			x := marginSide + j*half
			line := s.lines(name, half, 0, signatureSize, false)[0]
			y := s.at + high - 8*point
			s.write(x, y, signatureSize, false, 0, line.text)
			s.rule(x+line.width+4*point, y+3*point, x+half-14*point, y+3*point, 500)
		}
		s.at += high
	}
}
