package web

import (
	"context"
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"piaojue/project"
)

// candidateRow is a candidate in a table.
type candidateRow struct {
	project.Candidate
	UnitName, DistrictName string
	Looked                 int // marks that were given
	Bad                    int // of them, those that say no or doubt
}

func newCandidateRow(state *project.State, n uint32) candidateRow {
	c, _ := state.Candidate(n)
	unit, _ := state.Unit(c.Figures.Unit)
	district, _ := state.Unit(c.District)
	row := candidateRow{Candidate: c, UnitName: unit.Name, DistrictName: district.Name}
	for _, m := range c.Marks {
		if m != project.MarkNone {
			row.Looked++
		}
		if m == project.MarkBad || m == project.MarkDoubtful {
			row.Bad++
		}
	}
	return row
}

// candidateGroup are the candidates at a stage: stage.at_<Stage>.
type candidateGroup struct {
	Stage project.Stage
	Rows  []candidateRow
}

// candidatesList fills GET /projects/candidates.
type candidatesList struct {
	Groups []candidateGroup
	Lists  []listRow
	Make   []action
}

type listRow struct {
	project.List
	Gate project.Gate // at which it stands
}

// candidateListPage shows all candidates by stage, the reserve (储备库) among
// them, and the lists that were made of them.
func (s *Server) candidateListPage(r *http.Request, who Person) (any, error) {
	actor, err := s.actor(r, who)
	if err != nil {
		return nil, err
	}
	d := &candidatesList{}
	return d, s.projects.view(func(state *project.State) error {
		by, _ := state.Actor(actor)
		groups := map[project.Stage][]candidateRow{}
		for n := uint32(1); n < state.Next(project.NounCandidate); n++ {
			row := newCandidateRow(state, n)
			groups[row.Stage] = append(groups[row.Stage], row)
		}
		for _, stage := range project.NounCandidate.Stages() {
			if rows := groups[stage]; len(rows) > 0 {
				d.Groups = append(d.Groups, candidateGroup{stage, rows})
			}
		}
		for n := state.Next(project.NounList) - 1; n > 0; n-- {
			l, _ := state.List(n)
			d.Lists = append(d.Lists, listRow{l, state.NextGate(n)})
		}
		d.Make = slices.DeleteFunc(beginnings(state, &by), func(a action) bool { return a.Kind == project.KindPlan.String() })
		return nil
	})
}

// candidateData fills GET /projects/candidates/{number}.
type candidateData struct {
	candidateRow
	Case, Opinion string // texts beside the log
	Wishes        []uint32
	Actions       []action
	History       []historyLine
}

// historyLine is an entry about a thing.
type historyLine struct {
	Kind  string // deed.do_<Kind>
	Day   project.Date
	Name  string // of who made it
	Entry uint64
}

func historyOf(state *project.State, events []project.Event) (all []historyLine) {
	for _, e := range events {
		by, _ := state.Actor(e.Actor)
		name := by.Name
		if by.Role == project.RoleServer {
			name = ""
		}
		all = append(all, historyLine{e.Kind.String(), e.Day, name, e.Entry})
	}
	return all
}

func (s *Server) candidatePage(r *http.Request, who Person) (any, error) {
	actor, err := s.actor(r, who)
	if err != nil {
		return nil, err
	}
	d := &candidateData{}
	number := parseNumber(chi.URLParam(r, "number"))
	err = s.projects.view(func(state *project.State) error {
		if _, ok := state.Candidate(number); !ok {
			return refuse(codeNotFound)
		}
		d.candidateRow = newCandidateRow(state, number)
		d.Wishes = slices.Clone(d.Behind)
		d.Actions = actionsOf(state, actor, project.Ref{Noun: project.NounCandidate, Number: number})
		d.History = historyOf(state, d.Events)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return d, d.read(r.Context(), s.projects)
}

func (d *candidateData) read(ctx context.Context, p *projects) (err error) {
	if d.Case, err = p.text(ctx, d.Text); err == nil {
		d.Opinion, err = p.text(ctx, d.Estimate)
	}
	return err
}

// MarkRows are the judgements of feasibility, in their order.
func (d *candidateData) MarkRows() (all []markRow) {
	for i, name := range markNames {
		all = append(all, markRow{name, d.Marks[i]})
	}
	return all
}

// markRow is a judgement: deed.<Name>, list.mark_<Mark>.
type markRow struct {
	Name string
	Mark project.Mark
}

// markNames are the fields of the seven marks.
var markNames = [...]string{"mark_need", "mark_feasible", "mark_means", "mark_nature", "mark_land", "mark_safety", "mark_lawful"}
