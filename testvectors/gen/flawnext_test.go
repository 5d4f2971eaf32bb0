package gen

import (
	"slices"

	"piaojue/ballot"
	"piaojue/election"
)

// badNext is a vote that does not follow, although the log of its parent names
// it: whoever signs for both votes agreed on it.
func badNext(name, about string, change func(m *election.Manifest), attacks ...string) flaw {
	return flaw{name: name, about: about, attacks: attacks, base: "second_round", from: "manifest", named: change}
}

// unnamed is a good second round with another record as that of its parent.
func unnamed(name, about, parent string) flaw {
	return flaw{name: name, about: about, base: "second_round", from: "manifest", at: &place{election.KindManifest, 0}, change: func(v *vote) {
		v.parent, v.until = parent, "trustees"
	}}
}

// badDecision spoils the decision about options 0 and 1, of which one can be
// adopted.
func badDecision(name, about string, change func(v *vote, d *election.Decision)) flaw {
	return flaw{name: name, about: about, base: "decision", from: "decision", hooks: onBody(0, change)}
}

var nextFlaws = map[election.CheckID][]flaw{
	election.CheckDecisionTie: {
		badDecision("decision_for_both", "two options for one seat", func(_ *vote, d *election.Decision) { d.Adopted = []uint16{0, 1} }),
		badDecision("decision_for_no_option", "option 2 of two", func(_ *vote, d *election.Decision) { d.Adopted = []uint16{2} }),
		{name: "decision_for_one_not_tied", about: "the presidium adopts an option that did not pass", base: "decision_of_two", from: "decision",
			hooks: onBody(0, func(_ *vote, d *election.Decision) { d.Adopted = []uint16{2} })},
		{name: "decision_without_tie", about: "the outcome leaves nothing to the presidium: a second round follows", attacks: []string{"F11"}, base: "record", from: "decision",
			change: func(v *vote) { v.decided = &[]uint16{1} }, at: &place{election.KindDecision, 0}},
		{name: "decision_twice", about: "the presidium decides again, otherwise", base: "decision", from: "end",
			change: func(v *vote) { v.decided = &[]uint16{0} }, hooks: before(election.KindDestruction, 0, (*vote).writeDecision)},
	},
	election.CheckSuccessorNext: {
		{name: "successor_of_a_finished_vote", about: "all seats are taken, and the log names a next vote", attacks: []string{"V1"}, from: "end",
			hooks: before(election.KindDestruction, 0, succeed)},
		{name: "successor_of_a_decided_tie", about: "the presidium decided the tie, and nothing follows", base: "decision", from: "end",
			hooks: before(election.KindDestruction, 0, succeed)},
		{name: "successor_twice", about: "two second rounds of one vote", attacks: []string{"V1"}, base: "first_round", from: "end",
			hooks: before(election.KindDestruction, 0, succeed)},
		{name: "successor_is_the_vote_itself", about: "names its own manifest", base: "first_round", from: "next",
			hooks: onBody(0, func(v *vote, s *election.Successor) { s.Manifest = v.hash })},
		{name: "successor_is_zero", about: "names no manifest", base: "first_round", from: "next",
			hooks: onBody(0, func(_ *vote, s *election.Successor) { s.Manifest = [32]byte{} })},
	},
	election.CheckParentNext: {
		badNext("next_with_another_option", "the content of an option is not what was voted on", func(m *election.Manifest) { m.Options[1].Content = "增加规模" }, "F11"),
		badNext("next_with_options_exchanged", "the order of the options is another", func(m *election.Manifest) { slices.Reverse(m.Options) }),
		badNext("next_without_an_option", "the fourth is left out, although it has as many votes as the third", func(m *election.Manifest) {
			m.Options = m.Options[:3]
			m.Rules.CandidatesN = 3
		}, "F11"),
		badNext("next_with_another_base", "the base is none", func(m *election.Manifest) { m.Rules.Base = election.BaseNone }),
		badNext("next_with_two_seats", "two seats where one is left", func(m *election.Manifest) { m.Rules.WinnersK, m.Rules.MaxMarks = 2, 2 }),
		badNext("next_with_another_mode", "one variant instead of one mark", func(m *election.Manifest) { m.Rules.BallotMode = ballot.Choose1 }),
		badNext("next_in_round_three", "the round after the next", func(m *election.Manifest) { m.Round = 3 }),
		badNext("next_of_fewer_deputies", "eleven deputies of twelve", func(m *election.Manifest) { m.Deputies = 11 }, "K7"),
		badNext("next_of_another_kind", "the second round of a demonstration is a rehearsal", func(m *election.Manifest) { m.Kind = election.Rehearsal }),
		badNext("next_of_another_session", "another session", func(m *election.Manifest) { m.Session = "第六次会议" }),
		{name: "repeat_with_another_rule", about: "the repeat of a void vote has another shortfall rule, which only a second round may choose", attacks: []string{"F11"},
			base: "repeat", from: "manifest", named: func(m *election.Manifest) { m.Rules.Shortfall = election.ShortfallLeave }},
		{name: "tie_with_another_shortfall", about: "after a tie nobody chooses the shortfall rule", base: "tied_again", from: "manifest",
			named: func(m *election.Manifest) { m.Rules.Shortfall = election.ShortfallPlurality }},
		{name: "next_not_named", about: "a good second round, but the log of the parent names another one", base: "second_round", from: "manifest",
			attacks: []string{"V1"}, change: func(v *vote) { v.parent, v.until = "first_round", "trustees" },
			hooks: onBody(0, func(_ *vote, m *election.Manifest) { m.Title = "另一次票决" })},
		unnamed("next_of_a_parent_that_names_none", "the log of the parent names no next vote", "record"),
		unnamed("next_of_another_parent", "the record is that of another vote than the parent", "small"),
	},
}

// succeed names a vote that nothing leads to.
func succeed(v *vote) {
	v.chained(election.KindSuccessor, &election.Successor{Chain: v.chain(), Manifest: secretOf("next vote")}, byStaff, byPresidium)
}
