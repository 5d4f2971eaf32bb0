package form

import (
	"reflect"
	"testing"

	"piaojue/election"
)

// TestCensus: a vacant seat is not counted, whoever is on leave is.
func TestCensus(t *testing.T) {
	got := CountRoll(deputies)
	if want := (Census{Sitting: 5, OnLeave: 1, Vacant: 1}); got != want || got.N() != 6 {
		t.Errorf("got %+v, N = %d", got, got.N())
	}
}

func TestRollNotes(t *testing.T) {
	if got := RollNotes(deputies); got != nil {
		t.Errorf("got %v", got)
	}
	got := RollNotes([]election.Deputy{{Name: "张伟", Number: "7"}, {Name: "张伟", Number: "12"}, {Name: "王芳", Number: "331"}})
	want := []Cause{{"note.same_name", []any{"张伟", "7", "12"}}, {"note.uneven", []any{1, 3}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := RollNotes([]election.Deputy{{Name: "甲", Number: "07"}, {Name: "乙", Number: "112"}}); got != nil {
		t.Errorf("with zeros: got %v", got)
	}
}
