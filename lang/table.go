package lang

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Table is rows of cells for a terminal, the first being the titles. Columns in
// which all cells are numbers stand flush right.
type Table struct{ rows [][]string }

// Add adds a row.
func (t *Table) Add(cells ...string) { t.rows = append(t.rows, cells) }

// Lines lays the table out, with a rule below the titles. A table without rows
// has no lines.
func (t *Table) Lines() []string {
	if len(t.rows) == 0 {
		return nil
	}
	widths, right := t.layout()
	var lines []string
	for i, row := range t.rows {
		var b strings.Builder
		for c, cell := range row {
			gap := strings.Repeat(" ", widths[c]-Columns(cell))
			if right[c] {
				b.WriteString(gap + cell + "  ")
			} else {
				b.WriteString(cell + gap + "  ")
			}
		}
		lines = append(lines, strings.TrimRight(b.String(), " "))
		if i == 0 {
			lines = append(lines, strings.Repeat("-", total(widths)))
		}
	}
	return lines
}

func (t *Table) layout() (widths []int, right []bool) {
	for c := range t.rows[0] {
		widest, numbers := 0, true
		for i, row := range t.rows {
			widest = max(widest, Columns(row[c]))
			numbers = numbers && (i == 0 || strings.Trim(row[c], "0123456789-") == "")
		}
		widths, right = append(widths, widest), append(right, numbers)
	}
	return widths, right
}

func total(widths []int) int {
	sum := 2 * (len(widths) - 1)
	for _, w := range widths {
		sum += w
	}
	return sum
}

// Columns is how many columns of a terminal a text takes: a Chinese character
// takes two.
func Columns(s string) int {
	n := 0
	for _, r := range s {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

// Pad fills a text up to so many columns.
func Pad(s string, to int) string {
	return s + strings.Repeat(" ", max(0, to-Columns(s)))
}

// Plain is text from elsewhere as a terminal may show it: nothing in it moves
// the cursor, changes colours or turns the direction of writing (attack S5).
func Plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}
