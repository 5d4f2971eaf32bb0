package form

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"piaojue/lang"
)

// A column is one that a table may have. Its names in both languages are
// messages of package lang.
type column struct {
	id       string // column.<id>
	required bool
	wan      bool // an amount in units of 10,000 yuan
	// number is what a cell of a workbook may be beside text.
	number cellKind
	wide   float64 // of a workbook's column, in characters; 0 is usual
}

func (c column) name(l lang.Lang) string { return l.Text("column." + c.id) }

// title is what a writer puts into the header.
func (c column) title(l lang.Lang) string {
	if c.wan {
		return c.name(l) + "（" + l.Text("unit.wan") + "）"
	}
	return c.name(l)
}

// named says whether a normalised header cell names the column. An amount in
// any other unit is another column: reading yuan as 10,000 yuan would show the
// deputies a wrong sum.
func (c column) named(header string) bool {
	for _, l := range []lang.Lang{lang.ZH, lang.EN} {
		if header == headerKey(c.name(l)) || c.wan && header == headerKey(c.title(l)) {
			return true
		}
	}
	return false
}

// ignored columns are common and say nothing.
var ignored = []column{{id: "serial"}, {id: "remark"}}

// headerKey makes header cells comparable: full width, case, spaces and the
// star that marks required columns do not matter.
func headerKey(s string) string {
	return strings.Trim(strings.ToLower(identifier(s)), "*")
}

// A sheet is a table with a header, being read.
type sheet struct {
	columns []column
	header  []string       // as it stands in the file, without stars
	at      map[string]int // position by column id
	merged  []area         // of a workbook, as the next
	hidden  []area         // columns
	errs    RowErrors
	dropped int // errors beyond maxErrors
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
	s := &sheet{columns: columns, at: make(map[string]int)}
	body := s.readHeader(s.lines(data))
	if len(s.errs) > 0 {
		return nil, s.err()
	}
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
	if len(rows) == 0 {
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
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = separator(text), -1, true
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

// mayGoOn refuses tables so large that reading on would only cost memory.
func (s *sheet) mayGoOn(number, lines, cells int) bool {
	switch {
	case cells > maxColumns:
		s.fail(number, "", "row.extra_cells")
	case lines > maxRows+maxTitles+1:
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

// readHeader finds the header, notes where the columns are, and returns the
// lines below it.
func (s *sheet) readHeader(lines []line) []line {
	if len(s.errs) > 0 || len(lines) == 0 {
		return nil
	}
	header := 0
	for i := range min(len(lines), maxTitles+1) {
		if s.hasRequired(lines[i].cells) {
			header = i
			break
		}
	}
	s.placeColumns(lines[header])
	s.refuseMerged(lines[header].number)
	s.refuseHidden()
	return lines[header+1:]
}

func (s *sheet) hasRequired(cells []string) bool {
	for _, c := range s.columns {
		if c.required && !slices.ContainsFunc(cells, func(h string) bool { return c.named(headerKey(h)) }) {
			return false
		}
	}
	return true
}

func (s *sheet) placeColumns(l line) {
	for i, cell := range l.cells {
		title := strings.Trim(shown(trim(cell)), "*＊")
		s.header = append(s.header, title)
		if cause := badCharacter(cell); cause != nil {
			s.fail(l.number, "", cause.ID, cause.Args...)
			continue
		}
		key := headerKey(cell)
		if key == "" || slices.ContainsFunc(ignored, func(c column) bool { return c.named(key) }) {
			continue
		}
		at := slices.IndexFunc(s.columns, func(c column) bool { return c.named(key) })
		if at < 0 {
			s.fail(l.number, title, "row.unknown_column")
			continue
		}
		id := s.columns[at].id
		if _, twice := s.at[id]; twice {
			s.fail(l.number, title, "row.double_column")
		}
		s.at[id] = i
	}
	for _, c := range s.columns {
		if _, ok := s.at[c.id]; !ok && c.required {
			s.fail(0, c.name(lang.ZH), "row.no_column")
		}
	}
}
