package main

import (
	"fmt"
	"strings"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/lang"
)

// recordFiles are what somebody who gave the wrong file should look for
// (PROTOCOL.md, Section 11).
const recordFiles = "checkpoint, closing, tile/"

// noRecord reports whether what was given is not even the ruin of a record: 37
// checks that were not reached would only hide that.
func noRecord(r *audit.Report) (code string, none bool) {
	for _, f := range r.Findings {
		if f.Check == election.CheckRecordFiles && (f.Cause == election.CauseEmpty || f.Cause == election.CauseArchive) {
			return f.Code(), true
		}
	}
	return "", false
}

func (p *printer) failure(f failure) {
	if f.Entry == nil {
		p.line("      %s", p.why(f))
		return
	}
	p.line("      %s", p.text("report.line_at", p.text("report.at", *f.Entry), p.why(f)))
}

// why says the cause in words. What the program itself said is English, and for
// experts: in Chinese only what it is about stands beside the words.
func (p *printer) why(f failure) string {
	detail := p.about(f)
	if p.l == lang.EN {
		detail = f.Cause
	}
	if detail == "" {
		return p.l.Failure(f.Code)
	}
	return p.text("report.about", p.l.Failure(f.Code), lang.Plain(detail))
}

// signers are the roles by their names in PROTOCOL.md.
var signers = map[string]string{
	"staff lead": "role.staff_lead", "presidium": "role.presidium", "scrutineer": "role.scrutineer",
	"teller": "role.teller", "log key": "role.log", "badge": "role.badge",
}

func (p *printer) about(f failure) string {
	switch {
	case strings.HasPrefix(f.Code, string(election.CheckEntrySignatures)):
		name := strings.TrimRight(f.About, " 0123456789")
		if id, ok := signers[name]; ok {
			return p.text(id) + f.About[len(name):]
		}
	case f.Code == string(election.CheckManifestForm), f.Code == string(election.CheckParentNext):
		return p.field(f.About)
	}
	return f.About
}

// field names a field of a manifest, or one of its rules.
func (p *printer) field(name string) string {
	var option int
	if n, _ := fmt.Sscanf(name, "options[%d]", &option); n == 1 {
		return p.text("report.field.option", option+1)
	}
	for _, group := range []string{"rule.", "report.field."} {
		if p.l.Has(group + name) {
			return p.text(group + name)
		}
	}
	return name
}
