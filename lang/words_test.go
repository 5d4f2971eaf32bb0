package lang

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWords(t *testing.T) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	for l, like := range map[Lang]func(string) bool{
		ZH: func(w string) bool { return utf8.RuneCountInString(w) == 2 && !strings.ContainsFunc(w, isLatin) },
		EN: func(w string) bool { return len(w) >= 3 && strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") == "" },
	} {
		said := l.Words(all)
		for i, w := range said {
			if !like(w) || slices.Index(said, w) != i {
				t.Errorf("%s: word %d is %q", l, i, w)
			}
		}
	}
	if got, want := ZH.Words([]byte{0, 255, 16}), []string{"苹果", "酒杯", "白菜"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
