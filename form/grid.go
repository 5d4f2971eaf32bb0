package form

import (
	"encoding/xml"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"

	"piaojue/lang"
)

// cellKind says what a cell of a workbook is, where its text does not.
type cellKind uint8

const (
	textCell     cellKind = iota
	plainNumber           // a number that is shown as it is kept
	moneyNumber           // a number with grouped digits or fixed decimals
	oddNumber             // a percentage, a scaled number, a time
	dateNumber            // a date, written out
	paddedNumber          // a number with the zeros that are shown before it
	formulaCell
	errorCell // #N/A and the like
)

// An area of merged cells; rows and columns count from 1 and 0.
type area struct {
	name        string
	top, bottom int
	left, right int
}

// A grid is what is read of a sheet of a workbook.
type grid struct {
	lines  []line
	merged []area
	hidden []area // columns that nobody sees
	wide   int    // row of a cell beyond maxColumns, or 0
	long   int    // row beyond what may be read, or 0
}

// readGrid reads rows until there are too many, and then only notes that. Of
// the head it reads no more than most rows.
func (w *workbook) readGrid(name string, most int) (*grid, error) {
	g := &grid{}
	row := 0
	err := w.part(name, func(d *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "row":
			if len(g.lines) >= most {
				return errEnough
			}
			number, err := nextNumber(attribute(e, "r"), row)
			if err != nil {
				return err
			}
			row = number
			return w.readRow(d, g, row, attribute(e, "hidden"))
		case "col":
			g.noteColumn(e)
		case "mergeCell":
			if a, ok := parseArea(attribute(e, "ref")); ok && len(g.merged) < maxErrors {
				g.merged = append(g.merged, a)
			}
		}
		return nil
	})
	if err == errEnough {
		err = nil
	}
	return g, err
}

func (g *grid) noteColumn(e xml.StartElement) {
	if !truthy(attribute(e, "hidden")) || len(g.hidden) == maxErrors {
		return
	}
	left, err := strconv.Atoi(attribute(e, "min"))
	right, err2 := strconv.Atoi(attribute(e, "max"))
	if err == nil && err2 == nil {
		g.hidden = append(g.hidden, area{left: left - 1, right: right - 1})
	}
}

func truthy(attribute string) bool { return attribute == "1" || attribute == "true" }

// nextNumber is a number counted from 1: the one that is named, which must
// grow, or else the next.
func nextNumber(named string, last int) (int, error) {
	if named == "" {
		return last + 1, nil
	}
	n, err := strconv.Atoi(named)
	if err != nil || n <= last {
		return 0, errWorkbook
	}
	return n, nil
}

// readRow reads the cells of a row up to its end.
func (w *workbook) readRow(d *xml.Decoder, g *grid, row int, hidden string) error {
	l := line{number: row, hidden: truthy(hidden)}
	last := 0
	for {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch x := token.(type) {
		case xml.StartElement:
			if x.Name.Local != "c" {
				if err := d.Skip(); err != nil {
					return err
				}
				continue
			}
			if last, err = cellColumn(attribute(x, "r"), last); err != nil {
				return err
			}
			if err := w.readCell(d, x, g, &l, last-1); err != nil {
				return err
			}
		case xml.EndElement:
			g.add(l)
			return nil
		}
	}
}

// add keeps a row that has content.
func (g *grid) add(l line) {
	if l.cells = trimCells(l.cells); len(l.cells) == 0 {
		return
	}
	if len(g.lines) > maxRows+maxTitles {
		g.long = l.number
		return
	}
	g.lines = append(g.lines, l)
}

// put keeps a cell that has content, and notes one that stands too far right.
func (g *grid) put(l *line, at int, text string, kind cellKind) {
	if trim(text) == "" && kind != formulaCell {
		return
	}
	if at >= maxColumns {
		if g.wide == 0 {
			g.wide = l.number
		}
		return
	}
	for len(l.cells) <= at {
		l.cells, l.kinds = append(l.cells, ""), append(l.kinds, textCell)
	}
	if text == "" {
		text = "=" // a formula without a value is still not an empty cell
	}
	l.cells[at], l.kinds[at] = text, kind
}

var cellName = regexp.MustCompile(`^([A-Z]{1,3})([0-9]{1,7})$`)

// cellColumn gives the column of a cell from 1: the named one, or the next.
func cellColumn(named string, last int) (int, error) {
	if named == "" {
		return last + 1, nil
	}
	m := cellName.FindStringSubmatch(named)
	if m == nil {
		return 0, errWorkbook
	}
	n := 0
	for _, letter := range m[1] {
		n = n*26 + int(letter-'A') + 1
	}
	if n <= last {
		return 0, errWorkbook
	}
	return n, nil
}

func parseArea(ref string) (a area, ok bool) {
	from, to, _ := strings.Cut(ref, ":")
	m, n := cellName.FindStringSubmatch(from), cellName.FindStringSubmatch(to)
	if m == nil || n == nil {
		return a, false
	}
	left, _ := cellColumn(from, 0)
	right, _ := cellColumn(to, 0)
	a = area{name: ref, left: left - 1, right: right - 1}
	a.top, _ = strconv.Atoi(m[2])
	a.bottom, _ = strconv.Atoi(n[2])
	return a, true
}

// readCell reads a cell up to its end.
func (w *workbook) readCell(d *xml.Decoder, e xml.StartElement, g *grid, l *line, at int) error {
	var value, inline string
	formula := false
	for {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch x := token.(type) {
		case xml.StartElement:
			switch x.Name.Local {
			case "is":
				inline, err = richText(d)
			case "v":
				value, err = characters(d)
			case "f":
				formula = true
				err = d.Skip()
			default:
				err = d.Skip()
			}
			if err != nil {
				return err
			}
		case xml.EndElement:
			text, kind, err := w.cell(attribute(e, "t"), attribute(e, "s"), value, inline)
			if formula {
				kind = formulaCell
			}
			g.put(l, at, text, kind)
			return err
		}
	}
}

// characters reads plain text up to the end of its element.
func characters(d *xml.Decoder) (string, error) {
	var b strings.Builder
	for {
		token, err := d.Token()
		if err != nil {
			return "", err
		}
		switch x := token.(type) {
		case xml.CharData:
			b.Write(x)
		case xml.EndElement:
			return b.String(), nil
		default:
			return "", errWorkbook
		}
	}
}

// cell gives the text of a cell and what it is, by its type.
func (w *workbook) cell(kind, style, value, inline string) (string, cellKind, error) {
	switch kind {
	case "s":
		i, err := strconv.Atoi(value)
		if err != nil || i < 0 || i >= len(w.strings) {
			return "", textCell, errWorkbook
		}
		return w.strings[i], textCell, nil
	case "inlineStr":
		return inline, textCell, nil
	case "str":
		return unescape(value), textCell, nil
	case "b":
		if value == "1" {
			return lang.ZH.Text("word.yes"), textCell, nil
		}
		return lang.ZH.Text("word.no"), textCell, nil
	case "e":
		return value, errorCell, nil
	case "d":
		return value, oddNumber, nil
	}
	if value == "" {
		return "", textCell, nil
	}
	text, shown := w.asShown(number(value), w.formatOf(style))
	return text, shown, nil
}

// asShown writes out what a format shows and the value alone does not say.
func (w *workbook) asShown(value string, f format) (string, cellKind) {
	switch f.kind {
	case dateNumber:
		if date := w.date(value, f.month); date != "" {
			return date, dateNumber
		}
		return value, oddNumber
	case paddedNumber:
		if allDigits(value) {
			return strings.Repeat("0", max(f.pad-len(value), 0)) + value, paddedNumber
		}
		return value, oddNumber
	}
	return value, f.kind
}

// number writes a number as Excel shows it, with its 15 digits: what is typed
// as 1200.35 may be kept as 1200.3499999999999.
func number(value string) string {
	f, err := strconv.ParseFloat(value, 64)
	if err != nil || f > 1e15 || f < -1e15 {
		return value
	}
	short, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64)
	if err != nil {
		return value
	}
	return strconv.FormatFloat(short, 'f', -1, 64)
}

var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// unescape takes back how Excel writes characters that XML cannot hold.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	return escaped.ReplaceAllStringFunc(s, func(m string) string {
		n, _ := strconv.ParseUint(m[2:6], 16, 16)
		return string(utf16.Decode([]uint16{uint16(n)}))
	})
}
