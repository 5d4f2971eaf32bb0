package form

import (
	"bytes"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/lang"
)

// ErrNoPabulib means that a vote chooses no projects: one on satisfaction has
// nothing that the format could hold.
var ErrNoPabulib = errors.New("form: a vote on satisfaction chooses no projects")

// Pabulib writes the projects and their totals in the format of pabulib.org
// (META, PROJECTS, VOTES; semicolons, UTF-8 without a mark). VOTES is empty, and
// num_votes is 0, as the format demands of an empty section: nobody has single
// ballots, by construction. The comment says so, and how many there were.
//
// There is no budget in such a vote but a number of seats; budget is what the
// adopted projects cost, or the dearest one if that is more.
func (p *Publication) Pabulib() ([]byte, error) {
	if p.Manifest.Rules.BallotMode == ballot.Satisfaction3 {
		return nil, ErrNoPabulib
	}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.Comma = ';'
	w.WriteAll([][]string{{"META"}, {"key", "value"}})
	w.WriteAll(p.pabulibMeta())
	w.WriteAll([][]string{{"PROJECTS"}})
	w.WriteAll(p.pabulibProjects())
	w.WriteAll([][]string{{"VOTES"}, {"voter_id", "vote"}})
	return out.Bytes(), nil
}

func (p *Publication) pabulibMeta() [][]string {
	m := p.Manifest
	date := pabulibDate(m.Date)
	meta := [][]string{
		{"description", m.Title},
		{"country", "China"},
		{"unit", m.Congress},
		{"instance", m.Session},
		{"num_projects", strconv.Itoa(len(m.Options))},
		{"num_votes", "0"},
		{"budget", strconv.FormatUint(p.pabulibBudget(), 10)},
		{"vote_type", pabulibType(m.Rules.BallotMode)},
		{"rule", "unknown"},
		{"date_begin", date},
		{"date_end", date},
	}
	if m.Rules.BallotMode == ballot.SelectK {
		meta = append(meta, []string{"min_length", strconv.Itoa(m.Rules.MinMarks)}, []string{"max_length", strconv.Itoa(m.Rules.MaxMarks)})
	}
	meta = append(meta, []string{"edition", strconv.Itoa(int(m.Round))}, []string{"language", "zh"}, []string{"currency", "CNY"})
	if m.Kind != election.Real {
		meta = append(meta, []string{"experimental", "1"})
	}
	return append(meta, []string{"comment", p.pabulibComment()})
}

func pabulibType(mode ballot.Mode) string {
	if mode == ballot.Choose1 {
		return "choose-1"
	}
	return "approval"
}

var (
	fullDate = regexp.MustCompile(`([0-9]{4})\s*[年./-]\s*([0-9]{1,2})\s*[月./-]\s*([0-9]{1,2})`)
	onlyYear = regexp.MustCompile(`[0-9]{4}`)
)

// pabulibDate writes what people wrote as dd.mm.yyyy, or the year, as far as it
// can be told.
func pabulibDate(date string) string {
	date = Narrow(date)
	if m := fullDate.FindStringSubmatch(date); m != nil {
		return ("0" + m[3])[len(m[3])-1:] + "." + ("0" + m[2])[len(m[2])-1:] + "." + m[1]
	}
	return onlyYear.FindString(date)
}

func (p *Publication) pabulibBudget() uint64 {
	var adopted, dearest uint64
	for i, o := range p.Manifest.Options {
		if p.isAdopted(i) {
			adopted += o.Investment
		}
		dearest = max(dearest, o.Investment)
	}
	return max(adopted, dearest)
}

// pabulibComment numbers its remarks, as the format demands. It is English, as
// all of the format is.
func (p *Publication) pabulibComment() string {
	n, hash := p.Result.Numbers, p.Manifest.Hash()
	l := lang.EN
	all := []string{
		l.Text("pabulib.votes", n.R, n.V),
		l.Text("pabulib.budget", p.Manifest.Rules.WinnersK),
		l.Text("pabulib.source", hex.EncodeToString(hash[:])),
	}
	if len(p.Result.Outcome.Tied) > 0 && p.Decision == nil {
		all = append(all, l.Text("pabulib.tied"))
	}
	if !p.Tallies() {
		all = append(all, l.Text("pabulib.kept"))
	}
	if slices.ContainsFunc(p.Manifest.Options, func(o election.Option) bool { return o.Investment == 0 }) {
		all = append(all, l.Text("pabulib.cost"))
	}
	for i := range all {
		all[i] = "#" + strconv.Itoa(i+1) + ": " + all[i]
	}
	return strings.Join(all, " ")
}

func (p *Publication) pabulibProjects() [][]string {
	rows := [][]string{{"project_id", "cost", "name", "selected"}}
	for i, o := range p.Manifest.Options {
		cost := strconv.FormatUint(o.Investment, 10)
		rows = append(rows, []string{pabulibID(o.ID), cost, o.Name, strconv.Itoa(p.pabulibSelected(i))})
	}
	if p.Tallies() {
		rows = p.pabulibColumn(rows, 2, "votes", func(i int) string {
			return strconv.FormatUint(uint64(p.Result.Outcome.Lines[i].For), 10)
		})
	}
	// A column is there for all projects or not at all.
	if !slices.ContainsFunc(p.Manifest.Options, func(o election.Option) bool { return o.Content == "" }) {
		rows = p.pabulibColumn(rows, len(rows[0]), "description", func(i int) string { return p.Manifest.Options[i].Content })
	}
	return rows
}

func (p *Publication) pabulibColumn(rows [][]string, at int, name string, cell func(int) string) [][]string {
	rows[0] = slices.Insert(rows[0], at, name)
	for i := range p.Manifest.Options {
		rows[i+1] = slices.Insert(rows[i+1], at, cell(i))
	}
	return rows
}

// pabulibID keeps an id from being read as the title of a section.
func pabulibID(id string) string {
	if slices.Contains([]string{"meta", "projects", "votes"}, strings.ToLower(strings.TrimSpace(id))) {
		return "#" + id
	}
	return id
}

// pabulibSelected is 2 for what is not decided, which the comment explains.
func (p *Publication) pabulibSelected(i int) int {
	switch {
	case p.isAdopted(i):
		return 1
	case p.tied(i) && p.Decision == nil:
		return 2
	}
	return 0
}
