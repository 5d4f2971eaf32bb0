package main

import (
	"encoding/json"
	"slices"
	"testing"

	"piaojue/lang"
)

// TestWatchHidden: where the rules hide the tallies a server sends neither numbers
// nor reasons, and the table says only what was adopted, or the grade.
func TestWatchHidden(t *testing.T) {
	w := &watcher{tool: &tool{lang: lang.ZH}}
	for text, want := range map[string][]string{
		`{"id":"1","name":"甲","adopted":true}`:                                               {"1", "甲", "✓"},
		`{"id":"2","name":"乙","adopted":false}`:                                              {"2", "乙", "·"},
		`{"id":"3","name":"丙","grade":2}`:                                                    {"3", "丙", "不满意"},
		`{"id":"1","name":"甲","for":3,"needed":2,"rank":1,"reason":"passed","adopted":true}`: {"1", "甲", "3", "2", "1", w.known("reason.", "passed")},
	} {
		var l shownLine
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatal(err)
		}
		titles, row := w.line(l)
		if !slices.Equal(row, want) || len(titles) != len(row) {
			t.Errorf("%s: %q under %q", text, row, titles)
		}
	}
}
