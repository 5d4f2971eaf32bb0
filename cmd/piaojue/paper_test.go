package main

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/lang"
)

// paperManifest has three options and rules of a preset.
func paperManifest(t testing.TB, p election.Preset) *election.Manifest {
	t.Helper()
	rules, err := p.Rules(3, 2)
	if err != nil {
		t.Fatal(err)
	}
	m := &election.Manifest{Rules: rules}
	for _, id := range []string{"01", "02", "03"} {
		m.Options = append(m.Options, election.Option{ID: id, Name: "甲" + id})
	}
	return m
}

// TestParseSheet: a line is read as a deputy's words are, whatever keyboard or
// program wrote it, and what no ballot may hold is refused.
func TestParseSheet(t *testing.T) {
	first := ballot.Choice{Marks: []ballot.Mark{ballot.For, ballot.None, ballot.For}}
	for _, test := range []struct {
		preset election.Preset
		line   string
		want   ballot.Choice
	}{
		{election.SelectMajority, "1 3", first},
		{election.SelectMajority, `"3",01,,`, first},
		{election.SelectMajority, "１、３", first},
		{election.SelectMajority, "3，1　", first},
		{election.SelectMajority, "弃权", ballot.Choice{Abstain: true}},
		{election.SelectMajority, "abstain", ballot.Choice{Abstain: true}},
		{election.SelectMajority, "作废此票", ballot.Choice{Spoil: true}},
		{election.SelectMajority, "spoil", ballot.Choice{Spoil: true}},
		{election.JudgeMajority, "1=赞成,2＝反对", ballot.Choice{Marks: []ballot.Mark{ballot.For, ballot.Against, ballot.Abstain}}},
		{election.Satisfaction, "1=满意 2=不满意", ballot.Choice{Marks: []ballot.Mark{ballot.Grade0, ballot.Grade2, ballot.Abstain}}},
	} {
		got, err := parseSheet(paperManifest(t, test.preset), test.line)
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s %q: got %+v, %v", test.preset, test.line, got, err)
		}
	}
	for line, id := range map[string]string{
		"": "sheet_empty", " ,,": "sheet_empty", "1 2 3": "at_most", "4": "no_option", "1 1": "marked_twice", "1 弃权": "no_option", "#": "no_option",
	} {
		_, err := parseSheet(paperManifest(t, election.SelectMajority), line)
		if f, ok := errors.AsType[*fault](err); !ok || f.id != id {
			t.Errorf("%q: got %v, want %s", line, err, id)
		}
	}
}

// TestSheetLines: what programs put around the lines is none of them, and an
// empty line between sheets stays one, to be asked about.
func TestSheetLines(t *testing.T) {
	old, err := simplifiedchinese.GB18030.NewEncoder().String("1\n弃权\n")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]string{
		"\ufeff1\r\n弃权\r\n,,\r\n": {"1", "弃权"}, old: {"1", "弃权"}, "1\n\n2": {"1", "", "2"}, "\n": nil, "": nil,
	} {
		if got := sheetLines([]byte(text)); strings.Join(got, "|") != strings.Join(want, "|") || len(got) != len(want) {
			t.Errorf("%q: got %q", text, got)
		}
	}
}

// TestWithInvalid: a vote whose ballots cannot be spoiled has no entry for an
// invalid sheet; the others are compared with those at their places.
func TestWithInvalid(t *testing.T) {
	m := paperManifest(t, election.SelectMajority)
	one, two, bad := ballot.Choice{Abstain: true}, ballot.Choice{Marks: []ballot.Mark{ballot.For}}, ballot.Choice{Spoil: true}
	for _, spoil := range []bool{true, false} {
		m.Rules.AllowSpoil = spoil
		want := []ballot.Choice{one, bad, two}
		opened := want
		if !spoil {
			opened = []ballot.Choice{one, two}
		}
		if got := withInvalid(m, opened, want); !reflect.DeepEqual(got, want) {
			t.Errorf("spoil %v: got %+v", spoil, got)
		}
	}
	if got := withInvalid(m, []ballot.Choice{one, two}, []ballot.Choice{one}); len(got) != 2 {
		t.Errorf("a sheet more is lost: %+v", got)
	}
}

// FuzzSheet: whatever is read of a line can be written, and is read the same.
func FuzzSheet(f *testing.F) {
	for _, line := range []string{"1 3", "弃权", "作废", "1=赞成 2=反对", "1=满意", "3，1", "\xff"} {
		f.Add(line)
	}
	presets := []election.Preset{election.SelectMajority, election.JudgeCapped, election.ChooseOne, election.Satisfaction}
	f.Fuzz(func(t *testing.T, line string) {
		for _, p := range presets {
			m := paperManifest(t, p)
			c, err := parseSheet(m, line)
			if err != nil {
				continue
			}
			for _, l := range []lang.Lang{lang.ZH, lang.EN} {
				text := newTestTool(l).sheetText(m, c)
				if again, err := parseSheet(m, text); err != nil || !reflect.DeepEqual(again, c) {
					t.Errorf("%s %q: %+v is written %q, which is %+v, %v", p, line, c, text, again, err)
				}
			}
		}
	})
}

// TestAppendSheet: a file that an editor or a power cut left without the end of
// its last line gets the next sheet on a line of its own.
func TestAppendSheet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sheets.txt")
	for _, step := range []struct{ before, line, want string }{
		{"", "1", "1\n"},
		{"1\n", "3 4", "1\n3 4\n"},
		{"1", "3 4", "1\n3 4\n"},
	} {
		if err := os.WriteFile(path, []byte(step.before), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := appendSheet(path, step.line); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != step.want {
			t.Errorf("%q and %q: %q, %v", step.before, step.line, got, err)
		}
	}
}
