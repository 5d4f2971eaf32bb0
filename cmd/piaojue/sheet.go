package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"slices"
	"strings"

	qrcode "github.com/skip2/go-qrcode"

	"piaojue/client"
)

//go:embed text/badges.html
var sheetText string

var sheetTemplate = template.Must(template.New("badges").Parse(sheetText))

// perPage is how many badges stand on a page.
const perPage = 8

// sheetPage is a page of the sheet.
type sheetPage []sheetBadge

// sheetBadge is what is printed of a badge.
type sheetBadge struct {
	badge
	Code  []string
	Shape string // the QR code, as the path of an SVG
	Size  int    // its width in modules
}

// sheet draws the page that is printed and cut. It holds all secrets, and is
// destroyed after printing. The steps of a check stand on the badge itself,
// because a screen that cheats would show other ones (attack S6).
func (t *tool) sheet(title string, badges []badge) ([]byte, error) {
	var pages []sheetPage
	for page := range slices.Chunk(badges, perPage) {
		var p sheetPage
		for _, b := range page {
			drawn, err := draw(b)
			if err != nil {
				return nil, err
			}
			p = append(p, drawn)
		}
		pages = append(pages, p)
	}
	var out bytes.Buffer
	err := sheetTemplate.Execute(&out, map[string]any{
		"Lang": t.lang.Tag(), "Title": title, "Pages": pages, "Say": t.words.say,
	})
	return out.Bytes(), err
}

func draw(b badge) (sheetBadge, error) {
	code, err := qrcode.New(client.FormatBadge(b.seed), qrcode.Medium)
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
