package form

import (
	"fmt"
	"strings"
)

// facts is a table of names and values, one or two pairs in a row.
func facts(rows ...[]string) *table {
	t := &table{size: tableSize, weights: []int{23, 31, 17, 29}, aligns: []alignment{center, left, center, left}}
	for _, row := range rows {
		cells := []cellText{{text: row[0], label: true}, {text: row[1]}}
		if len(row) == 4 {
			cells = append(cells, cellText{text: row[2], label: true}, cellText{text: row[3]})
		} else {
			cells[1].span, cells[1].code = 3, len(row[1]) == 64 && !strings.Contains(row[1], " ")
		}
		t.rows = append(t.rows, cells)
	}
	return t
}

// cellsOf makes a row of texts and numbers.
func cellsOf(values ...any) []cellText {
	var row []cellText
	for _, v := range values {
		text, isText := v.(string)
		if !isText {
			text = fmt.Sprint(v)
		}
		row = append(row, cellText{text: text, count: !isText})
	}
	return row
}

func headers(ids ...string) []string {
	var all []string
	for _, id := range ids {
		all = append(all, words(id))
	}
	return all
}

func note(id string) paragraph { return paragraph{text: words(id), size: noteSize} }

func dateLine() paragraph {
	return paragraph{text: blankDate(), size: signatureSize, align: right}
}

// blankDate is to be filled in by hand.
func blankDate() string { return "　　　　" + words("tx.form_date_line") }

func people(n uint32) string { return words("tx.people", n) }

func sheets(n uint32) string { return words("tx.sheets", n) }
