package form

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"piaojue/election"
	"piaojue/lang"
)

// newSheet makes a workbook as an office does, with another program than the
// reader, and lets change spoil it.
func newSheet(t *testing.T, rows [][]any, change func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	if change != nil {
		change(f)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestBooks(t *testing.T) {
	for _, l := range []lang.Lang{lang.ZH, lang.EN} {
		if got := readRoll(t, RollBook(l, deputies)); !reflect.DeepEqual(got, deputies) {
			t.Errorf("%s: got %v, want %v", l, got, deputies)
		}
		sums := append(slices.Clone(options), election.Option{ID: "most", Name: "桥", Investment: 9999999999999999, Fiscal: 1})
		got, err := ReadCandidates(CandidatesBook(l, sums))
		if err != nil || !reflect.DeepEqual(got, sums) {
			t.Errorf("%s: got %v, %v; want %v", l, got, err, sums)
		}
	}
}

var rollHead = []any{"姓名*", "代表证号", "代表团", "席位", "大字", "状态", "备注"}

func TestRollWorkbook(t *testing.T) {
	good := []any{"张三", "001", "城关", 12, true, "在任", 7}
	for name, data := range map[string][]byte{
		"plain": newSheet(t, [][]any{rollHead, good}, nil),
		"title merged": newSheet(t, [][]any{{"某市代表名册"}, {}, rollHead, good}, func(f *excelize.File) {
			f.MergeCell("Sheet1", "A1", "G1")
		}),
		"hidden sheet first": newSheet(t, [][]any{{"秘密"}}, func(f *excelize.File) {
			f.NewSheet("名册")
			f.SetSheetRow("名册", "A1", &rollHead)
			f.SetSheetRow("名册", "A2", &good)
			f.SetActiveSheet(1)
			f.SetSheetVisible("Sheet1", false)
		}),
		"second sheet": newSheet(t, [][]any{rollHead, good}, func(f *excelize.File) {
			f.NewSheet("说明")
			f.SetCellStr("说明", "A1", "不是名册")
		}),
		"formula in a remark": newSheet(t, [][]any{rollHead, good}, func(f *excelize.File) {
			f.SetCellFormula("Sheet1", "G2", "ROW()")
		}),
		"far blank styles": newSheet(t, [][]any{rollHead, good}, func(f *excelize.File) {
			bold, _ := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
			f.SetCellStyle("Sheet1", "CZ1", "DZ40", bold)
		}),
		"hidden remark": newSheet(t, [][]any{rollHead, good}, func(f *excelize.File) {
			f.SetColVisible("Sheet1", "G", false)
		}),
		"rich text": newSheet(t, [][]any{rollHead, good}, func(f *excelize.File) {
			f.SetCellRichText("Sheet1", "A2", []excelize.RichTextRun{{Text: "张"}, {Text: "三", Font: &excelize.Font{Bold: true}}})
		}),
	} {
		got, err := ReadRoll(data)
		if err != nil || len(got) != 1 || got[0].Name != "张三" || got[0].Number != "001" || got[0].Seat != "12" || !got[0].LargeType {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

// TestRollWorkbookRefuses: each flaw is the only one in a table that is good
// otherwise, and is named by row and column.
func TestRollWorkbookRefuses(t *testing.T) {
	rows := [][]any{rollHead, {"张三", "001", "城关", "1", "是", "在任"}, {"李四", "002", "城关", "2", "", ""}}
	readRoll(t, newSheet(t, rows, nil))
	date, err := time.Parse(time.DateOnly, "2026-11-30")
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		change func(f *excelize.File)
		want   string
	}{
		"lost zeros":     {func(f *excelize.File) { f.SetCellInt("Sheet1", "B3", 2) }, "3 代表证号 row.lost_zeros"},
		"number as text": {func(f *excelize.File) { f.SetCellInt("Sheet1", "C3", 2) }, "3 代表团 row.number_cell"},
		"seat is a date": {func(f *excelize.File) { f.SetCellValue("Sheet1", "D2", date) }, "2 席位 row.odd_number"},
		"formula":        {func(f *excelize.File) { f.SetCellFormula("Sheet1", "A3", `"李"&"四"`) }, "3 姓名 row.formula"},
		"merged header":  {func(f *excelize.File) { f.MergeCell("Sheet1", "C1", "D1") }, "1  row.merged"},
		"merged body":    {func(f *excelize.File) { f.MergeCell("Sheet1", "C2", "C3") }, "2  row.merged"},
		"hidden row":     {func(f *excelize.File) { f.SetRowVisible("Sheet1", 3, false) }, "3  row.hidden_row"},
		"hidden column":  {func(f *excelize.File) { f.SetColVisible("Sheet1", "F", false) }, "0 状态 row.hidden_column"},
		"far cell":       {func(f *excelize.File) { f.SetCellStr("Sheet1", "CZ2", "x") }, "2  row.extra_cells"},
		"no such column": {func(f *excelize.File) { f.SetCellStr("Sheet1", "H1", "电话") }, "1 电话 row.unknown_column"},
		"example":        {func(f *excelize.File) { f.SetCellStr("Sheet1", "B3", "示例002") }, "3  row.example"},
		"several": {func(f *excelize.File) {
			f.SetCellInt("Sheet1", "B3", 2)
			f.SetCellStr("Sheet1", "F3", "退休")
		}, "3 代表证号 row.lost_zeros; 3 状态 row.standing"},
		"control character": {func(f *excelize.File) { f.SetCellStr("Sheet1", "A2", "张\u202e三") }, "2 姓名 row.hidden_character"},
		"all hidden": {func(f *excelize.File) {
			f.NewSheet("b")
			f.SetActiveSheet(1)
			f.SetSheetVisible("Sheet1", false)
		}, "0  row.empty_file"},
	} {
		_, err := ReadRoll(newSheet(t, rows, tt.change))
		if got := placesOf(t, err); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

// TestSums: what is shown otherwise than it is kept is refused, because the
// clerk checked what is shown.
func TestSums(t *testing.T) {
	head := []any{"编号", "名称", "总投资（万元）", "完成时限"}
	for code, want := range map[string]string{
		"General": "", "0.00": "", "#,##0": "", "#,##0.00_ ": "", "_ * #,##0.00_ ;_ * -#,##0.00_ ": "", "#,##0.00;[Red]-#,##0.00": "",
		"0%": "2 总投资（万元） row.odd_number", `0!.0,"万"`: "2 总投资（万元） row.odd_number", "0,": "2 总投资（万元） row.odd_number",
		"0000": "2 总投资（万元） row.odd_number", "yyyy-mm-dd": "2 总投资（万元） row.odd_number", `0"亿"`: "2 总投资（万元） row.odd_number",
		"#,##0,": "2 总投资（万元） row.odd_number", "0.00E+00": "2 总投资（万元） row.odd_number", "?/?": "2 总投资（万元） row.odd_number",
	} {
		data := newSheet(t, [][]any{head, {1, "桥", 1200.35}}, func(f *excelize.File) {
			style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
			if err != nil {
				t.Fatal(err)
			}
			f.SetCellStyle("Sheet1", "C2", "C2", style)
		})
		got, err := ReadCandidates(data)
		if want == "" {
			if err != nil || got[0].Investment != 12003500 || got[0].ID != "1" {
				t.Errorf("%s: got %+v, %v", code, got, err)
			}
		} else if places := placesOf(t, err); places != want {
			t.Errorf("%s: got %q, want %q", code, places, want)
		}
	}
}

func TestNumber(t *testing.T) {
	for value, want := range map[string]string{
		"1": "1", "1200.3499999999999": "1200.35", "0.1": "0.1", "1E3": "1000", "1e-4": "0.0001", "12345678901234567890": "12345678901234567890", "x": "x",
	} {
		if got := number(value); got != want {
			t.Errorf("%s: got %s, want %s", value, got, want)
		}
	}
	if got, want := unescape("a_x000D_b_x4E00_c_x12"), "a\rb一c_x12"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// raw packs parts of a workbook as a hostile program would.
func raw(t *testing.T, parts map[string]string) []byte {
	t.Helper()
	all := map[string]string{
		"xl/workbook.xml": `<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Type="http://x/worksheet" Target="worksheets/a.xml"/>` +
			`<Relationship Id="r2" Type="http://x/sharedStrings" Target="/xl/s.xml"/></Relationships>`,
		"xl/s.xml": `<sst><si><t>姓名</t></si><si><r><t>代表</t></r><r><t>证号</t></r><rPh><t>x</t></rPh></si></sst>`,
	}
	for name, text := range parts {
		all[name] = text
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, text := range all {
		if text == "" {
			continue
		}
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const (
	rawHead = `<worksheet><sheetData><row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>`
	rawRow  = `<row r="5"><c r="A5" t="inlineStr"><is><t>张三</t></is></c><c r="B5" t="str"><v>01</v></c></row>`
	rawTail = `</sheetData></worksheet>`
)

// TestHostileWorkbook: no small file costs much, and none makes it panic (S8).
func TestHostileWorkbook(t *testing.T) {
	sheet := func(text string) map[string]string { return map[string]string{"xl/worksheets/a.xml": text} }
	if got := readRoll(t, raw(t, sheet(rawHead+rawRow+rawTail))); len(got) != 1 || got[0].Number != "01" {
		t.Errorf("got %+v", got)
	}
	bomb := strings.Repeat(`<row><c r="XFD1" s="3"/></row>`, 900_000)
	for name, tt := range map[string]struct {
		data []byte
		want string
	}{
		"bomb of blanks":      {raw(t, sheet(rawHead+bomb+rawTail)), "row.large_workbook"},
		"bomb of strings":     {raw(t, map[string]string{"xl/s.xml": "<sst>" + strings.Repeat("<si/>", maxStrings+1), "xl/worksheets/a.xml": rawHead}), "row.large_workbook"},
		"far row":             {raw(t, sheet(rawHead+`<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`+rawTail)), "row.extra_cells"},
		"many rows":           {raw(t, sheet(rawHead+strings.Repeat(`<row><c><v>1</v></c></row>`, maxRows+9)+rawTail)), "row.many_rows"},
		"rows backwards":      {raw(t, sheet(rawHead+rawRow+rawRow+rawTail)), "row.bad_workbook"},
		"cells backwards":     {raw(t, sheet(`<worksheet><sheetData><row><c r="B1"><v>1</v></c><c r="A1"/></row>`+rawTail)), "row.bad_workbook"},
		"no such string":      {raw(t, sheet(`<worksheet><sheetData><row><c t="s"><v>2</v></c></row>`+rawTail)), "row.bad_workbook"},
		"negative string":     {raw(t, sheet(`<worksheet><sheetData><row><c t="s"><v>-1</v></c></row>`+rawTail)), "row.bad_workbook"},
		"cut off":             {raw(t, sheet(rawHead+`<row><c>`)), "row.bad_workbook"},
		"entity":              {raw(t, sheet(`<!DOCTYPE a [<!ENTITY b "c">]><worksheet><sheetData><row><c><v>&b;</v></c></row>`+rawTail)), "row.bad_workbook"},
		"no sheet":            {raw(t, nil), "row.bad_workbook"},
		"outside":             {raw(t, map[string]string{"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="../../etc/passwd"/></Relationships>`}), "row.bad_workbook"},
		"no workbook":         {raw(t, map[string]string{"xl/workbook.xml": ""}), "row.bad_workbook"},
		"not xml":             {raw(t, sheet("\x00\xff")), "row.bad_workbook"},
		"not zip":             {[]byte("PK\x03\x04"), "row.bad_workbook"},
		"error value":         {raw(t, sheet(rawHead+`<row><c t="str"><v>a</v></c><c t="e"><v>#N/A</v></c></row>`+rawTail)), "row.error_value"},
		"larger than is read": {append([]byte("PK\x03\x04"), make([]byte, maxFile)...), "row.large_file"},
	} {
		start := time.Now()
		_, err := ReadRoll(tt.data)
		if got := placesOf(t, err); !strings.HasSuffix(got, tt.want) {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%s took %v", name, d)
		}
	}
}

func TestTemplates(t *testing.T) {
	for _, l := range []lang.Lang{lang.ZH, lang.EN} {
		if !bytes.Equal(RollTemplate(l), RollTemplate(l)) || !bytes.Equal(CandidatesTemplate(l), CandidatesTemplate(l)) {
			t.Errorf("%s: the bytes of a template change", l)
		}
		_, err := ReadRoll(RollTemplate(l))
		if got, want := placesOf(t, err), "2  row.example; 3  row.example"; got != want {
			t.Errorf("%s: got %q, want %q", l, got, want)
		}
		_, err = ReadCandidates(CandidatesTemplate(l))
		if got, want := placesOf(t, err), "2  row.example; 3  row.example"; got != want {
			t.Errorf("%s: got %q, want %q", l, got, want)
		}
	}
}

// TestTemplateFilled: without its examples and with rows typed in, the template
// is a roll; what is typed as a number into a column of text stays refused.
func TestTemplateFilled(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(RollTemplate(lang.ZH)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheet := f.GetSheetList()[0]
	id, err := f.GetColStyle(sheet, "B")
	if err != nil {
		t.Fatal(err)
	}
	if style, err := f.GetStyle(id); err != nil || style.NumFmt != textFormat {
		t.Errorf("what is typed as 001 becomes 1: %+v, %v", style, err)
	}
	for _, row := range []int{3, 2} {
		if err := f.RemoveRow(sheet, row); err != nil {
			t.Fatal(err)
		}
	}
	f.SetSheetRow(sheet, "A2", &[]any{"张三", "001", "城关代表团", "1", "", "", "是", "在任"})
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	got := readRoll(t, out.Bytes())
	if len(got) != 1 || got[0].Number != "001" || !got[0].LargeType {
		t.Errorf("got %+v", got)
	}
}

func FuzzWorkbook(f *testing.F) {
	f.Add(RollBook(lang.ZH, deputies))
	f.Add(RollTemplate(lang.ZH))
	f.Fuzz(func(t *testing.T, data []byte) {
		deputies, err := ReadRoll(append([]byte("PK\x03\x04"), bytes.TrimPrefix(data, []byte("PK\x03\x04"))...))
		if err != nil {
			return
		}
		again, err := ReadRoll(RollBook(lang.EN, deputies))
		if err != nil || !reflect.DeepEqual(again, deputies) {
			t.Errorf("got %+v, %v; want %+v", again, err, deputies)
		}
	})
}

// FuzzSheetXML fuzzes what is inside, which the checksums of zip keep from the
// other target.
func FuzzSheetXML(f *testing.F) {
	f.Add(rawHead + rawRow + rawTail)
	f.Add(rawHead + `<row r="7" hidden="1"><c><f>A1</f><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells></worksheet>`)
	f.Fuzz(func(t *testing.T, text string) {
		deputies, err := ReadRoll(raw(t, map[string]string{"xl/worksheets/a.xml": text + " "}))
		if err != nil {
			return
		}
		again, err := ReadRoll(RollBook(lang.EN, deputies))
		if err != nil || !reflect.DeepEqual(again, deputies) {
			t.Errorf("got %+v, %v; want %+v", again, err, deputies)
		}
	})
}
