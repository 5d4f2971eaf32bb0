package form

import (
	"bytes"

	"github.com/xuri/excelize/v2"

	"piaojue/election"
	"piaojue/lang"
)

// RollBook writes the workbook that [ReadRoll] reads.
func RollBook(l lang.Lang, deputies []election.Deputy) []byte {
	return newBook(l, "roll", rollColumns, rollRows(l, deputies), nil)
}

// CandidatesBook writes the workbook that [ReadCandidates] reads.
func CandidatesBook(l lang.Lang, options []election.Option) []byte {
	return newBook(l, "candidates", candidateColumns, candidateRows(options), nil)
}

// RollTemplate is a workbook to fill in: header, two examples, instructions. The
// reader refuses the examples by name. The bytes are the same each time.
func RollTemplate(l lang.Lang) []byte {
	return newBook(l, "roll", rollColumns, nil, examples(l, "example.roll."))
}

// CandidatesTemplate is the same for candidates.
func CandidatesTemplate(l lang.Lang) []byte {
	return newBook(l, "candidates", candidateColumns, nil, examples(l, "example.candidates."))
}

// A book is a workbook being written. excelize fails on what the caller got
// wrong, and all of it is constant here.
type book struct {
	*excelize.File
	lang  lang.Lang
	sheet string
}

func newBook(l lang.Lang, kind string, columns []column, rows, examples [][]string) []byte {
	b := &book{File: excelize.NewFile(), lang: l, sheet: l.Text("sheet." + kind)}
	defer b.Close()
	b.must(b.SetSheetName("Sheet1", b.sheet))
	b.setColumns(columns)
	for i, title := range starred(l, columns) {
		b.must(b.SetCellStr(b.sheet, cellAt(i+1, 1), title))
	}
	b.writeRows(columns, append(examples, rows...))
	b.paint(len(columns), len(examples))
	if examples != nil {
		b.limit(columns)
		b.instruct(kind, columns)
	}
	return b.bytes()
}

// bytes ends the writing. The time of making would make each download another
// file.
func (b *book) bytes() []byte {
	b.must(b.SetDocProps(&excelize.DocProperties{Creator: "piaojue", Created: bookDate, Modified: bookDate}))
	var out bytes.Buffer
	b.must(b.Write(&out))
	return out.Bytes()
}

const bookDate = "2026-01-01T00:00:00Z"

func (b *book) must(err error) {
	if err != nil {
		panic("form: internal error: " + err.Error())
	}
}

func (b *book) style(s excelize.Style) int {
	id, err := b.NewStyle(&s)
	b.must(err)
	return id
}

func cellAt(column, row int) string {
	name, _ := excelize.CoordinatesToCellName(column, row)
	return name
}

// starred is the header, with a star at the columns that each row must fill.
func starred(l lang.Lang, columns []column) []string {
	header := titles(l, columns)
	for i, c := range columns {
		if c.required {
			header[i] += "*"
		}
	}
	return header
}

// textFormat is Excel's number format @, in which 001 stays 001.
const textFormat = 49

// setColumns sets widths, and the format of text wherever no sum is expected.
func (b *book) setColumns(columns []column) {
	text := b.style(excelize.Style{NumFmt: textFormat, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	sum := b.style(excelize.Style{Alignment: &excelize.Alignment{Vertical: "top"}})
	for i, c := range columns {
		name, _ := excelize.ColumnNumberToName(i + 1)
		b.must(b.SetColWidth(b.sheet, name, name, c.chars()))
		style := text
		if c.number == moneyNumber {
			style = sum
		}
		b.must(b.SetColStyle(b.sheet, name, style))
	}
}

// chars is the width of a column.
func (c column) chars() float64 {
	if c.wide > 0 {
		return c.wide
	}
	return 14
}

// writeRows writes sums as numbers and all else as text, which no spreadsheet
// computes; the guard stands for whoever saves the workbook as CSV again.
func (b *book) writeRows(columns []column, rows [][]string) {
	for y, row := range rows {
		for x, text := range row {
			cell := cellAt(x+1, y+2)
			switch {
			case text == "":
			case columns[x].number == moneyNumber && number(text) == text:
				b.must(b.SetCellDefault(b.sheet, cell, text))
			default:
				b.must(b.SetCellStr(b.sheet, cell, guard(text)))
			}
		}
	}
}

// paint makes header and examples look like what they are.
func (b *book) paint(wide, examples int) {
	head := b.style(excelize.Style{
		NumFmt: textFormat,
		Font:   &excelize.Font{Bold: true, Color: "FFFFFF"},
		Fill:   excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"9C1F1F"}},
		Alignment: &excelize.Alignment{
			Horizontal: "center", Vertical: "center", WrapText: true,
		},
	})
	b.must(b.SetCellStyle(b.sheet, "A1", cellAt(wide, 1), head))
	b.must(b.SetRowHeight(b.sheet, 1, 30))
	b.must(b.SetPanes(b.sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	if examples == 0 {
		return
	}
	grey := b.style(excelize.Style{
		NumFmt:    textFormat,
		Font:      &excelize.Font{Italic: true, Color: "808080"},
		Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F2F2F2"}},
		Alignment: &excelize.Alignment{Vertical: "top", WrapText: true},
	})
	b.must(b.SetCellStyle(b.sheet, "A2", cellAt(wide, 1+examples), grey))
}

// limit offers the few words that a column takes.
func (b *book) limit(columns []column) {
	for i, c := range columns {
		var words []string
		switch c.id {
		case "standing":
			for _, s := range standings {
				words = append(words, b.lang.Text(s.id))
			}
		case "large_type":
			words = []string{b.lang.Text("word.yes"), b.lang.Text("word.no")}
		default:
			continue
		}
		v := excelize.NewDataValidation(true)
		v.SetSqref(cellAt(i+1, 2) + ":" + cellAt(i+1, maxRows))
		b.must(v.SetDropList(words))
		b.must(b.AddDataValidation(b.sheet, v))
	}
}

// instruct adds a second sheet, which the reader does not look at.
func (b *book) instruct(kind string, columns []column) {
	sheet := b.lang.Text("sheet.help")
	_, err := b.NewSheet(sheet)
	b.must(err)
	wrap := b.style(excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	bold := b.style(excelize.Style{Font: &excelize.Font{Bold: true, Size: 13}})
	b.must(b.SetColWidth(sheet, "A", "A", 20))
	b.must(b.SetColWidth(sheet, "B", "B", 10))
	b.must(b.SetColWidth(sheet, "C", "C", 76))
	lines := [][]string{{b.lang.Text("help." + kind)}, {}}
	for _, id := range lang.IDs("help.rule.") {
		lines = append(lines, []string{"", "", b.lang.Text(id)})
	}
	lines = append(lines, nil, []string{b.lang.Text("help.column"), b.lang.Text("help.required"), b.lang.Text("help.how")})
	for i, title := range titles(b.lang, columns) {
		need := ""
		if columns[i].required {
			need = b.lang.Text("help.must")
		}
		lines = append(lines, []string{title, need, b.lang.Text("help." + kind + "." + columns[i].id)})
	}
	for y, cells := range lines {
		for x, text := range cells {
			b.must(b.SetCellStr(sheet, cellAt(x+1, y+1), text))
		}
	}
	b.must(b.SetCellStyle(sheet, "A1", cellAt(3, len(lines)), wrap))
	b.must(b.SetCellStyle(sheet, "A1", "A1", bold))
	head := len(lines) - len(columns)
	b.must(b.SetCellStyle(sheet, cellAt(1, head), cellAt(3, head), bold))
}
