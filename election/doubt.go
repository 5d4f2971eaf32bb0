package election

import "piaojue/ballot"

// Doubt is something about rules that is allowed, but contradicts itself or the
// law's usual reading: whoever drafts them should hear of it before they are
// frozen. What people read is doubt.<ID> of package lang.
type Doubt struct {
	ID      string
	Rule    string   // the field to look at; min_ballots is one of the manifest
	Numbers []uint32 // what the text tells
}

// Basics are what doubts depend on besides the rules. Zero means not known yet.
type Basics struct {
	Deputies   uint32
	Round      uint8
	MinBallots uint32
}

// Doubts returns the doubts about the rules of the manifest.
func (m *Manifest) Doubts() []Doubt {
	return m.Rules.Doubts(Basics{m.Deputies, m.Round, m.MinBallots})
}

// Doubts returns what is allowed in the rules, but rarely meant, in the order
// of the ballot, the quorum, the outcome and the display. Rules that are not
// allowed are for Check.
func (r *Rules) Doubts(b Basics) []Doubt {
	d := doubter{Rules: r, Basics: b}
	d.ballot()
	d.quorum()
	if r.BallotMode == ballot.Satisfaction3 {
		d.add(r.Base != BaseAll, "grades_base", "base")
	} else {
		d.base()
		d.later()
	}
	d.display()
	return d.found
}

type doubter struct {
	*Rules
	Basics
	found []Doubt
}

func (d *doubter) add(is bool, id, rule string, numbers ...int) {
	if !is {
		return
	}
	doubt := Doubt{ID: id, Rule: rule}
	for _, n := range numbers {
		doubt.Numbers = append(doubt.Numbers, uint32(n))
	}
	d.found = append(d.found, doubt)
}

func (d *doubter) ballot() {
	graded := d.BallotMode == ballot.Satisfaction3
	exact := d.Undervote == UndervoteInvalid
	limited := d.BallotMode == ballot.SelectK || d.BallotMode == ballot.YNACapped
	bound, rule := d.bound()
	d.add(!graded && d.WinnersK >= d.CandidatesN, "no_surplus", "winners_k", d.WinnersK, d.CandidatesN)
	d.add(limited && d.MaxMarks < d.WinnersK, "fewer_marks", "max_marks", d.MaxMarks, d.WinnersK)
	d.add(limited && d.MaxMarks > d.WinnersK, "more_marks", "max_marks", d.MaxMarks, d.WinnersK)
	d.add(exact, "exact", "undervote", d.MaxMarks)
	all := d.MinMarks == d.CandidatesN || exact && d.MaxMarks == d.CandidatesN
	d.add(limited && all, "no_choice", rule, d.CandidatesN)
	d.add(bound && d.AllowSpoil, "no_abstain", rule)
	d.add(bound && !d.AllowSpoil, "no_way_out", "allow_spoil")
	d.add(!bound && !d.AllowSpoil, "no_spoil", "allow_spoil")
}

// bound reports whether a deputy must mark something on a valid ballot, though
// the law lets deputies abstain, and by which rule.
func (d *doubter) bound() (bool, string) {
	exact := d.Undervote == UndervoteInvalid
	if d.BallotMode == ballot.YNACapped || d.MinMarks == 0 {
		return exact && d.BallotMode == ballot.YNACapped, "undervote"
	}
	return d.BallotMode != ballot.YNAEach, "min_marks"
}

func (d *doubter) quorum() {
	q := d.QuorumOf(d.Deputies)
	known := d.Deputies > 0
	half := d.Quorum.MinParticipation == ParticipationHalf
	d.add(d.Quorum.Rule == QuorumHalf, "half_quorum", "quorum.rule")
	d.add(!d.Quorum.RecheckAtOpen, "no_recheck", "quorum.recheck_at_open")
	d.add(known && half && q == d.Deputies/2+1, "participation_at_quorum", "quorum.min_participation", int(q))
	d.add(known && d.MinBallots > d.Deputies, "never_opened", "min_ballots", int(d.MinBallots), int(d.Deputies))
	d.add(known && d.MinBallots > q && d.MinBallots <= d.Deputies, "rarely_opened", "min_ballots", int(d.MinBallots), int(q))
}

// base: a majority that so many options cannot have at the same time.
func (d *doubter) base() {
	floor := d.Shortfall == ShortfallPlurality
	d.add(!floor && d.Base == BaseNone, "no_majority", "base")
	d.add(!floor && (d.Base == BasePresent || d.Base == BaseCollected || d.Base == BaseValid), "other_base", "base")
	d.add(floor && d.Base != BaseNone, "floor_over_base", "shortfall")
	if d.Deputies == 0 {
		return
	}
	best := d.mostPassing()
	d.add(best < d.WinnersK, "seats_unreachable", "max_marks", best, d.WinnersK)
	q := d.QuorumOf(d.Deputies)
	least := d.passing(q, d.Deputies/2+1)
	byAll := d.Base == BaseAll && !floor
	d.add(byAll && best >= d.WinnersK && least < d.WinnersK, "seats_at_quorum", "max_marks", int(q), least, d.WinnersK)
	d.add(byAll && q == d.Deputies/2+1, "all_needed", "quorum.rule", int(q))
}

// mostPassing returns how many options can pass at best. Where half or a third
// is rounded, one or two ballots fewer may do better than all.
func (d *doubter) mostPassing() int {
	most := 0
	for less := range min(d.Deputies, 3) {
		n := d.Deputies - less
		in := Input{Rules: *d.Rules, Numbers: Numbers{N: d.Deputies, P: n, I: n, R: n, V: n}}
		most = max(most, d.passing(n, in.needed()))
	}
	return most
}

// passing returns how many options can have the votes that are needed, if every
// ballot has all the marks it may have.
func (d *doubter) passing(ballots, needed uint32) int {
	marks := d.MaxMarks
	switch d.BallotMode {
	case ballot.YNAEach:
		marks = d.CandidatesN
	case ballot.Choose1:
		marks = 1
	}
	if ballots < needed {
		return 0
	}
	return int(min(uint64(marks)*uint64(ballots)/uint64(needed), uint64(d.CandidatesN)))
}

// later: what is put off to another round may not end there.
func (d *doubter) later() {
	again := d.Shortfall == ShortfallSecondRound
	surplus := d.WinnersK < d.CandidatesN
	d.add(d.Round >= 2 && surplus && d.Tie == TieRevote, "tie_repeats", "tie", int(d.Round))
	d.add(surplus && d.Tie == TieAdoptNone && (again || d.Shortfall == ShortfallNextSession), "tie_leaves_short", "tie")
	d.add(surplus && d.Tie == TieAdoptAll, "tie_exceeds", "tie", d.WinnersK)
	d.add(d.Round >= 2 && again, "shortfall_repeats", "shortfall", int(d.Round))
	d.add(!surplus && again, "second_round_same", "shortfall")
}

func (d *doubter) display() {
	d.add(d.CandidateOrder == "per_terminal_rotation", "rotation", "candidate_order")
	d.add(d.Display.Tallies == "none", "no_tallies", "display.tallies")
}
