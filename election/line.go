package election

import (
	"strconv"

	"piaojue/ballot"
)

// Line is one option on the form of the result: what it received, what it took,
// and which rule decided. The log does not carry lines: anyone recomputes them.
type Line struct {
	Count
	Abstain uint32 `json:"abstain"`
	Base    uint32 `json:"base"`    // what shares are of: see Input.base
	Share   uint32 `json:"share"`   // of For, or of the best grade, in Base: in 1/100 of a percent, rounded down
	TopTwo  uint32 `json:"top_two"` // of satisfaction_3: the share of the best two grades together
	Needed  uint32 `json:"needed"`  // the least For that passes, or the least that reaches a grade
	Missing uint32 `json:"missing"` // how many more would have passed, or reached the next better grade
	Passed  bool   `json:"passed"`
	Rank    int    `json:"rank"` // by votes, from 1; equal numbers share one; 0 if the vote is not valid
	Adopted bool   `json:"adopted"`
	Reason  Reason `json:"reason"`
	Rule    string `json:"rule"`  // the name of the rule behind Reason; empty for ReasonEmpty
	Grade   int    `json:"grade"` // of satisfaction_3: 0 is the best, 2 the worst
}

// base returns the number of which shares are told, and of which a majority is
// more than half: the collected ballots where a floor of one third counts, and
// the valid ones where no majority is asked for.
func (in *Input) base() uint32 {
	n, r := in.Numbers, &in.Rules
	switch {
	case r.BallotMode == ballot.Satisfaction3:
		return n.N
	case r.Shortfall == ShortfallPlurality:
		return n.R
	}
	switch r.Base {
	case BasePresent:
		return n.P
	case BaseCollected:
		return n.R
	case BaseValid, BaseNone:
		return n.V
	}
	return n.N
}

// needed returns the least number of votes that passes. A majority is more
// than half: exactly half fails.
func (in *Input) needed() uint32 {
	switch {
	case in.Rules.BallotMode == ballot.Satisfaction3:
	case in.Rules.Shortfall == ShortfallPlurality:
		return max(1, uint32((uint64(in.Numbers.R)+2)/3))
	case in.Rules.Base == BaseNone:
		return 1
	}
	return uint32(uint64(in.base())/2 + 1)
}

// line tells all of an option that does not depend on the others.
func (in *Input) line(c Count) Line {
	l := Line{Count: c, Abstain: in.abstain(c), Base: in.base(), Needed: in.needed()}
	if in.Rules.BallotMode == ballot.Satisfaction3 {
		in.gradeLine(&l)
		return l
	}
	l.Share, l.Missing = share(uint64(c.For), l.Base), missing(uint64(c.For), l.Needed)
	l.Passed = l.Missing == 0
	return l
}

// gradeLine sums up a row of a satisfaction vote. Its base is all deputies,
// whatever the rules say for adoption, and exactly half is not enough.
func (in *Input) gradeLine(l *Line) {
	first := uint64(l.Grades[0])
	two := first + uint64(l.Grades[1])
	l.Share, l.TopTwo = share(first, l.Base), share(two, l.Base)
	switch {
	case first >= uint64(l.Needed):
		l.Grade = 0
	case two >= uint64(l.Needed):
		l.Grade, l.Missing = 1, missing(first, l.Needed)
	default:
		l.Grade, l.Missing = 2, missing(two, l.Needed)
	}
}

// share returns how many hundredths of a percent of the base the votes are. It
// rounds down, so that no share is told that was not reached: what is not more
// than half never reads as more than 50.00 %.
func share(votes uint64, base uint32) uint32 {
	if base == 0 {
		return 0
	}
	return uint32(votes * 10000 / uint64(base))
}

func missing(votes uint64, needed uint32) uint32 {
	if votes >= uint64(needed) {
		return 0
	}
	return needed - uint32(votes)
}

// Percent writes a share as people read it: 50.15%.
func Percent(share uint32) string {
	rest := strconv.Itoa(int(share%100) + 100)[1:]
	return strconv.Itoa(int(share/100)) + "." + rest + "%"
}

// ruleOf names the rule behind a reason. If more options pass than there are
// seats, it is their number that decides, for those within it too.
func (in *Input) ruleOf(reason Reason, crowded bool) string {
	switch reason {
	case ReasonAdopted, ReasonBelow:
		switch {
		case crowded && reason == ReasonAdopted:
			return "winners_k"
		case in.Rules.Shortfall == ShortfallPlurality:
			return "shortfall"
		}
		return "base"
	case ReasonOutranked:
		return "winners_k"
	case ReasonSurplus:
		return "void_vote_if"
	case ReasonInvalid:
		if in.Numbers.P < in.Rules.QuorumOf(in.Numbers.N) {
			return "quorum.rule"
		}
		return "quorum.min_participation"
	case ReasonGraded:
		return "grades"
	case ReasonEmpty:
		return "" // no rule can change it
	}
	return "tie"
}
