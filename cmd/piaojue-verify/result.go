package main

import (
	"strconv"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/lang"
)

// result prints the table of options, and what it took to pass.
func (p *printer) result(m *election.Manifest, r *election.Result) {
	t := &lang.Table{}
	t.Add(p.titles(m)...)
	for i, l := range r.Outcome.Lines {
		t.Add(p.row(m, i, l)...)
	}
	for _, line := range t.Lines() {
		p.line("%s", line)
	}
	if m.Rules.BallotMode != ballot.Satisfaction3 && len(r.Outcome.Lines) > 0 {
		p.needed(m, r)
	}
	p.line("%s; %s", p.text("vote."+r.Outcome.Vote), p.text("next."+r.Outcome.Next))
	p.line("")
}

func (p *printer) titles(m *election.Manifest) []string {
	titles := []string{p.text("column.id"), p.text("column.title")}
	switch m.Rules.BallotMode {
	case ballot.Satisfaction3:
		for _, g := range m.Rules.Grades {
			titles = append(titles, lang.Plain(g))
		}
		return append(titles, p.text("mark.abstain"), p.text("result.grade"))
	case ballot.YNAEach, ballot.YNACapped:
		titles = append(titles, p.text("mark.for"), p.text("mark.against"), p.text("mark.abstain"))
	default:
		titles = append(titles, p.text("mark.votes"))
	}
	return append(titles, p.text("result.passed"), p.text("result.rank"), p.text("result.adopted"))
}

func (p *printer) row(m *election.Manifest, i int, l election.Line) []string {
	row := []string{lang.Plain(m.Options[i].ID), lang.Plain(m.Options[i].Name)}
	switch m.Rules.BallotMode {
	case ballot.Satisfaction3:
		for _, n := range l.Grades {
			row = append(row, number(n))
		}
		return append(row, number(l.Abstain), lang.Plain(m.Rules.Grades[l.Grade]))
	case ballot.YNAEach, ballot.YNACapped:
		row = append(row, number(l.For), number(l.Against), number(l.Abstain))
	default:
		row = append(row, number(l.For))
	}
	rank := "-"
	if l.Rank > 0 {
		rank = strconv.Itoa(l.Rank)
	}
	return append(row, p.passed(l), rank, p.text("reason."+string(l.Reason)))
}

// passed says by how much an option fell short.
func (p *printer) passed(l election.Line) string {
	if l.Passed {
		return p.text("word.yes")
	}
	return p.text("result.short", l.Needed-l.For)
}

func (p *printer) needed(m *election.Manifest, r *election.Result) {
	n := r.Outcome.Lines[0].Needed
	switch {
	case m.Rules.Shortfall == election.ShortfallPlurality:
		p.line("%s: %d (%s)", p.text("number.needed"), n, p.text("value.shortfall.plurality_floor_1_3"))
	case m.Rules.Base == election.BaseAll:
		p.line("%s", p.text("result.majority_all", n))
	default:
		p.line("%s: %d (%s: %s)", p.text("number.needed"), n, p.text("rule.base"), p.text("value.base."+m.Rules.Base))
	}
}

func number(n uint32) string { return strconv.FormatUint(uint64(n), 10) }
