package main

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// table is rows of cells, the first being the titles. Columns in which all
// cells are numbers stand flush right.
type table struct{ rows [][]string }

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// lines lays the table out, with a rule below the titles.
func (t *table) lines() []string {
	widths, right := t.layout()
	var lines []string
	for i, row := range t.rows {
		var b strings.Builder
		for c, cell := range row {
			gap := strings.Repeat(" ", widths[c]-columns(cell))
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

func (t *table) layout() (widths []int, right []bool) {
	for c := range t.rows[0] {
		widest, numbers := 0, true
		for i, row := range t.rows {
			widest = max(widest, columns(row[c]))
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

// columns is how many columns of a terminal a text takes: a Chinese character
// takes two.
func columns(s string) int {
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

func pad(s string, to int) string {
	return s + strings.Repeat(" ", max(0, to-columns(s)))
}

// plain is text from elsewhere as a terminal may show it: nothing in it moves
// the cursor, changes colours or turns the direction of writing (attack S5).
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}
