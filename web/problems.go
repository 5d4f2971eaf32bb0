package web

import (
	"cmp"
	"net/http"
	"slices"

	"piaojue/project"
)

// problemsPerPage bounds what one page reads.
const problemsPerPage = 100

// problemLine is a line of the three lists: what, who, until when and how far.
type problemLine struct {
	project.Problem
	Title   string // of the project
	Owner   string
	Words   published
	Overdue int  // days
	Own     bool // of a project of whoever looks
}

// problemsData fills GET /projects/problems.
type problemsData struct {
	Lines    []problemLine
	Total    int
	Open     int
	Overdue  int
	Page     int
	Next     bool
	Stage    string // what is asked for: open, late, or a stage's name; empty: all
	Project  uint32
	Unit     uint32
	Stages   []string
	Projects []sheetOption
	Units    []sheetOption
	Files    bool // PDF can be made
}

// problemsPage shows 问题, 责任 and 整改 as one table. Those of one's own projects
// stand first, then what is due first.
func (s *Server) problemsPage(r *http.Request, who Person) (any, error) {
	actor, err := s.actor(r, who)
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	d := &problemsData{
		Stage: q.Get("stage"), Project: parseNumber(q.Get("project")), Unit: parseNumber(q.Get("unit")), Page: max(1, int(parseNumber(q.Get("page")))),
		Files: s.config.Font != nil,
	}
	for _, stage := range project.NounProblem.Stages() {
		d.Stages = append(d.Stages, stage.String())
	}
	return d, s.projects.view(func(state *project.State) error {
		by, _ := state.Actor(actor)
		d.find(state, &by, s.projects.day())
		for i := range d.Lines {
			x := &d.Lines[i]
			if x.Words, err = s.published(r.Context(), state, x.Text); err != nil {
				return err
			}
		}
		return nil
	})
}

func (d *problemsData) find(state *project.State, by *project.Actor, today project.Date) {
	var all []problemLine
	seen := map[uint32]bool{}
	units := map[uint32]bool{}
	for n := uint32(1); n < state.Next(project.NounProblem); n++ {
		line := newProblemLine(state, n, by, today)
		seen[line.Project], units[line.Problem.Owner] = true, true
		if line.Stage != project.StageStruck {
			d.Open++
		}
		if line.Overdue > 0 {
			d.Overdue++
		}
		if d.wants(&line) {
			all = append(all, line)
		}
	}
	slices.SortStableFunc(all, func(a, b problemLine) int {
		return cmp.Or(compareFlags(a.Own, b.Own), compareFlags(a.Stage != project.StageStruck, b.Stage != project.StageStruck), cmp.Compare(a.Due, b.Due))
	})
	d.Total = len(all)
	from := min(len(all), (d.Page-1)*problemsPerPage)
	to := min(len(all), from+problemsPerPage)
	d.Lines, d.Next = all[from:to], to < len(all)
	d.Projects = optionsOf(state.Next(project.NounProject), d.Project, seen, func(n uint32) string {
		p, _ := state.Project(n)
		return p.Title
	})
	d.Units = optionsOf(uint32(state.Units())+1, d.Unit, units, func(n uint32) string { return unitName(state, n) })
}

// compareFlags puts what is true first.
func compareFlags(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func newProblemLine(state *project.State, n uint32, by *project.Actor, today project.Date) problemLine {
	x, _ := state.Problem(n)
	p, _ := state.Project(x.Project)
	return problemLine{Problem: x, Title: p.Title, Owner: unitName(state, x.Owner), Overdue: lateBy(&x, today), Own: onTeam(&p, by)}
}

// lateBy is how many days a problem is overdue: until it is put right and looked
// at, or, once struck, until somebody has looked again.
func lateBy(x *project.Problem, today project.Date) int {
	due := x.Due
	switch x.Stage {
	case project.StageRechecked:
		return 0
	case project.StageStruck:
		due = x.Lookback
	}
	if !due.Past(today) {
		return 0
	}
	return today.Sub(due)
}

func (d *problemsData) wants(x *problemLine) bool {
	if d.Project != 0 && x.Project != d.Project || d.Unit != 0 && x.Problem.Owner != d.Unit {
		return false
	}
	switch d.Stage {
	case "":
		return true
	case "open":
		return x.Stage != project.StageStruck
	case "late":
		return x.Overdue > 0
	}
	return x.Stage.String() == d.Stage
}

// optionsOf offers those of the numbers from 1 that occur.
func optionsOf(end, chosen uint32, occurs map[uint32]bool, name func(uint32) string) (all []sheetOption) {
	for n := uint32(1); n < end; n++ {
		if occurs[n] {
			all = append(all, sheetOption{Value: decimal(n), Name: name(n), Chosen: n == chosen})
		}
	}
	return all
}
