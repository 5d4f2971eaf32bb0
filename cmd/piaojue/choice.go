package main

import (
	"errors"
	"strconv"
	"strings"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/lang"
)

// A deputy chooses options by the numbers on the list: those of the manifest if
// every id is a number and no two are the same, places on the list otherwise.
// 1 and 01 are the same number.

// numberOptions returns the number of each option.
func numberOptions(options []election.Option) []int {
	ids, places := make([]int, len(options)), make([]int, len(options))
	seen := make(map[int]bool)
	byID := true
	for i, o := range options {
		places[i] = i + 1
		n, err := strconv.ParseUint(o.ID, 10, 31)
		byID = byID && err == nil && !seen[int(n)]
		ids[i] = int(n)
		seen[ids[i]] = true
	}
	if byID {
		return ids
	}
	return places
}

// parseChoice reads what a person typed: "1 3 5" where options are marked,
// "1=for 2=against" where each is judged, "1=1 2=3" (or a grade's name) where
// they are graded. Options that are not named are abstained from.
func parseChoice(m *election.Manifest, words []string) (ballot.Choice, error) {
	c := ballot.Choice{Marks: make([]ballot.Mark, len(m.Options))}
	numbers := numberOptions(m.Options)
	for _, w := range words {
		name, mark, given := strings.Cut(w, "=")
		at, err := findOption(numbers, name)
		if err != nil {
			return c, err
		}
		if c.Marks[at] != ballot.None {
			return c, wrong("marked_twice", name)
		}
		if c.Marks[at], err = parseMark(&m.Rules, mark, given); err != nil {
			return c, err
		}
	}
	fillAbstentions(&m.Rules, c.Marks)
	return c, nil
}

func findOption(numbers []int, name string) (int, error) {
	n, err := strconv.ParseUint(name, 10, 31)
	if err == nil {
		for i, number := range numbers {
			if number == int(n) {
				return i, nil
			}
		}
	}
	return 0, wrong("no_option", name)
}

// marksOf lists the marks that a mode offers for an option, in the order in
// which they are numbered.
func marksOf(r *election.Rules) []ballot.Mark {
	switch r.BallotMode {
	case ballot.YNAEach, ballot.YNACapped:
		return []ballot.Mark{ballot.For, ballot.Against, ballot.Abstain}
	case ballot.Satisfaction3:
		marks := []ballot.Mark{ballot.Grade0, ballot.Grade1, ballot.Grade2}
		if r.MinMarks == 0 {
			marks = append(marks, ballot.Abstain)
		}
		return marks
	}
	return []ballot.Mark{ballot.For}
}

func parseMark(r *election.Rules, text string, given bool) (ballot.Mark, error) {
	marks := marksOf(r)
	if !given && marks[0] == ballot.For {
		return ballot.For, nil
	}
	for i, m := range marks {
		for _, l := range []lang.Lang{lang.ZH, lang.EN} {
			if given && (text == strconv.Itoa(i+1) || text == markName(l, r, m)) {
				return m, nil
			}
		}
	}
	return ballot.None, wrong("no_mark", text)
}

// markName is what people call a mark of an option.
func markName(l lang.Lang, r *election.Rules, m ballot.Mark) string {
	switch m {
	case ballot.Grade0:
		return r.Grades[0]
	case ballot.Grade1:
		return r.Grades[1]
	case ballot.Grade2:
		return r.Grades[2]
	case ballot.Against:
		return l.Text("mark.against")
	case ballot.Abstain:
		return l.Text("mark.abstain")
	case ballot.None:
		return l.Text("mark.not_chosen")
	}
	if r.BallotMode == ballot.YNAEach || r.BallotMode == ballot.YNACapped {
		return l.Text("mark.for")
	}
	return l.Text("mark.chosen")
}

// fillAbstentions marks what was not named where not to say anything is a mark
// of its own.
func fillAbstentions(r *election.Rules, marks []ballot.Mark) {
	if all := marksOf(r); all[len(all)-1] == ballot.Abstain {
		for i := range marks {
			if marks[i] == ballot.None {
				marks[i] = ballot.Abstain
			}
		}
	}
}

// describeChoice is the whole ballot in words, as it is confirmed.
func (t *tool) describeChoice(m *election.Manifest, c ballot.Choice) []string {
	switch {
	case c.Spoil:
		return []string{t.lang.Text("mark.spoil")}
	case c.Abstain:
		return []string{t.words.say("ballot.abstain_all")}
	}
	numbers := numberOptions(m.Options)
	table := &lang.Table{}
	table.Add(t.lang.Text("column.id"), t.lang.Text("column.title"), t.words.say("ballot.mark"))
	for i, o := range m.Options {
		table.Add(strconv.Itoa(numbers[i]), o.Name, markName(t.lang, &m.Rules, c.Marks[i]))
	}
	return table.Lines()
}

// describeOffer is the list that a deputy chooses from, with what may be
// chosen.
func (t *tool) describeOffer(m *election.Manifest) []string {
	numbers := numberOptions(m.Options)
	table := &lang.Table{}
	table.Add(t.lang.Text("column.id"), t.lang.Text("column.title"), t.lang.Text("column.unit"))
	for i, o := range m.Options {
		table.Add(strconv.Itoa(numbers[i]), o.Name, o.Unit)
	}
	return append(table.Lines(), t.howTo(&m.Rules)...)
}

// howTo says how a ballot of these rules is filled in.
func (t *tool) howTo(r *election.Rules) []string {
	say := t.words.say
	var lines []string
	switch r.BallotMode {
	case ballot.SelectK:
		lines = append(lines, say("ballot.select", max(1, r.MinMarks), r.MaxMarks))
	case ballot.Choose1:
		lines = append(lines, say("ballot.choose"))
	case ballot.YNAEach:
		lines = append(lines, say("ballot.judge"))
	case ballot.YNACapped:
		lines = append(lines, say("ballot.judge"), say("ballot.cap", r.MaxMarks))
	case ballot.Satisfaction3:
		lines = append(lines, say("ballot.grade", r.Grades[0], r.Grades[1], r.Grades[2]))
	}
	if r.MinMarks == 0 {
		lines = append(lines, say("ballot.may_abstain"))
	}
	if r.AllowSpoil {
		lines = append(lines, say("ballot.may_spoil"))
	}
	return lines
}

// explainChoice turns a limit that a choice does not keep into a sentence for
// the person who chooses.
func explainChoice(err error, m *election.Manifest) error {
	limit, ok := errors.AsType[*ballot.LimitError](err)
	switch {
	case !ok:
		return err
	case limit.Option != ballot.WholeBallot:
		return wrong("option_limit", m.Options[limit.Option].Name)
	case limit.Low == limit.High:
		return wrong("exactly", limit.Low)
	case limit.Over:
		return wrong("at_most", limit.High)
	}
	return wrong("at_least", limit.Low)
}
