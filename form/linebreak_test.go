package form

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// em measures like a font in which Chinese is twice as wide as the rest.
func em(r rune) int {
	if r < 0x2e80 {
		return 1
	}
	return 2
}

func TestBreakLines(t *testing.T) {
	for _, tt := range []struct {
		text  string
		width int
		want  []string
	}{
		{"", 10, []string{""}},
		{"兰州市人民代表大会", 8, []string{"兰州市人", "民代表大", "会"}},
		{"兰州市人。民代表", 8, []string{"兰州市", "人。民代", "表"}},
		{"兰州市（人民）", 8, []string{"兰州市", "（人民）"}},
		{"得票2026张以上", 8, []string{"得票2026", "张以上"}},
		{"代表2026张", 6, []string{"代表", "2026张"}},
		{"票决制。》）多", 8, []string{"票决", "制。》）", "多"}},
		{"two words here", 9, []string{"two words", "here"}},
		{"阿依古丽·买买提", 9, []string{"阿依古丽·", "买买提"}},
		{"阿依古丽·买买提", 8, []string{"阿依古", "丽·买买", "提"}},
		{"abcdefghij", 4, []string{"abcd", "efgh", "ij"}},
		{"81.87%的", 7, []string{"81.87%", "的"}},
		{"。。。。。", 4, []string{"。。", "。。", "。"}}, // nothing else is possible
	} {
		var got []string
		for _, l := range breakLines(tt.text, tt.width, 0, em) {
			got = append(got, l.text)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

// TestBreakLinesKeeps: no character is lost or moved, no line is too wide, and
// none begins or ends with what must not, as long as a line is wide enough.
func TestBreakLinesKeeps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("兰州市2026年a b（“，。”）《项目》·%：")), 0, 60, -1).Draw(t, "text")
		width := rapid.IntRange(2, 60).Draw(t, "width")
		indent := rapid.IntRange(0, 2).Draw(t, "indent")
		lines := breakLines(text, width, indent, em)
		var all strings.Builder
		for i, l := range lines {
			all.WriteString(l.text)
			if l.width > width || l.last != (i == len(lines)-1) {
				t.Fatalf("line %q of %d is %d wide, last %v", l.text, width, l.width, l.last)
			}
		}
		if got, want := strings.ReplaceAll(all.String(), " ", ""), strings.ReplaceAll(text, " ", ""); got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

func TestBreakLinesAvoids(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Words of at most three characters with punctuation around, so that
		// every piece fits in a line.
		words := rapid.SliceOfN(rapid.SampledFrom([]string{"兰", "州市", "（甲）", "，", "《乙》", "“丙”", "12", "100%"}), 1, 30).Draw(t, "words")
		text := strings.ReplaceAll(strings.Join(words, ""), "，，", "，")
		longest := 0
		for _, p := range pieces([]rune(text)) {
			wide := 0
			for _, r := range p {
				wide += em(r)
			}
			longest = max(longest, wide)
		}
		for i, l := range breakLines(text, longest+rapid.IntRange(0, 8).Draw(t, "more"), 0, em) {
			runes := []rune(l.text)
			if i > 0 && strings.ContainsRune(mayNotBegin, runes[0]) || strings.ContainsRune(mayNotEnd, runes[len(runes)-1]) {
				t.Fatalf("bad line %q in %q", l.text, text)
			}
		}
	})
}
