package web

import (
	"slices"

	"piaojue/ballot"
	"piaojue/election"
)

// resultJSON is a result as screens show it.
type resultJSON struct {
	V       uint32     `json:"v" doc:"Valid ballots."`
	X       uint32     `json:"x" doc:"Deliberately spoiled ballots."`
	Vote    string     `json:"vote" doc:"Whether the vote is valid; PROTOCOL.md, Section 10."`
	Next    string     `json:"next" doc:"What must follow; may be empty."`
	Adopted []uint16   `json:"adopted" doc:"Places of the options, from 0."`
	Tied    []uint16   `json:"tied" doc:"Places of the options, from 0."`
	Lines   []lineJSON `json:"lines"`
}

// lineJSON is an option of a result. What the rules do not let the hall see is
// left out.
type lineJSON struct {
	ID      string          `json:"id"`
	Name    string          `json:"name"`
	For     *uint32         `json:"for,omitempty"`
	Against *uint32         `json:"against,omitempty"`
	Abstain *uint32         `json:"abstain,omitempty"`
	Grades  *[3]uint32      `json:"grades,omitempty"`
	Share   *uint32         `json:"share,omitempty" doc:"Of for in base, in 1/100 of a percent, rounded down."`
	Base    *uint32         `json:"base,omitempty" doc:"What the share is of."`
	Needed  uint32          `json:"needed"`
	Passed  bool            `json:"passed"`
	Rank    int             `json:"rank"`
	Adopted bool            `json:"adopted"`
	Reason  election.Reason `json:"reason"`
	Grade   int             `json:"grade"`
	Decided *bool           `json:"decided,omitempty" doc:"Of a tied option: whether the presidium adopted it, once it has decided."`
}

// show fills in the figures that the mode has: who chooses some of many is
// against none of the others.
func (j *lineJSON) show(mode ballot.Mode, l election.Line) {
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

// newResult shapes a result; outside the podium the rules may hide the tallies
// (display.tallies).
func newResult(w *view, public bool) *resultJSON {
	o := w.result.Outcome
	r := &resultJSON{
		V: w.result.Numbers.V, X: w.result.Numbers.X, Vote: o.Vote, Next: o.Next,
		Adopted: append([]uint16{}, o.Adopted...), Tied: append([]uint16{}, o.Tied...), Lines: []lineJSON{},
	}
	hidden := public && w.manifest.Rules.Display.Tallies == "none"
	for i, l := range o.Lines {
		line := lineJSON{
			ID: l.ID, Name: w.manifest.Options[i].Name, Needed: l.Needed, Passed: l.Passed,
			Rank: l.Rank, Adopted: l.Adopted, Reason: l.Reason, Grade: l.Grade,
		}
		if !hidden {
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
