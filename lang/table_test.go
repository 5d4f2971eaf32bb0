package lang

import (
	"slices"
	"testing"
)

func TestTable(t *testing.T) {
	var table Table
	if got := table.Lines(); got != nil {
		t.Errorf("an empty table has lines %q", got)
	}
	table.Add("编号", "名称", "得票")
	table.Add("1", "加装电梯", "9")
	table.Add("12", "路灯", "10")
	want := []string{
		"编号  名称      得票",
		"--------------------",
		"   1  加装电梯     9",
		"  12  路灯        10",
	}
	if got := table.Lines(); !slices.Equal(got, want) {
		t.Errorf("got\n%q, want\n%q", got, want)
	}
}

// TestPlain (S5): text of a record does not drive the terminal.
func TestPlain(t *testing.T) {
	if got, want := Plain("路\x1b[2J灯\u202e𬭎"), "路\ufffd[2J灯\ufffd𬭎"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
