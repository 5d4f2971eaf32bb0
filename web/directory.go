package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"strings"

	"piaojue/project"
	"piaojue/store"
)

// directoryData fills GET /projects/directory.
type directoryData struct {
	Begun  bool
	Lead   bool // may begin it
	Office bool // may change it
	Name   string
	Units  []unitGroup
	Actors []actorLine
	ID     string
}

// unitGroup are the units of a kind.
type unitGroup struct {
	Kind  uint8
	Units []unitLine
}

type unitLine struct {
	project.Unit
	ParentName string
}

// actorLine is somebody who may act, and the accounts that do so.
type actorLine struct {
	project.Actor
	UnitName string
	Persons  []string
}

// directoryPage shows who takes part. Before there is a log, the staff lead can
// begin it here.
func (s *Server) directoryPage(r *http.Request, who Person) (any, error) {
	if s.projects == nil {
		return nil, because(codeNotFound, errNoProjects)
	}
	members, err := s.projects.db.Members(r.Context())
	if err != nil {
		return nil, err
	}
	names, err := s.personNames(r.Context())
	if err != nil {
		return nil, err
	}
	d := &directoryData{Lead: lead.check(who) == nil, ID: newFormID()}
	return d, s.projects.view(func(state *project.State) error {
		if d.Begun = state.Size() > 0; !d.Begun {
			return nil
		}
		actor, _ := state.Actor(members[who.ID])
		d.Office = members[who.ID] != 0 && actor.Role == project.RoleOffice
		d.Name = state.Organisation().Name
		d.addUnits(state)
		d.addActors(state, members, names)
		return nil
	})
}

func (d *directoryData) addUnits(state *project.State) {
	for k := project.UnitDistrict; k <= project.UnitStation; k++ {
		g := unitGroup{Kind: uint8(k)}
		for n := uint32(1); int(n) <= state.Units(); n++ {
			u, _ := state.Unit(n)
			if u.Of != k {
				continue
			}
			parent, _ := state.Unit(u.Parent)
			g.Units = append(g.Units, unitLine{u, parent.Name})
		}
		d.Units = append(d.Units, g)
	}
}

func (d *directoryData) addActors(state *project.State, members map[string]uint32, names map[string]string) {
	for n := uint32(1); int(n) < state.Actors(); n++ {
		a, _ := state.Actor(n)
		unit, _ := state.Unit(a.Unit)
		line := actorLine{Actor: a, UnitName: unit.Name}
		for person, actor := range members {
			if actor == n {
				line.Persons = append(line.Persons, names[person])
			}
		}
		slices.Sort(line.Persons)
		d.Actors = append(d.Actors, line)
	}
}

func (s *Server) personNames(ctx context.Context) (map[string]string, error) {
	all, err := s.config.DB.Persons(ctx)
	names := make(map[string]string)
	for _, p := range all {
		names[p.ID] = p.Name
	}
	return names, err
}

// beginProjects serves POST /projects/begin. Who begins the log acts for its
// office.
func (s *Server) beginProjects(w http.ResponseWriter, r *http.Request, who Person) error {
	if s.projects == nil {
		return because(codeNotFound, errNoProjects)
	}
	given, err := readForm(w, r)
	if err != nil {
		return err
	}
	name, office := strings.TrimSpace(first(given.values["name"])), strings.TrimSpace(first(given.values["office"]))
	for field, text := range map[string]string{"name": name, "office": office} {
		if text == "" || len(text) > 0xff {
			return badField(field, "field.name")
		}
		if err := checkHidden(field, text); err != nil {
			return err
		}
	}
	if err := s.projects.begin(r.Context(), who.ID, name, office); err != nil {
		return err
	}
	return s.redirect(w, r, "/projects/directory")
}

var errBegun = errors.New("there is a log of the projects already")

// begin writes the first entry: whose log it is.
func (p *projects) begin(ctx context.Context, person, name, office string) error {
	d := &deed{actor: serverActor}
	d.body = func(state *project.State) (project.Body, error) {
		if state.Size() > 0 {
			return nil, because(codeExists, errBegun)
		}
		return &project.Organisation{
			Suite: project.Suite, Origin: p.origin, Name: name, LogKey: [32]byte(public(p.key)), Office: office,
			Settings: project.DefaultSettings(),
		}, nil
	}
	d.also = func(tx *store.ProjectsTx, _ project.Body, _ uint64) error {
		return tx.SetMember(person, officeActor)
	}
	_, err := p.record(ctx, d)
	return err
}

// The actors that the first entry makes.
const (
	serverActor = 0
	officeActor = 1
)

func newFormID() string {
	var id [16]byte
	rand.Read(id[:])
	return hex.EncodeToString(id[:])
}
