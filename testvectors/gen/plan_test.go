package gen

import (
	"slices"
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
		unused: 1, spent: 1, shares: []int{3, 1, 2}, registers: []uint8{0, 1},
	}
}

// smallPlan is the least vote in which every check is reached.
func smallPlan() plan {
	const n = 2
	return plan{
		name: "small", kind: election.Demonstration, rules: rulesOf(election.SelectMajority, n, 1),
		deputies: 4, issuers: 1, min: 2, present: []uint32{0, 1, 2}, issued: []uint32{1, 0, 2}, promises: []uint32{2},
		choices: []ballot.Choice{mark(n, 0), mark(n, 0)}, unused: 1, spent: 1, shares: []int{2, 3}, registers: []uint8{0},
	}
}

// good is a vote in which nothing is wrong, not even where it ends: smallPlan
// with a change.
type good struct {
	name   string
	about  string
	from   string // a fork of another vote at this step; else a vote of its own
	change func(p *plan)
	of     string // that other vote; small, if empty
}

func (g good) base() string {
	if g.of != "" {
		return g.of
	}
	return "small"
}

var goodVotes = []good{
	{name: "small", about: "the least vote in which every check is reached", change: func(*plan) {}},
	{name: "wide", about: "more than 256 entries, so that there is a hash tile of level 1", from: "counts", change: func(p *plan) {
		for range 230 {
			p.promises = append(p.promises, 2)
		}
	}},
	{name: "yna_each", about: "mode yna_each, with a tie; no register of an issuer is in the record", change: func(p *plan) {
		p.registers = nil
		p.rules = rulesOf(election.JudgeMajority, 2, 1)
		p.rules.Tie = election.TieFewerAgainst
		p.choices = []ballot.Choice{marks(ballot.For, ballot.For), marks(ballot.For, ballot.For)}
	}},
	{name: "yna_capped", about: "mode yna_capped", change: func(p *plan) {
		p.rules = rulesOf(election.JudgeCapped, 2, 1)
		p.choices = []ballot.Choice{marks(ballot.Against, ballot.For), marks(ballot.Abstain, ballot.For)}
	}},
	{name: "choose_1", about: "mode choose_1", change: func(p *plan) {
		p.rules = rulesOf(election.ChooseOne, 2, 1)
		p.choices = []ballot.Choice{mark(2, 1), {Abstain: true}}
	}},
	{name: "satisfaction_3", about: "mode satisfaction_3", change: func(p *plan) {
		p.rules = rulesOf(election.Satisfaction, 2, 0)
		p.choices = []ballot.Choice{marks(ballot.Grade0, ballot.Grade2), marks(ballot.Grade1, ballot.Abstain)}
	}},
	{name: "second_ceremony", about: "a complaint that proves what it says, then new static keys", from: "trustees", change: func(p *plan) { p.ceremonies = 2 }},
	{name: "second_opening", about: "a second opening: what was issued before it no longer counts", from: "opening", change: func(p *plan) { p.openings = 2 }},
	{name: "outside_issuer", about: "two issuers in the manifest, one of them in S: the register of the other is empty", change: func(p *plan) {
		p.outside, p.registers = 1, []uint8{0, 1}
	}},
	{name: "register_short", about: "a deputy never fetched the last signature: the register is shorter than the log", from: "next", change: func(p *plan) {
		p.unfetched = 1
	}},
	{name: "incomplete", about: "a vote that stands at its collection", from: "shares", change: func(p *plan) { p.until = "shares" }},
	{name: "voided", about: "a vote that was declared void while it was open", from: "order", change: func(p *plan) { p.until, p.last = "order", "停电" }},
	{name: "voided_surplus", about: "more ballots than credentials were issued: nothing but void may follow", from: "issuances", change: func(p *plan) {
		p.until, p.last = "collection", "收回的票多于发出的票"
		p.issued, p.ghosts = p.issued[:2], 1
	}},
}

// nextVotes are about paper, and about votes that follow others.
var nextVotes = []good{
	{name: "paper", about: "paper beside terminals, in two ballot boxes; a sheet does not come back, another is spoiled", change: func(p *plan) {
		p.deputies, p.present, p.sheets = 9, []uint32{0, 1, 2, 3, 4, 5, 6}, []uint32{3, 4, 5, 6}
		p.boxes = []paperBox{
			{name: "1号票箱", choices: []ballot.Choice{mark(2, 0), {Spoil: true}}},
			{name: "流动票箱", choices: []ballot.Choice{mark(2, 1)}},
		}
	}},
	{name: "paper_only", about: "all vote on paper, in a mode that knows no spoiled ballot: invalid sheets are counted; one box has nothing else", change: func(p *plan) {
		p.onlyPaper(
			paperBox{name: "1号票箱", choices: []ballot.Choice{marks(ballot.For, ballot.Against), marks(ballot.For, ballot.Abstain)}, invalid: 1},
			paperBox{name: "流动票箱", invalid: 1},
		)
	}},
	{name: "paper_invalid", about: "all vote on paper, and all sheets are invalid: the sum of no ballots is opened, and nothing passes", change: func(p *plan) {
		p.onlyPaper(paperBox{name: "1号票箱", invalid: 4})
	}},
	{name: "decision", about: "a tie that the presidium decides", from: "decision", of: "yna_each", change: func(p *plan) { p.decided = &[]uint16{1} }},
	{name: "decision_for_nobody", about: "the presidium decides to adopt none of the tied", from: "decision", of: "yna_each", change: func(p *plan) { p.decided = &[]uint16{} }},
	{name: "decision_of_two", about: "a tie between two of three options, that the presidium decides", change: func(p *plan) {
		p.rules = rulesOf(election.JudgeMajority, 3, 1)
		p.rules.Tie, p.decided = election.TiePresidium, &[]uint16{0}
		p.choices = []ballot.Choice{marks(ballot.For, ballot.For, ballot.Against), marks(ballot.For, ballot.For, ballot.Abstain)}
	}},
	{name: "first_round", about: "record, whose log names a second round", from: "next", of: "record", change: func(p *plan) { p.child = "second_round" }},
	child("second_round", "the second round after first_round: three options for a seat, and a fourth with as many votes as the third; the presidium chose another shortfall rule"),
	{name: "tied", about: "a tie that is voted again", change: func(p *plan) {
		p.rules.Base, p.rules.Tie, p.child = election.BaseNone, election.TieRevote, "tied_again"
		p.choices = []ballot.Choice{mark(2, 0), mark(2, 1)}
	}},
	child("tied_again", "the second round after tied, between the tied options"),
	{name: "voided_and_named", about: "a vote that was declared void while it was open, and whose log names its repeat", from: "counts", change: func(p *plan) {
		p.until, p.last, p.child = "order", "停电", "repeat"
	}},
	child("repeat", "the repeat of voided_and_named: the same round, rules and options"),
}

// onlyPaper is a vote on four sheets, none of which can be entered as spoiled.
func (p *plan) onlyPaper(boxes ...paperBox) {
	p.rules = rulesOf(election.JudgeMajority, 2, 1)
	p.rules.AllowSpoil = false
	p.deputies, p.present, p.sheets, p.onPaper = 6, []uint32{0, 1, 2, 3}, []uint32{0, 1, 2, 3}, true
	p.issued, p.promises, p.choices, p.unused, p.spent = nil, nil, nil, 0, 0
	p.boxes = boxes
}

func child(name, about string) good { return good{name: name, about: about} }

// childPlans are of votes whose manifest is derived.
var childPlans = map[string]plan{
	"second_round": {
		parent: "first_round", issuers: 1, min: 2, present: []uint32{0, 1, 2, 3, 4, 5, 6, 8}, issued: []uint32{4, 8, 0}, promises: []uint32{2},
		choices: []ballot.Choice{mark(4, 1), mark(4, 1)}, unused: 1, shares: []int{1, 3},
		named: func(m *election.Manifest) { m.Rules.Shortfall = election.ShortfallPlurality },
	},
	"tied_again": {
		parent: "tied", issuers: 1, min: 2, present: []uint32{0, 1, 2}, issued: []uint32{2, 1, 0}, promises: []uint32{2},
		choices: []ballot.Choice{mark(2, 1), mark(2, 1), mark(2, 0)}, shares: []int{2, 1},
	},
	"repeat": {
		parent: "voided_and_named", issuers: 1, min: 2, present: []uint32{0, 1, 3}, issued: []uint32{3, 1}, promises: []uint32{2},
		choices: []ballot.Choice{mark(2, 0), mark(2, 0)}, shares: []int{3, 2},
	},
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
	if _, ok := childPlans[name]; ok {
		return l.playChild(t, name)
	}
	for _, g := range slices.Concat(goodVotes, nextVotes) {
		if g.name != name {
			continue
		}
		if g.from != "" {
			p := l.play(t, g.base()).fork(t, name, g.from, func(v *vote) { g.change(&v.plan) })
			return p
		}
		p := smallPlan()
		p.name = name
		g.change(&p)
		return play(t, p)
	}
	t.Fatalf("no vote %s", name)
	return nil
}
