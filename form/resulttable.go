package form

import (
	"bytes"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/lang"
)

// A figure is a column of a table of results.
type figure struct {
	title string
	wide  float64
	// Of these, value writes a number where it is not text.
	text  func(i int) string
	value func(i int) any
}

// columns are those of the table, one row for each option.
func (p *Publication) columns(l lang.Lang) []figure {
	o, lines := p.Manifest.Options, p.Result.Outcome.Lines
	columns := []figure{
		{title: l.Text("column.id"), wide: 8, text: func(i int) string { return o[i].ID }},
		{title: l.Text("column.title"), wide: 34, text: func(i int) string { return o[i].Name }},
		wanFigure(l, "column.investment", func(i int) uint64 { return o[i].Investment }),
		wanFigure(l, "column.fiscal", func(i int) uint64 { return o[i].Fiscal }),
		{title: l.Text("column.unit"), wide: 22, text: func(i int) string { return o[i].Unit }},
		{title: l.Text("column.deadline"), wide: 16, text: func(i int) string { return o[i].Deadline }},
	}
	if p.Tallies() {
		columns = append(columns, p.marks(l)...)
		columns = append(columns,
			figure{title: l.Text("result.share"), wide: 12, value: func(i int) any { return float64(lines[i].Share) / 100 }},
			number32(l.Text("number.needed"), func(i int) uint32 { return lines[i].Needed }),
			figure{title: l.Text("result.rank"), wide: 8, value: func(i int) any { return rank(lines[i].Rank) }},
			figure{title: l.Text("result.why"), wide: 24, text: func(i int) string { return l.Text("reason." + string(lines[i].Reason)) }},
		)
	}
	return append(columns, figure{title: l.Text("result.outcome"), wide: 12, text: func(i int) string { return p.outcome(l, i) }})
}

func wanFigure(l lang.Lang, id string, yuan func(int) uint64) figure {
	title := column{id: strings.TrimPrefix(id, "column."), wan: true}.title(l)
	return figure{title: title, wide: 14, value: func(i int) any {
		if yuan(i) == 0 {
			return nil
		}
		return wanNumber(FormatWan(yuan(i)))
	}}
}

// wanNumber is a decimal number, written as it stands.
type wanNumber string

func number32(title string, value func(int) uint32) figure {
	return figure{title: title, wide: 10, value: func(i int) any { return value(i) }}
}

// rank is empty where nobody has one.
func rank(n int) any {
	if n == 0 {
		return nil
	}
	return uint32(n)
}

// marks are the columns of what the mode lets deputies say.
func (p *Publication) marks(l lang.Lang) []figure {
	lines, rules := p.Result.Outcome.Lines, &p.Manifest.Rules
	votes := func(i int) uint32 { return lines[i].For }
	against := number32(l.Text("mark.against"), func(i int) uint32 { return lines[i].Against })
	abstain := number32(l.Text("mark.abstain"), func(i int) uint32 { return lines[i].Abstain })
	switch rules.BallotMode {
	case ballot.Satisfaction3:
		var all []figure
		for g, name := range rules.Grades {
			all = append(all, number32(name, func(i int) uint32 { return lines[i].Grades[g] }))
		}
		grade := figure{title: l.Text("result.grade"), wide: 12, text: func(i int) string { return rules.Grades[lines[i].Grade] }}
		return append(all, abstain, grade)
	case ballot.YNAEach, ballot.YNACapped:
		return []figure{number32(l.Text("mark.for"), votes), against, abstain}
	}
	return []figure{number32(l.Text("mark.votes"), votes)}
}

// outcome says of an option what everybody may know.
func (p *Publication) outcome(l lang.Lang, i int) string {
	switch {
	case p.isAdopted(i):
		return l.Text("result.adopted")
	case p.tied(i) && p.Decision == nil:
		return l.Text("result.tied")
	case p.Result.Outcome.Lines[i].Reason == election.ReasonGraded:
		return ""
	}
	return l.Text("result.not_adopted")
}

// CSV writes a row for each option, in UTF-8 with a byte order mark. Texts that
// a spreadsheet would compute are guarded, as in all tables here.
func (p *Publication) CSV(l lang.Lang) []byte {
	columns := p.columns(l)
	var out bytes.Buffer
	out.WriteString(bom)
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	row := make([]string, len(columns))
	for x, c := range columns {
		row[x] = guard(c.title)
	}
	w.Write(row)
	for i := range p.Manifest.Options {
		for x, c := range columns {
			row[x] = c.cell(i)
		}
		w.Write(row)
	}
	w.Flush() // a bytes.Buffer takes everything
	return out.Bytes()
}

func (c figure) cell(i int) string {
	if c.value == nil {
		return guard(c.text(i))
	}
	switch v := c.value(i).(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(v, 'f', 2, 64)
	default:
		return fmt.Sprint(v)
	}
}

// Book writes the same table as a workbook, with numbers as numbers, and a
// second sheet about the vote as a whole. The bytes are the same each time.
func (p *Publication) Book(l lang.Lang) []byte {
	b := &book{File: excelize.NewFile(), lang: l, sheet: l.Text("sheet.result")}
	defer b.Close()
	b.must(b.SetSheetName("Sheet1", b.sheet))
	columns := p.columns(l)
	for x, c := range columns {
		b.writeFigure(x+1, c, len(p.Manifest.Options))
	}
	b.paint(len(columns), 0)
	b.writeFacts(l.Text("sheet.vote"), p.facts(l))
	return b.bytes()
}

func (b *book) writeFigure(x int, c figure, rows int) {
	name, _ := excelize.ColumnNumberToName(x)
	b.must(b.SetColWidth(b.sheet, name, name, c.wide))
	b.must(b.SetCellStr(b.sheet, cellAt(x, 1), c.title))
	format := textFormat
	for i := range rows {
		cell := cellAt(x, i+2)
		if c.value == nil {
			b.must(b.SetCellStr(b.sheet, cell, guard(c.text(i))))
			continue
		}
		switch v := c.value(i).(type) {
		case nil:
		case wanNumber:
			b.must(b.SetCellDefault(b.sheet, cell, string(v)))
		default:
			b.must(b.SetCellValue(b.sheet, cell, v))
		}
		format = 0
		if _, ok := c.value(i).(float64); ok {
			format = decimalFormat
		}
	}
	style := b.style(excelize.Style{NumFmt: format, Alignment: &excelize.Alignment{Vertical: "top", WrapText: c.value == nil}})
	b.must(b.SetCellStyle(b.sheet, cellAt(x, 2), cellAt(x, rows+1), style))
}

// decimalFormat is Excel's number format 0.00.
const decimalFormat = 2

// facts are what is said of the vote as a whole: pairs of words and values.
func (p *Publication) facts(l lang.Lang) [][2]any {
	m, n, hash := p.Manifest, p.Result.Numbers, p.Manifest.Hash()
	facts := [][2]any{
		{l.Text("fact.congress"), m.Congress}, {l.Text("fact.session"), m.Session},
		{l.Text("fact.title"), m.Title}, {l.Text("fact.date"), m.Date},
		{l.Text("fact.kind"), l.Text("vote_kind." + m.Kind.String())}, {l.Text("fact.round"), uint32(m.Round)},
		{l.Text("number.n"), n.N}, {l.Text("number.p"), n.P}, {l.Text("number.i"), n.I}, {l.Text("number.r"), n.R},
		{l.Text("number.v"), n.V}, {l.Text("number.x"), n.X},
		{l.Text("fact.vote"), l.Text("vote." + p.Result.Outcome.Vote)},
		{l.Text("fact.next"), l.Text("next." + p.Result.Outcome.Next)},
		{l.Text("fact.manifest"), hex.EncodeToString(hash[:])}, {l.Text("fact.result"), hex.EncodeToString(p.Entry[:])},
	}
	if !p.Tallies() {
		facts = append(facts, [2]any{l.Text("fact.tallies"), l.Text("fact.tallies_kept")})
	}
	return facts
}

func (b *book) writeFacts(sheet string, facts [][2]any) {
	_, err := b.NewSheet(sheet)
	b.must(err)
	b.must(b.SetColWidth(sheet, "A", "A", 18))
	b.must(b.SetColWidth(sheet, "B", "B", 70))
	for y, f := range facts {
		b.must(b.SetCellValue(sheet, cellAt(1, y+1), f[0]))
		if text, ok := f[1].(string); ok {
			f[1] = guard(text)
		}
		b.must(b.SetCellValue(sheet, cellAt(2, y+1), f[1]))
	}
	bold := b.style(excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{Vertical: "top"}})
	wrap := b.style(excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "left", WrapText: true}})
	b.must(b.SetCellStyle(sheet, "A1", cellAt(1, len(facts)), bold))
	b.must(b.SetCellStyle(sheet, "B1", cellAt(2, len(facts)), wrap))
}
