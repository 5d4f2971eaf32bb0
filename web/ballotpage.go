package web

import (
	"context"
	"net/http"

	"github.com/go-chi/chi/v5"

	"piaojue/election"
	"piaojue/project"
)

// listPageData fills GET /projects/lists/{number}.
type listPageData struct {
	project.List
	Rows    []candidateRow
	Gates   []gateRow
	Actions []action
	History []historyLine
	Lead    bool         // may make a vote of it
	Office  bool         // may bind it to one
	Drafts  []voteChoice // votes that could take it
	Votes   []voteChoice // those that took it, or whose manifest it is
	ID      string
}

// gateRow is a gate of the list: deed.gate_<Gate>.
type gateRow struct {
	Gate     project.Gate
	Passed   bool
	Here     bool // the list stands at this gate
	Returned bool
	Day      project.Date
	Name     string // who decided
	Document string
	entry    uint64
}

// voteChoice is a vote, and what keeps its candidates from being the list.
type voteChoice struct {
	ID, Title string
	Frozen    bool
	Here      bool // its manifest is that of the list
	Waits     bool // for the office to say that it is
	Differs   []difference
}

// ballotListPage shows a list of candidates: its order, the gates it passed, and
// the vote it goes to.
func (s *Server) ballotListPage(r *http.Request, who Person) (any, error) {
	actor, err := s.actor(r, who)
	if err != nil {
		return nil, err
	}
	number := parseNumber(chi.URLParam(r, "number"))
	d := &listPageData{Lead: lead.check(who) == nil, ID: newFormID()}
	err = s.projects.view(func(state *project.State) error {
		l, ok := state.List(number)
		if !ok {
			return refuse(codeNotFound)
		}
		d.List = l
		for _, n := range l.Candidates {
			d.Rows = append(d.Rows, newCandidateRow(state, n))
		}
		a, _ := state.Actor(actor)
		d.Office = a.Role == project.RoleOffice && !a.Retired
		d.Actions = actionsOf(state, actor, project.Ref{Noun: project.NounList, Number: number})
		d.History = historyOf(state, l.Events)
		d.addGates(state)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := d.readGates(r.Context(), s.projects); err != nil {
		return nil, err
	}
	return d, s.addVotes(r.Context(), d)
}

// addGates says of each gate where the list stands with it.
func (d *listPageData) addGates(state *project.State) {
	for g := project.GateGovernment; g <= project.GatePresidium; g++ {
		if state.Settings().Gates.Has(g) || d.Passed.Has(g) {
			d.Gates = append(d.Gates, gateRow{
				Gate: g, Passed: d.Passed.Has(g), Returned: d.Returned == g,
				Here: d.Stage == project.StageDrawn && state.NextGate(d.Number) == g,
			})
		}
	}
	for _, e := range d.Events {
		by, _ := state.Actor(e.Actor)
		for i := range d.Gates {
			if e.Kind == project.KindGate && gateRoles[d.Gates[i].Gate] == by.Role {
				d.Gates[i].Day, d.Gates[i].Name, d.Gates[i].entry = e.Day, by.Name, e.Entry
			}
		}
	}
}

// readGates reads the documents from the entries themselves.
func (d *listPageData) readGates(ctx context.Context, p *projects) error {
	for i := range d.Gates {
		g := &d.Gates[i]
		if g.Day == 0 || !g.Passed && !g.Returned {
			g.Day = 0
			continue
		}
		body, err := p.entry(ctx, g.entry)
		if err != nil {
			return err
		}
		if b, ok := body.(*project.Passage); ok {
			g.Document = b.Document
		}
	}
	return nil
}

// addVotes finds the votes of the list, and those that could become one.
func (s *Server) addVotes(ctx context.Context, d *listPageData) error {
	kept, err := s.config.DB.Votes(ctx)
	if err != nil {
		return err
	}
	for _, k := range kept {
		draft, err := draftOf(k)
		if err != nil {
			return err
		}
		c := voteChoice{ID: k.ID, Title: draft.Title, Frozen: k.Frozen}
		if v := s.voteCalled(k.ID); v != nil && k.Frozen {
			c.Here = v.view.Load().manifestHash == d.Manifest
			list, err := s.unbound(ctx, v)
			if err != nil {
				return err
			}
			c.Waits = list == d.Number
		}
		if !k.Frozen && d.Stage == project.StageDrawn {
			d.Drafts = append(d.Drafts, c)
		}
		if draft.List != d.Number && !c.Here && !c.Waits {
			continue
		}
		if c.Differs, err = s.differences(ctx, d, k.ID, c.Here); err != nil {
			return err
		}
		d.Votes = append(d.Votes, c)
	}
	return nil
}

// differences compares the list with the candidates of a vote, as long as they
// are not the same by its entry in the log.
func (s *Server) differences(ctx context.Context, d *listPageData, vote string, same bool) (all []difference, err error) {
	if same || d.Stage != project.StageDrawn {
		return nil, nil
	}
	var options []election.Option
	if options, err = s.config.DB.Candidates(ctx, vote); err != nil {
		return nil, err
	}
	return all, s.projects.view(func(state *project.State) error {
		all = listDifferences(state, &d.List, options)
		return nil
	})
}

// madeProject is a project that a vote made.
type madeProject struct {
	Number uint32
	Title  string
}

// madeBy lists the projects that the vote of a manifest made.
func (s *Server) madeBy(manifest [32]byte) (all []madeProject) {
	if s.projects == nil {
		return nil
	}
	s.projects.view(func(state *project.State) error {
		if _, ok := state.ListOf(manifest); !ok {
			return nil
		}
		for n := uint32(1); n < state.Next(project.NounProject); n++ {
			if p, _ := state.Project(n); p.Source.Manifest == manifest {
				all = append(all, madeProject{n, p.Title})
			}
		}
		return nil
	})
	return all
}
