package form

import (
	"strings"
	"unicode"
)

// A textLine is one line of a paragraph.
type textLine struct {
	text  string
	width int
	last  bool // of its paragraph: it is not spread
}

const (
	// mayNotBegin are what no line begins with (避头).
	mayNotBegin = "、。，．：；！？）］｝〕〉》」』】〗’”…—～·％‰℃)]},.:;!?%"
	// mayNotEnd are what no line ends with (避尾).
	mayNotEnd = "（［｛〔〈《「『【〖‘“([{￥¥＃#№"
)

// breakLines breaks a paragraph into lines of a width. Chinese may be parted
// anywhere but at some punctuation; words, numbers and codes of other scripts
// stay whole unless one is longer than a line. indent is what the first line
// leaves free.
func breakLines(text string, width, indent int, measure func(rune) int) []textLine {
	b := &breaker{width: width, filled: indent, measure: measure}
	for _, piece := range pieces([]rune(text)) {
		b.place(piece)
	}
	b.end()
	b.lines[len(b.lines)-1].last = true
	return b.lines
}

// pieces cuts a text where a line may end.
func pieces(text []rune) [][]rune {
	var all [][]rune
	from := 0
	for i := 1; i < len(text); i++ {
		if mayBreak(text[i-1], text[i]) {
			all = append(all, text[from:i])
			from = i
		}
	}
	return append(all, text[from:])
}

func mayBreak(before, after rune) bool {
	switch {
	case strings.ContainsRune(mayNotBegin, after), strings.ContainsRune(mayNotEnd, before), isSpace(after):
		return false
	case isSpace(before):
		return true
	}
	return !ofWord(before) || !ofWord(after)
}

func isSpace(r rune) bool { return r == ' ' || r == '　' }

// ofWord says whether a rune is of a script whose words stay whole.
func ofWord(r rune) bool {
	return r < 0x2E80 && !unicode.IsSpace(r) && !strings.ContainsRune("“”‘’…—○×①②③④⑤⑥⑦⑧⑨⑩", r)
}

// A breaker fills lines.
type breaker struct {
	width   int
	measure func(rune) int
	lines   []textLine
	line    []rune
	filled  int
}

func (b *breaker) place(piece []rune) {
	if b.filled+b.wide(trimSpace(piece)) > b.width && len(b.line) > 0 {
		b.end()
	}
	if b.wide(trimSpace(piece)) <= b.width {
		b.line, b.filled = append(b.line, piece...), b.filled+b.wide(piece)
		return
	}
	for _, r := range piece { // longer than a line: anywhere
		if w := b.measure(r); b.filled+w > b.width && len(b.line) > 0 {
			b.end()
		}
		b.line, b.filled = append(b.line, r), b.filled+b.measure(r)
	}
}

// trimSpace drops what need not fit at the end of a line.
func trimSpace(piece []rune) []rune {
	for len(piece) > 0 && isSpace(piece[len(piece)-1]) {
		piece = piece[:len(piece)-1]
	}
	return piece
}

func (b *breaker) wide(piece []rune) (width int) {
	for _, r := range piece {
		width += b.measure(r)
	}
	return width
}

func (b *breaker) end() {
	line := trimSpace(b.line)
	b.lines = append(b.lines, textLine{text: string(line), width: b.wide(line)})
	b.line, b.filled = nil, 0
}
