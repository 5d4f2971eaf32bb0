package form

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
)

// A sheet is a table with a header, being read.
type sheet struct {
	columns []column
	header  []string          // as it stands in the file, without stars
	at      map[string]int    // position by column id
	units   map[string]uint64 // of an amount, in yuan, by column id
	padding map[string]int    // to how many digits numbers are filled up, by column id
	merged  []area            // of a workbook, as the next
	hidden  []area            // columns
	errs    RowErrors
	dropped int  // errors beyond maxErrors
	broken  bool // the header cannot be trusted
	noted   bool // a row was refused that is none, a second header for example
}

func (s *sheet) fail(row int, column, cause string, args ...any) {
	if len(s.errs) >= maxErrors {
		s.dropped++
		return
	}
	s.errs = append(s.errs, RowError{row, column, Cause{cause, args}})
}

func (s *sheet) err() error {
	if len(s.errs) == 0 {
		return nil
	}
	slices.SortStableFunc(s.errs, func(a, b RowError) int { return a.Row - b.Row })
	if s.dropped > 0 {
		s.errs = append(s.errs, RowError{Cause: Cause{"row.more", []any{s.dropped}}})
	}
	return s.errs
}

// line is a row of the file with its number in Excel.
type line struct {
	number int
	cells  []string
	kinds  []cellKind // of a workbook
	hidden bool       // in a workbook: nobody sees the row
}

// readTable reads a file with these columns, text or a workbook as its first
// bytes say, at most so many rows, and gives each row to parse.
func readTable[T any](data []byte, columns []column, most int, parse func(*record) T) ([]T, error) {
	s := &sheet{columns: columns, at: make(map[string]int), units: make(map[string]uint64)}
	body := s.readHeader(s.lines(data))
	if len(s.errs) > 0 && (s.broken || !s.hasSome()) {
		return nil, s.err() // the rows of a wrong table would only hide that
	}
	s.checkPadding(body)
	var rows []T
	for _, l := range body {
		r := s.record(l)
		if r == nil {
			continue
		}
		if len(rows) == most {
			s.fail(l.number, "", "row.many_rows", most)
			break
		}
		rows = append(rows, parse(r))
	}
	if len(rows) == 0 && !s.noted {
		s.fail(0, "", "row.no_rows")
	}
	if err := s.err(); err != nil {
		return nil, err
	}
	return rows, nil
}

// lines gives the rows of the file that have content.
func (s *sheet) lines(data []byte) []line {
	if isWorkbook(data) && len(data) <= maxFile {
		return s.unfold(data)
	}
	text, cause := decode(data)
	if cause != nil {
		s.fail(0, "", cause.ID, cause.Args...)
		return nil
	}
	return s.split(text)
}

// split parts the text into lines and leaves out blank ones. Excel numbers a
// row by the line breaks outside quotes, blank rows included.
func (s *sheet) split(text string) []line {
	r := newCSV(text, s.separator(text))
	var lines []line
	inside := 0 // line breaks inside quotes so far
	for {
		cells, err := r.Read()
		if bad, ok := errors.AsType[*csv.ParseError](err); ok {
			s.fail(bad.StartLine-inside, "", "row.bad_csv")
			return lines
		}
		if err == io.EOF {
			return lines
		}
		start, _ := r.FieldPos(0)
		number := start - inside
		for _, cell := range cells {
			inside += strings.Count(cell, "\n")
		}
		if cells = trimCells(cells); len(cells) > 0 {
			lines = append(lines, line{number: number, cells: slices.Clone(cells)})
		}
		if !s.mayGoOn(number, len(lines), len(cells)) {
			return lines
		}
	}
}

func newCSV(text string, comma rune) *csv.Reader {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = comma, -1, true
	return r
}

// separator finds what parts the cells: that with which a header is found near
// the top, or else what occurs most there. Counting alone is misled by a title
// or a text full of commas.
func (s *sheet) separator(text string) rune {
	head := strings.ToValidUTF8(text[:min(len(text), 4096)], "")
	best := ','
	for _, comma := range ",\t;" {
		if s.parted(head, comma) {
			return comma
		}
		if strings.Count(head, string(comma)) > strings.Count(head, string(best)) {
			best = comma
		}
	}
	return best
}

// parted says whether there is a header if comma parts the cells.
func (s *sheet) parted(head string, comma rune) bool {
	var lines []line
	for r := newCSV(head, comma); len(lines) <= maxTitles+maxHeader; {
		cells, err := r.Read()
		if err != nil {
			break
		}
		number, _ := r.FieldPos(0)
		if cells = trimCells(cells); len(cells) > 0 {
			lines = append(lines, line{number: number, cells: slices.Clone(cells)})
		}
	}
	_, ok := s.findHeader(lines)
	return ok
}

// mayGoOn refuses tables so large that reading on would only cost memory.
func (s *sheet) mayGoOn(number, lines, cells int) bool {
	switch {
	case cells > maxColumns:
		s.fail(number, "", "row.extra_cells")
	case lines > maxRows+maxTitles+maxHeader:
		s.fail(number, "", "row.many_rows", maxRows)
	default:
		return true
	}
	return false
}

// trimCells leaves out what is blank at the end of a row.
func trimCells(cells []string) []string {
	for len(cells) > 0 && trim(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}

// maxColumns is more than any table here has, ignored columns included.
const maxColumns = 100

// maxTitles is how many rows above the header may hold a title.
const maxTitles = 4
