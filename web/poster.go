package web

import (
	"net/http"
	"strconv"

	"piaojue/project"
)

// posterData are the posters to choose from, or those to print.
type posterData struct {
	Kind    string // station, deputy or project; empty: nothing chosen
	Choices []posterChoice
	Posters []poster
}

// posterChoice is a kind of posters, and those that there are.
type posterChoice struct {
	Kind string
	All  []poster
}

// poster is a sheet with a code on it.
type poster struct {
	Kind    string
	Number  uint32
	Name    string
	Under   string // what it belongs to
	Address string
	QR      *qrPath
}

// posterPage fills GET /projects/posters?kind=K&number=N: the sheets of one, or
// without a number of all, to print at once.
func (s *Server) posterPage(r *http.Request, who Person) (any, error) {
	if _, err := s.actor(r, who); err != nil {
		return nil, err
	}
	d := &posterData{}
	s.projects.view(func(state *project.State) error {
		d.Choices = []posterChoice{{"station", stationPosters(state)}, {"deputy", deputyPosters(state)}, {"project", projectPosters(state)}}
		return nil
	})
	q := r.URL.Query()
	number := parseNumber(q.Get("number"))
	for _, c := range d.Choices {
		if c.Kind != q.Get("kind") {
			continue
		}
		d.Kind = c.Kind
		for _, x := range c.All {
			if number != 0 && x.Number != number {
				continue
			}
			if err := x.draw(s.ownOrigin(r)); err != nil {
				return nil, err
			}
			d.Posters = append(d.Posters, x)
		}
	}
	if d.Kind != "" && len(d.Posters) == 0 && number != 0 {
		return nil, refuse(codeNotFound)
	}
	return d, nil
}

// draw makes the code of a sheet.
func (x *poster) draw(origin string) (err error) {
	x.Address = origin + "/projects/wish?" + x.Kind + "=" + strconv.Itoa(int(x.Number))
	x.QR, err = newQRPath(x.Address)
	return err
}

func stationPosters(state *project.State) (all []poster) {
	for _, u := range unitsOf(state, project.UnitStation) {
		if !u.Closed {
			parent, _ := state.Unit(u.Parent)
			all = append(all, poster{Kind: "station", Number: u.Number, Name: u.Name, Under: parent.Name})
		}
	}
	return all
}

func deputyPosters(state *project.State) (all []poster) {
	for n := range uint32(state.Actors()) {
		a, _ := state.Actor(n)
		if a.Role == project.RoleDeputy && !a.Retired {
			u, _ := state.Unit(a.Unit)
			all = append(all, poster{Kind: "deputy", Number: n, Name: a.Name, Under: u.Name})
		}
	}
	return all
}

func projectPosters(state *project.State) (all []poster) {
	for n := uint32(1); int(n) <= state.Count(project.NounProject); n++ {
		p, _ := state.Project(n)
		u, _ := state.Unit(p.Lead)
		all = append(all, poster{Kind: "project", Number: n, Name: p.Title, Under: u.Name})
	}
	return all
}
