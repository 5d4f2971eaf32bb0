package main

import (
	"strconv"
	"testing"

	"piaojue/election"
	"piaojue/lang"
)

// TestSheetBacks: turned over the long edge of the paper, each back meets the
// front of the same deputy, the last and single one too.
func TestSheetBacks(t *testing.T) {
	var deputies []election.Deputy
	for i := range perPage + 3 {
		deputies = append(deputies, election.Deputy{Name: "张三", Number: strconv.Itoa(i)})
	}
	s, err := newTestTool(lang.ZH).newSheet("", generateBadges(deputies))
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Pages) != 2 {
		t.Fatalf("%d pages", len(s.Pages))
	}
	backs := 0
	for _, page := range s.Pages {
		for i, back := range page.Back {
			if back == nil {
				continue
			}
			backs++
			row, column := i/2, 1-i%2
			if front := page.Front[2*row+column]; front.Number != back.Number {
				t.Errorf("behind badge %s is that of %s", front.Number, back.Number)
			}
		}
	}
	if backs != len(deputies) {
		t.Errorf("%d backs for %d badges", backs, len(deputies))
	}
}

func TestSizeOf(t *testing.T) {
	for name, want := range map[string]string{
		"": "", "张三": "", "欧阳修": "", "John Smith": "", "John Smithson": "long", "阿依古丽·买买提": "long",
		"买买提吐尔逊·阿不都热合曼·艾合买提江": "longest",
	} {
		if got := sizeOf(name, 5, 14); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
