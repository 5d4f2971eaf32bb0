package form

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/skip2/go-qrcode"
	"pgregory.net/rapid"

	"piaojue/election"
)

// A picture is a page, a byte for each dot.
type picture struct {
	wide, high int
	dots       []byte
}

const dotsPerInch = 200

func pictured(t *testing.T, pdf []byte) picture {
	t.Helper()
	data := run(t, pdf, "pdftoppm", "-gray", "-r", fmt.Sprint(dotsPerInch), "-l", "1", "-")
	var p picture
	var most int
	if n, err := fmt.Sscanf(string(data), "P5\n%d %d\n%d\n", &p.wide, &p.high, &most); n != 3 || most != 255 {
		t.Fatal(err)
	}
	p.dots = data[len(data)-p.wide*p.high:]
	return p
}

// at is the dot at a place on the sheet, in thousandths of a point.
func (p picture) at(x, y int) byte {
	const inch = 72 * point
	return p.dots[y*dotsPerInch/inch*p.wide+x*dotsPerInch/inch]
}

// TestFormQR: the QR code on the page is that of the checkpoint, square by
// square.
func TestFormQR(t *testing.T) {
	f := formNumber(t, samples["select"](t), 4)
	pdf, _ := written(t, f, typeface(t))
	page := pictured(t, pdf)
	code, err := qrcode.New(string(f.Checkpoint().Marshal()), qrcode.Medium)
	if err != nil {
		t.Fatal(err)
	}
	code.DisableBorder = true
	squares := code.Bitmap()
	n := len(squares)
	for i, row := range squares {
		for j, black := range row {
			if got := page.at(marginSide+codeWide*(2*j+1)/(2*n), footTop+codeWide*(2*i+1)/(2*n)); (got < 128) != black {
				t.Fatalf("square %d,%d is %d, black is %v", i, j, got, black)
			}
		}
	}
}

// TestFormLong: names of any length end within the page, on as many pages as
// they take, and all of them is copied out.
func TestFormLong(t *testing.T) {
	face := typeface(t)
	m := sampleMinutes(t, func(v *election.Manifest) {
		v.Congress = strings.Repeat("甲乙丙丁", 60)
		v.Options[3].Name = strings.Repeat("一个很长的名称，", 2500) + "完"
		v.Options[4].Name = strings.Repeat("x", 3000)
	}, manyVotes...)
	for _, number := range []int{4, 5} {
		f := formNumber(t, m, number)
		pdf, _ := written(t, f, face)
		text := bare(string(run(t, pdf, "pdftotext", "-raw", "-", "-")))
		if got := strings.Count(text, "很长的名称"); got < 2400 { // some go over the end of a page
			t.Errorf("%s: %d times", f.Label(), got)
		}
		if pages := bytes.Count(pdf, []byte("/Type /Page ")); pages < 10 || !strings.Contains(text, fmt.Sprintf("共%d页", pages)) {
			t.Errorf("%s: %d pages", f.Label(), pages)
		}
		page := pictured(t, pdf)
		for y := range paperHigh / point {
			if page.at(marginSide-3*point, y*point) < 200 || page.at(marginSide+contentWide+3*point, y*point) < 200 {
				t.Fatalf("%s: ink in the margin, %d points from the top", f.Label(), y)
			}
		}
	}
}

// TestFormBookLong: a text that a cell would cut is an error.
func TestFormBookLong(t *testing.T) {
	for size, want := range map[int]error{32000: nil, 33000: errCell} {
		m := sampleMinutes(t, func(v *election.Manifest) { v.Options[3].Name = strings.Repeat("x", size) }, manyVotes...)
		if _, err := formNumber(t, m, 4).XLSX(); err != want {
			t.Errorf("%d: got %v, want %v", size, err, want)
		}
	}
}

// TestFormAnyText: whatever a manifest holds, there is a form or the character
// that the font lacks.
func TestFormAnyText(t *testing.T) {
	face := typeface(t)
	sample := samples["select"](t)
	rapid.Check(t, func(r *rapid.T) {
		m := *sample
		v := *m.manifest
		m.manifest = &v
		v.Title = rapid.String().Draw(r, "title")
		v.Options = append([]election.Option{}, v.Options...)
		v.Options[0].Name = rapid.StringN(0, 200, -1).Draw(r, "name")
		f := formNumber(t, &m, 4)
		_, err := f.PDF(face)
		if _, missing := err.(*GlyphError); err != nil && !missing {
			r.Fatal(err)
		}
		if _, err := f.XLSX(); err != nil {
			r.Fatal(err)
		}
	})
}
