package web

import (
	"slices"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/form"
)

// resultJSON is a result as screens show it.
type resultJSON struct {
	V       uint32     `json:"v" doc:"Valid ballots."`
	X       uint32     `json:"x" doc:"Deliberately spoiled ballots."`
	Vote    string     `json:"vote" doc:"Whether the vote is valid; PROTOCOL.md, Section 10."`
	Next    string     `json:"next" doc:"What must follow; may be empty."`
	Adopted []uint16   `json:"adopted" doc:"Places of the options, from 0: by rank, or in their order where the rules keep the tallies back."`
	Tied    []uint16   `json:"tied" doc:"Places of the options, from 0."`
	Lines   []lineJSON `json:"lines"`
}

// lineJSON is an option of a result. What the rules do not let the hall see is
// left out.
type lineJSON struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Adopted bool   `json:"adopted"`
	Grade   *int   `json:"grade,omitempty" doc:"Of a graded option: which of the grades, from 0."`
	Decided *bool  `json:"decided,omitempty" doc:"Of a tied option: whether the presidium adopted it, once it has decided."`

	// What follows is missing where the rules keep it back, or the mode has none.
	For     *uint32          `json:"for,omitempty"`
	Against *uint32          `json:"against,omitempty"`
	Abstain *uint32          `json:"abstain,omitempty"`
	Grades  *[3]uint32       `json:"grades,omitempty"`
	Share   *uint32          `json:"share,omitempty" doc:"Of for in base, in 1/100 of a percent, rounded down."`
	Base    *uint32          `json:"base,omitempty" doc:"What the share is of."`
	Needed  *uint32          `json:"needed,omitempty"`
	Passed  *bool            `json:"passed,omitempty"`
	Rank    *int             `json:"rank,omitempty"`
	Reason  *election.Reason `json:"reason,omitempty"`
}

// show fills in the figures that the mode has: who chooses some of many is
// against none of the others.
func (j *lineJSON) show(mode ballot.Mode, l election.Line) {
	j.Needed, j.Passed, j.Rank, j.Reason = &l.Needed, &l.Passed, &l.Rank, &l.Reason
	switch mode {
	case ballot.Satisfaction3:
		j.Grades, j.Abstain = &l.Grades, &l.Abstain
	case ballot.YNAEach, ballot.YNACapped:
		j.For, j.Against, j.Abstain = &l.For, &l.Against, &l.Abstain
		j.Share, j.Base = &l.Share, &l.Base
	default:
		j.For, j.Share, j.Base = &l.For, &l.Share, &l.Base
	}
}

// tallies reports whether the rules let deputies, or everybody, see how many voted
// how (display.tallies), as [form.Publication] has it.
func (w *view) tallies(deputies bool) bool {
	return (&form.Publication{Manifest: w.manifest, Deputies: deputies}).Tallies()
}

// talliesFor is tallies for who asks: deputies have no accounts, so those stand
// for them who work in the vote, in whose browsers the hall looks.
func (w *view) talliesFor(who Person) bool { return w.tallies(signers.check(who) == nil) }

// adopted are the options that the vote adopts: by rank, or in the order of the
// ballot where the order would tell who got more.
func (w *view) adopted(tallies bool) []uint16 {
	list := append([]uint16{}, w.result.Outcome.Adopted...)
	if !tallies {
		slices.Sort(list)
	}
	return list
}

// newResult shapes a result, with the tallies or, where the rules keep them back,
// with no number, rank or reason that tells how many voted how.
func newResult(w *view, tallies bool) *resultJSON {
	o := w.result.Outcome
	r := &resultJSON{
		V: w.result.Numbers.V, X: w.result.Numbers.X, Vote: o.Vote, Next: o.Next,
		Adopted: w.adopted(tallies), Tied: append([]uint16{}, o.Tied...), Lines: []lineJSON{},
	}
	for i, l := range o.Lines {
		line := lineJSON{ID: l.ID, Name: w.manifest.Options[i].Name, Adopted: l.Adopted}
		if l.Reason == election.ReasonGraded {
			line.Grade = &l.Grade
		}
		if tallies {
			line.show(w.manifest.Rules.BallotMode, l)
		}
		if d := w.decision; d != nil && slices.Contains(o.Tied, uint16(i)) {
			adopted := slices.Contains(d.Adopted, uint16(i))
			line.Decided = &adopted
		}
		r.Lines = append(r.Lines, line)
	}
	return r
}
