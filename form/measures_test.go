package form

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"piaojue/ballot"
	"piaojue/election"
)

func measuresOf(r election.Rules) *Measures {
	return &Measures{
		Congress: "某市第一届人民代表大会", Session: "第二次会议", Title: "2026年度民生实事项目票决",
		Rules: r, Deputies: 331, Trustees: 5, Threshold: 3, MinBallots: 12,
	}
}

// rulesWith changes the usual rules in one mode.
func rulesWith(t *testing.T, mode ballot.Mode, set string) election.Rules {
	t.Helper()
	r := election.DefaultRules()
	if mode == ballot.Satisfaction3 {
		r, _ = election.Satisfaction.Rules(13, 0)
	}
	r.BallotMode = mode
	for _, one := range strings.Fields(set) {
		name, value, _ := strings.Cut(one, "=")
		for _, f := range election.RuleFields() {
			if f.Name != name {
				continue
			}
			if err := f.Set(&r, value); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := r.Check(2); err != nil {
		t.Fatalf("%s, %s: %v", mode, set, err)
	}
	return r
}

// modeOf is a mode in which a value of a rule is allowed and says something.
func modeOf(rule, value string) ballot.Mode {
	if rule == "ballot_mode" {
		return ballot.Mode(value)
	}
	if value == election.TieFewerAgainst {
		return ballot.YNAEach
	}
	return ballot.SelectK
}

// wordsOf is the id of the sentence of a value.
func wordsOf(rule, value string) string {
	switch {
	case rule == "shortfall" && value == election.ShortfallPlurality:
		return "base.floor"
	}
	return rule + "." + value
}

// TestMeasuresValues: each value that a rule may have puts its own words into
// the text, and those of the other values are not there. No rule is frozen that
// the congress has not read.
func TestMeasuresValues(t *testing.T) {
	for _, f := range election.RuleFields() {
		if f.Values == nil {
			continue // a number or a text: see TestMeasuresNumbers
		}
		var texts []string
		for _, v := range f.Values {
			set := f.Name + "=" + v
			if f.Name == "ballot_mode" {
				set = ""
			}
			text := measuresOf(rulesWith(t, modeOf(f.Name, v), set)).String()
			words, _, _ := strings.Cut(measuresTexts()["measures."+wordsOf(f.Name, v)], "%")
			if words == "" || !strings.Contains(text, words) {
				t.Errorf("%s = %s: no %q in the text", f.Name, v, words)
			}
			if slices.Contains(texts, text) {
				t.Errorf("%s = %s: the text is that of another value", f.Name, v)
			}
			texts = append(texts, text)
		}
	}
}

// TestMeasuresNumbers: a number or text of the rules or of the vote is in the
// text; another one gives another text.
func TestMeasuresNumbers(t *testing.T) {
	usual := election.DefaultRules()
	for _, c := range []struct {
		name   string
		change func(*Measures)
		want   []string
	}{
		{"candidates_n", func(m *Measures) { m.Rules.CandidatesN = 17 }, []string{"候选项目共17项，应选10项，差额7项"}},
		{"winners_k", func(m *Measures) { m.Rules.WinnersK = 6 }, []string{"应选6项，差额7项", "候选项目为3项"}},
		{"max_marks", func(m *Measures) { m.Rules.MaxMarks = 9 }, []string{"最多圈选9项"}},
		{"min_marks", func(m *Measures) { m.Rules.MinMarks = 4 }, []string{"不得少于4项"}},
		{"grades", func(m *Measures) {
			m.Rules, _ = election.Satisfaction.Rules(13, 0)
			m.Rules.Grades = election.Grades{"优", "良", "差"}
		}, []string{"“优”“良”或者“差”", "评为“优”的超过半数，即166票以上的，该项目为“优”；评为“优”和“良”的合计超过半数的，为“良”；其余为“差”"}},
		{"ballot_retention.until", func(m *Measures) { m.Rules.BallotRetention.Until = "闭会后三十日" }, []string{"保存至闭会后三十日"}},
		{"deputies", func(m *Measures) { m.Deputies = 332 }, []string{"全体代表共332名", "即222名以上", "即167票以上"}},
		{"deputies, half", func(m *Measures) {
			m.Deputies, m.Rules.Quorum.Rule, m.Rules.Quorum.MinParticipation = 332, "half_all", "half_all"
		}, []string{"即167名以上", "即167张以上"}},
		{"trustees", func(m *Measures) { m.Trustees, m.Threshold = 7, 4 }, []string{"监票人7名", "7名监票人中的4名以上"}},
		{"min ballots", func(m *Measures) { m.MinBallots = 20 }, []string{"少于20张"}},
		{"round", func(m *Measures) { m.Round = 2 }, []string{"第2轮投票"}},
		{"no surplus", func(m *Measures) { m.Rules.WinnersK = 13 }, []string{"没有差额", "通过的项目全部入选"}},
		{"exactly all", func(m *Measures) { m.Rules.Undervote = "invalid" }, []string{"正好是10项", "对全部项目弃权的，仍是有效票"}},
		{"unknown", func(m *Measures) { m.Deputies, m.Trustees, m.Threshold, m.MinBallots = 0, 0, 0, 0 },
			[]string{"全体代表共____名", "即____名以上", "即____票以上", "监票人____名", "少于____张"}},
		{"another word", func(m *Measures) { m.Word = "审议监督" }, []string{"2026年度民生实事项目审议监督办法（草案）"}},
		{"title", func(m *Measures) { m.Title = "道路方案" }, []string{"道路方案票决办法（草案）", "第二次会议道路方案票决工作"}},
		{"no title", func(m *Measures) { m.Title, m.Session = "", "" }, []string{"____票决办法（草案）"}},
	} {
		m := measuresOf(usual)
		before := m.String()
		c.change(m)
		text := m.String()
		if text == before {
			t.Errorf("%s: the text stays", c.name)
		}
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in %s", c.name, want, text)
			}
		}
	}
}

// TestMeasuresModes: in each mode the rules that count there have words, and
// those that do not have none.
func TestMeasuresModes(t *testing.T) {
	for _, c := range []struct {
		mode      ballot.Mode
		a, b      string // rules
		different bool
	}{
		{ballot.Choose1, "max_marks=1 min_marks=0", "max_marks=1 min_marks=1", true},
		{ballot.Satisfaction3, "min_marks=0", "min_marks=1", true},
		{ballot.YNACapped, "undervote=valid", "undervote=invalid", true},
		{ballot.YNACapped, "max_marks=10", "max_marks=9", true},
		{ballot.SelectK, "undervote=invalid min_marks=0", "undervote=invalid min_marks=10", true},
		{ballot.Satisfaction3, "tie=presidium", "tie=adopt_all", false},
		{ballot.SelectK, "winners_k=13 tie=presidium", "winners_k=13 tie=adopt_all", false},
	} {
		a, b := measuresOf(rulesWith(t, c.mode, c.a)).String(), measuresOf(rulesWith(t, c.mode, c.b)).String()
		if (a != b) != c.different {
			t.Errorf("%s, %s and %s: different %v", c.mode, c.a, c.b, a != b)
		}
	}
}

// TestMeasuresSentences: all are used, and filled in rightly.
func TestMeasuresSentences(t *testing.T) {
	var all strings.Builder
	for _, mode := range []ballot.Mode{ballot.SelectK, ballot.YNAEach, ballot.YNACapped, ballot.Choose1, ballot.Satisfaction3} {
		for _, f := range election.RuleFields() {
			for _, v := range append(slices.Clone(f.Values), "1", "0", "13") {
				r := rulesWith(t, mode, "")
				if f.Name == "ballot_mode" || f.Set(&r, v) != nil || r.Check(2) != nil {
					continue
				}
				m := measuresOf(r)
				m.Round = 2
				text := m.String()
				if strings.Contains(text, "%!") {
					t.Errorf("%s, %s = %s: %s", mode, f.Name, v, text)
				}
				all.WriteString(text)
			}
		}
	}
	all.WriteString(measuresOf(rulesWith(t, ballot.SelectK, "min_marks=1 max_marks=1 undervote=invalid")).String())
	all.WriteString(measuresOf(rulesWith(t, ballot.SelectK, "undervote=invalid")).String())
	for id, text := range measuresTexts() {
		for _, part := range strings.FieldsFunc(strings.NewReplacer("%v", "|", "%s", "|").Replace(text), func(r rune) bool { return r == '|' }) {
			if !strings.Contains(all.String(), part) {
				t.Errorf("%s: %q is nowhere", id, part)
			}
		}
	}
}

func TestNumeral(t *testing.T) {
	for n, want := range map[int]string{1: "一", 9: "九", 10: "十", 11: "十一", 19: "十九", 20: "二十", 21: "二十一", 99: "九十九"} {
		if got := numeral(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
	for i, a := range measuresOf(election.DefaultRules()).Articles() {
		if want := fmt.Sprintf("第%s条", numeral(i+1)); a.Number != want || len(a.Sentences) == 0 {
			t.Errorf("article %d: %+v", i, a)
		}
	}
}
