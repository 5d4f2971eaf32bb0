package lang

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		name string
		want Lang
		ok   bool
	}{
		{"zh", ZH, true}, {"zh-CN", ZH, true}, {"ZH_cn.UTF-8", ZH, true}, {" en ", EN, true}, {"en-GB", EN, true},
		{"", ZH, false}, {"de", ZH, false}, {"english", ZH, false}, {"zhx", ZH, false}, {"-", ZH, false},
	} {
		got, err := Parse(tt.name)
		if got != tt.want || (err == nil) != tt.ok {
			t.Errorf("%q: got %q, %v", tt.name, got, err)
		}
	}
}

func TestText(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{ZH.Text("phase.voting"), "投票中"},
		{EN.Text("phase.voting"), "voting"},
		{Lang("").Text("phase.voting"), "投票中"},
		{Lang("de").Text("phase.voting"), "投票中"},
		{ZH.Text("live.present", 331, 304), "应到 331 人，实到 304 人"},
		{EN.Text("live.present", 331, 304), "331 sitting, 304 present"},
		{ZH.Text("row.at_cell", 3, "%d", "%s"), "第 3 行，%d：%s"},
		{ZH.Text("no.such.message", 1), "no.such.message"},
		{EN.Text("%d"), "%d"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
	if !EN.Has("phase.voting") || EN.Has("phase.none") {
		t.Error("Has is wrong")
	}
	if ZH.Tag() != "zh-CN" || EN.Tag() != "en" {
		t.Error("Tag is wrong")
	}
}

// TestFailure: a cause without a message is told as its check.
func TestFailure(t *testing.T) {
	for code, want := range map[string]string{
		"entry.signatures.missing": "缺少签名",
		"entry.signatures":         "签名不合规定",
		"entry.signatures.unheard": "签名不合规定",
		"nothing.like.this":        "nothing.like.this",
	} {
		if got := ZH.Failure(code); got != want {
			t.Errorf("%s: got %q, want %q", code, got, want)
		}
	}
	for _, id := range IDs("check.") {
		if why := "failure." + strings.TrimPrefix(id, "check."); !ZH.Has(why) {
			t.Errorf("no message %q", why)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	if got, err := Read("# heading\n\na.b = c = d\n"); err != nil || got["a.b"] != "c = d" {
		t.Errorf("got %q, %v", got, err)
	}
	for _, text := range []string{
		"a.b c", "a.b =", "a.b = ", "a.b =  c", "a.b = c ", "ab = c", "A.b = c", " a.b = c",
		"a.b = c\r\n", "a.b = c\na.b = d", " = c", " # note", "a.b= c",
	} {
		if got, err := Read(text); err == nil {
			t.Errorf("%q: read %q", text, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("# heading\n\na.b = c = d\n")
	f.Fuzz(func(t *testing.T, text string) {
		messages, err := Read(text)
		if err != nil {
			return
		}
		for id, message := range messages {
			if !strings.Contains(text, id+" = "+message) {
				t.Errorf("%q = %q is not in %q", id, message, text)
			}
		}
	})
}

func TestSameIDs(t *testing.T) {
	for id := range zh() {
		if !EN.Has(id) {
			t.Errorf("%s is missing in en.txt", id)
		}
	}
	for id := range en() {
		if !ZH.Has(id) {
			t.Errorf("%s is missing in zh.txt", id)
		}
	}
}

var verb = regexp.MustCompile(`%[^%]?|%%`)

// verbs lists the verbs of a message; %% is none.
func verbs(message string) []string {
	found := verb.FindAllString(message, -1)
	return slices.DeleteFunc(found, func(v string) bool { return v == "%%" })
}

func TestSameVerbs(t *testing.T) {
	for id, message := range zh() {
		got, want := verbs(en()[id]), verbs(message)
		if !slices.Equal(got, want) {
			t.Errorf("%s: en has verbs %q, zh %q", id, got, want)
		}
		for _, v := range want {
			if !slices.Contains([]string{"%d", "%s", "%v"}, v) {
				t.Errorf("%s: verb %q", id, v)
			}
		}
		// A sentence of the error table is shown as it is.
		if strings.HasPrefix(id, "error.") && len(want) > 0 {
			t.Errorf("%s has verbs", id)
		}
	}
}

// names may stand in Latin letters in Chinese text.
var names = []string{"CSV", "UTF-8", "PIN"}

func TestNoEnglishInChinese(t *testing.T) {
	for id, message := range zh() {
		for _, name := range names {
			message = strings.ReplaceAll(message, name, "")
		}
		for _, v := range []string{"%d", "%s", "%v"} {
			message = strings.ReplaceAll(message, v, "")
		}
		if i := strings.IndexFunc(message, isLatin); i >= 0 {
			t.Errorf("%s: English in %q", id, message)
		}
	}
	if strings.IndexFunc("投 vote", isLatin) < 0 {
		t.Error("English is not found")
	}
}

func isLatin(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }

func TestNoChineseInEnglish(t *testing.T) {
	for id, message := range en() {
		for _, r := range message {
			if r >= 0x2E80 || r == utf8.RuneError {
				t.Errorf("%s: %q in %q", id, r, message)
			}
		}
	}
}

// TestErrorsGiveARemedy: a clerk at five to nine needs to know what to do.
func TestErrorsGiveARemedy(t *testing.T) {
	for _, id := range IDs("error.") {
		if got := ZH.Text(id); strings.Count(got, "。") != 1 || !strings.HasSuffix(got, "。") || !strings.Contains(got, "请") {
			t.Errorf("%s: %q is not one sentence with a remedy", id, got)
		}
		if got := EN.Text(id); strings.Count(got, ".") != 1 || !strings.HasSuffix(got, ".") {
			t.Errorf("%s: %q is not one sentence", id, got)
		}
	}
}

func TestIDs(t *testing.T) {
	for prefix, want := range map[string]int{"check.": 38, "kind.": 31, "phase.": 14, "none.": 0} {
		if got := IDs(prefix); len(got) != want || !slices.IsSorted(got) {
			t.Errorf("%s: got %d ids, want %d", prefix, len(got), want)
		}
	}
}
