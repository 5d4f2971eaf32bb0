package main

import (
	"encoding/hex"

	"piaojue/audit"
	"piaojue/ballot"
	"piaojue/bridge"
	"piaojue/election"
)

// reportOf is what piaojue-verify -json prints. A result out of a false record
// means nothing, and would be quoted: it is left out.
func reportOf(r *audit.Report) bridge.Map {
	o := bridge.Object(
		"outcome", r.Outcome(), "phase", r.Phase.String(), "checks", checksOf(r), "size", 0,
		"warnings", bridge.Warnings(r.Warnings), "witnesses", []string{},
	)
	var bad []any
	for _, s := range r.BadShares {
		bad = append(bad, int(s.Trustee))
	}
	o["bad_shares"] = bad
	var issuers []bridge.Map
	for _, x := range r.Issuers {
		issuers = append(issuers, bridge.Object("number", int(x.Number), "name", x.Name,
			"in_force", x.InForce, "registered", x.Registered, "signed", x.Signed))
	}
	o["issuers"] = issuers
	if m := r.Manifest; m != nil {
		o["manifest"], o["kind"] = r.ManifestHash, m.Kind.String()
		o["congress"], o["session"], o["title"], o["date"] = m.Congress, m.Session, m.Title, m.Date
		if r.Checkpoint.Size > 0 {
			o["size"], o["root"] = r.Checkpoint.Size, hex.EncodeToString(r.Checkpoint.Root[:])
			o["witnesses"] = r.Witnesses
		}
	}
	if r.Failed() {
		return o
	}
	o["numbers"] = bridge.Numbers(r.Numbers)
	if r.Result != nil {
		o["totals"], o["result"] = numbers(r.Result.Totals), outcomeFields(r.Manifest, &r.Result.Outcome)
	}
	addNext(o, r)
	return o
}

// addNext adds what came after the count.
func addNext(o bridge.Map, r *audit.Report) {
	if c := r.Decision; c != nil {
		o["decision"] = bridge.Object("adopted", optionIDs(r.Manifest, c.Adopted), "basis", c.Basis, "text", c.Text, "members", c.Members)
	}
	if r.Successor != [32]byte{} {
		o["successor"] = hex.EncodeToString(r.Successor[:])
	}
}

// outcomeFields is what the vote decided.
func outcomeFields(m *election.Manifest, o *election.Outcome) bridge.Map {
	result := bridge.Object(
		"vote", o.Vote, "next", o.Next, "adopted", optionIDs(m, o.Adopted), "tied", optionIDs(m, o.Tied),
		"mode", string(m.Rules.BallotMode), "lines", linesOf(m, o.Lines),
	)
	if len(m.Rules.Grades) > 0 {
		result["grades"] = []string(m.Rules.Grades)
	}
	return result
}

func optionIDs(m *election.Manifest, options []uint16) []string {
	var list []string
	for _, at := range options {
		list = append(list, m.Options[at].ID)
	}
	return list
}

// linesOf has the figures of each option that its kind of ballot knows.
func linesOf(m *election.Manifest, lines []election.Line) []bridge.Map {
	var all []bridge.Map
	for i, l := range lines {
		o := bridge.Object("id", m.Options[i].ID, "name", m.Options[i].Name, "abstain", l.Abstain, "adopted", l.Adopted, "reason", string(l.Reason))
		all = append(all, o)
		switch m.Rules.BallotMode {
		case ballot.Satisfaction3:
			o["grades"] = numbers(l.Grades[:])
			if l.Reason == election.ReasonGraded {
				o["grade"] = m.Rules.Grades[l.Grade]
			}
			continue
		case ballot.YNAEach, ballot.YNACapped:
			o["against"] = l.Against
		}
		o["for"], o["needed"], o["passed"], o["rank"] = l.For, l.Needed, l.Passed, l.Rank
	}
	return all
}

func checksOf(r *audit.Report) []bridge.Map {
	var all []bridge.Map
	for _, f := range r.Findings {
		if last := len(all) - 1; last < 0 || all[last]["number"] != f.Number() {
			all = append(all, bridge.Object("number", f.Number(), "id", string(f.Check), "result", f.Status.String()))
			if n := r.Unnamed(f.Check); n > 0 {
				all[len(all)-1]["unnamed"] = n
			}
		}
		if f.Status != audit.Failed {
			continue
		}
		bad := bridge.Object("code", f.Code(), "cause", f.Detail)
		if f.About != "" {
			bad["about"] = f.About
		}
		if f.Index != audit.NoEntry {
			bad["entry"] = f.Index
		}
		check := all[len(all)-1]
		failures, _ := check["failures"].([]bridge.Map)
		check["failures"] = append(failures, bad)
	}
	return all
}
