package form

import (
	"strings"

	"piaojue/lang"
)

// examples gives the example rows of a template, cell by cell.
func examples(l lang.Lang, prefix string) [][]string {
	var rows [][]string
	for _, id := range lang.IDs(prefix) {
		rows = append(rows, strings.Split(l.Text(id), "|"))
	}
	return rows
}

// refuseExample names a row that the template brought along. It is not passed
// over in silence: who typed over half of it would miss a deputy.
func (r *record) refuseExample(id string) bool {
	for _, l := range []lang.Lang{lang.ZH, lang.EN} {
		if strings.HasPrefix(identifier(r.cells[id]), l.Text("word.example")) {
			r.fail("", "row.example")
			return true
		}
	}
	return false
}
