package main

import (
	"encoding/hex"
	"encoding/json"
	"io"

	"piaojue/audit"
	"piaojue/election"
)

// document is the report for programs. The second verifier in
// testvectors/verifier-js writes the same names.
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
	Phase     string            `json:"phase"`
	Numbers   *election.Numbers `json:"numbers,omitempty"`
	Totals    []uint32          `json:"totals,omitempty"`
	Result    *election.Outcome `json:"result,omitempty"`
	BadShares []int             `json:"bad_shares"`
	Warnings  []string          `json:"warnings"`
	Checks    []check           `json:"checks"`
}

type check struct {
	Number   int       `json:"number"`
	ID       string    `json:"id"`
	Result   string    `json:"result"` // passed, failed, not reached
	Failures []failure `json:"failures,omitempty"`
	status   audit.Status
}

type failure struct {
	Entry *uint64 `json:"entry,omitempty"`
	Cause string  `json:"cause"`
}

func writeJSON(w io.Writer, r *audit.Report) {
	d := document{
		Outcome:   outcome(r),
		Phase:     r.Phase.String(),
		Checks:    checks(r),
		Warnings:  []string{},
		BadShares: []int{},
		Witnesses: []string{},
	}
	d.addManifest(r)
	d.addResult(r)
	for _, warning := range r.Warnings {
		d.Warnings = append(d.Warnings, string(warning))
	}
	for _, s := range r.BadShares {
		d.BadShares = append(d.BadShares, int(s.Trustee))
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	e.Encode(d)
}

// outcome tells a record that stops early from a false one.
func outcome(r *audit.Report) string {
	switch {
	case r.Verified:
		return "verified"
	case r.Failed():
		return "not verified"
	}
	return "incomplete"
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
		d.Totals, d.Result = r.Result.Totals, &r.Result.Outcome
	}
}

func checks(r *audit.Report) []check {
	var all []check
	for _, f := range r.Findings {
		if last := len(all) - 1; last < 0 || all[last].Number != f.Number() {
			all = append(all, check{Number: f.Number(), ID: string(f.Check), Result: f.Status.String(), status: f.Status})
		}
		if f.Status != audit.Failed {
			continue
		}
		bad := failure{Cause: f.Detail}
		if f.Index != audit.NoEntry {
			bad.Entry = &f.Index
		}
		c := &all[len(all)-1]
		c.Failures = append(c.Failures, bad)
	}
	return all
}
