package audit

import (
	"cmp"
	"fmt"
	"slices"

	"piaojue/election"
)

// Status says how a check ended.
type Status uint8

// A check that was not reached says nothing, neither good nor bad.
const (
	NotReached Status = iota
	Passed
	Failed
)

// String returns the word for s in PROTOCOL.md, Section 12.
func (s Status) String() string {
	switch s {
	case Passed:
		return "passed"
	case Failed:
		return "failed"
	}
	return "not reached"
}

// NoEntry is the index of a finding that no single entry is to blame for.
const NoEntry = ^uint64(0)

// Finding is the outcome of one numbered check. A check that failed at several
// entries has several findings.
type Finding struct {
	Check  election.CheckID
	Status Status
	Index  uint64 // of the entry that failed, or NoEntry

	// The rest is empty unless the check failed.
	Cause  election.Cause // tells the causes of one check apart; most have a plain one
	About  string         // what is at fault: a path, a field, a signer; may be empty
	Detail string         // what is wrong, in English, for experts
}

// Code is what a program tells failures apart by: the check's id and, unless it
// is plain, the cause.
func (f *Finding) Code() string {
	if f.Cause == election.CausePlain {
		return string(f.Check)
	}
	return string(f.Check) + "." + string(f.Cause)
}

// Number returns the number of the check.
func (f *Finding) Number() int { return f.Check.Number() }

// String returns one line for people.
func (f *Finding) String() string {
	s := fmt.Sprintf("%2d %-20s %s", f.Number(), f.Check, f.Status)
	if f.Status == Failed && f.Index != NoEntry {
		s += fmt.Sprintf(" at entry %d", f.Index)
	}
	if f.Detail != "" {
		s += ": " + f.Detail
	}
	return s
}

// MostFailures is how many failures of one check a report names: a record of a
// million bad ballots must not fill the memory.
const MostFailures = 10000

// Report is what Verify found.
type Report struct {
	// Verified means that the vote is certified, that every check that it has
	// come to passed, and that the result was recomputed. A record that stops
	// earlier is not verified, even if nothing is wrong with it. Whether it is
	// the vote one thinks of, check manifest.hash alone says.
	Verified bool

	Findings []Finding // in the order of the numbered checks
	failures map[election.CheckID]int

	// What follows is zero as far as it was not reached, and means nothing
	// if a check failed before.
	Checkpoint   Checkpoint // signed by the log and enough witnesses
	Witnesses    []string   // key names of those who cosigned it
	Manifest     *election.Manifest
	ManifestHash [32]byte
	Phase        election.Phase
	Numbers      election.Numbers
	Result       *election.Result    // with the lines of each option
	Decision     *election.Decision  // of the presidium, about a tie; nil if none
	Successor    [32]byte            // manifest hash of the next vote, if the log names one
	BadShares    []election.BadShare // of trustees whose shares were skipped
	Issuers      []IssuerLine        // all of the manifest, once the last entry was reached

	// Warnings are about what is allowed but should be known. If a check
	// failed they are those of the manifest.
	Warnings []election.Warning
}

// Failed reports whether a check failed.
func (r *Report) Failed() bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Status == Failed })
}

// Outcome tells a record that stops early from a false one: verified,
// incomplete, not verified.
func (r *Report) Outcome() string {
	switch {
	case r.Verified:
		return "verified"
	case r.Failed():
		return "not verified"
	}
	return "incomplete"
}

// Status returns how a check ended.
func (r *Report) Status(check election.CheckID) Status {
	for _, f := range r.Findings {
		if f.Check == check {
			return f.Status
		}
	}
	return NotReached
}

// Unnamed returns how many entries failed a check beyond those that are named.
func (r *Report) Unnamed(check election.CheckID) int {
	return max(r.failures[check]-MostFailures, 0)
}

func (r *Report) add(f Finding) {
	if r.failures == nil {
		r.failures = map[election.CheckID]int{}
	}
	if r.failures[f.Check]++; r.failures[f.Check] <= MostFailures {
		r.Findings = append(r.Findings, f)
	}
}

// settle sorts the findings, and adds one for each check without failure.
func (r *Report) settle(passed func(election.CheckID) bool) {
	for _, c := range election.Checks() {
		if r.Status(c) == Failed {
			continue
		}
		f := Finding{Check: c, Index: NoEntry}
		if passed(c) {
			f.Status = Passed
		}
		r.Findings = append(r.Findings, f)
	}
	slices.SortStableFunc(r.Findings, func(a, b Finding) int { return cmp.Compare(a.Number(), b.Number()) })
}
