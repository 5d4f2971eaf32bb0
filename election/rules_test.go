package election

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"piaojue/ballot"
)

// binding is the rule set of the domain's document as JSON, with its defaults.
const binding = `{
	"candidates_n": 13,
	"winners_k": 10,
	"ballot_mode": "select_k",
	"min_marks": 0,
	"max_marks": 10,
	"undervote": "valid",
	"allow_spoil": true,
	"write_in": false,
	"recast": "first_only",
	"quorum": {"rule": "two_thirds_all", "recheck_at_open": true, "min_participation": "none"},
	"base": "all_deputies",
	"tie": "revote_tied",
	"shortfall": "second_round",
	"candidate_order": "fixed",
	"display": {"turnout": "live", "results": "after_sign", "tallies": "public"},
	"void_vote_if": "collected_gt_issued",
	"ballot_retention": {"until": "下次会议后", "destroy_needs": "presidium"}
}`

// TestDefaultRules: names and defaults are binding, and JSON tags spell them.
func TestDefaultRules(t *testing.T) {
	var got Rules
	d := json.NewDecoder(strings.NewReader(binding))
	d.DisallowUnknownFields()
	if err := d.Decode(&got); err != nil {
		t.Fatal(err)
	}
	if want := DefaultRules(); !reflect.DeepEqual(got, want) {
		t.Errorf("decoded %+v, default %+v", got, want)
	}
	if err := got.Check(1); err != nil {
		t.Error(err)
	}
	out, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.NewReplacer("\n", "", "\t", "", ": ", ":", ", ", ",").Replace(binding); string(out) != want {
		t.Errorf("encoded %s, want %s", out, want)
	}
}

// TestRulesPartial: an absent key takes the default.
func TestRulesPartial(t *testing.T) {
	got, want := DefaultRules(), DefaultRules()
	want.Quorum.Rule, want.WinnersK = QuorumHalf, 8
	if err := json.Unmarshal([]byte(`{"winners_k": 8, "quorum": {"rule": "half_all"}}`), &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestRuleFields: exactly the names of PROTOCOL.md, in its order.
func TestRuleFields(t *testing.T) {
	want := []string{
		"candidates_n", "winners_k", "ballot_mode", "min_marks", "max_marks", "undervote", "allow_spoil",
		"write_in", "recast", "quorum.rule", "quorum.recheck_at_open", "quorum.min_participation", "base",
		"tie", "shortfall", "candidate_order", "display.turnout", "display.results", "display.tallies",
		"void_vote_if", "ballot_retention.until", "ballot_retention.destroy_needs", "grades",
	}
	var got []string
	for _, f := range RuleFields() {
		got = append(got, f.Name)
	}
	if !slices.Equal(got, want) {
		t.Errorf("fields %v, want %v", got, want)
	}
}

// TestRuleValues: each allowed value can be set and comes back; others cannot.
func TestRuleValues(t *testing.T) {
	for _, f := range RuleFields() {
		for _, v := range append(slices.Clone(f.Values), f.Default) {
			r := DefaultRules()
			if err := f.Set(&r, v); err != nil {
				t.Errorf("%s = %q: %v", f.Name, v, err)
			}
			if got := f.Get(&r); got != v {
				t.Errorf("%s = %q, want %q", f.Name, got, v)
			}
		}
		var wrong []string
		switch {
		case f.Values != nil:
			wrong = []string{"", "other", strings.ToUpper(f.Default), f.Default + " "}
		case f.Default != "" && strings.Trim(f.Default, "0123456789") == "":
			wrong = []string{"", "-1", "+1", "01", " 1", "1.0", "x", "1000000000"}
		default:
			wrong = []string{"a\nb", "\x7f", "\xff", strings.Repeat("x", 256)}
		}
		for _, v := range wrong {
			r := DefaultRules()
			var field *FieldError
			if err := f.Set(&r, v); !errors.As(err, &field) || field.Field != f.Name {
				t.Errorf("%s = %q: error %v", f.Name, v, err)
			}
			if want := DefaultRules(); !reflect.DeepEqual(r, want) {
				t.Errorf("%s = %q changed the rules", f.Name, v)
			}
		}
	}
}

// TestRulesCheck: the positive twin of each case are the rules before the
// change, and where the border is near, the value beside it.
func TestRulesCheck(t *testing.T) {
	for _, c := range []struct {
		name   string
		field  string
		round  uint8
		change func(*Rules)
	}{
		{"ok", "", 1, func(*Rules) {}},
		{"no option", "candidates_n", 1, func(r *Rules) { r.CandidatesN = 0 }},
		{"500 options", "", 1, func(r *Rules) { r.CandidatesN = 500 }},
		{"501 options", "candidates_n", 1, func(r *Rules) { r.CandidatesN = 501 }},
		{"no seat", "winners_k", 1, func(r *Rules) { r.WinnersK = 0 }},
		{"as many seats as options", "", 1, func(r *Rules) { r.WinnersK = 13 }},
		{"more seats than options", "winners_k", 1, func(r *Rules) { r.WinnersK = 14 }},
		{"no mark", "max_marks", 1, func(r *Rules) { r.MaxMarks = 0 }},
		{"more marks than options", "max_marks", 1, func(r *Rules) { r.MaxMarks = 14 }},
		{"min is max", "", 1, func(r *Rules) { r.MinMarks = 10 }},
		{"min above max", "min_marks", 1, func(r *Rules) { r.MinMarks = 11 }},
		{"negative min", "min_marks", 1, func(r *Rules) { r.MinMarks = -1 }},
		{"exactly k marks", "", 1, func(r *Rules) { r.Undervote = UndervoteInvalid }},
		{"write-in", "write_in", 1, func(r *Rules) { r.WriteIn = true }},
		{"last vote counts", "recast", 1, func(r *Rules) { r.Recast = "last_counts" }},
		{"unknown mode", "ballot_mode", 1, func(r *Rules) { r.BallotMode = "rank_priority" }},
		{"fewer against without votes against", "tie", 1, func(r *Rules) { r.Tie = TieFewerAgainst }},
		{"fewer against", "", 1, func(r *Rules) { r.Tie, r.BallotMode = TieFewerAgainst, ballot.YNACapped }},
		{"floor in the first round", "shortfall", 1, func(r *Rules) { r.Shortfall = ShortfallPlurality }},
		{"floor in the second round", "", 2, func(r *Rules) { r.Shortfall = ShortfallPlurality }},
		{"grades where there are none", "grades", 1, func(r *Rules) { r.Grades = Grades{"a", "b", "c"} }},
		{"control character", "ballot_retention.until", 1, func(r *Rules) { r.BallotRetention.Until = "\n" }},
	} {
		r := DefaultRules()
		c.change(&r)
		wantField(t, c.name, r.Check(c.round), c.field)
	}
}

// TestRulesCheckLimits: min_marks and undervote only where a limit of the ballot
// enforces them.
func TestRulesCheckLimits(t *testing.T) {
	for _, c := range []struct {
		mode    ballot.Mode
		mostMin int
		exact   bool
	}{
		{ballot.SelectK, 2, true},
		{ballot.YNAEach, 0, false},
		{ballot.YNACapped, 0, true},
		{ballot.Choose1, 1, false},
		{ballot.Satisfaction3, 1, false},
	} {
		r := DefaultRules()
		r.CandidatesN, r.WinnersK, r.MaxMarks, r.BallotMode = 3, 2, 2, c.mode
		if c.mode == ballot.Satisfaction3 {
			r.WinnersK, r.Grades = 0, Grades{"a", "b", "c"}
		}
		r.MinMarks = c.mostMin
		wantField(t, string(c.mode)+": most min_marks", r.Check(1), "")
		r.MinMarks++
		wantField(t, string(c.mode)+": more min_marks", r.Check(1), "min_marks")
		r.MinMarks, r.Undervote = 0, UndervoteInvalid
		want := "undervote"
		if c.exact {
			want = ""
		}
		wantField(t, string(c.mode)+": exact", r.Check(1), want)
	}
}

func TestRulesCheckGrades(t *testing.T) {
	for _, c := range []struct {
		name   string
		field  string
		change func(*Rules)
	}{
		{"ok", "", func(*Rules) {}},
		{"two grades", "grades", func(r *Rules) { r.Grades = r.Grades[:2] }},
		{"no grades", "grades", func(r *Rules) { r.Grades = nil }},
		{"the same grade twice", "grades", func(r *Rules) { r.Grades[2] = r.Grades[0] }},
		{"empty grade", "grades", func(r *Rules) { r.Grades[1] = "" }},
		{"grade with a comma", "grades", func(r *Rules) { r.Grades[1] = "a,b" }},
		{"seats", "winners_k", func(r *Rules) { r.WinnersK = 1 }},
	} {
		r, err := Satisfaction.Rules(3, 0)
		if err != nil {
			t.Fatal(err)
		}
		c.change(&r)
		wantField(t, c.name, r.Check(1), c.field)
	}
}

func wantField(t *testing.T, name string, err error, want string) {
	t.Helper()
	var field *FieldError
	if want == "" {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		return
	}
	if !errors.As(err, &field) || field.Field != want {
		t.Errorf("%s: error %v, want field %s", name, err, want)
	}
}

func TestPresets(t *testing.T) {
	modes := map[Preset]ballot.Mode{
		SelectMajority: ballot.SelectK, JudgeMajority: ballot.YNAEach, JudgeCapped: ballot.YNACapped,
		SelectPlurality: ballot.SelectK, ChooseOne: ballot.Choose1, Satisfaction: ballot.Satisfaction3,
	}
	for _, p := range Presets() {
		r, err := p.Rules(13, 10)
		if err != nil {
			t.Errorf("%s: %v", p, err)
		}
		if r.BallotMode != modes[p] {
			t.Errorf("%s: mode %s", p, r.BallotMode)
		}
		if _, err := r.Style().Grid(); err != nil {
			t.Errorf("%s: %v", p, err)
		}
		if (r.Base == BaseNone) != (p == SelectPlurality) {
			t.Errorf("%s: base %s", p, r.Base)
		}
	}
	if _, err := Preset("other").Rules(13, 10); err == nil {
		t.Error("unknown preset")
	}
	if _, err := SelectMajority.Rules(10, 13); err == nil {
		t.Error("more seats than options")
	}
}
