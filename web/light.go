package web

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"piaojue/project"
)

// lightWhy says why a light has its colour, so that anybody can do the sum
// again: the parts of each milestone, the sums, and the rule that decided.
type lightWhy struct {
	lamp
	Terms   []lightTerm
	Planned string // in percent of the whole project
	Actual  string
	Gap     string
	Share   int
	Overdue int
	Open    int
	Late    int
	Scheme  project.Scheme
	Limits  project.Limits
}

// lightTerm is the line of a milestone.
type lightTerm struct {
	project.Milestone
	Percent         uint8
	Planned, Actual string
}

func newLightWhy(l project.Light) *lightWhy {
	x := &lightWhy{
		lamp: newLamp(l), Planned: hundredths(l.Planned), Actual: hundredths(l.Actual), Gap: hundredths(l.Gap),
		Share: l.Share, Overdue: l.Overdue, Open: l.Open, Late: l.Late, Scheme: l.Scheme, Limits: l.Limits,
	}
	for _, t := range l.Terms {
		x.Terms = append(x.Terms, lightTerm{t.Milestone, t.Percent, hundredths(t.Planned), hundredths(t.Actual)})
	}
	return x
}

// lightData fills GET /projects/{number}/light.
type lightData struct {
	Number uint32
	Title  string
	Day    project.Date
	Why    *lightWhy
}

// lightPage says to everybody why the light of a project has its colour.
func (s *Server) lightPage(r *http.Request, _ Person) (any, error) {
	if s.projects == nil {
		return nil, because(codeNotFound, errNoProjects)
	}
	d := &lightData{Number: parseNumber(chi.URLParam(r, "number")), Day: s.projects.day()}
	return d, s.projects.view(func(state *project.State) error {
		p, ok := state.Project(d.Number)
		if !ok {
			return refuse(codeNotFound)
		}
		d.Title, d.Why = p.Title, newLightWhy(state.Light(d.Number, d.Day))
		return nil
	})
}
