package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"unicode/utf8"

	qrcode "github.com/skip2/go-qrcode"

	"piaojue/client"
)

//go:embed text/badges.html
var sheetText string

var sheetTemplate = template.Must(template.New("badges").Funcs(template.FuncMap{"size": sizeOf}).Parse(sheetText))

// What stands on a page of A4: four rows of two, with marks where to cut, in
// millimetres. The text of the page has the same measures.
const perPage = 8

var (
	cutAcross = []float64{14, 81, 148, 215, 282}
	cutDown   = []float64{10, 105, 200}
)

// A sheet is what is printed and cut. It holds all secrets, and is destroyed
// after printing. The steps of voting and of checking a ballot stand on the
// badge itself, because a screen that cheats would show other ones (attack S6).
type sheet struct {
	Lang, Title  string
	Pages        []sheetPage
	Across, Down []float64
	words        *phrases
}

// Say is for the template, and TitleSize too.
func (s sheet) Say(id string) string { return s.words.say(id) }

// TitleSize is the class of a title that needs smaller letters.
func (s sheet) TitleSize() string { return sizeOf(s.Title, 18, 99) }

// sheetPage is a page of fronts and the page of their backs, whose columns are
// swapped: turned over its long edge, each back meets its front. Nil is a place
// without a badge.
type sheetPage struct {
	Front []sheetBadge
	Back  []*sheetBadge
}

// sheetBadge is what is printed of a badge.
type sheetBadge struct {
	badge
	Code  []string
	Shape string // the QR code, as the path of an SVG
	Size  int    // its width in modules
}

// PIN is what the letter says; the badge only needs to know whether there is one.
func (b sheetBadge) PIN() string { return b.pin }

// NameSize is the class of a name that needs smaller letters.
func (b sheetBadge) NameSize() string { return sizeOf(b.Name, 5, 14) }

// sizeOf gives a class for a text longer than so many characters. Those of the
// Latin alphabet are half as wide.
func sizeOf(text string, long, longest int) string {
	width := (utf8.RuneCountInString(text)*2 - strings.Count(strings.Map(onlyASCII, text), "a") + 1) / 2
	switch {
	case width > longest:
		return "longest"
	case width > long:
		return "long"
	}
	return ""
}

func onlyASCII(r rune) rune {
	if r < utf8.RuneSelf {
		return 'a'
	}
	return -1
}

// newSheet lays badges out.
func (t *tool) newSheet(title string, badges []badge) (*sheet, error) {
	s := &sheet{Lang: t.lang.Tag(), Title: title, Across: cutAcross, Down: cutDown, words: t.words}
	for some := range slices.Chunk(badges, perPage) {
		var page sheetPage
		for _, b := range some {
			drawn, err := draw(b)
			if err != nil {
				return nil, err
			}
			page.Front = append(page.Front, drawn)
		}
		page.turn()
		s.Pages = append(s.Pages, page)
	}
	return s, nil
}

// turn lays out the backs.
func (p *sheetPage) turn() {
	p.Back = make([]*sheetBadge, (len(p.Front)+1)/2*2)
	for i := range p.Front {
		p.Back[i^1] = &p.Front[i]
	}
}

// render gives one of the documents: badges, or the letters with the PINs.
func (s *sheet) render(name string) ([]byte, error) {
	var out bytes.Buffer
	err := sheetTemplate.ExecuteTemplate(&out, name, s)
	return out.Bytes(), err
}

// draw needs no quiet zone around the code beyond the one of its bitmap.
func draw(b badge) (sheetBadge, error) {
	code, err := qrcode.New(client.FormatBadgeDigits(b.seed), qrcode.Medium)
	if err != nil {
		return sheetBadge{}, fmt.Errorf("draw badge %s: %w", b.Number, err)
	}
	modules := code.Bitmap()
	return sheetBadge{badge: b, Code: b.code(), Shape: shape(modules), Size: len(modules)}, nil
}

// shape draws each run of dark modules of a row as one rectangle.
func shape(modules [][]bool) string {
	var b strings.Builder
	for y, row := range modules {
		for x := 0; x < len(row); x++ {
			run := 0
			for x+run < len(row) && row[x+run] {
				run++
			}
			if run > 0 {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x, y, run, run)
				x += run
			}
		}
	}
	return b.String()
}
