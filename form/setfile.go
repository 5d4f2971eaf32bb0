package form

import (
	"fmt"
	"strings"
)

const (
	edgeSize = 9 * point  // what stands above and below the form
	markSize = 14 * point // that a vote does not count
	codeSize = 7500       // hashes
	codeWide = 16 * mm    // the QR code
	edgeTop  = 15 * mm    // the line above
	footTop  = 297*mm - 28*mm
)

// edge draws what stands on each page around the form: number and name, the QR
// code of the record, and the page.
func (s *setter) edge(f *Form, code [][]bool) {
	s.write(marginSide, edgeTop, edgeSize, false, 0, f.Label()+"　"+f.Name)
	if f.mark != "" {
		l := s.lines(f.mark, contentWide, 0, markSize, true)[0]
		s.writeLine(l, marginSide, edgeTop, contentWide, markSize, true, right)
	}
	s.rule(marginSide, footTop-2*mm, marginSide+contentWide, footTop-2*mm, ruleThin)
	s.qr(code, marginSide, footTop)
	y := footTop + 7*point
	for _, text := range f.basis.lines() {
		for _, l := range s.lines(text, contentWide-codeWide-3*mm, 0, codeSize, false) {
			s.write(marginSide+codeWide+3*mm, y, codeSize, false, 0, l.text)
			y += 11 * point
		}
	}
	page := s.lines(words("tx.form_page", s.page+1, len(s.pages)), contentWide, 0, edgeSize, false)[0]
	s.writeLine(page, marginSide, footTop+codeWide, contentWide, edgeSize, false, right)
}

// qr draws a QR code of squares, as large as it may be.
func (s *setter) qr(code [][]bool, x, y int) {
	for i, row := range code {
		for j := 0; j < len(row); j++ {
			from := j
			for j < len(row) && row[j] {
				j++
			}
			if j > from {
				n := len(code)
				s.fill(x+codeWide*from/n, y+codeWide*i/n, codeWide*j/n-codeWide*from/n, codeWide*(i+1)/n-codeWide*i/n)
			}
		}
	}
}

// file writes the pages as a PDF.
func (s *setter) file(title string) ([]byte, error) {
	p := &pdf{}
	root, pages := p.reserve(), p.reserve()
	fonts, err := s.fonts(p)
	if err != nil {
		return nil, err
	}
	var kids []int
	for _, ops := range s.pages {
		content := p.stream("", ops.Bytes())
		kids = append(kids, p.add(fmt.Sprintf("<</Type /Page /Parent %s /MediaBox [0 0 %s %s] /Resources <</Font <<%s>>>> /Contents %s>>",
			reference(pages), points(paperWide), points(paperHigh), fonts, reference(content))))
	}
	p.set(pages, fmt.Sprintf("<</Type /Pages /Kids %s /Count %d>>", references(kids), len(kids)))
	p.set(root, fmt.Sprintf("<</Type /Catalog /Pages %s /Lang (zh-CN) /ViewerPreferences <</DisplayDocTitle true>> /Metadata %s %s>>",
		reference(pages), reference(p.metadata(title)), p.archival()))
	return p.file(root), nil
}

// fonts embeds the faces that were used.
func (s *setter) fonts(p *pdf) (string, error) {
	var resources []string
	for i, u := range s.used {
		if len(u.runes) == 1 {
			continue
		}
		object, err := p.addFace(u)
		if err != nil {
			return "", err
		}
		resources = append(resources, fmt.Sprintf("/F%d %s", i, reference(object)))
	}
	return strings.Join(resources, " "), nil
}
