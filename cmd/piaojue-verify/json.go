package main

import (
	"encoding/hex"
	"encoding/json"
	"io"

	"piaojue/audit"
	"piaojue/ballot"
	"piaojue/election"
)

// document is the report for programs. Options are named by their ids, trustees
// by their numbers from 1, entries by their index from 0. Of what a check failed
// to establish there is nothing. The second verifier in testvectors/verifier-js
// writes the same names, but for what only explains.
type document struct {
	Outcome   string            `json:"outcome"` // verified, incomplete, not verified
	Manifest  string            `json:"manifest,omitempty"`
	Size      uint64            `json:"size"`
	Root      string            `json:"root,omitempty"`
	Witnesses []string          `json:"witnesses"`
	Congress  string            `json:"congress,omitempty"`
	Session   string            `json:"session,omitempty"`
	Title     string            `json:"title,omitempty"`
	Date      string            `json:"date,omitempty"`
	Kind      string            `json:"kind,omitempty"`
	Parent    *parentLine       `json:"parent,omitempty"` // if its record was given
	Phase     string            `json:"phase"`
	Numbers   *election.Numbers `json:"numbers,omitempty"`
	Totals    []uint32          `json:"totals,omitempty"` // one for each position of a ballot, in its order
	Result    *result           `json:"result,omitempty"`
	Decision  *decision         `json:"decision,omitempty"`  // of the presidium, about a tie
	Successor string            `json:"successor,omitempty"` // manifest hash of the next vote
	Issuers   []issuer          `json:"issuers"`
	BadShares []int             `json:"bad_shares"`
	Warnings  []string          `json:"warnings"`
	Checks    []check           `json:"checks"`
}

type check struct {
	Number   int       `json:"number"`
	ID       string    `json:"id"`
	Result   string    `json:"result"` // passed, failed, not reached
	Failures []failure `json:"failures,omitempty"`
	Unnamed  int       `json:"unnamed,omitempty"` // more that failed it
	status   audit.Status
}

type failure struct {
	Code  string  `json:"code"`            // of the check, and of the cause: entry.signatures.missing
	Entry *uint64 `json:"entry,omitempty"` // none if no single entry is to blame
	About string  `json:"about,omitempty"` // a file, a field, a signer, a key
	Cause string  `json:"cause"`           // in English, for experts
}

// issuer says whether an issuer's own account of what it signed was compared.
type issuer struct {
	Number     int    `json:"number"` // in the manifest, from 0
	Name       string `json:"name"`
	InForce    bool   `json:"in_force"`   // in the last epoch
	Registered bool   `json:"registered"` // its register is in the record, and agrees with the log
	Signed     int    `json:"signed"`     // in the last epoch, by that register
}

// parentLine says how the record of the vote before ended.
type parentLine struct {
	Manifest string `json:"manifest"`
	Outcome  string `json:"outcome"` // verified or voided
}

// decision is what the presidium decided about a tie.
type decision struct {
	Adopted []string `json:"adopted"`
	Basis   string   `json:"basis"`
	Text    string   `json:"text"`
	Members []string `json:"members"`
}

// result is what the vote decided.
type result struct {
	Vote    string   `json:"vote"`    // valid, void or no_quorum
	Next    string   `json:"next"`    // what follows
	Adopted []string `json:"adopted"` // by rank
	Tied    []string `json:"tied"`
	Mode    string   `json:"mode"`             // of the ballot: which figures a line has
	Grades  []string `json:"grades,omitempty"` // of satisfaction_3, best first
	Lines   []line   `json:"lines"`            // in the order of the manifest
}

// line is one option. It has the figures only that its kind of ballot knows.
type line struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"`
	For     *uint32    `json:"for,omitempty"`     // but in satisfaction_3
	Against *uint32    `json:"against,omitempty"` // of yna_each and yna_capped
	Grades  *[3]uint32 `json:"grades,omitempty"`  // of satisfaction_3, best first
	Abstain uint32     `json:"abstain"`
	Needed  *uint32    `json:"needed,omitempty"` // the least that passes; as the next, but in satisfaction_3
	Passed  *bool      `json:"passed,omitempty"`
	Rank    *int       `json:"rank,omitempty"` // from 1; 0 if the vote is not valid
	Adopted bool       `json:"adopted"`
	Reason  string     `json:"reason"`
	Grade   string     `json:"grade,omitempty"` // of satisfaction_3: the one reached
}

func writeJSON(w io.Writer, r *audit.Report, p *parent) {
	d := document{
		Outcome:   r.Outcome(),
		Phase:     r.Phase.String(),
		Checks:    checks(r),
		Warnings:  []string{},
		Issuers:   []issuer{},
		BadShares: []int{},
		Witnesses: []string{},
	}
	d.addManifest(r)
	d.addResult(r)
	if p != nil {
		d.Parent = &parentLine{Manifest: hex.EncodeToString(p.report.ManifestHash[:]), Outcome: p.outcome()}
	}
	for _, warning := range r.Warnings {
		d.Warnings = append(d.Warnings, string(warning))
	}
	for _, x := range r.Issuers {
		d.Issuers = append(d.Issuers, issuer{int(x.Number), x.Name, x.InForce, x.Registered, x.Signed})
	}
	for _, s := range r.BadShares {
		d.BadShares = append(d.BadShares, int(s.Trustee))
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	e.Encode(d)
}

func (d *document) addManifest(r *audit.Report) {
	m := r.Manifest
	if m == nil {
		return
	}
	d.Manifest = hex.EncodeToString(r.ManifestHash[:])
	d.Congress, d.Session, d.Title, d.Date, d.Kind = m.Congress, m.Session, m.Title, m.Date, m.Kind.String()
	if r.Checkpoint.Size > 0 {
		d.Size, d.Root = r.Checkpoint.Size, hex.EncodeToString(r.Checkpoint.Root[:])
		d.Witnesses = append(d.Witnesses, r.Witnesses...)
	}
}

// addResult leaves out what a failed check makes meaningless.
func (d *document) addResult(r *audit.Report) {
	if r.Failed() {
		return
	}
	d.Numbers = &r.Numbers
	if r.Result != nil {
		d.Totals, d.Result = r.Result.Totals, newResult(r.Manifest, &r.Result.Outcome)
	}
	if c := r.Decision; c != nil {
		d.Decision = &decision{Adopted: ids(r.Manifest, c.Adopted), Basis: c.Basis, Text: c.Text, Members: append([]string{}, c.Members...)}
	}
	if r.Successor != [32]byte{} {
		d.Successor = hex.EncodeToString(r.Successor[:])
	}
}

func newResult(m *election.Manifest, o *election.Outcome) *result {
	r := &result{Vote: o.Vote, Next: o.Next, Adopted: ids(m, o.Adopted), Tied: ids(m, o.Tied), Lines: []line{}}
	r.Mode, r.Grades = string(m.Rules.BallotMode), m.Rules.Grades
	for i, l := range o.Lines {
		r.Lines = append(r.Lines, newLine(m, m.Options[i], l))
	}
	return r
}

func newLine(m *election.Manifest, x election.Option, l election.Line) line {
	out := line{ID: x.ID, Name: x.Name, Abstain: l.Abstain, Adopted: l.Adopted, Reason: string(l.Reason)}
	switch m.Rules.BallotMode {
	case ballot.Satisfaction3:
		out.Grades = &l.Grades
		if l.Reason == election.ReasonGraded {
			out.Grade = m.Rules.Grades[l.Grade]
		}
		return out
	case ballot.YNAEach, ballot.YNACapped:
		out.Against = &l.Against
	}
	out.For, out.Needed, out.Passed, out.Rank = &l.For, &l.Needed, &l.Passed, &l.Rank
	return out
}

// ids names options; never nil, so that JSON has a list.
func ids(m *election.Manifest, options []uint16) []string {
	list := make([]string, len(options))
	for i, at := range options {
		list[i] = m.Options[at].ID
	}
	return list
}

func checks(r *audit.Report) []check {
	var all []check
	for _, f := range r.Findings {
		if last := len(all) - 1; last < 0 || all[last].Number != f.Number() {
			all = append(all, check{Number: f.Number(), ID: string(f.Check), Result: f.Status.String(), Unnamed: r.Unnamed(f.Check), status: f.Status})
		}
		if f.Status != audit.Failed {
			continue
		}
		bad := failure{Code: f.Code(), About: f.About, Cause: f.Detail}
		if f.Index != audit.NoEntry {
			bad.Entry = &f.Index
		}
		c := &all[len(all)-1]
		c.Failures = append(c.Failures, bad)
	}
	return all
}
