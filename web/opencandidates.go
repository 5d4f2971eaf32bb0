package web

import (
	"encoding/hex"

	"piaojue/lang"
	"piaojue/project"
)

// Candidates and lists are as public as projects: their entries stand in the log
// for everybody from the day on which they were made.

var candidateColumns = []dataColumn{
	{"number", func(r *dataRow) any { return uint64(r.candidate.Number) }},
	{"title", func(r *dataRow) any { return r.candidate.Title }},
	{"field", func(r *dataRow) any { return pageText(lang.ZH, "wish.field_"+numeral(r.candidate.Field)) }},
	{"district", func(r *dataRow) any { return unitName(r.state, r.candidate.District) }},
	{"stage", func(r *dataRow) any { return r.candidate.Stage.String() }},
	{"department", func(r *dataRow) any { return unitName(r.state, r.candidate.Figures.Unit) }},
	{"investment_yuan", func(r *dataRow) any { return r.candidate.Figures.Investment }},
	{"fiscal_yuan", func(r *dataRow) any { return r.candidate.Figures.Fiscal }},
	{"people", func(r *dataRow) any { return uint64(r.candidate.Figures.People) }},
	{"deadline", func(r *dataRow) any { return r.candidate.Figures.Deadline.String() }},
	{"suggestions", func(r *dataRow) any { return uint64(r.candidate.Suggestions) }},
	{"merged_into", func(r *dataRow) any { return ifKnown(r.candidate.Into != 0, r.candidate.Into) }},
	{"list", func(r *dataRow) any { return ifKnown(r.candidate.List != 0, r.candidate.List) }},
	{"votes", func(r *dataRow) any { return ifKnown(r.candidate.Counted, r.candidate.Votes) }},
	{"project", func(r *dataRow) any { return ifKnown(r.candidate.Project != 0, r.candidate.Project) }},
}

// eachCandidate calls fn for each candidate.
func eachCandidate(state *project.State, _ project.Date, fn func(*dataRow) error) error {
	for n := uint32(1); int(n) <= state.Count(project.NounCandidate); n++ {
		c, _ := state.Candidate(n)
		if err := fn(&dataRow{state: state, candidate: c}); err != nil {
			return err
		}
	}
	return nil
}

var listColumns = []dataColumn{
	{"list", func(r *dataRow) any { return uint64(r.list.Number) }},
	{"year", func(r *dataRow) any { return uint64(r.list.Year) }},
	{"stage", func(r *dataRow) any { return r.list.Stage.String() }},
	{"place", func(r *dataRow) any { return uint64(r.place) }},
	{"candidate", func(r *dataRow) any { return uint64(r.candidate.Number) }},
	{"title", func(r *dataRow) any { return r.candidate.Title }},
	{"option", func(r *dataRow) any { return r.frozen().ID }},
	{"suggestions", func(r *dataRow) any { return ifKnown(r.frozen().ID != "", r.frozen().Suggestions) }},
	{"manifest", func(r *dataRow) any {
		if r.list.Manifest == [32]byte{} {
			return nil
		}
		return hex.EncodeToString(r.list.Manifest[:])
	}},
}

// frozen is the candidate as the manifest of the vote has it; empty before.
func (r *dataRow) frozen() project.Choice {
	for _, o := range r.list.Options {
		if o.Candidate == r.candidate.Number {
			return o
		}
	}
	return project.Choice{}
}

// eachListed calls fn for each candidate of each list, in the order of the ballot.
func eachListed(state *project.State, _ project.Date, fn func(*dataRow) error) error {
	for n := uint32(1); int(n) <= state.Count(project.NounList); n++ {
		l, _ := state.List(n)
		for i, number := range l.Candidates {
			c, _ := state.Candidate(number)
			if err := fn(&dataRow{state: state, list: l, candidate: c, place: i + 1}); err != nil {
				return err
			}
		}
	}
	return nil
}
