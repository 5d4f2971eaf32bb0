package form

import (
	"slices"
	"strings"

	"piaojue/lang"
)

// maxHeader is how many rows a header may have: groups above the names, merged
// over their columns, are common in offices.
const maxHeader = 2

// A header is the row that names the columns, or two that do together.
type header struct {
	top, bottom int      // lines of the file, from 0
	titles      []string // by column
}

// readHeader finds the header, notes where the columns are, and returns the
// lines below it.
func (s *sheet) readHeader(lines []line) []line {
	if len(s.errs) > 0 || len(lines) == 0 {
		return nil
	}
	h, ok := s.findHeader(lines)
	if !ok {
		h = header{titles: lines[0].cells}
	}
	s.placeColumns(h.titles, lines[h.bottom].number)
	s.placeUnits(lines[:h.bottom+1], h)
	s.refuseMerged(lines[h.top].number, lines[h.bottom].number)
	s.refuseHidden()
	return lines[h.bottom+1:]
}

// findHeader looks near the top for a row with all required columns, and only
// then for two rows that have them together.
func (s *sheet) findHeader(lines []line) (header, bool) {
	most := min(len(lines), maxTitles+1)
	for i := range most {
		if s.hasRequired(lines[i].cells) {
			return s.extend(lines, i), true
		}
	}
	for i := range most {
		if h, ok := pair(lines, i); ok && s.hasRequired(h.titles) {
			return h, true
		}
	}
	return header{}, false
}

// pair takes two rows for a header: a name below a group is the name, and what
// has nothing below it is merged over both.
func pair(lines []line, i int) (header, bool) {
	if i+1 >= len(lines) || lines[i+1].number != lines[i].number+1 {
		return header{}, false
	}
	upper, lower := lines[i].cells, lines[i+1].cells
	titles := make([]string, max(len(upper), len(lower)))
	for at := range titles {
		if titles[at] = cellOf(lower, at); titles[at] == "" {
			titles[at] = cellOf(upper, at)
		}
	}
	return header{i, i + 1, titles}, true
}

func cellOf(cells []string, at int) string {
	if at >= len(cells) || trim(cells[at]) == "" {
		return ""
	}
	return cells[at]
}

// extend makes the row with the required columns a header, with the row below
// if that holds nothing but names under groups, or with those of the row above
// that are merged down.
func (s *sheet) extend(lines []line, i int) header {
	if h, ok := pair(lines, i); ok && s.onlyNames(lines[i].cells, lines[i+1].cells) {
		return h
	}
	h := header{i, i, slices.Clone(lines[i].cells)}
	if i == 0 || lines[i-1].number != lines[i].number-1 {
		return h
	}
	for at, cell := range lines[i-1].cells {
		if trim(cell) == "" || cellOf(h.titles, at) != "" || !s.names(cell) {
			continue
		}
		for len(h.titles) <= at {
			h.titles = append(h.titles, "")
		}
		h.titles[at], h.top = cell, i-1
	}
	return h
}

// onlyNames says whether lower names columns and does so only where upper names
// none.
func (s *sheet) onlyNames(upper, lower []string) bool {
	for at, cell := range lower {
		if trim(cell) != "" && (!s.names(cell) || s.names(cellOf(upper, at))) {
			return false
		}
	}
	return true
}

func (s *sheet) names(cell string) bool {
	key := headerKey(cell)
	return key != "" && (s.column(key) >= 0 || isIgnored(key))
}

// column finds the column that a header key names, or -1.
func (s *sheet) column(key string) int {
	return slices.IndexFunc(s.columns, func(c column) bool { return c.named(key) })
}

func (s *sheet) hasRequired(cells []string) bool {
	for _, c := range s.columns {
		if c.required && !slices.ContainsFunc(cells, func(h string) bool { return c.named(headerKey(h)) }) {
			return false
		}
	}
	return true
}

// hasSome says whether a required column was found: then it is the right table.
func (s *sheet) hasSome() bool {
	return slices.ContainsFunc(s.columns, func(c column) bool {
		_, ok := s.at[c.id]
		return ok && c.required
	})
}

func (s *sheet) placeColumns(titles []string, row int) {
	for i, cell := range titles {
		title := strings.Trim(shown(trim(cell)), "*＊")
		s.header = append(s.header, title)
		if cause := badCharacter(trim(cell)); cause != nil {
			s.fail(row, "", cause.ID, cause.Args...)
			continue
		}
		key := headerKey(cell)
		if key == "" || isIgnored(key) {
			continue
		}
		if pictures.named(key) {
			s.fail(row, title, "row.picture")
			continue
		}
		at := s.column(key)
		if at < 0 {
			s.fail(row, title, "row.unknown_column")
			continue
		}
		id := s.columns[at].id
		if _, twice := s.at[id]; twice {
			s.fail(row, title, "row.double_column")
			continue
		}
		s.at[id] = i
	}
	for _, c := range s.columns {
		if _, ok := s.at[c.id]; !ok && c.required {
			s.fail(0, c.name(lang.ZH), "row.no_column")
		}
	}
}

// placeUnits finds the unit of each amount: that in its own name, else that in
// the name of its group, else that of the whole table, which stands above it as
// 单位：万元. Without any it is 10,000 yuan.
func (s *sheet) placeUnits(head []line, h header) {
	whole := s.tableUnit(head)
	for _, c := range s.columns {
		at, ok := s.at[c.id]
		if !c.wan || !ok {
			continue
		}
		_, unit := splitUnit(headerKey(h.titles[at]))
		if unit == 0 && h.bottom > 0 {
			_, unit = splitUnit(headerKey(groupOf(head[h.bottom-1].cells, at)))
		}
		if unit == 0 {
			unit = whole
		}
		s.units[c.id] = unit
	}
}

// groupOf is the name of the group over a column: it stands in the first of its
// columns.
func groupOf(cells []string, at int) string {
	for i := min(at, len(cells)-1); i >= 0; i-- {
		if cell := cellOf(cells, i); cell != "" {
			return cell
		}
	}
	return ""
}

// tableUnit is the unit that a line above the table names. Two are one too many.
func (s *sheet) tableUnit(head []line) uint64 {
	unit := uint64(0)
	for _, l := range head {
		for _, cell := range l.cells {
			m := unitNamed.FindStringSubmatch(identifier(cell))
			if m == nil {
				continue
			}
			if unit != 0 && unit != units[m[1]] {
				s.fail(l.number, "", "row.two_units")
			}
			unit = units[m[1]]
		}
	}
	if unit == 0 {
		return wanYuan
	}
	return unit
}
