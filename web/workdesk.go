package web

import (
	"net/http"
	"slices"

	"piaojue/project"
	"piaojue/store"
)

// workData fills GET /projects/desk: what waits for who looks, and where
// everything is.
type workData struct {
	Begun   bool
	Lead    bool   // may begin the log
	Name    string // as whom one acts
	Role    project.Role
	Day     project.Date
	Waiting []waitingItem
	Count   int
	Overdue int
	Ways    []deskWay
	Make    []action // what begins something new
	Own     []ownProject
	Drafts  []draftItem
	Unsent  int // messages that were given up, for the office
}

// deskWay leads to a page of the projects: work.to_<ID>. Count is what lies
// there; below 0 it is not counted.
type deskWay struct {
	ID, Href string
	as       []project.Role // nil: for all
}

// ownProject is a project in one's own hands.
type ownProject struct {
	project.Project
	Light lamp
}

// deskWays are the pages of the projects, with whom they are for.
var deskWays = []deskWay{
	{ID: "intake", Href: "/projects/intake", as: []project.Role{project.RoleOffice, project.RoleStation}},
	{ID: "candidates", Href: "/projects/candidates"},
	{ID: "plans", Href: "/projects/plans"},
	{ID: "problems", Href: "/projects/problems"},
	{ID: "inspect", Href: "/projects/inspect", as: []project.Role{project.RoleDeputy, project.RoleCommittee}},
	{ID: "papers", Href: "/projects/papers"},
	{ID: "activity", Href: "/projects/activity", as: []project.Role{project.RoleOffice, project.RoleStation, project.RoleDeputy}},
	{ID: "ratings", Href: "/projects/ratings", as: []project.Role{project.RoleOffice}},
	{ID: "votes", Href: "/projects/votes", as: []project.Role{project.RoleOffice, project.RoleStanding, project.RoleCommittee}},
	{ID: "opinions", Href: "/projects/opinions", as: []project.Role{project.RoleOffice}},
	{ID: "directory", Href: "/projects/directory"},
	{ID: "messages", Href: "/projects/messages"},
	{ID: "posters", Href: "/projects/posters", as: []project.Role{project.RoleOffice, project.RoleStation}},
	{ID: "settings", Href: "/projects/do/settings", as: []project.Role{project.RoleOffice}},
}

// workPage fills the start page of everybody who takes part in the projects.
func (s *Server) workPage(r *http.Request, who Person) (any, error) {
	if s.projects == nil {
		return nil, because(codeNotFound, errNoProjects)
	}
	d := &workData{Day: s.projects.day(), Lead: lead.check(who) == nil}
	actor, err := s.actor(r, who)
	if err != nil && (!d.Lead || s.begun()) {
		return nil, err
	}
	if d.Waiting, err = s.waitsFor(r.Context(), actor, d.Day, nil); err != nil {
		return nil, err
	}
	if d.Unsent, err = s.unsent(r); err != nil {
		return nil, err
	}
	return d, s.projects.view(func(state *project.State) error {
		by, ok := state.Actor(actor)
		if by.Role != project.RoleOffice {
			d.Unsent = 0
		}
		if d.Begun = state.Size() > 0 && ok; !d.Begun {
			return nil
		}
		d.Name, d.Role = by.Name, by.Role
		d.Drafts = s.drafts.of(who.ID)
		d.Count = len(d.Waiting)
		for _, x := range d.Waiting {
			if x.Days > 0 {
				d.Overdue++
			}
		}
		d.Waiting = d.Waiting[:min(len(d.Waiting), deskMost)]
		d.Ways = s.waysTo(who.Role, by.Role)
		d.Make = beginnings(state, &by)
		d.Own = ownProjects(state, &by, d.Day)
		return nil
	})
}

func (s *Server) begun() (begun bool) {
	s.projects.view(func(state *project.State) error {
		begun = state.Size() > 0
		return nil
	})
	return begun
}

// waysTo are the pages that an account may open, as far as they are for whom it
// acts.
func (s *Server) waysTo(role store.Role, as project.Role) (all []deskWay) {
	for _, w := range deskWays {
		path := w.Href
		if w.ID == "settings" {
			path = "/projects/do/{kind}"
		}
		if slices.Contains(s.may[role], "GET "+path) && (w.as == nil || slices.Contains(w.as, as)) {
			all = append(all, w)
		}
	}
	return all
}

// beginnings are what an actor may begin that belongs to nothing yet.
func beginnings(state *project.State, by *project.Actor) (all []action) {
	for _, k := range []project.Kind{project.KindCandidate, project.KindList, project.KindPlan} {
		if mayDo(state, by, k, project.Ref{}) {
			all = append(all, newAction(k, 0))
		}
	}
	return all
}

// ownProjects are those that a department carries out, or a committee or deputy
// watches over.
func ownProjects(state *project.State, by *project.Actor, today project.Date) (all []ownProject) {
	for n := uint32(1); n < state.Next(project.NounProject); n++ {
		p, _ := state.Project(n)
		own := by.Unit != 0 && (p.Lead == by.Unit || p.Team.Committee == by.Unit || slices.Contains(p.Assisting, by.Unit))
		if own && by.Role != project.RoleStation || by.Role == project.RoleDeputy && slices.Contains(p.Team.Deputies, by.Number) {
			all = append(all, ownProject{p, newLamp(state.Light(n, today))})
		}
	}
	return all
}
