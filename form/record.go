package form

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"piaojue/lang"
)

// A record is one row being read. Its methods give the value of a column and
// note what is wrong with it; then the value is zero.
type record struct {
	sheet *sheet
	row   int
	cells map[string]string // by column id, trimmed, unguarded
	told  map[string]bool   // columns whose cell was refused for what it is
}

// record gives a line as a record, or nil if no known column has content.
func (s *sheet) record(l line) *record {
	r := &record{sheet: s, row: l.number, cells: make(map[string]string)}
	for id, at := range s.at {
		if at < len(l.cells) {
			if text := unguard(trim(l.cells[at])); text != "" {
				r.cells[id] = text
			}
		}
	}
	if len(r.cells) == 0 {
		return nil
	}
	if cause := s.noRow(r); cause != "" {
		s.noted = true
		s.fail(l.number, "", cause)
		return nil
	}
	r.checkKinds(l)
	for i, cell := range l.cells {
		if (i >= len(s.header) || s.header[i] == "") && trim(cell) != "" {
			s.fail(l.number, "", "row.extra_cells")
			break
		}
	}
	return r
}

// noRow says why a row that has content is none: as a deputy or a project it
// would be counted.
func (s *sheet) noRow(r *record) string {
	again := true
	for id, text := range r.cells {
		if again = headerKey(text) == headerKey(s.header[s.at[id]]); !again {
			break
		}
	}
	if again {
		return "row.header_again"
	}
	for _, c := range s.columns {
		if c.required && slices.Contains(sums(), strings.Trim(headerKey(r.cells[c.id]), ":")) {
			return "row.sum"
		}
	}
	return ""
}

func (r *record) fail(id, cause string, args ...any) {
	column := id
	if at, ok := r.sheet.at[id]; ok {
		column = r.sheet.header[at]
	}
	r.sheet.fail(r.row, column, cause, args...)
}

// raw gives the cell, or nothing if it holds a character that none may hold.
func (r *record) raw(id string) string {
	text := r.cells[id]
	if cause := badCharacter(text); cause != nil {
		r.fail(id, cause.ID, cause.Args...)
		return ""
	}
	return text
}

// require does not repeat for each row that the column is missing.
func (r *record) require(id string) {
	if _, ok := r.sheet.at[id]; ok && r.cells[id] == "" && !r.told[id] {
		r.fail(id, "row.required")
	}
}

// text gives a text of one line, at most so many bytes.
func (r *record) text(id string, most int) string {
	return r.limit(id, oneLine(r.raw(id)), most)
}

func (r *record) limit(id, text string, most int) string {
	if len(text) > most {
		r.fail(id, "row.too_long", most)
		return ""
	}
	return text
}

// identifier gives a text without spaces, its full-width letters narrowed.
func (r *record) identifier(id string, most int) string {
	return r.limit(id, identifier(r.raw(id)), most)
}

// name gives a person's name.
func (r *record) name(id string) string {
	return r.limit(id, personName(r.raw(id)), maxShort)
}

func (r *record) whole(id string) uint32 {
	text := identifier(r.raw(id))
	if text == "" {
		return 0
	}
	n, err := strconv.ParseUint(ungroup(wholeFloat.ReplaceAllString(text, "$1")), 10, 32)
	if err != nil {
		r.fail(id, "row.whole_number")
	}
	return uint32(n)
}

// unique notes in seen where a value stands, and refuses it elsewhere.
func (r *record) unique(id, value string, seen map[string]int) {
	if value == "" {
		return
	}
	if first, ok := seen[value]; ok {
		r.fail(id, "row.duplicate", first)
		return
	}
	seen[value] = r.row
}

// sums are what offices call a row of totals.
var sums = sync.OnceValue(func() []string {
	return append(strings.Split(lang.ZH.Text("word.sums"), "|"), strings.Split(lang.EN.Text("word.sums"), "|")...)
})
