package form

import (
	"bytes"
	"encoding/csv"
	"strings"

	"piaojue/lang"
)

// formula are the characters with which a spreadsheet may begin to compute
// instead of showing; Chinese and Japanese ones take the full-width forms too.
const formula = "=+-@\t\r\n＝＋－＠"

// guarded says whether a text is formula, or is formula after quotes.
func guarded(s string) bool {
	s = strings.TrimLeft(s, "'")
	return s != "" && strings.ContainsAny(firstRune(s), formula)
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

// guard puts a quote before a text that a spreadsheet would run.
func guard(s string) string {
	if guarded(s) {
		return "'" + s
	}
	return s
}

// unguard takes one quote away again: what guard left alone, it leaves alone.
func unguard(s string) string {
	if strings.HasPrefix(s, "'") && guarded(s) {
		return s[1:]
	}
	return s
}

// writeTable writes UTF-8 with a byte order mark, without which Excel in China
// takes it for GB18030.
func writeTable(l lang.Lang, columns []column, rows [][]string) []byte {
	var out bytes.Buffer
	out.WriteString(bom)
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	w.Write(titles(l, columns))
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = guard(cell)
		}
		w.Write(cells)
	}
	w.Flush() // a bytes.Buffer takes everything
	return out.Bytes()
}

func titles(l lang.Lang, columns []column) []string {
	titles := make([]string, len(columns))
	for i, c := range columns {
		titles[i] = c.title(l)
	}
	return titles
}
