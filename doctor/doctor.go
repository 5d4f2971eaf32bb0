// Package doctor looks at a server and the machine it runs on in the morning of a
// session, and says in plain words what must be put right before the doors open.
//
// [Examine] runs all checks on a [Patient] and returns a [Report]: a [Finding] for
// each, which is well, to be kept in mind, or wrong. [Report.Lines] has them in
// Chinese or English, one line each; [Report.JSON] for programs.
//
// Each check is two functions: one looks, the other judges what was seen, so that
// tests can show it what no test can make, a clock that runs wild or a disk in the
// memory. Nothing here changes anything but that a few files are written to the
// server's folder and removed again, and no secret is read: of key files only the
// permissions are looked at. What it asks of servers, everybody may ask.
package doctor

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"time"

	"piaojue/lang"
)

// Patient is what is looked at. What is empty is left out.
type Patient struct {
	Dir      string // folder of the server
	Database string // URL of PostgreSQL, if it is not a file in Dir
	Listen   string // host:port of the server
	Plain    bool   // it speaks HTTP there
	Cert     string // files of its certificate and its key
	Key      string
	CA       string         // certificate of the authority that the server made, if it did
	Roots    *x509.CertPool // to be trusted beside the system's
	Site     string         // address at which people find it
	Peers    []string       // addresses of other nodes
	Deputies int            // who may vote, for the room on the disk
	Files    int            // that a process may open; 0: no bound
	Font     error          // why there is no font for the official forms
	Backup   time.Time      // of the last one; zero: none
	Terminal bool           // terminals run on this machine as well
}

// Verdict is what a check comes to.
type Verdict int

// The verdicts.
const (
	Well    Verdict = iota
	Careful         // to be kept in mind; a session can be opened
	Wrong           // must be put right before
)

var (
	marks = []string{"✓", "！", "✗"}
	words = []string{"well", "careful", "wrong"}
)

// Finding is what one check has found.
type Finding struct {
	Verdict Verdict
	Check   string // what was looked at
	Case    string // what was seen
	args    []any
}

// found is a finding; args are for its text.
func found(v Verdict, check, seen string, args ...any) Finding {
	for i, a := range args {
		if s, ok := a.(string); ok {
			args[i] = lang.Plain(s) // what others have sent
		}
	}
	return Finding{v, check, seen, args}
}

// Report is all findings, in the order in which they are read.
type Report []Finding

// Examine runs all checks that there is something for.
func Examine(ctx context.Context, p Patient) Report {
	r := Report{checkClock(lookClock())}
	r = append(r, p.machine()...)
	if p.Dir != "" {
		r = append(r, p.folder()...)
	}
	if p.Database != "" {
		r = append(r, p.database(ctx)...)
	}
	r = append(r, p.certificate(time.Now())...)
	return append(r, p.network(ctx)...)
}

// Fails reports whether something must be put right.
func (r Report) Fails() bool { return r.count(Wrong) > 0 }

func (r Report) count(v Verdict) (n int) {
	for _, f := range r {
		if f.Verdict == v {
			n++
		}
	}
	return n
}

// Seen says what was seen, and Fix what to do; empty if nothing is.
func (f Finding) Seen(l lang.Lang) string { return say(l, f.Check+"."+f.Case, f.args...) }

// Fix says what to do; nothing if all is well.
func (f Finding) Fix(l lang.Lang) string {
	if f.Verdict == Well {
		return ""
	}
	return say(l, f.Check+"."+f.Case+".fix")
}

// Lines are the findings for people, and what they come to.
func (r Report) Lines(l lang.Lang) []string {
	var lines []string
	for _, f := range r {
		name, line := say(l, "name."+f.Check), ""
		if fix := f.Fix(l); fix != "" {
			line = say(l, "say.line_fix", name, f.Seen(l), fix)
		} else {
			line = say(l, "say.line", name, f.Seen(l))
		}
		lines = append(lines, marks[f.Verdict]+" "+line)
	}
	end := "end_well"
	switch {
	case r.Fails():
		end = "end_wrong"
	case r.count(Careful) > 0:
		end = "end_careful"
	}
	return append(lines, say(l, "say.sum", len(r), r.count(Well), r.count(Careful), r.count(Wrong)), say(l, "say."+end))
}

// JSON is the report for programs, with both languages.
func (r Report) JSON() ([]byte, error) {
	type findingJSON struct {
		Check   string `json:"check"`
		Case    string `json:"case"`
		Verdict string `json:"verdict"`
		ZH      string `json:"zh"`
		EN      string `json:"en"`
		FixZH   string `json:"fix_zh,omitempty"`
		FixEN   string `json:"fix_en,omitempty"`
	}
	all := []findingJSON{}
	for _, f := range r {
		all = append(all, findingJSON{f.Check, f.Case, words[f.Verdict], f.Seen(lang.ZH), f.Seen(lang.EN), f.Fix(lang.ZH), f.Fix(lang.EN)})
	}
	return json.MarshalIndent(map[string]any{"ready": !r.Fails(), "checks": all}, "", "  ")
}

// say is a text of this package's catalogue.
func say(l lang.Lang, id string, args ...any) string {
	text, ok := texts(l)[id]
	switch {
	case !ok:
		return id
	case len(args) == 0:
		return text
	}
	return fmt.Sprintf(text, args...)
}
