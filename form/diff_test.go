package form

import (
	"reflect"
	"slices"
	"testing"

	"piaojue/election"
	"piaojue/lang"
)

func TestDiffRoll(t *testing.T) {
	if d := DiffRoll(lang.ZH, deputies, deputies); !d.Same() || d.Unchanged != len(deputies) {
		t.Errorf("the same roll: %+v", d)
	}
	changed := slices.Clone(deputies)
	changed[1].LargeType, changed[1].Seat = false, "9"
	changed[2].Standing = election.Sitting
	changed[3].Number = "007"
	changed[6].Delegation = "城关区"
	d := DiffRoll(lang.ZH, deputies, changed)
	want := Diff{
		Added:   []Row{{"007", "龑𫖯", ""}},
		Removed: []Row{{"=004", "龑𫖯", ""}},
		Changed: []Change{
			{Row{"兰002", "李𬭎", "9"}, []FieldChange{{"席位", "", "9"}, {"大字", "是", "否"}}},
			{Row{"003", "王㛃", ""}, []FieldChange{{"状态", "请假", "在任"}}},
			{Row{"", "", "2排9座"}, []FieldChange{{"代表团", "", "城关区"}}},
		},
		Unchanged: 3,
	}
	if !reflect.DeepEqual(d, want) {
		t.Errorf("got %+v, want %+v", d, want)
	}
	if d := DiffRoll(lang.EN, nil, deputies); len(d.Added) != len(deputies) || d.Same() {
		t.Errorf("first import: %+v", d)
	}
}

// TestDiffVacant: empty seats that say the same are counted, not confused.
func TestDiffVacant(t *testing.T) {
	empty := election.Deputy{Delegation: "城关区", Standing: election.Vacant}
	d := DiffRoll(lang.ZH, []election.Deputy{empty, empty, empty}, []election.Deputy{empty})
	if len(d.Removed) != 2 || d.Unchanged != 1 || len(d.Added)+len(d.Changed) != 0 {
		t.Errorf("got %+v", d)
	}
}

func TestDiffCandidates(t *testing.T) {
	turned := slices.Clone(options)
	slices.Reverse(turned)
	d := DiffCandidates(lang.ZH, options, turned)
	if !d.Reordered || d.Same() || d.Unchanged != len(options) {
		t.Errorf("another order on the ballot: got %+v", d)
	}
	more := append([]election.Option{{ID: "new", Name: "桥"}}, options...)
	more[1].Investment += 5000
	d = DiffCandidates(lang.ZH, options, more)
	if d.Reordered || len(d.Added) != 1 || len(d.Changed) != 1 {
		t.Fatalf("got %+v", d)
	}
	got, want := d.Changed[0].Fields, []FieldChange{{"总投资（万元）", FormatWan(options[0].Investment), FormatWan(more[1].Investment)}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
