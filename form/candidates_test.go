package form

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/lang"
)

var options = []election.Option{
	{
		ID: "01", Name: "老旧小区加装电梯补助", Content: "加装电梯200部，\"优先\"安排, 高龄",
		Investment: 120_000_000, Fiscal: 40_000_000, Beneficiaries: "约6400户",
		Deadline: "2026年11月底", Unit: "市住建局", Suggestions: 318,
	},
	{ID: "-2", Name: "=cmd|' /C calc'!A0", Investment: 10_001, Fiscal: 1},
	{ID: "3", Name: "'@quoted", Content: "＋86"},
}

func TestCandidatesRoundTrip(t *testing.T) {
	for _, l := range []lang.Lang{lang.ZH, lang.EN} {
		data := WriteCandidates(l, options)
		got, err := ReadCandidates(data)
		if err != nil || !reflect.DeepEqual(got, options) {
			t.Errorf("%s: got %+v, %v", l, got, err)
		}
		for _, cell := range strings.FieldsFunc(string(data), func(r rune) bool { return strings.ContainsRune(",\r\n\"", r) }) {
			if strings.ContainsAny(cell[:1], formula) {
				t.Errorf("%s: a spreadsheet runs %q", l, cell)
			}
		}
	}
}

func TestSampleCandidates(t *testing.T) {
	data, err := os.ReadFile("../cmd/piaojue/sample/candidates.csv")
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadCandidates(data)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 13 || got[0].ID != "01" || got[0].Investment != 120_000_000 || got[12].Suggestions != 61 {
		t.Errorf("got %+v", got)
	}
}

func TestMoney(t *testing.T) {
	for text, want := range map[string]uint64{
		"": 0, "0": 0, "1": 10_000, "1.5": 15_000, "0.0001": 1, "12.3456": 123_456, "１２．５": 125_000,
		"500万": 5_000_000, "1,200.50万元": 12_005_000, "1.2亿元": 120_000_000, "３5元": 35, "1.20000": 12_000, "—": 0, "无": 0,
		"1,234.5": 12_345_000, "1,234,567": 12_345_670_000, " 7 600 ": 76_000_000, "007": 70_000,
		"999999999999.9999": 9_999_999_999_999_999,
	} {
		got, err := ReadCandidates([]byte("编号,名称,总投资（万元）\n1,a,\"" + text + "\"\n"))
		if err != nil || got[0].Investment != want {
			t.Errorf("%q: got %v, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{
		"-1", "+1", "1.23456", "1e3", ".5", "5.", "1,23", "12,34.5", ",1", "1,2345", "约500", "500美元", "1.00001万元", "0.5元", "1亿万", "1000000000001", "0x10", "1.2.3", "∞", "NaN",
		"一百", "1000000000000", "1_000", "1'000",
	} {
		_, err := ReadCandidates([]byte("编号,名称,总投资\n1,a,\"" + text + "\"\n"))
		if got := placesOf(t, err); got != "2 总投资 row.money" {
			t.Errorf("%q: got %q", text, got)
		}
	}
}

func TestWanRoundTrip(t *testing.T) {
	for _, yuan := range []uint64{0, 1, 10, 9_999, 10_000, 10_010, 123_456_789, 9_999_999_999_999_999} {
		if got, ok := parseMoney(FormatWan(yuan), wanYuan); !ok || got != yuan {
			t.Errorf("%d: got %d from %q", yuan, got, FormatWan(yuan))
		}
	}
}

// FuzzParseWan: what reads as an amount reads the same once it is written.
func FuzzParseWan(f *testing.F) {
	for _, text := range []string{"1200", "１２０．５", "3亿", "5元", "-1", "1e9"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		yuan, ok := ParseWan(text)
		if !ok {
			return
		}
		if again, ok := ParseWan(FormatWan(yuan)); !ok || again != yuan {
			t.Errorf("%q is %d yuan, and then %d", text, yuan, again)
		}
	})
}

func TestCandidatesRefuses(t *testing.T) {
	const head = "编号,名称,总投资,财政资金,来源点单数\n"
	const good = "1,桥,10,10,3\n"
	if _, err := ReadCandidates([]byte(head + good)); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ text, want string }{
		"no id":         {head + ",桥,10,10,3\n", "2 编号 row.required"},
		"no name":       {head + "1,,10,10,3\n", "2 名称 row.required"},
		"same id":       {head + good + "１,路,10,10,3\n", "3 编号 row.duplicate"},
		"fiscal":        {head + "1,桥,10,10.0001,3\n", "2 财政资金 row.fiscal"},
		"suggestions":   {head + "1,桥,10,10,-3\n", "2 来源点单数 row.whole_number"},
		"fraction":      {head + "1,桥,10,10,3.5\n", "2 来源点单数 row.whole_number"},
		"too many":      {head + "1,桥,10,10,4294967296\n", "2 来源点单数 row.whole_number"},
		"same name":     {head + good + "2,桥　,10,10,3\n", "3 名称 row.duplicate"},
		"01 and 1":      {head + good + "01,路,10,10,3\n", "3 编号 row.duplicate"},
		"in dollars":    {"编号,名称,总投资（美元）\n1,桥,10\n", "1 总投资（美元） row.unknown_column"},
		"two units":     {"单位：元,,\n单位：万元,,\n编号,名称,总投资\n1,桥,10\n", "2  row.two_units"},
		"unit of other": {"编号（万元）,名称\n1,桥\n", "0 编号 row.no_column; 1 编号（万元） row.unknown_column"},
		"name too long": {head + "1," + strings.Repeat("桥", 86) + ",10,10,3\n", "2 名称 row.too_long"},
	} {
		_, err := ReadCandidates([]byte(tt.text))
		if got := placesOf(t, err); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
	var b strings.Builder
	b.WriteString(head)
	for i := range ballot.MaxOptions + 1 {
		fmt.Fprintf(&b, "%d,桥%d,1,1,1\n", i, i)
	}
	_, err := ReadCandidates([]byte(b.String()))
	if got, want := placesOf(t, err), fmt.Sprintf("%d  row.many_rows", ballot.MaxOptions+2); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestGuard(t *testing.T) {
	for s, want := range map[string]string{
		"": "", "a": "a", "=1": "'=1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx",
		"'": "'", "'a": "'a", "'=1": "''=1", "''=1": "'''=1", "＝1": "'＝1", "a=1": "a=1",
	} {
		if got := guard(s); got != want {
			t.Errorf("%q: got %q, want %q", s, got, want)
		}
		if got := unguard(guard(s)); got != s {
			t.Errorf("%q: comes back as %q", s, got)
		}
	}
}

func FuzzReadCandidates(f *testing.F) {
	f.Add(WriteCandidates(lang.ZH, options))
	f.Add([]byte("名称,编号,总投资\n\"a\nb\",１,\"1,234.5\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		options, err := ReadCandidates(data)
		if err != nil {
			return
		}
		again, err := ReadCandidates(WriteCandidates(lang.EN, options))
		if err != nil || !reflect.DeepEqual(again, options) {
			t.Errorf("got %+v, %v; want %+v", again, err, options)
		}
	})
}

func FuzzGuard(f *testing.F) {
	f.Add("''=1")
	f.Fuzz(func(t *testing.T, s string) {
		if got := unguard(guard(s)); got != s {
			t.Errorf("%q comes back as %q", s, got)
		}
		if got := guard(s); got != "" && strings.ContainsAny(firstRune(got), formula) {
			t.Errorf("a spreadsheet runs %q", got)
		}
	})
}
