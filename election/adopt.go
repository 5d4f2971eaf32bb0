package election

import (
	"cmp"
	"slices"

	"piaojue/ballot"
)

// Adopt says what the vote decided (PROTOCOL.md, "Outcome"). It is pure and
// uses integers only. It answers impossible counts too, with something
// meaningless: ask Input.Check first.
func Adopt(in Input) Outcome {
	a := adoption{in: in, out: Outcome{Vote: VoteValid, Next: NextNone}}
	a.fillLines()
	if a.out.Vote = in.vote(); a.out.Vote != VoteValid {
		a.out.Next = NextRepeat
		a.mark(a.all(), in.reasonInvalid())
		return a.out
	}
	if in.Rules.BallotMode == ballot.Satisfaction3 {
		a.mark(a.all(), ReasonGraded)
		return a.out
	}
	a.seat(a.ranked())
	return a.out
}

// vote says whether the vote as a whole stands.
func (in *Input) vote() string {
	n := in.Numbers
	switch {
	case n.R > n.I || n.R == 0: // of no ballots at all, none was in favour
		return VoteVoid
	case n.P < in.Rules.QuorumOf(n.N):
		return VoteNoQuorum
	case in.Rules.Quorum.MinParticipation == ParticipationHalf && 2*uint64(n.R) <= uint64(n.N):
		return VoteNoQuorum
	}
	return VoteValid
}

// reasonInvalid says why the vote as a whole does not stand.
func (in *Input) reasonInvalid() Reason {
	switch {
	case in.Numbers.R > in.Numbers.I:
		return ReasonSurplus
	case in.Numbers.R == 0:
		return ReasonEmpty
	}
	return ReasonInvalid
}

// adoption is an outcome in the making.
type adoption struct {
	in      Input
	out     Outcome
	crowded bool // more options pass than there are seats
}

func (a *adoption) fillLines() {
	a.out.Lines = make([]Line, len(a.in.Counts))
	for i, c := range a.in.Counts {
		a.out.Lines[i] = a.in.line(c)
	}
	a.mark(a.all(), ReasonBelow)
}

func (a *adoption) all() []uint16 {
	all := make([]uint16, len(a.out.Lines))
	for i := range all {
		all[i] = uint16(i)
	}
	return all
}

func (a *adoption) votes(i uint16) uint32 {
	return a.out.Lines[i].For
}

// ranked numbers all options, most votes first, and returns those that pass,
// which are the first of them. Equal ones share a rank and keep the order of
// the manifest.
func (a *adoption) ranked() []uint16 {
	all := a.all()
	slices.SortStableFunc(all, func(i, j uint16) int { return cmp.Compare(a.votes(j), a.votes(i)) })
	for at, i := range all {
		a.out.Lines[i].Rank = at + 1
		if at > 0 && a.votes(all[at-1]) == a.votes(i) {
			a.out.Lines[i].Rank = a.out.Lines[all[at-1]].Rank
		}
	}
	return slices.DeleteFunc(all, func(i uint16) bool { return !a.out.Lines[i].Passed })
}

// seat gives the seats to those who passed.
func (a *adoption) seat(passing []uint16) {
	k := max(1, a.in.Rules.WinnersK)
	if len(passing) <= k {
		a.adopt(passing, ReasonAdopted)
		if len(passing) < k {
			a.out.Next = shortfallNext(a.in.Rules.Shortfall)
		}
		return
	}
	a.crowded = true
	above, tied, below := a.split(passing, k, a.votes)
	a.adopt(above, ReasonAdopted)
	a.mark(below, ReasonOutranked)
	a.breakTie(tied, k-len(above))
}

func shortfallNext(policy string) string {
	switch policy {
	case ShortfallSecondRound:
		return NextSecondRound
	case ShortfallNextSession:
		return NextSession
	}
	return NextNone
}

// split cuts a sorted list of more than k options at seat k. If the value on
// both sides of the border is the same, all with that value are tied.
func (a *adoption) split(sorted []uint16, k int, value func(uint16) uint32) (above, tied, below []uint16) {
	border := value(sorted[k-1])
	if border != value(sorted[k]) {
		return sorted[:k], nil, sorted[k:]
	}
	first, last := k-1, k
	for first > 0 && value(sorted[first-1]) == border {
		first--
	}
	for last+1 < len(sorted) && value(sorted[last+1]) == border {
		last++
	}
	return sorted[:first], sorted[first : last+1], sorted[last+1:]
}

// breakTie applies the tie policy to options that are more than the seats.
func (a *adoption) breakTie(tied []uint16, seats int) {
	if len(tied) == 0 {
		return
	}
	switch a.in.Rules.Tie {
	case TieAdoptAll:
		a.adopt(tied, ReasonTieAdopted)
	case TieAdoptNone:
		a.mark(tied, ReasonTieDropped)
	case TieFewerAgainst:
		a.fewerAgainst(tied, seats)
	case TiePresidium:
		a.leaveTied(tied, NextPresidium)
	default:
		a.leaveTied(tied, NextSecondRound)
	}
}

// fewerAgainst lists who wins the tie by fewer against, then in the order of
// the manifest.
func (a *adoption) fewerAgainst(tied []uint16, seats int) {
	against := func(i uint16) uint32 { return a.out.Lines[i].Against }
	slices.SortStableFunc(tied, func(i, j uint16) int { return cmp.Compare(against(i), against(j)) })
	above, still, below := a.split(tied, seats, against)
	a.adopt(above, ReasonFewerAgainst)
	a.mark(below, ReasonMoreAgainst)
	if len(still) > 0 {
		a.leaveTied(still, NextPresidium)
	}
}

func (a *adoption) leaveTied(tied []uint16, next string) {
	a.mark(tied, ReasonTied)
	a.out.Tied = slices.Sorted(slices.Values(tied))
	a.out.Next = next
}

func (a *adoption) mark(options []uint16, reason Reason) {
	for _, i := range options {
		a.out.Lines[i].Reason, a.out.Lines[i].Rule = reason, a.in.ruleOf(reason, a.crowded)
	}
}

func (a *adoption) adopt(options []uint16, reason Reason) {
	a.mark(options, reason)
	for _, i := range options {
		a.out.Lines[i].Adopted = true
		a.out.Adopted = append(a.out.Adopted, i)
	}
}
