package form

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"path"
	"strings"
)

// The limits of a workbook, beyond those of any table. What a few kilobytes of
// zip unfold to is bounded by what is read, not by what the file says of itself.
const (
	maxParts   = 2000
	maxPart    = 24 << 20
	maxStrings = 500_000
	maxStyles  = 70_000
)

// workbookEnding is how the files that are read are called.
const workbookEnding = ".xlsx"

var (
	errWorkbook = errors.New("form: not a readable workbook")
	errLarge    = errors.New("form: workbook unfolds to too much")
	errEnough   = errors.New("form: read as much as is wanted")
	errTables   = errors.New("form: workbook has several tables")
)

// isWorkbook looks for the magic of zip; the rest is found out by reading.
func isWorkbook(data []byte) bool { return bytes.HasPrefix(data, []byte("PK\x03\x04")) }

// A workbook is an .xlsx file (ECMA-376), of which only the first sheet that
// people see is read. It is read as a stream and with the types of its cells:
// a library that builds the whole grid first fills memory from a file of a few
// bytes (one cell in the last column of each row), and one that gives texts
// cannot tell 001 from the number 1.
type workbook struct {
	parts   map[string]*zip.File
	strings []string
	formats []format // by number of the cell's style
	mac     bool     // days count from 1904
}

// readWorkbook gives the lines of the first visible sheet that has a table, and
// its merged areas; of the first visible one if none has. More than one is
// refused: a roll that stands on a sheet for each delegation would lose all but
// the first.
func readWorkbook(data []byte, isTable func([]line) bool) (*grid, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil || len(z.File) > maxParts {
		return nil, errWorkbook
	}
	w := &workbook{parts: make(map[string]*zip.File)}
	for _, f := range z.File {
		w.parts[strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/")] = f
	}
	links, err := w.links()
	if err != nil {
		return nil, err
	}
	names, err := w.sheets(links)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(w.readStrings(links), w.readStyles(links)); err != nil {
		return nil, err
	}
	name, err := w.tableSheet(names, isTable)
	if err != nil {
		return nil, err
	}
	return w.readGrid(name, math.MaxInt)
}

// tableSheet looks at the head of each sheet.
func (w *workbook) tableSheet(names []string, isTable func([]line) bool) (string, error) {
	found := ""
	for _, name := range names {
		if len(names) == 1 {
			return name, nil
		}
		head, err := w.readGrid(name, maxTitles+maxHeader)
		switch {
		case err != nil:
			return "", err
		case !isTable(head.lines):
		case found != "":
			return "", errTables
		default:
			found = name
		}
	}
	if found == "" {
		return names[0], nil
	}
	return found, nil
}

// part streams the tokens of a part to visit, which may read on from the
// decoder. A part that is cut off, too long or out of form is an error.
func (w *workbook) part(name string, visit func(*xml.Decoder, xml.StartElement) error) error {
	f, ok := w.parts[name]
	if !ok {
		return errWorkbook
	}
	r, err := f.Open()
	if err != nil {
		return errWorkbook
	}
	defer r.Close()
	limited := &io.LimitedReader{R: r, N: maxPart}
	d := xml.NewDecoder(limited)
	for {
		token, err := d.Token()
		if start, ok := token.(xml.StartElement); ok && err == nil {
			err = visit(d, start)
		}
		switch {
		case err == io.EOF && limited.N > 0:
			return nil
		case err == errEnough:
			return err
		case err != nil && limited.N <= 0, errors.Is(err, errLarge):
			return errLarge
		case err != nil:
			return errWorkbook
		}
	}
}

// A link leads from the workbook to one of its parts.
type link struct {
	kind string // the last word of its type
	name string // of the part
}

func (w *workbook) links() (map[string]link, error) {
	links := make(map[string]link)
	return links, w.part("xl/_rels/workbook.xml.rels", func(_ *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "Relationship" || attribute(e, "TargetMode") == "External" {
			return nil
		}
		target := attribute(e, "Target")
		if !strings.HasPrefix(target, "/") {
			target = path.Join("xl", target)
		}
		links[attribute(e, "Id")] = link{path.Base(attribute(e, "Type")), strings.TrimPrefix(path.Clean(target), "/")}
		return nil
	})
}

// maxSheets is how many sheets are looked at.
const maxSheets = 100

// sheets finds the parts of the sheets that are not hidden.
func (w *workbook) sheets(links map[string]link) (names []string, err error) {
	err = w.part("xl/workbook.xml", func(_ *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local == "workbookPr" {
			w.mac = truthy(attribute(e, "date1904"))
		}
		if e.Name.Local != "sheet" || len(names) == maxSheets {
			return nil
		}
		state := attribute(e, "state")
		l := links[relation(e)]
		if l.kind == "worksheet" && (state == "" || state == "visible") {
			names = append(names, l.name)
		}
		return nil
	})
	if err == nil && names == nil {
		err = errWorkbook
	}
	return names, err
}

// relation is the attribute r:id: id alone is the number of the sheet, which
// says nothing.
func relation(e xml.StartElement) string {
	for _, a := range e.Attr {
		if a.Name.Local == "id" && strings.HasSuffix(a.Name.Space, "relationships") {
			return a.Value
		}
	}
	return ""
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func linked(links map[string]link, kind string) (string, bool) {
	for _, l := range links {
		if l.kind == kind {
			return l.name, true
		}
	}
	return "", false
}

// readStrings reads the texts that cells name by number. A workbook of numbers
// has none.
func (w *workbook) readStrings(links map[string]link) error {
	name, ok := linked(links, "sharedStrings")
	if !ok {
		return nil
	}
	return w.part(name, func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		if len(w.strings) == maxStrings {
			return errLarge
		}
		text, err := richText(d)
		w.strings = append(w.strings, text)
		return err
	})
}

// richText joins the runs of a text up to the end of the element that was
// begun, without the phonetic notes.
func richText(d *xml.Decoder) (string, error) {
	var b strings.Builder
	depth, inText := 1, false
	for depth > 0 {
		token, err := d.Token()
		if err != nil {
			return "", err
		}
		switch x := token.(type) {
		case xml.StartElement:
			if x.Name.Local == "rPh" {
				if err := d.Skip(); err != nil {
					return "", err
				}
				continue
			}
			depth++
			inText = x.Name.Local == "t"
		case xml.EndElement:
			depth--
			inText = false
		case xml.CharData:
			if inText {
				b.Write(x)
			}
		}
	}
	return unescape(b.String()), nil
}
