package web

import (
	"slices"
	"testing"
)

// TestNumbers: numbers are read as Chinese keyboards write them, and what is none
// is refused, not left out.
func TestNumbers(t *testing.T) {
	for text, want := range map[string][]uint32{
		"12, 15": {12, 15}, "１２、15": {12, 15}, "１２，１５；１６": {12, 15, 16}, "12　15\n16": {12, 15, 16}, "12/15、": {12, 15}, "": nil,
		"12-15": nil, "12至15": nil, "十二、15": nil, "第12号": nil, "12、一15": nil, "٣": nil, "0": nil, "+12": nil, "99999999999": nil, "1.5": nil,
	} {
		s := &sheet{given: &filled{values: map[string][]string{"behind": {text}}}}
		var got []uint32
		s.numbers("behind", &got, false)
		if s.wrong != (want == nil && text != "") || want != nil && !slices.Equal(got, want) {
			t.Errorf("%q: %d, refused %t", text, got, s.wrong)
		}
	}
}
