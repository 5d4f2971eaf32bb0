package form

import "slices"

const (
	cellPad    = 4 * point // at the sides
	cellRise   = 3 * point // above and below
	ruleThin   = 500
	codeInCell = 9 * point
)

// A setTable is a table being laid out.
type setTable struct {
	*setter
	*table
	edges []int // of the columns, one more than there are
}

// A setCell is a cell whose text was broken into lines.
type setCell struct {
	lines    []textLine
	x, width int
	size     int
	bold     bool
	align    alignment
}

func (s *setter) table(t *table) {
	st := &setTable{setter: s, table: t, edges: edgesOf(t.weights)}
	s.at += 4 * point
	st.header()
	for _, row := range t.rows {
		st.row(st.cells(row), false)
	}
	s.at += 4 * point
}

// edgesOf shares the width of the page among columns.
func edgesOf(weights []int) []int {
	sum, passed := 0, 0
	for _, w := range weights {
		sum += w
	}
	edges := []int{marginSide}
	for _, w := range weights {
		passed += w
		edges = append(edges, marginSide+contentWide*passed/sum)
	}
	return edges
}

func (t *setTable) header() {
	if len(t.table.header) == 0 {
		return
	}
	var row []cellText
	for _, text := range t.table.header {
		row = append(row, cellText{text: text, label: true})
	}
	cells := t.cells(row)
	t.need(3 * heightOf(cells, t.size)) // no header at the foot of a page
	t.row(cells, true)
}

// cells breaks the texts of a row.
func (t *setTable) cells(row []cellText) []setCell {
	var cells []setCell
	at := 0
	for _, c := range row {
		end := min(at+c.columns(), len(t.edges)-1)
		cell := setCell{x: t.edges[at], width: t.edges[end] - t.edges[at], size: t.size, bold: c.label, align: center}
		if !c.label {
			cell.align = t.aligns[at]
		}
		if c.code {
			cell.size = codeInCell
		}
		cell.lines = t.lines(c.text, cell.width-2*cellPad, 0, cell.size, c.label)
		cells = append(cells, cell)
		at = end
	}
	return cells
}

func heightOf(cells []setCell, size int) int {
	lines := 0
	for _, c := range cells {
		lines = max(lines, len(c.lines))
	}
	return lines*leading(size) + 2*cellRise
}

// row sets a row, and goes on with it on the next page if it is higher than
// one.
func (t *setTable) row(cells []setCell, isHeader bool) {
	height := heightOf(cells, t.size)
	whole := paperHigh - marginBottom - marginTop
	if t.room() < height && (height <= whole || t.room() < whole/2) {
		t.turn(isHeader)
	}
	for {
		fit := max(1, (t.room()-2*cellRise)/leading(t.size))
		now := make([]setCell, len(cells))
		rest := false
		for i, c := range cells {
			now[i] = c
			now[i].lines = c.lines[:min(fit, len(c.lines))]
			cells[i].lines = c.lines[len(now[i].lines):]
			rest = rest || len(cells[i].lines) > 0
		}
		t.rule4(now)
		if !rest {
			return
		}
		t.turn(isHeader)
	}
}

func (t *setTable) turn(isHeader bool) {
	t.nextPage()
	if !isHeader {
		t.header()
	}
}

// rule4 draws the cells of a row with the lines around them.
func (t *setTable) rule4(cells []setCell) {
	height := heightOf(cells, t.size)
	for _, c := range cells {
		y := t.at + (height-len(c.lines)*leading(t.size))/2
		for _, l := range c.lines {
			l.last = true // a short line that is spread looks torn
			t.writeLine(l, c.x+cellPad, y+feet(t.size), c.width-2*cellPad, c.size, c.bold, c.align)
			y += leading(t.size)
		}
		t.rule(c.x, t.at, c.x, t.at+height, ruleThin)
	}
	right := slices.Max(t.edges)
	t.rule(right, t.at, right, t.at+height, ruleThin)
	t.rule(marginSide, t.at, right, t.at, ruleThin)
	t.rule(marginSide, t.at+height, right, t.at+height, ruleThin)
	t.at += height
}
