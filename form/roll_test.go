package form

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"piaojue/election"
	"piaojue/lang"
)

// deputies have names that break software: rare characters of three planes, a
// dot, Latin letters.
var deputies = []election.Deputy{
	{Name: "张三", Number: "兰001", Delegation: "城关区", Seat: "1排1座", Sex: "男", Ethnicity: "汉"},
	{Name: "李𬭎", Number: "兰002", LargeType: true},
	{Name: "王㛃", Number: "003", Standing: election.OnLeave},
	{Name: "龑𫖯", Number: "=004", Delegation: "-红古区"},
	{Name: "阿依古丽·买买提", Number: "005", Ethnicity: "维吾尔族"},
	{Name: "\U0002EBF0 John Smith", Number: "006"},
	{Standing: election.Vacant, Seat: "2排9座"},
}

func readRoll(t *testing.T, data []byte) []election.Deputy {
	t.Helper()
	got, err := ReadRoll(data)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestRollRoundTrip(t *testing.T) {
	for _, l := range []lang.Lang{lang.ZH, lang.EN} {
		got := readRoll(t, WriteRoll(l, deputies))
		if !reflect.DeepEqual(got, deputies) {
			t.Errorf("%s: got %v, want %v", l, got, deputies)
		}
	}
	if !bytes.HasPrefix(WriteRoll(lang.ZH, nil), []byte("\xef\xbb\xbf姓名,代表证号,代表团,席位,性别,民族,大字,状态\r\n")) {
		t.Errorf("template: %q", WriteRoll(lang.ZH, nil))
	}
}

func TestEncodings(t *testing.T) {
	plain := WriteRoll(lang.ZH, deputies)[len(bom):]
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes(plain)
	if err != nil {
		t.Fatal(err)
	}
	utf16 := func(order unicode.Endianness) []byte {
		data, err := unicode.UTF16(order, unicode.UseBOM).NewEncoder().Bytes(plain)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	for name, data := range map[string][]byte{
		"UTF-8":            plain,
		"UTF-8, BOM":       append([]byte(bom), plain...),
		"GB18030":          gb,
		"GB18030, BOM":     append([]byte{0x84, 0x31, 0x95, 0x33}, gb...),
		"UTF-16LE":         utf16(unicode.LittleEndian),
		"UTF-16BE":         utf16(unicode.BigEndian),
		"line feeds":       bytes.ReplaceAll(plain, []byte("\r"), nil),
		"carriage returns": bytes.ReplaceAll(plain, []byte("\n"), nil),
		"tabs":             bytes.ReplaceAll(plain, []byte(","), []byte("\t")),
		"semicolons":       bytes.ReplaceAll(plain, []byte(","), []byte(";")),
	} {
		if got, err := ReadRoll(data); err != nil || !reflect.DeepEqual(got, deputies) {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
	}
}

func TestRollTolerates(t *testing.T) {
	want := []election.Deputy{{Name: "王伟", Number: "AB-12", LargeType: true, Standing: election.OnLeave}}
	for name, text := range map[string]string{
		"order":           "状态,大字,代表证号,姓名\n请假,是,AB-12,王伟\n",
		"English":         "Standing,Large Type,Roll Number,Name\non leave,yes,AB-12,王伟\n",
		"full width":      "姓　名,代表证号,大字,状态\n王　伟,ＡＢ－１２,１,请　假\n",
		"spaces":          " 姓名 , 代表 证号 ,大字,状态\n 王 伟 ,\u00a0AB - 12\u3000,√, 请假\n",
		"stars":           "姓名*,＊代表证号,大字,状态\n王伟,AB-12,是,请假\n",
		"serial, remark":  "序号,姓名,代表证号,大字,状态,备注\n1,王伟,AB-12,是,请假,无\n",
		"title":           "兰州市人大代表名册,,,\n,,,\n姓名,代表证号,大字,状态\n王伟,AB-12,是,请假\n",
		"blank rows":      "姓名,代表证号,大字,状态\n\n,,,\n王伟,AB-12,是,请假\n,,,\n　,,,\n",
		"only serials":    "序号,姓名,代表证号,大字,状态\n1,王伟,AB-12,是,请假\n2,,,,\n3\n",
		"blank columns":   "姓名,代表证号,大字,状态,,\n王伟,AB-12,是,请假,,\n",
		"zero-width ends": "姓名,代表证号,大字,状态\n\u200b王伟\ufeff,AB-12,是,请假\n",
		"line break":      "姓名,代表证号,大字,状态\n\"王\n伟\",AB-12,是,请假\n",
		"quoted formula":  "姓名,代表证号,大字,状态\n王伟,\"AB-12\",是,请假\n",
	} {
		if got, err := ReadRoll([]byte(text)); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

const head = "姓名,代表证号,席位,大字,状态\n"

// TestRollRefuses has a positive twin: each row without its flaw.
func TestRollRefuses(t *testing.T) {
	good := "张三,001,1,是,在任\n"
	readRoll(t, []byte(head+good))
	for name, tt := range map[string]struct{ text, want string }{
		"no name":          {head + ",001,1,是,在任\n", "2 姓名 row.required"},
		"no number":        {head + "张三,,1,是,在任\n", "2 代表证号 row.required"},
		"same number (K7)": {head + good + "李四,00 1,2,是,在任\n", "3 代表证号 row.duplicate"},
		"same seat":        {head + good + "李四,002,１,是,在任\n", "3 席位 row.duplicate"},
		"standing":         {head + "张三,001,1,是,在职\n", "2 状态 row.standing"},
		"yes or no":        {head + "张三,001,1,大,在任\n", "2 大字 row.yes_no"},
		"replacement":      {head + "张\ufffd,001,1,是,在任\n", "2 姓名 row.unreadable"},
		"private use":      {head + "张\ue000,001,1,是,在任\n", "2 姓名 row.private_character"},
		"right to left":    {head + "张\u202e三,001,1,是,在任\n", "2 姓名 row.hidden_character"},
		"zero width":       {head + "张三,0\u200d01,1,是,在任\n", "2 代表证号 row.hidden_character"},
		"control":          {head + "张\x07三,001,1,是,在任\n", "2 姓名 row.hidden_character"},
		"too long":         {head + strings.Repeat("张", 86) + ",001,1,是,在任\n", "2 姓名 row.too_long"},
		"long number":      {head + "张三," + strings.Repeat("1", 65) + ",1,是,在任\n", "2 代表证号 row.too_long"},
		"extra cell":       {head + "张三,001,1,是,在任,多\n", "2  row.extra_cells"},
		"open quote":       {head + good + "\"李四,002,2,是,在任\n", "3  row.bad_csv"},
		"stray quote":      {head + good + "李\"四,002,2,是,在任\n", "3  row.bad_csv"},
		"unknown column":   {"姓名,代表证号,大子\n张三,001,是\n", "1 大子 row.unknown_column"},
		"unread column":    {"姓名,代表证号,大\ufffd\n张三,001,是\n", "1  row.unreadable"},
		"column twice":     {"姓名,代表证号,姓 名\n张三,001,李四\n", "1 姓 名 row.double_column"},
		"column missing":   {"姓名,席位\n张三,1\n", "0 代表证号 row.no_column"},
		"no rows":          {head, "0  row.no_rows"},
		"blank rows":       {head + ",,,,\n", "0  row.no_rows"},
		"empty":            {"", "0  row.empty_file"},
		"only a mark":      {bom + " \n", "0  row.empty_file"},
		"a workbook":       {"PK\x03\x04zip", "0  row.bad_workbook"},
		"an old workbook":  {"\xd0\xcf\x11\xe0ole", "0  row.is_excel"},
	} {
		got, err := ReadRoll([]byte(tt.text))
		if places := placesOf(t, err); places != tt.want {
			t.Errorf("%s: got %v, %q; want %q", name, got, places, tt.want)
		}
	}
}

func placesOf(t *testing.T, err error) string {
	t.Helper()
	es, ok := errors.AsType[RowErrors](err)
	if !ok {
		t.Errorf("not RowErrors: %v", err)
	}
	var places []string
	for _, e := range es {
		places = append(places, fmt.Sprintf("%d %s %s", e.Row, e.Column, e.ID))
	}
	return strings.Join(places, "; ")
}

// TestGB18030Unmapped: x/text turns these bytes into U+FFFD without an error.
func TestGB18030Unmapped(t *testing.T) {
	for _, pair := range []string{"\xa6\xd9", "\xa8\xbc", "\xfe\x59", "\xfe\xa0", "\xff", "\x81"} {
		data, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte("姓名,代表证号\n张三,001\n李,002\n"))
		if err != nil {
			t.Fatal(err)
		}
		readRoll(t, data)
		data = bytes.Replace(data, []byte(",002"), []byte(pair+",002"), 1)
		_, err = ReadRoll(data)
		if got := placesOf(t, err); !strings.HasPrefix(got, "3 姓名 row.") {
			t.Errorf("%x: got %q", pair, got)
		}
	}
}

// TestAllErrorsAtOnce: a clerk should not need ten tries. Rows are numbered as
// Excel does, below blank rows and cells of several lines too.
func TestAllErrorsAtOnce(t *testing.T) {
	text := "名册,,,,\n" + head + "\"张\n三\",001,1,是,在任\n\n,001,1,x,y\n,,,,\n,,5,,\n"
	_, err := ReadRoll([]byte(text))
	want := "5 大字 row.yes_no; 5 状态 row.standing; 5 姓名 row.required; " +
		"5 代表证号 row.duplicate; 5 席位 row.duplicate; 7 姓名 row.required; 7 代表证号 row.required"
	if got := placesOf(t, err); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	es, _ := errors.AsType[RowErrors](err)
	if got, want := es[3].Text(lang.ZH), "第 5 行，代表证号：与第 3 行重复。请改正其中一行。"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := es[3].Text(lang.EN), "row 5, 代表证号: The same as in row 3. Correct one of them."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLimits(t *testing.T) {
	rows := func(n int) []byte {
		var b strings.Builder
		b.WriteString("姓名,代表证号\n")
		for i := range n {
			fmt.Fprintf(&b, "张三,%d\n", i)
		}
		return []byte(b.String())
	}
	if got := readRoll(t, rows(maxRows)); len(got) != maxRows {
		t.Errorf("got %d rows", len(got))
	}
	_, err := ReadRoll(rows(maxRows + 1))
	if got, want := placesOf(t, err), fmt.Sprintf("%d  row.many_rows", maxRows+2); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	_, err = ReadRoll(rows(4 * maxRows))
	if got := placesOf(t, err); !strings.HasSuffix(got, " row.many_rows") {
		t.Errorf("got %q", got)
	}
	_, err = ReadRoll(make([]byte, maxFile+1))
	if got := placesOf(t, err); got != "0  row.large_file" {
		t.Errorf("got %q", got)
	}
	_, err = ReadRoll([]byte(strings.Repeat(",", 1<<20) + "x\n"))
	if got := placesOf(t, err); got != "1  row.extra_cells" {
		t.Errorf("got %q", got)
	}
	blank := "姓名,代表证号\n张三,1\n" + strings.Repeat(",\n", 1_000_000)
	if got := readRoll(t, []byte(blank)); len(got) != 1 {
		t.Errorf("blank rows: got %d rows", len(got))
	}
	_, err = ReadRoll([]byte(head + strings.Repeat("张三,,1,x,y\n", 1000)))
	es, _ := errors.AsType[RowErrors](err)
	if len(es) != maxErrors+1 || es[maxErrors].ID != "row.more" {
		t.Errorf("got %d errors", len(es))
	}
}

// TestHostileNames: a report is shown in a terminal.
func TestHostileNames(t *testing.T) {
	_, err := ReadRoll([]byte("姓名,代表证号,\"\x1b[2J" + strings.Repeat("长", 1000) + "\"\n张三,1,\n"))
	es, _ := errors.AsType[RowErrors](err)
	if text := es.Text(lang.ZH); strings.Contains(text, "\x1b") || len(text) > 500 {
		t.Errorf("got %q", text)
	}
}

func FuzzReadRoll(f *testing.F) {
	f.Add(WriteRoll(lang.ZH, deputies))
	gb, _ := simplifiedchinese.GB18030.NewEncoder().Bytes(WriteRoll(lang.ZH, deputies)[len(bom):])
	f.Add(gb)
	f.Add([]byte("姓名,代表证号\n\"'=张\n三\",１\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		deputies, err := ReadRoll(data)
		if err != nil {
			if es, ok := errors.AsType[RowErrors](err); !ok || es.Text(lang.ZH) == "" || len(deputies) != 0 {
				t.Errorf("got %v, %v", deputies, err)
			}
			return
		}
		again, err := ReadRoll(WriteRoll(lang.ZH, deputies))
		if err != nil || !reflect.DeepEqual(again, deputies) {
			t.Errorf("got %+v, %v; want %+v", again, err, deputies)
		}
	})
}

func BenchmarkReadRoll(b *testing.B) {
	many := make([]election.Deputy, maxRows)
	for i := range many {
		many[i] = election.Deputy{Name: "阿依古丽·买买提", Number: fmt.Sprint(i), Delegation: "城关区", Seat: fmt.Sprint("1-", i)}
	}
	data := WriteRoll(lang.ZH, many)
	for b.Loop() {
		if _, err := ReadRoll(data); err != nil {
			b.Fatal(err)
		}
	}
}
