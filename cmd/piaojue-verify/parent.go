package main

import (
	"io"
	"strings"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/lang"
)

// parent is the vote that another one follows, verified.
type parent struct {
	report *audit.Report
	reach  *election.State
}

func (p *parent) state() *election.State {
	if p == nil {
		return nil
	}
	return p.reach
}

// outcome is verified or voided.
func (p *parent) outcome() string {
	if p.report.Verified {
		return p.report.Outcome()
	}
	return p.report.Phase.String()
}

// verifyParent verifies the record of the vote before, if one was given. What
// follows a vote that is not verified, nobody can say: unless it was declared
// void, nothing goes on (PROTOCOL.md, Section 12). Which vote it is, check
// parent.next says.
func verifyParent(o options, stderr io.Writer) (*parent, int) {
	if o.parent == "" {
		return nil, exitVerified
	}
	record, done, err := open(o.parent)
	if err != nil {
		complain(stderr, unreadable(o.parent, err).in(o.lang))
		return nil, exitUsage
	}
	defer done()
	p := &parent{}
	p.report, p.reach = audit.Replay(record, audit.Options{Progress: progress(stderr)})
	void := !p.report.Failed() && p.report.Phase == election.PhaseVoided
	if p.report.Verified || void {
		return p, exitVerified
	}
	complain(stderr, o.lang.Text("verify.bad_parent", newPrinter(nil, o.lang).text(verdictOf(p.report))))
	return nil, exitNotVerified
}

// verdictOf returns the id of the words for what was found.
func verdictOf(r *audit.Report) string {
	switch {
	case r.Failed():
		return "report.not_verified"
	case !r.Verified:
		return "report.incomplete"
	}
	return "report.verified"
}

// parent prints one line about the vote before.
func (p *printer) parent(before *parent) {
	if before == nil {
		return
	}
	m, word := before.report.Manifest, p.text("report.verified")
	if !before.report.Verified {
		word = p.text("phase." + before.outcome())
	}
	p.line("%s", p.text("report.parent", lang.Plain(m.Title)+" "+lang.Plain(m.Date), word))
	p.line("%s", p.text("report.manifest", hexOf(before.report.ManifestHash)))
	p.line("")
}

// follows prints what came after the count: a decision, the next vote.
func (p *printer) follows(r *audit.Report) {
	if r.Failed() {
		return
	}
	if d := r.Decision; d != nil {
		p.line("%s", p.text("report.decision", p.adopted(r.Manifest, d), lang.Plain(strings.ReplaceAll(d.Basis, "\n", " "))))
	}
	if r.Successor != [32]byte{} {
		p.line("%s", p.text("report.successor", hexOf(r.Successor)))
	}
	if r.Decision != nil || r.Successor != [32]byte{} {
		p.line("")
	}
}

func (p *printer) adopted(m *election.Manifest, d *election.Decision) string {
	if len(d.Adopted) == 0 {
		return p.text("report.nobody")
	}
	var names []string
	for _, o := range d.Adopted {
		names = append(names, lang.Plain(m.Options[o].ID)+" "+lang.Plain(m.Options[o].Name))
	}
	return strings.Join(names, ", ")
}

// missing says which record would let the last check be made.
func (p *printer) missing(r *audit.Report, before *parent) {
	if r.Failed() || r.Manifest == nil {
		return
	}
	switch follows := r.Manifest.Parent != [32]byte{}; {
	case follows && before == nil:
		p.line("! %s", p.text("report.parent_missing"))
	case !follows && before != nil:
		p.line("! %s", p.text("report.parent_unused"))
	}
}
