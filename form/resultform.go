package form

import (
	"cmp"
	"slices"
	"strings"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/lang"
)

// resultForm is 表四: what everything received, and what follows from it by the
// rules.
func (m *minutes) resultForm() *Form {
	if m.result == nil {
		return nil
	}
	f := m.newForm("tx.name_result", election.KindResult, election.KindCertificate)
	m.title(f)
	n := m.result.Numbers
	f.add(
		paragraph{text: words("t4.head", n.N, n.P, n.I, n.R, n.V, n.X), size: 12 * point, indent: true},
		paragraph{text: m.ruleText(), size: 12 * point, indent: true, tight: true},
		m.resultTable(),
	)
	var end together
	for _, text := range m.explanations() {
		end = append(end, paragraph{text: text, size: tableSize, tight: true})
	}
	f.add(append(end, gap(6*point),
		signatures{words("tx.sign_chief"), words("tx.sign_scrutineer"), words("tx.sign_chief_teller"), words("tx.sign_teller")}, dateLine()))
	return f
}

// ruleText says what an option needs.
func (m *minutes) ruleText() string {
	rules := &m.manifest.Rules
	needed := uint32(0)
	if lines := m.result.Outcome.Lines; len(lines) > 0 {
		needed = lines[0].Needed
	}
	if rules.BallotMode == ballot.Satisfaction3 {
		g := m.grades()
		return words("t4.rule_graded", g[0], needed, g[1], g[2])
	}
	id := "t4.need_" + rules.Base
	if rules.Shortfall == election.ShortfallPlurality {
		id = "t4.need_floor"
	}
	return words("t4.rule", words(id, needed), len(m.manifest.Options), rules.WinnersK)
}

// grades are the three words of a satisfaction vote.
func (m *minutes) grades() []string {
	if g := m.manifest.Rules.Grades; len(g) == 3 {
		return g
	}
	return []string{lang.ZH.Text("grade.satisfied"), lang.ZH.Text("grade.fairly"), lang.ZH.Text("grade.unsatisfied")}
}

// ranked are the places of the options by rank; by their number if the vote
// has no ranks.
func (m *minutes) ranked() []int {
	lines := m.result.Outcome.Lines
	places := make([]int, len(lines))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(i, j int) int { return cmp.Compare(lines[i].Rank, lines[j].Rank) })
	return places
}

// A resultColumn is a column of the table of results.
type resultColumn struct {
	title  string
	weight int
	align  alignment
	value  func(place int) any
}

func (m *minutes) resultTable() *table {
	t := &table{size: tableSize}
	columns := m.resultColumns()
	for _, c := range columns {
		t.header = append(t.header, c.title)
		t.weights, t.aligns = append(t.weights, c.weight), append(t.aligns, c.align)
	}
	for i, place := range m.ranked() {
		row := cellsOf(i + 1)
		for _, c := range columns[1:] {
			row = append(row, cellsOf(c.value(place))...)
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// resultColumns depend on how people vote: who chooses some of many is against
// none of the others.
func (m *minutes) resultColumns() []resultColumn {
	lines, options := m.result.Outcome.Lines, m.manifest.Options
	columns := []resultColumn{
		{words("t4.number"), 26, center, nil},
		{words("t4.id"), 36, center, func(i int) any { return options[i].ID }},
		{words("t4.title"), 148, left, func(i int) any { return options[i].Name }},
	}
	switch m.manifest.Rules.BallotMode {
	case ballot.Satisfaction3:
		columns[2].weight = 120
		return append(columns, m.gradeColumns()...)
	case ballot.YNAEach, ballot.YNACapped:
		columns[2].weight = 108
		columns = append(columns,
			resultColumn{words("t4.for"), 34, right, func(i int) any { return lines[i].For }},
			resultColumn{words("t4.against"), 34, right, func(i int) any { return lines[i].Against }},
			resultColumn{words("t4.abstain"), 34, right, func(i int) any { return lines[i].Abstain }})
	default:
		columns = append(columns, resultColumn{words("t4.votes"), 36, right, func(i int) any { return lines[i].For }})
	}
	return append(columns, m.passColumns()...)
}

func (m *minutes) gradeColumns() []resultColumn {
	lines, grades := m.result.Outcome.Lines, m.grades()
	var columns []resultColumn
	for g := range 3 {
		columns = append(columns, resultColumn{grades[g], 46, right, func(i int) any { return lines[i].Grades[g] }})
	}
	return append(columns,
		resultColumn{words("t4.abstain"), 36, right, func(i int) any { return lines[i].Abstain }},
		resultColumn{words("t4.share_best", grades[0]), 54, right, func(i int) any { return election.Percent(lines[i].Share) }},
		resultColumn{words("t4.share_two", grades[0], grades[1]), 62, right, func(i int) any { return election.Percent(lines[i].TopTwo) }},
		resultColumn{words("t4.grade"), 56, center, func(i int) any { return m.grade(lines[i]) }})
}

func (m *minutes) grade(l election.Line) string {
	if m.result.Outcome.Vote != election.VoteValid {
		return words("tx.form_dash")
	}
	return m.grades()[min(max(l.Grade, 0), 2)]
}

// passColumns say how far an option came.
func (m *minutes) passColumns() []resultColumn {
	lines, rules := m.result.Outcome.Lines, &m.manifest.Rules
	majority := "t4.majority"
	if rules.Base == election.BaseNone || rules.Shortfall == election.ShortfallPlurality {
		majority = "t4.reached"
	}
	return append([]resultColumn{m.shareColumn()},
		resultColumn{words(majority), 38, center, func(i int) any { return yes(lines[i].Passed) }},
		resultColumn{words("t4.gap"), 45, right, func(i int) any { return gapTo(lines[i]) }},
		resultColumn{words("t4.rank"), 34, center, func(i int) any { return rankOf(lines[i].Rank) }},
		resultColumn{words("t4.outcome"), 62, center, func(i int) any { return words("t4.reason_" + string(lines[i].Reason)) }})
}

func yes(b bool) string {
	if b {
		return words("tx.yes")
	}
	return words("tx.no")
}

// gapTo is how many votes were missing.
func gapTo(l election.Line) any {
	if l.Missing == 0 {
		return words("tx.form_dash")
	}
	return l.Missing
}

func rankOf(rank int) any {
	if rank <= 0 {
		return words("tx.form_dash")
	}
	return rank
}

// base names what shares are of.
func (m *minutes) base() string {
	rules := &m.manifest.Rules
	switch {
	case rules.BallotMode == ballot.Satisfaction3:
		return election.BaseAll
	case rules.Shortfall == election.ShortfallPlurality:
		return election.BaseCollected
	case rules.Base == election.BaseNone:
		return election.BaseValid
	}
	return rules.Base
}

func (m *minutes) shareColumn() resultColumn {
	return resultColumn{words("t4.share_" + m.base()), 67, right, func(i int) any { return election.Percent(m.result.Outcome.Lines[i].Share) }}
}

// explanations stand below the table.
func (m *minutes) explanations() []string {
	o, rules := m.result.Outcome, &m.manifest.Rules
	if o.Vote != election.VoteValid {
		return append([]string{words("t4.invalid", m.invalidReason())}, m.methodTexts()...)
	}
	if rules.BallotMode == ballot.Satisfaction3 {
		return m.methodTexts()
	}
	return append([]string{
		words("t4.tied", m.tiedText()) + words("t4.short", m.shortText()) + words("t4.next", lang.ZH.Text("next."+o.Next)),
		words("t4.basis", lang.ZH.Text("value.tie."+rules.Tie), lang.ZH.Text("value.shortfall."+rules.Shortfall)),
	}, m.methodTexts()...)
}

// invalidReason is the same for all options.
func (m *minutes) invalidReason() string {
	o := &m.result.Outcome
	if len(o.Lines) == 0 {
		return lang.ZH.Text("vote." + o.Vote)
	}
	return lang.ZH.Text("reason." + string(o.Lines[0].Reason))
}

func (m *minutes) methodTexts() []string {
	_, cast := m.result.Numbers.Electronic()
	texts := []string{words("t4.law"), words("t4.method", cast, m.result.Numbers.Paper, joined(m.openers()))}
	if !m.talliesShown() {
		texts = append(texts, words("t4.secret_"+m.manifest.Rules.Display.Tallies))
	}
	return texts
}

// openers are the trustees whose shares were combined.
func (m *minutes) openers() []string {
	var names []string
	for _, i := range m.result.Trustees {
		names = append(names, m.signer(election.Signature{Role: election.RoleScrutineer, Index: i}))
	}
	return names
}

// tiedNames are the options that were tied at the last seat.
func (m *minutes) tiedNames() (names []string) {
	for i, l := range m.result.Outcome.Lines {
		switch l.Reason {
		case election.ReasonTied, election.ReasonTieAdopted, election.ReasonTieDropped, election.ReasonFewerAgainst, election.ReasonMoreAgainst:
			names = append(names, m.manifest.Options[i].Name)
		}
	}
	return names
}

func (m *minutes) tiedText() string {
	names := m.tiedNames()
	if len(names) == 0 {
		return words("tx.form_none")
	}
	return words("t4.tied_some", strings.Join(names, "；"))
}

func (m *minutes) shortText() string {
	k, adopted := m.manifest.Rules.WinnersK, len(m.result.Outcome.Adopted)
	if adopted >= k || len(m.result.Outcome.Tied) > 0 {
		return words("tx.form_none")
	}
	return words("t4.short_some", k, adopted, k-adopted)
}
