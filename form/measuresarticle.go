package form

import (
	"piaojue/ballot"
	"piaojue/election"
)

func (m *Measures) purpose() []string {
	return []string{sentence("purpose."+m.act(), named(m.Congress), named(m.Session), m.about(), m.called())}
}

func (m *Measures) scope() []string {
	r := &m.Rules
	n, k := r.CandidatesN, r.WinnersK
	var first string
	switch {
	case r.BallotMode == ballot.Satisfaction3:
		first = sentence("scope.grade", n, r.Grades[0], r.Grades[1], r.Grades[2])
	case r.BallotMode == ballot.Choose1:
		first = sentence("scope.variant", n, k)
	case n > k:
		first = sentence("scope.surplus", n, k, n-k)
	default:
		first = sentence("scope.equal", n, k)
	}
	all := []string{first}
	if m.Round > 1 {
		all = append(all, sentence("scope.round", m.Round))
	}
	return append(all, m.valued("write_in"))
}

// most is more than half of all deputies.
func (m *Measures) most() any {
	if m.Deputies == 0 {
		return blank
	}
	return m.Deputies/2 + 1
}

func (m *Measures) quorum() []string {
	quorum := any(blank)
	if m.Deputies > 0 {
		quorum = m.Rules.QuorumOf(m.Deputies)
	}
	part := sentence("quorum.min_participation.none")
	if m.Rules.Quorum.MinParticipation == election.ParticipationHalf {
		part = m.valued("quorum.min_participation", m.most())
	}
	return []string{
		sentence("deputies", known(m.Deputies)),
		m.valued("quorum.rule", quorum),
		m.valued("quorum.recheck_at_open"),
		part,
	}
}

func (m *Measures) voting() []string {
	return []string{sentence("secret"), sentence("self"), m.valued("recast"), m.valued("candidate_order")}
}

func (m *Measures) marking() []string {
	r := &m.Rules
	if r.BallotMode == ballot.SelectK || r.BallotMode == ballot.YNACapped {
		return []string{m.valued("ballot_mode", r.MaxMarks), m.abstaining()}
	}
	return []string{m.valued("ballot_mode"), m.abstaining()}
}

// abstaining says how one abstains, if one may.
func (m *Measures) abstaining() string {
	r := &m.Rules
	free := r.MinMarks == 0
	switch r.BallotMode {
	case ballot.Satisfaction3:
		return sentence(either(free, "abstain.grade", "abstain.grade_none"))
	case ballot.Choose1:
		return sentence(either(free, "abstain.variant", "abstain.variant_none"))
	case ballot.YNAEach, ballot.YNACapped:
		return sentence("abstain.judge")
	}
	if !free {
		return sentence("abstain.least", r.MinMarks)
	}
	return sentence(either(r.Undervote == election.UndervoteInvalid, "abstain.exact", "abstain.select"))
}

func either(is bool, a, b string) string {
	if is {
		return a
	}
	return b
}

func (m *Measures) validity() []string {
	r := &m.Rules
	var marks string
	switch exact := r.Undervote == election.UndervoteInvalid; {
	case r.BallotMode == ballot.SelectK && exact:
		marks = sentence("undervote.invalid", r.MaxMarks)
	case r.BallotMode == ballot.SelectK:
		marks = sentence("undervote.valid")
	case r.BallotMode == ballot.YNACapped && exact:
		marks = sentence("undervote.invalid.judge", r.MaxMarks)
	case r.BallotMode == ballot.YNACapped:
		marks = sentence("undervote.valid.judge")
	default:
		marks = sentence("undervote.none")
	}
	return []string{marks, m.valued("allow_spoil"), m.valued("void_vote_if")}
}

// passing says what passes, and in which order seats are given.
func (m *Measures) passing() []string {
	r := &m.Rules
	if r.BallotMode == ballot.Satisfaction3 {
		g := r.Grades
		return []string{sentence("base.grade", known(m.Deputies), g[0], m.most(), g[0], g[0], g[1], g[1], g[2])}
	}
	pass := ""
	switch {
	case r.Shortfall == election.ShortfallPlurality:
		pass = sentence("base.floor")
	case r.Base == election.BaseAll:
		pass = m.valued("base", m.most())
	default:
		pass = m.valued("base")
	}
	return []string{pass, sentence(either(r.WinnersK < r.CandidatesN, "order", "order.equal"))}
}

// ties: where there are as many seats as options, no seat can be tied.
func (m *Measures) ties() []string {
	if m.act() == "grade" || m.Rules.WinnersK >= m.Rules.CandidatesN {
		return nil
	}
	return []string{m.valued("tie")}
}

func (m *Measures) shortfall() []string {
	r := &m.Rules
	switch {
	case m.act() == "grade":
		return nil
	case r.Shortfall == election.ShortfallSecondRound:
		return []string{m.valued("shortfall", r.SecondRound(1))}
	}
	return []string{m.valued("shortfall")}
}

func (m *Measures) counting() []string {
	return []string{sentence("opening", known(m.Trustees), known(m.Threshold)), sentence("least", known(m.MinBallots)), sentence("count")}
}

func (m *Measures) publishing() []string {
	return []string{m.valued("display.turnout"), m.valued("display.results"), m.valued("display.tallies"), sentence("announce")}
}

func (m *Measures) keeping() []string {
	return []string{sentence("ballot_retention.until", named(m.Rules.BallotRetention.Until)), m.valued("ballot_retention.destroy_needs")}
}
