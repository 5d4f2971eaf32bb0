package gen

import (
	"testing"

	"piaojue/ballot"
	"piaojue/election"
)

// mark chooses options in a mode of marks.
func mark(n int, options ...int) ballot.Choice {
	c := ballot.Choice{Marks: make([]ballot.Mark, n)}
	for _, o := range options {
		c.Marks[o] = ballot.For
	}
	return c
}

func marks(m ...ballot.Mark) ballot.Choice { return ballot.Choice{Marks: m} }

func rulesOf(p election.Preset, n, k int) election.Rules {
	r := must(p.Rules(n, k))
	r.Base = election.BaseCollected
	r.Display.Tallies = "public"
	return r
}

// mainPlan is the vote of the directory record: everything happens in it that
// happens in a vote where nobody cheats.
func mainPlan() plan {
	const n = 5
	return plan{
		name: "record", kind: election.Demonstration, rules: rulesOf(election.SelectMajority, n, 2),
		deputies: 12, issuers: 2, min: 5,
		present: []uint32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, late: []uint32{11}, newBadge: []uint32{11},
		issued: []uint32{4, 0, 11, 1, 2, 9, 3, 5, 7, 6}, promises: []uint32{3, 8}, interrupt: true,
		choices: []ballot.Choice{
			mark(n, 0, 1), mark(n, 0, 1), mark(n, 1, 3), mark(n, 0, 2), mark(n, 0, 1), mark(n, 0, 4),
			{Abstain: true}, {Spoil: true},
		},
		unused: 1, spent: 1, shares: []int{3, 1, 2},
	}
}

// smallPlan is the least vote in which every check is reached.
func smallPlan() plan {
	const n = 2
	return plan{
		name: "small", kind: election.Demonstration, rules: rulesOf(election.SelectMajority, n, 1),
		deputies: 4, issuers: 1, min: 2, present: []uint32{0, 1, 2}, issued: []uint32{1, 0, 2}, promises: []uint32{2},
		choices: []ballot.Choice{mark(n, 0), mark(n, 0)}, unused: 1, spent: 1, shares: []int{2, 3},
	}
}

// good is a vote in which nothing is wrong, not even where it ends: smallPlan
// with a change.
type good struct {
	name   string
	about  string
	from   string // a fork of the small vote at this step; else a vote of its own
	change func(p *plan)
}

var goodVotes = []good{
	{"small", "the least vote in which every check is reached", "", func(*plan) {}},
	{"wide", "more than 256 entries, so that there is a hash tile of level 1", "counts", func(p *plan) {
		for range 230 {
			p.promises = append(p.promises, 2)
		}
	}},
	{"yna_each", "mode yna_each, with a tie", "", func(p *plan) {
		p.rules = rulesOf(election.JudgeMajority, 2, 1)
		p.rules.Tie = election.TieFewerAgainst
		p.choices = []ballot.Choice{marks(ballot.For, ballot.For), marks(ballot.For, ballot.For)}
	}},
	{"yna_capped", "mode yna_capped", "", func(p *plan) {
		p.rules = rulesOf(election.JudgeCapped, 2, 1)
		p.choices = []ballot.Choice{marks(ballot.Against, ballot.For), marks(ballot.Abstain, ballot.For)}
	}},
	{"choose_1", "mode choose_1", "", func(p *plan) {
		p.rules = rulesOf(election.ChooseOne, 2, 1)
		p.choices = []ballot.Choice{mark(2, 1), {Abstain: true}}
	}},
	{"satisfaction_3", "mode satisfaction_3", "", func(p *plan) {
		p.rules = rulesOf(election.Satisfaction, 2, 0)
		p.choices = []ballot.Choice{marks(ballot.Grade0, ballot.Grade2), marks(ballot.Grade1, ballot.Abstain)}
	}},
	{"second_ceremony", "a complaint that proves what it says, then new static keys", "trustees", func(p *plan) { p.ceremonies = 2 }},
	{"second_opening", "a second opening: what was issued before it no longer counts", "opening", func(p *plan) { p.openings = 2 }},
	{"incomplete", "a vote that stands at its collection", "shares", func(p *plan) { p.until = "shares" }},
	{"voided", "a vote that was declared void while it was open", "order", func(p *plan) { p.until, p.last = "order", "停电" }},
	{"voided_surplus", "more ballots than credentials were issued: nothing but void may follow", "issuances", func(p *plan) {
		p.until, p.last = "collection", "收回的票多于发出的票"
		p.issued, p.ghosts = p.issued[:2], 1
	}},
}

// library plays each vote once.
type library map[string]*played

func (l library) play(t *testing.T, name string) *played {
	t.Helper()
	if l[name] == nil {
		l[name] = l.make(t, name)
	}
	return l[name]
}

func (l library) make(t *testing.T, name string) *played {
	t.Helper()
	if name == "record" {
		return play(t, mainPlan())
	}
	for _, g := range goodVotes {
		if g.name != name {
			continue
		}
		if g.from != "" {
			v := l.play(t, "small").fork(t, name, g.from, func(v *vote) { g.change(&v.plan) })
			return &played{vote: v}
		}
		p := smallPlan()
		p.name = name
		g.change(&p)
		return play(t, p)
	}
	t.Fatalf("no vote %s", name)
	return nil
}
