package form

import (
	"encoding/json"

	"piaojue/ballot"
	"piaojue/election"
)

// WriteAdopt writes what the adoption rule says:
//
//	{"vote": "valid", "adopted": ["01", …], "tied": [], "next": "none",
//	 "options": [{"id": "01", "for": 280, "needed": 166, "passed": true, "rank": 1, "adopted": true, "reason": "adopted",
//	              "base": 331, "share": 8459, "missing": 0, "rule": "base"}, …]}
//
// With satisfaction_3 an option also has "grade" and "top_two". base is the
// number that share is of, in 1/100 of a percent, rounded down; missing is how
// many votes more would have passed, or reached the next better grade; rule is
// the name of the rule that decided. If a second round follows, "follow" has its
// "winners_k", "base" and "options" (PROTOCOL.md, Section 10, rule 7).
func WriteAdopt(in election.Input, out election.Outcome) []byte {
	doc := outcome{Vote: out.Vote, Adopted: ids(in, out.Adopted), Tied: ids(in, out.Tied), Next: out.Next, Follow: follow(in, out)}
	for _, l := range out.Lines {
		doc.Options = append(doc.Options, newOutcomeOption(&in.Rules, l))
	}
	text, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		panic("form: internal error: " + err.Error())
	}
	return append(text, '\n')
}

type outcome struct {
	Vote    string          `json:"vote"`
	Adopted []string        `json:"adopted"`
	Tied    []string        `json:"tied"`
	Next    string          `json:"next"`
	Options []outcomeOption `json:"options"`
	Follow  *outcomeFollow  `json:"follow,omitempty"`
}

type outcomeOption struct {
	ID      string          `json:"id"`
	For     uint32          `json:"for"`
	Needed  uint32          `json:"needed"`
	Passed  bool            `json:"passed"`
	Rank    int             `json:"rank"`
	Adopted bool            `json:"adopted"`
	Reason  election.Reason `json:"reason"`
	Grade   string          `json:"grade,omitempty"`
	Base    uint32          `json:"base"`
	Share   uint32          `json:"share"`
	TopTwo  *uint32         `json:"top_two,omitempty"`
	Missing uint32          `json:"missing"`
	Rule    string          `json:"rule"`
}

func newOutcomeOption(r *election.Rules, l election.Line) outcomeOption {
	o := outcomeOption{
		ID: l.ID, For: l.For, Needed: l.Needed, Passed: l.Passed, Rank: l.Rank, Adopted: l.Adopted, Reason: l.Reason,
		Base: l.Base, Share: l.Share, Missing: l.Missing, Rule: l.Rule,
	}
	if r.BallotMode == ballot.Satisfaction3 {
		o.TopTwo = &l.TopTwo
	}
	if l.Reason == election.ReasonGraded && l.Grade < len(r.Grades) {
		o.Grade = r.Grades[l.Grade]
	}
	return o
}

// outcomeFollow is the second round that must follow.
type outcomeFollow struct {
	WinnersK int      `json:"winners_k"`
	Base     string   `json:"base"`
	Options  []string `json:"options"`
}

// follow derives the second round, if there must be one. The round of the
// counts is not known; it decides nothing here.
func follow(in election.Input, out election.Outcome) *outcomeFollow {
	if out.Next != election.NextSecondRound {
		return nil
	}
	m := election.Manifest{Round: 1, Rules: in.Rules, Options: make([]election.Option, len(in.Counts))}
	f, err := m.Next(&out)
	if err != nil {
		return nil
	}
	return &outcomeFollow{WinnersK: f.Rules.WinnersK, Base: f.Rules.Base, Options: ids(in, f.Origin)}
}

// ids names options by their ids; never nil, so that JSON has a list.
func ids(in election.Input, options []uint16) []string {
	list := make([]string, len(options))
	for i, at := range options {
		list[i] = in.Counts[at].ID
	}
	return list
}
