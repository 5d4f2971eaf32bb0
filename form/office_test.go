package form

import (
	"reflect"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"piaojue/election"
)

// What offices in China really send: the files here are made as Excel, WPS and
// people make them.

// TestOfficeFiles: one roll in many guises is always the same roll.
func TestOfficeFiles(t *testing.T) {
	want := []election.Deputy{
		{Name: "龑𬭎", Number: "001", Delegation: "城关代表团", Seat: "1排1座", Sex: "男", Ethnicity: "汉族", LargeType: true},
		{Name: "阿依古丽·买买提", Number: "002", Delegation: "七里河代表团", Seat: "1排2座", Sex: "女", Ethnicity: "维吾尔族", Standing: election.OnLeave},
		{Delegation: "七里河代表团", Seat: "1排3座", Standing: election.Vacant},
	}
	const commas = "姓名,代表证号,代表团,席位,性别,民族,大字,状态\r\n" +
		"龑𬭎,001,城关代表团,1排1座,男,汉族,是,在任\r\n" +
		"阿依古丽·买买提,002,七里河代表团,1排2座,女,维吾尔族,否,请假\r\n" +
		",,七里河代表团,1排3座,,,,出缺\r\n"
	const tabs = "姓名\t代表证号\t代表团\t席位\t性别\t民族\t大字\t状态\r\n" +
		"龑𬭎\t001\t城关代表团\t1排1座\t男\t汉族\t是\t在任\r\n" +
		"阿依古丽·买买提\t002\t七里河代表团\t1排2座\t女\t维吾尔族\t\t请假\r\n" +
		"\t\t七里河代表团\t1排3座\t\t\t\t出缺\r\n"
	gb := func(s string) string {
		b, err := simplifiedchinese.GB18030.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(tabs)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"CSV of Excel in China": gb(commas),
		"CSV UTF-8 of Excel":    bom + commas,
		"UTF-8 of Linux":        commas,
		"Unicode text of Excel": utf16,
		"tabs, GB18030":         gb(tabs),
		"title full of commas":  "某市,某届,人大,代表,名册,,,,,,,\n" + tabs,
		"far title, blank rows": "代表名册,,,,,,,\n,,,,,,,\n制表：办公室,,,,,,,\n" + commas + ",,,,,,,\n,,,,,,,\n",
		"blank columns":         "姓名,代表证号,代表团,席位,性别,民族,大字,状态,,,\n龑𬭎,001,城关代表团,1排1座,男,汉族,TRUE,在任,,,\n阿依古丽·买买提,002,七里河代表团,1排2座,女,维吾尔族,FALSE,请假,,,\n,,七里河代表团,1排3座,,,,出缺,,,\n",
		"wide":                  "姓　名,代表证号,代表团,席位,性别,民族,大字,状态\n龑　𬭎,００１,城关代表团,１排１座,男,汉族,是,在　任\n阿依古丽·买买提,００２,七里河代表团,１排２座,女,维吾尔族,否,请　假\n,,七里河代表团,１排３座,,,,出　缺\n",
		"zero width at ends":    "\u200b姓名\u200b,代表证号,代表团,席位,性别,民族,大字,状态\n龑𬭎\u200b,\ufeff001,城关代表团,1排1座,男,汉族,是,在任\n阿依古丽·买买提,002\u00a0,七里河代表团,1排2座,女,维吾尔族,否,请假\n,,七里河代表团,1排3座,,,,出缺\n",
		"other names of columns": "顺序号,代表姓名,代表证编号,所在代表团,座位号,性别,民族,是否需大字,代表状态,备注\n1,龑𬭎,001,城关代表团,1排1座,男,汉族,是,在任,\n" +
			"2,阿依古丽·买买提,002,七里河代表团,1排2座,女,维吾尔族,否,请假,\n3,,,七里河代表团,1排3座,,,,出缺,补选\n",
		"header of two rows": "某市代表名册,,,,,,,,\n序号,基本情况,,,会务,,,,状态\n,姓名,代表证号,代表团,席位,性别,民族,大字,\n1,龑𬭎,001,城关代表团,1排1座,男,汉族,是,在任\n" +
			"2,阿依古丽·买买提,002,七里河代表团,1排2座,女,维吾尔族,否,请假\n3,,,七里河代表团,1排3座,,,,出缺\n",
		"names above": "序号,姓名,代表证号,会务,,个人,,大字,状态\n,,,代表团,席位,性别,民族,,\n1,龑𬭎,001,城关代表团,1排1座,男,汉族,是,在任\n" +
			"2,阿依古丽·买买提,002,七里河代表团,1排2座,女,维吾尔族,否,请假\n3,,,七里河代表团,1排3座,,,,出缺\n",
	} {
		if got, err := ReadRoll([]byte(text)); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

// TestMergedHeader: names merged downwards and groups merged over their columns
// are read; a name merged over two columns leaves one without.
func TestMergedHeader(t *testing.T) {
	rows := [][]any{
		{"某市候选项目（2026年）"},
		{"编号", "名称", "资金（元）", nil, "完成时限"},
		{nil, nil, "总投资", "其中：财政资金"},
		{"01", "桥", 12_000_000, 3_005_000, "年底"},
	}
	merge := func(areas ...string) func(f *excelize.File) {
		return func(f *excelize.File) {
			for i := 0; i < len(areas); i += 2 {
				if err := f.MergeCell("Sheet1", areas[i], areas[i+1]); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	want := []election.Option{{ID: "01", Name: "桥", Investment: 12_000_000, Fiscal: 3_005_000, Deadline: "年底"}}
	got, err := ReadCandidates(newSheet(t, rows, merge("A1", "E1", "A2", "A3", "B2", "B3", "C2", "D2", "E2", "E3")))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	_, err = ReadCandidates(newSheet(t, rows, merge("A2", "A4")))
	if got, want := placesOf(t, err), "3  row.merged"; got != want {
		t.Errorf("a name merged with the first row: got %q, want %q", got, want)
	}
}

// TestUnits: a sum is the same sum however its unit is named.
func TestUnits(t *testing.T) {
	for name, text := range map[string]string{
		"none":             "编号,名称,总投资\n1,桥,1200.5\n",
		"in the name":      "编号,名称,总投资（元）\n1,桥,12005000\n",
		"English":          "id,title,investment (yuan)\n1,桥,12005000\n",
		"with a slash":     "编号,名称,总投资/万元\n1,桥,1200.5\n",
		"hundred millions": "编号,名称,总投资(亿元)\n1,桥,0.12005\n",
		"above the table":  "候选项目,,\n,,单位：元\n编号,名称,总投资\n1,桥,12005000\n",
		"in the title":     "候选项目（单位：人民币元）,,\n编号,名称,总投资\n1,桥,12005000\n",
		"in the group":     ",,资金（元）\n编号,名称,总投资\n1,桥,12005000\n",
		"in the cell":      "编号,名称,总投资（元）\n1,桥,\"1,200.50万元\"\n",
		"own over above":   "单位：元,,\n编号,名称,总投资（万元）\n1,桥,1200.5\n",
	} {
		got, err := ReadCandidates([]byte(text))
		if err != nil || got[0].Investment != 12_005_000 {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

// TestOfficeNumbers: what a spreadsheet made of roll numbers is undone where
// that can be done, and refused where digits are gone.
func TestOfficeNumbers(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"floats":        {"姓名,代表证号\n甲,1.0\n乙,12.0\n", ""},
		"scientific":    {"姓名,代表证号\n甲,6.20101E+17\n乙,6.20101e17\n", "2 代表证号 row.lost_digits; 3 代表证号 row.lost_digits"},
		"lost zeros":    {"姓名,代表证号\n甲,001\n乙,2\n丙,3.0\n", "3 代表证号 row.lost_zeros; 4 代表证号 row.lost_zeros"},
		"more digits":   {"姓名,代表证号\n甲,001\n乙,1002\n", ""},
		"with letters":  {"姓名,代表证号\n甲,兰001\n乙,12\n", ""},
		"width only":    {"姓名,代表证号\n甲,A－1\n乙,a-1\n", "3 代表证号 row.duplicate"},
		"another dash":  {"姓名,代表证号\n甲,A–1\n乙,A-1\n", "3 代表证号 row.duplicate"},
		"circled":       {"姓名,代表证号,席位\n甲,1,①\n乙,2,1\n", "3 席位 row.duplicate"},
		"float is same": {"姓名,代表证号\n甲,7\n乙,7.00\n", "3 代表证号 row.duplicate"},
	} {
		_, err := ReadRoll([]byte(tt.text))
		if tt.want == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		} else if got := placesOf(t, err); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

// TestNumbersOfWorkbook: roll numbers that Excel keeps as numbers.
func TestNumbersOfWorkbook(t *testing.T) {
	head := []any{"姓名", "代表证号"}
	style := func(code string) func(f *excelize.File) {
		return func(f *excelize.File) {
			id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
			if err != nil {
				t.Fatal(err)
			}
			f.SetCellStyle("Sheet1", "B2", "B9", id)
		}
	}
	got := readRoll(t, newSheet(t, [][]any{head, {"甲", 1}, {"乙", 12.0}}, nil))
	if got[0].Number != "1" || got[1].Number != "12" {
		t.Errorf("got %+v", got)
	}
	got = readRoll(t, newSheet(t, [][]any{head, {"甲", 1}, {"乙", 12}}, style("000")))
	if got[0].Number != "001" || got[1].Number != "012" {
		t.Errorf("shown with zeros: got %+v", got)
	}
	for name, tt := range map[string]struct {
		number any
		want   string
	}{
		"18 digits":      {620101199001011234, "2 代表证号 row.lost_digits"},
		"18 digits lost": {6.20101199001011e17, "2 代表证号 row.lost_digits"},
		"among texts":    {7, "2 代表证号 row.lost_zeros"},
		"a date":         {time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), "2 代表证号 row.odd_number"},
	} {
		_, err := ReadRoll(newSheet(t, [][]any{head, {"甲", tt.number}, {"乙", "002"}}, nil))
		if got := placesOf(t, err); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

// TestDeadlines: a date is taken as it is shown; one that became a number is
// named with the date that it probably was.
func TestDeadlines(t *testing.T) {
	head := []any{"编号", "名称", "完成时限"}
	date := time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)
	for code, want := range map[string]string{
		"": "2026年11月30日", "yyyy-mm-dd": "2026年11月30日", `yyyy"年"m"月"d"日";@`: "2026年11月30日", `[$-F800]dddd\, mmmm dd\, yyyy`: "2026年11月30日",
		`yyyy"年"m"月";@`: "2026年11月", "mmm-yy": "2026年11月",
	} {
		got, err := ReadCandidates(newSheet(t, [][]any{head, {"1", "桥", date}}, func(f *excelize.File) {
			s := excelize.Style{NumFmt: 14}
			if code != "" {
				s = excelize.Style{CustomNumFmt: &code}
			}
			id, err := f.NewStyle(&s)
			if err != nil {
				t.Fatal(err)
			}
			f.SetCellStyle("Sheet1", "C2", "C2", id)
		}))
		if err != nil || got[0].Deadline != want {
			t.Errorf("%s: got %+v, %v; want %s", code, got, err, want)
		}
	}
	for _, cell := range []any{46356, "46356", "４６３５６"} {
		_, err := ReadCandidates(newSheet(t, [][]any{head, {"1", "桥", cell}}, nil))
		if got, want := placesOf(t, err), "2 完成时限 row.serial_date"; got != want {
			t.Errorf("%v: got %q, want %q", cell, got, want)
		}
	}
	for cell, want := range map[any]string{2026: "2026", "2026年底": "2026年底", "2026-11-30": "2026-11-30"} {
		got, err := ReadCandidates(newSheet(t, [][]any{head, {"1", "桥", cell}}, nil))
		if err != nil || got[0].Deadline != want {
			t.Errorf("%v: got %+v, %v", cell, got, err)
		}
	}
	if got := day(46356, false); got != "2026年11月30日" {
		t.Errorf("got %s", got)
	}
	if got := (&workbook{mac: true}).date("44894", false); got != "2026年11月30日" {
		t.Errorf("from 1904: got %s", got)
	}
}

// TestRowsThatAreNone: a second header, a sum and a web page are no deputies.
func TestRowsThatAreNone(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"second header": {"姓名,代表证号,代表团\n甲,001,城关\n姓名,代表证号,代表团\n乙,002,城关\n", "3  row.header_again"},
		"sum":           {"姓名,代表证号\n甲,001\n合计：,1\n", "3  row.sum"},
		"only a sum":    {"姓名,代表证号\n总 计,0\n", "2  row.sum"},
		"web page":      {"<html><table><tr><td>姓名</td></tr></table>", "0  row.is_page"},
		"filler":        {"姓名,代表证号\n\u3164,001\n", "2 姓名 row.hidden_character"},
		"variation":     {"姓名,代表证号\n张\ufe00三,001\n", "2 姓名 row.hidden_character"},
		"pictures":      {"姓名,代表证号,照片\n甲,001,a.jpg\n", "1 照片 row.picture"},
		"unknown column and rows": {"姓名,代表证号,电话\n甲,001,1\n乙,001,2\n,003,3\n",
			"1 电话 row.unknown_column; 3 代表证号 row.duplicate; 4 姓名 row.required"},
		"column missing and rows": {"代表证号,席位\n001,1\n001,1\n",
			"0 姓名 row.no_column; 3 代表证号 row.duplicate; 3 席位 row.duplicate"},
	} {
		_, err := ReadRoll([]byte(tt.text))
		if got := placesOf(t, err); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

// TestSheets: a cover sheet is passed over, but no second table is lost.
func TestSheets(t *testing.T) {
	row := []any{"甲", "001", "", "1", "", "", ""}
	cover := func(rows ...[]any) []byte {
		return newSheet(t, [][]any{{"某市人大代表名册"}, {"二〇二六年"}}, func(f *excelize.File) {
			for i, r := range rows {
				name := string(rune('a' + i))
				f.NewSheet(name)
				f.SetSheetRow(name, "A1", &rollHead)
				f.SetSheetRow(name, "A2", &r)
			}
		})
	}
	if got := readRoll(t, cover(row)); len(got) != 1 || got[0].Number != "001" {
		t.Errorf("got %+v", got)
	}
	_, err := ReadRoll(cover(row, []any{"乙", "002", "", "2", "", "", ""}))
	if got, want := placesOf(t, err), "0  row.two_tables"; got != want {
		t.Errorf("a sheet for each delegation: got %q, want %q", got, want)
	}
}
