package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/lang"
)

// printer writes the report for people.
type printer struct {
	w      io.Writer
	l      lang.Lang
	colour bool
}

func newPrinter(w io.Writer, l lang.Lang) *printer {
	f, ok := w.(*os.File)
	return &printer{w: w, l: l, colour: ok && term.IsTerminal(int(f.Fd())) && os.Getenv("NO_COLOR") == ""}
}

func (p *printer) line(format string, args ...any) {
	fmt.Fprintf(p.w, format+"\n", args...)
}

func (p *printer) text(id string, args ...any) string { return p.l.Text(id, args...) }

// report shows a result only if no check failed: figures out of a false record
// mean nothing, and would be quoted.
func (p *printer) report(r *audit.Report, before *parent) {
	p.line("%s", p.text("report.title"))
	p.line("")
	p.parent(before)
	if code, none := noRecord(r); none {
		p.verdict(r)
		p.line("%s", p.text("report.no_record", p.l.Failure(code), recordFiles))
		return
	}
	p.head(r)
	if r.Result != nil && !r.Failed() {
		p.result(r.Manifest, r.Result)
	}
	p.follows(r)
	p.checks(r)
	p.warnings(r)
	p.limits()
	p.verdict(r)
	p.missing(r, before)
}

func (p *printer) head(r *audit.Report) {
	m := r.Manifest
	if m == nil {
		return
	}
	p.line("%s %s", lang.Plain(m.Congress), lang.Plain(m.Session))
	title := lang.Plain(m.Title) + " " + lang.Plain(m.Date)
	if m.Kind != election.Real {
		title += " (" + p.text("vote_kind."+m.Kind.String()) + ")"
	}
	p.line("%s", title)
	p.line("%s", p.text("report.manifest", hexOf(r.ManifestHash)))
	if r.Checkpoint.Size > 0 {
		p.line("%s", p.text("report.root", r.Checkpoint.Size, hexOf(r.Checkpoint.Root)))
	}
	if n := r.Numbers; !r.Failed() {
		p.line("%s", p.text("report.numbers", n.N, n.P, n.I, n.R, n.V, n.X))
		if n.Sheets > 0 {
			p.line("%s", p.text("report.paper", n.Sheets, n.Paper))
		}
		p.issuers(r)
	}
	p.line("")
}

// issuers says whose registers were compared. That one is not there is no fault.
func (p *printer) issuers(r *audit.Report) {
	for _, x := range r.Issuers {
		switch {
		case !x.InForce:
		case x.Registered:
			p.line("%s", p.text("report.issuer", x.Number, lang.Plain(x.Name), x.Signed, r.Numbers.I-r.Numbers.Sheets))
		default:
			p.line("%s", p.text("report.issuer_absent", x.Number, lang.Plain(x.Name)))
		}
	}
}

func hexOf(hash [32]byte) string { return fmt.Sprintf("%x", hash) }

var lights = map[audit.Status]struct{ sign, colour, word string }{
	audit.Passed:     {"✓", "\033[32m", "report.passed"},
	audit.Failed:     {"✗", "\033[31m", "report.failed"},
	audit.NotReached: {"–", "\033[90m", "report.not_reached"},
}

// light is a sign and a word, so that it says the same without colour.
func (p *printer) light(s audit.Status) string {
	l := lights[s]
	word := l.sign + " " + lang.Pad(p.text(l.word), p.lightWidth()-2)
	if p.colour {
		return l.colour + word + "\033[0m"
	}
	return word
}

func (p *printer) lightWidth() int {
	widest := 0
	for _, l := range lights {
		widest = max(widest, lang.Columns(p.text(l.word)))
	}
	return widest + 2
}

// mostFailures bounds what is printed of one check; a program reads all.
const mostFailures = 10

func (p *printer) checks(r *audit.Report) {
	for _, c := range checks(r) {
		p.line("%2d  %s  %s", c.Number, p.light(c.status), p.text("check."+c.ID))
		for i, f := range c.Failures {
			if i == mostFailures {
				p.line("      %s", p.text("report.more", len(c.Failures)-i+c.Unnamed))
				break
			}
			p.failure(f)
		}
	}
	p.line("")
}

func (p *printer) warnings(r *audit.Report) {
	var lines []string
	if r.Manifest != nil && r.Manifest.Kind != election.Real {
		lines = append(lines, p.text("report.rehearsal"))
	}
	for _, w := range r.Warnings {
		if w == election.WarnUnaccounted {
			lines = append(lines, p.text("report.missing", r.Numbers.Unaccounted()))
			continue
		}
		lines = append(lines, p.text("warning."+string(w)))
	}
	if len(r.BadShares) > 0 {
		lines = append(lines, p.text("report.bad_shares", p.senders(r.BadShares)))
	}
	for _, text := range lines {
		p.line("! %s", text)
	}
	if len(lines) > 0 {
		p.line("")
	}
}

func (p *printer) senders(shares []election.BadShare) string {
	var names []string
	for _, s := range shares {
		names = append(names, p.text("report.trustee", s.Trustee))
	}
	return strings.Join(names, ", ")
}

func (p *printer) limits() {
	p.line("%s", p.text("report.limits"))
	for _, id := range lang.IDs("report.limit.") {
		p.line("  - %s", p.text(id))
	}
	p.line("")
}

func (p *printer) verdict(r *audit.Report) {
	id := verdictOf(r)
	light := map[string]audit.Status{"report.verified": audit.Passed, "report.not_verified": audit.Failed}[id]
	verdict := lights[light].sign + " " + p.text(id)
	if id == "report.incomplete" {
		verdict += " (" + p.text("phase."+r.Phase.String()) + ")"
	}
	if p.colour {
		verdict = lights[light].colour + verdict + "\033[0m"
	}
	p.line("%s", verdict)
	if !r.Failed() && r.Status(election.CheckManifestHash) != audit.Passed {
		p.line("! %s", p.text("report.no_hash"))
	}
}
