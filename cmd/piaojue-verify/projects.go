package main

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/lang"
	"piaojue/project"
)

// projectsTask is the first argument of who verifies the log of the projects. A
// record of that name alone is still a record of a vote.
const projectsTask = "projects"

// projectOptions are what the command line says.
type projectOptions struct {
	options
	log   *[32]byte
	votes []string // records of votes
}

func runProjects(args []string, preferred string, stdout, stderr io.Writer) int {
	o, wrong := parseProjects(args, preferred)
	if wrong != nil {
		complain(stderr, wrong.in(o.lang), o.lang.Text("verify.help", "piaojue-verify -h"))
		return exitUsage
	}
	votes, status := o.verifyVotes(stderr)
	if status != exitVerified {
		return status
	}
	record, done, err := open(o.path)
	if err != nil {
		complain(stderr, unreadable(o.path, err).in(o.lang))
		return exitUsage
	}
	defer done()
	r := audit.VerifyProjects(record, audit.ProjectOptions{Log: o.log, Votes: votes, Progress: progress(stderr)})
	if o.json {
		writeProjects(stdout, r)
	} else {
		newPrinter(stdout, o.lang).projects(r)
	}
	if !r.Verified {
		return exitNotVerified
	}
	return exitVerified
}

func parseProjects(args []string, preferred string) (projectOptions, *misuse) {
	o := projectOptions{}
	o.lang, _ = lang.Parse(preferred)
	f := flag.NewFlagSet("piaojue-verify projects", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.BoolVar(&o.json, "json", false, "")
	f.Func("lang", "", func(name string) error {
		l, err := lang.Parse(name)
		if err == nil {
			o.lang = l
		}
		return err
	})
	f.Func("vote", "", func(path string) error {
		if path == "" {
			return errors.New("no record")
		}
		o.votes = append(o.votes, path)
		return nil
	})
	var key *string
	f.Func("log", "", func(text string) error {
		key = &text
		return nil
	})
	if err := f.Parse(args); err != nil {
		return o, &misuse{"verify.bad_flag", culprit(args, f.NArg()), err}
	}
	if f.NArg() != 1 {
		return o, &misuse{id: "verify.one_record"}
	}
	o.path = f.Arg(0)
	if key == nil {
		return o, nil
	}
	b, err := hex.DecodeString(*key)
	if err != nil || len(b) != 32 {
		return o, &misuse{id: "verify.bad_key"}
	}
	o.log = (*[32]byte)(b)
	return o, nil
}

// verifyVotes verifies the records of votes first: what a vote that is not
// verified decided, nobody can say. One that was voided decided nothing, and may
// be the parent of another.
func (o *projectOptions) verifyVotes(stderr io.Writer) ([]*election.State, int) {
	var votes []*election.State
	for _, path := range o.votes {
		record, done, err := open(path)
		if err != nil {
			complain(stderr, unreadable(path, err).in(o.lang))
			return nil, exitUsage
		}
		report, state := audit.Replay(record, audit.Options{Progress: progress(stderr)})
		done()
		void := !report.Failed() && report.Phase == election.PhaseVoided
		if !report.Verified && !void {
			complain(stderr, o.lang.Text("verify.bad_vote", lang.Plain(path), o.lang.Text(verdictOf(report))))
			return nil, exitNotVerified
		}
		votes = append(votes, state)
	}
	return votes, exitVerified
}

// projects prints the report for people.
func (p *printer) projects(r *audit.ProjectReport) {
	p.line("%s", p.text("projects.title"))
	p.line("")
	s := r.State
	if r.Verified {
		p.line("%s", lang.Plain(s.Organisation().Name))
		p.line("%s", p.text("projects.root", r.Checkpoint.Size, hexOf(r.Checkpoint.Root)))
		p.line("%s", p.text("projects.key", hexOf(r.Key)))
		p.line("%s", p.text("projects.things", s.Count(project.NounSuggestion), s.Count(project.NounProject), s.Count(project.NounProblem)))
		p.line("%s", p.text("projects.contents", r.Contents, r.Withdrawn, r.Held))
		p.line("%s", p.text("projects.signed", r.Signed, int(s.Size())-r.Signed))
		p.line("%s", p.text("projects.compared", r.Compared, r.Unknown))
		p.line("")
	}
	for _, f := range r.Findings {
		p.line("%s  %s", p.light(f.Status), p.text("projects.check."+string(f.Check)))
		if f.Status == audit.Failed {
			p.projectFailure(f)
		}
	}
	p.line("")
	p.projectVerdict(r)
}

// projectFailure says where, and in English why: the log's own words are for
// experts.
func (p *printer) projectFailure(f audit.Finding) {
	where := f.About
	if f.Index != audit.NoEntry {
		where = p.text("report.at", f.Index)
	}
	if p.l == lang.EN {
		where = fmt.Sprintf("%s: %s", where, f.Detail)
	}
	p.line("      %s", lang.Plain(where))
}

func (p *printer) projectVerdict(r *audit.ProjectReport) {
	id, light := "report.verified", audit.Passed
	if !r.Verified {
		id, light = "report.not_verified", audit.Failed
	}
	verdict := lights[light].sign + " " + p.text(id)
	if p.colour {
		verdict = lights[light].colour + verdict + "\033[0m"
	}
	p.line("%s", verdict)
	if r.Verified && !r.Known {
		p.line("! %s", p.text("projects.unknown_key", "-log"))
	}
	if r.Verified && r.Unknown > 0 {
		p.line("! %s", p.text("projects.no_vote", "-vote"))
	}
}

// projectDocument is the report for programs.
type projectDocument struct {
	Outcome     string         `json:"outcome"` // verified, not verified
	Key         string         `json:"key"`
	Known       bool           `json:"known"` // it is the key that was given
	Size        uint64         `json:"size"`
	Root        string         `json:"root"`
	Suggestions int            `json:"suggestions"`
	Projects    int            `json:"projects"`
	Problems    int            `json:"problems"`
	Contents    int            `json:"contents"`
	Withdrawn   int            `json:"withdrawn"`
	Held        int            `json:"held"`
	Signed      int            `json:"signed"`
	Compared    int            `json:"compared"`
	Unknown     int            `json:"unknown"`
	Checks      []projectCheck `json:"checks"`
}

type projectCheck struct {
	ID     string  `json:"id"`
	Result string  `json:"result"`
	Entry  *uint64 `json:"entry,omitempty"`
	About  string  `json:"about,omitempty"`
	Cause  string  `json:"cause,omitempty"`
}

// writeProjects leaves out what a failed check makes meaningless.
func writeProjects(w io.Writer, r *audit.ProjectReport) {
	d := projectDocument{Outcome: "not verified"}
	if r.Verified {
		s := r.State
		d = projectDocument{
			Outcome: "verified", Key: hexOf(r.Key), Known: r.Known, Size: r.Checkpoint.Size, Root: hexOf(r.Checkpoint.Root),
			Suggestions: s.Count(project.NounSuggestion), Projects: s.Count(project.NounProject), Problems: s.Count(project.NounProblem),
			Contents: r.Contents, Withdrawn: r.Withdrawn, Held: r.Held, Signed: r.Signed, Compared: r.Compared, Unknown: r.Unknown,
		}
	}
	for _, f := range r.Findings {
		c := projectCheck{ID: string(f.Check), Result: f.Status.String(), About: f.About, Cause: f.Detail}
		if f.Index != audit.NoEntry {
			c.Entry = &f.Index
		}
		d.Checks = append(d.Checks, c)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	e.Encode(d)
}
