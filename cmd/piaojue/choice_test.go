package main

import (
	"slices"
	"strings"
	"testing"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/lang"
)

func testManifest(t *testing.T, mode ballot.Mode, ids ...string) *election.Manifest {
	t.Helper()
	r := election.DefaultRules()
	r.CandidatesN, r.WinnersK, r.MaxMarks, r.BallotMode = len(ids), 2, 2, mode
	if mode == ballot.Satisfaction3 {
		r.WinnersK, r.Grades = 0, election.Grades{"满意", "基本满意", "不满意"}
	}
	if err := r.Check(1); err != nil {
		t.Fatal(err)
	}
	m := &election.Manifest{Rules: r}
	for _, id := range ids {
		m.Options = append(m.Options, election.Option{ID: id, Name: "project " + id})
	}
	return m
}

func TestNumberOptions(t *testing.T) {
	for _, tt := range []struct {
		ids  string
		want []int
	}{
		{"01 02 03", []int{1, 2, 3}},
		{"7 3 12", []int{7, 3, 12}},
		{"A B C", []int{1, 2, 3}},
		{"2 1 x", []int{1, 2, 3}},
		{"1 01 2", []int{1, 2, 3}}, // not the same twice
	} {
		var options []election.Option
		for _, id := range strings.Fields(tt.ids) {
			options = append(options, election.Option{ID: id})
		}
		if got := numberOptions(options); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.ids, got, tt.want)
		}
	}
}

const (
	no, pro, con, abs = ballot.None, ballot.For, ballot.Against, ballot.Abstain
	g0, g1, g2        = ballot.Grade0, ballot.Grade1, ballot.Grade2
)

func TestParseChoice(t *testing.T) {
	for _, tt := range []struct {
		mode  ballot.Mode
		words string
		want  []ballot.Mark
	}{
		{ballot.SelectK, "1 03", []ballot.Mark{pro, no, pro}},
		{ballot.SelectK, "2=选", []ballot.Mark{no, pro, no}},
		{ballot.Choose1, "3", []ballot.Mark{no, no, pro}},
		{ballot.YNAEach, "1 2=against", []ballot.Mark{pro, con, abs}},
		{ballot.YNAEach, "1=赞成 2=反对 3=弃权", []ballot.Mark{pro, con, abs}},
		{ballot.YNACapped, "1=1 2=2 3=3", []ballot.Mark{pro, con, abs}},
		{ballot.Satisfaction3, "1=满意 2=2 3=不满意", []ballot.Mark{g0, g1, g2}},
		{ballot.Satisfaction3, "2=1", []ballot.Mark{abs, g0, abs}},
	} {
		m := testManifest(t, tt.mode, "01", "02", "03")
		c, err := parseChoice(m, strings.Fields(tt.words))
		if err != nil || !slices.Equal(c.Marks, tt.want) {
			t.Errorf("%s %q: got %q, %v; want %q", tt.mode, tt.words, c.Marks, err, tt.want)
			continue
		}
		grid, err := m.Grid()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := grid.Fill(c); err != nil {
			t.Errorf("%s %q: %v", tt.mode, tt.words, err)
		}
	}
}

func TestParseChoiceRefuses(t *testing.T) {
	for _, tt := range []struct {
		mode  ballot.Mode
		words string
		want  string
	}{
		{ballot.SelectK, "4", "there is no number 4"},
		{ballot.SelectK, "0", "there is no number 0"},
		{ballot.SelectK, "-1", "there is no number -1"},
		{ballot.SelectK, "eins", "there is no number eins"},
		{ballot.SelectK, "1 1", "1 is marked twice"},
		{ballot.SelectK, "1 01", "01 is marked twice"},
		{ballot.SelectK, "1=against", "there is no such mark: against"},
		{ballot.SelectK, "1 2 3", "at most 2 may be chosen"},
		{ballot.Choose1, "1 2", "exactly 1 must be chosen"},
		{ballot.YNAEach, "1=4", "there is no such mark: 4"},
		{ballot.YNAEach, "1=", "there is no such mark: "},
		{ballot.YNACapped, "1 2 3", "at most 2 may be chosen"},
		{ballot.Satisfaction3, "1", "there is no such mark: "},
		{ballot.Satisfaction3, "1=赞成", "there is no such mark: 赞成"},
	} {
		m := testManifest(t, tt.mode, "01", "02", "03")
		tool := newTestTool(lang.EN)
		_, err := tool.readChoice(m, strings.Fields(tt.words))
		f, ok := err.(*fault)
		if !ok || f.Error() != tt.want || !f.again {
			t.Errorf("%s %q: got %v, want %s, to be mended at the prompt", tt.mode, tt.words, err, tt.want)
		}
	}
}

// TestWholeBallot: abstaining from everything and spoiling are words of their
// own, where the rules offer them.
func TestWholeBallot(t *testing.T) {
	m := testManifest(t, ballot.SelectK, "01", "02", "03")
	zh, en := newTestTool(lang.ZH), newTestTool(lang.EN)
	for _, tt := range []struct {
		tool *tool
		text string
		want ballot.Choice
	}{
		{zh, "弃权", ballot.Choice{Abstain: true}}, {zh, "作废此票", ballot.Choice{Spoil: true}},
		{en, en.lang.Text("mark.abstain"), ballot.Choice{Abstain: true}}, {en, en.lang.Text("mark.spoil"), ballot.Choice{Spoil: true}},
	} {
		got, err := tt.tool.readChoice(m, strings.Fields(tt.text))
		if err != nil || got.Abstain != tt.want.Abstain || got.Spoil != tt.want.Spoil {
			t.Errorf("%s: got %+v, %v", tt.text, got, err)
		}
	}
	m.Rules.AllowSpoil = false
	if _, err := zh.readChoice(m, []string{"作废此票"}); err == nil {
		t.Error("spoils a ballot that cannot be spoiled")
	}
}

// TestDescribeChoice: what is read back names every option and its mark.
func TestDescribeChoice(t *testing.T) {
	tool := newTestTool(lang.ZH)
	for mode, words := range map[ballot.Mode]string{
		ballot.SelectK: "2", ballot.Choose1: "2", ballot.YNAEach: "2=反对", ballot.YNACapped: "2", ballot.Satisfaction3: "2=基本满意",
	} {
		m := testManifest(t, mode, "01", "02", "03")
		c, err := parseChoice(m, strings.Fields(words))
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(tool.describeChoice(m, c), "\n")
		offer := strings.Join(tool.describeOffer(m), "\n")
		for i, o := range m.Options {
			if !strings.Contains(text, o.Name) || !strings.Contains(offer, o.Name) {
				t.Errorf("%s: option %d is missing in %s or %s", mode, i, text, offer)
			}
		}
		mark := markName(lang.ZH, &m.Rules, c.Marks[1])
		if mark == "" || strings.Count(text, mark) == 0 {
			t.Errorf("%s: mark %q is missing in %s", mode, mark, text)
		}
	}
}

func FuzzParseChoice(f *testing.F) {
	f.Add("1 3", uint8(0))
	f.Add("1=for 2=against", uint8(1))
	modes := []ballot.Mode{ballot.SelectK, ballot.YNAEach, ballot.YNACapped, ballot.Choose1, ballot.Satisfaction3}
	f.Fuzz(func(t *testing.T, text string, mode uint8) {
		m := testManifest(t, modes[int(mode)%len(modes)], "01", "02", "03")
		c, err := parseChoice(m, strings.Fields(text))
		if err == nil && len(c.Marks) != len(m.Options) {
			t.Errorf("%q: %d marks", text, len(c.Marks))
		}
	})
}
