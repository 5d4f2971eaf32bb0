package web

import (
	"iter"
	"math"
	"net/http"
	"slices"
	"strconv"

	"piaojue/project"
)

// posterData are the posters to choose from, or those to print.
type posterData struct {
	Kind    string // station, deputy or project; empty: nothing chosen
	Choices []posterChoice
	Count   int
	Posters iter.Seq[poster] // drawn one by one, as the page goes out
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

// posterMakers are the kinds of posters.
var posterMakers = []struct {
	kind string
	all  func(*project.State) []poster
}{{"station", stationPosters}, {"deputy", deputyPosters}, {"project", projectPosters}}

// getPosters serves GET /projects/posters?kind=K&number=N: the sheets of one, or
// without a number of all, to print at once. A city has 851 stations: of their
// sheets only the one that goes out is in memory.
func (s *Server) getPosters(w http.ResponseWriter, r *http.Request, who Person) error {
	if _, err := s.actor(r, who); err != nil {
		return err
	}
	d, chosen := &posterData{}, []poster(nil)
	q := r.URL.Query()
	err := s.projects.view(func(state *project.State) error {
		for _, m := range posterMakers {
			if q.Get("kind") == m.kind {
				d.Kind, chosen = m.kind, m.all(state)
				return nil
			}
		}
		for _, m := range posterMakers {
			d.Choices = append(d.Choices, posterChoice{m.kind, m.all(state)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if number := parseNumber(q.Get("number")); number != 0 {
		chosen = slices.DeleteFunc(chosen, func(x poster) bool { return x.Number != number })
		if len(chosen) == 0 && d.Kind != "" {
			return refuse(codeNotFound)
		}
	}
	origin := s.ownOrigin(r)
	if err := (&poster{Kind: "station", Number: math.MaxUint32}).draw(origin); err != nil {
		return err // an address too long for a code, said before the page begins
	}
	d.Count, d.Posters = len(chosen), drawn1by1(chosen, origin)
	return s.stream(w, r, who, "intake/posters", d)
}

// drawn1by1 draws the code of each sheet when its turn comes.
func drawn1by1(all []poster, origin string) iter.Seq[poster] {
	return func(yield func(poster) bool) {
		for _, x := range all {
			if x.draw(origin) != nil || !yield(x) {
				return
			}
		}
	}
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
