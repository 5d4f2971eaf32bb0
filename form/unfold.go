package form

import (
	"errors"
	"slices"
)

// unfold gives the rows of a workbook that have content.
func (s *sheet) unfold(data []byte) []line {
	g, err := readWorkbook(data, func(head []line) bool {
		_, ok := s.findHeader(head)
		return ok
	})
	switch {
	case errors.Is(err, errTables):
		s.fail(0, "", "row.two_tables")
		return nil
	case errors.Is(err, errLarge):
		s.fail(0, "", "row.large_workbook")
		return nil
	case err != nil:
		s.fail(0, "", "row.bad_workbook", workbookEnding)
		return nil
	case len(g.lines) == 0:
		s.fail(0, "", "row.empty_file")
		return nil
	}
	if g.wide > 0 {
		s.fail(g.wide, "", "row.extra_cells")
	}
	if g.long > 0 {
		s.fail(g.long, "", "row.many_rows", maxRows)
	}
	if len(s.errs) > 0 {
		return nil
	}
	s.merged, s.hidden = g.merged, g.hidden
	return g.lines
}

// refuseMerged names merged areas that touch the names of the columns, from one
// side to the other, or what is below them in a known column: only their first
// cell has content, and the others would be read as empty. A merged title above
// the header does no harm, nor a name that is merged downwards.
func (s *sheet) refuseMerged(top, bottom int) {
	for _, a := range s.merged {
		if a.bottom < bottom || a.top >= top && a.bottom == bottom && a.left == a.right {
			continue
		}
		for _, at := range s.at {
			if a.left <= at && at <= a.right {
				s.broken = s.broken || a.top <= bottom
				s.fail(max(a.top, bottom), "", "row.merged", a.name)
				break
			}
		}
	}
}

// refuseHidden names columns that are read and that nobody sees.
func (s *sheet) refuseHidden() {
	for _, c := range s.columns {
		at, ok := s.at[c.id]
		if ok && slices.ContainsFunc(s.hidden, func(a area) bool { return a.left <= at && at <= a.right }) {
			s.fail(0, s.header[at], "row.hidden_column")
		}
	}
}

// checkKinds refuses the cells of a workbook whose text is not what the clerk
// sees, or not what was typed. The value is dropped, so that no other error of
// the same cell hides the true one.
func (r *record) checkKinds(l line) {
	if l.hidden {
		r.sheet.fail(r.row, "", "row.hidden_row")
	}
	for _, c := range r.sheet.columns {
		at, ok := r.sheet.at[c.id]
		if !ok || at >= len(l.cells) || at >= len(l.kinds) {
			continue
		}
		if cause := wrongKind(c, l.kinds[at], l.cells[at]); cause != nil {
			r.fail(c.id, cause.ID, cause.Args...)
			r.refused(c.id)
		}
	}
}

// refused marks a column whose error is already told.
func (r *record) refused(id string) {
	delete(r.cells, id)
	if r.told == nil {
		r.told = make(map[string]bool)
	}
	r.told[id] = true
}

func wrongKind(c column, kind cellKind, text string) *Cause {
	switch {
	case kind == formulaCell:
		return &Cause{ID: "row.formula"}
	case kind == errorCell:
		return &Cause{"row.error_value", []any{shown(text)}}
	case c.digits && kind == plainNumber && len(text) > maxExact:
		return &Cause{"row.lost_digits", []any{shown(text)}}
	case kind == textCell, kind <= c.number, kind == dateNumber && c.date, kind == paddedNumber && c.digits:
		return nil
	case c.number >= plainNumber:
		return &Cause{"row.odd_number", []any{shown(text)}}
	}
	return &Cause{"row.number_cell", []any{shown(text)}}
}
