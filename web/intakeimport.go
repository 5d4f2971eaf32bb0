package web

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"piaojue/form"
	"piaojue/lang"
	"piaojue/project"
	"piaojue/store"
)

// importData is a table that is looked at, and then taken in.
type importData struct {
	ID      string
	Kind    string
	Kinds   []string
	Seen    string // hash of the table that was looked at; empty: none
	Rows    []importRow
	Count   int
	New     int // rows that are not there yet
	Unknown int // rows whose place or parent nobody knows
	Dropped int // contacts that nobody could read
	Errors  []string
	Done    bool
}

// importRow is a row as it will be taken in.
type importRow struct{ Name, Place string }

// importKinds are what a table can hold: the export of a hotline, units of each
// kind, deputies.
var importKinds = []string{"hotline", "station", "department", "district", "committee", "deputy"}

var importUnits = map[string]project.UnitKind{
	"station": project.UnitStation, "department": project.UnitDepartment, "district": project.UnitDistrict, "committee": project.UnitCommittee,
}

// shownRows is how many rows are shown before a table is taken in.
const shownRows = 20

// importPage fills GET /projects/intake/import.
func (s *Server) importPage(r *http.Request, who Person) (any, error) {
	_, err := s.importer(r, who)
	return &importData{ID: newFormID(), Kind: importKinds[0], Kinds: importKinds}, err
}

// importer is who takes a table in, in whose name all its rows are written: nobody
// signs each of them.
func (s *Server) importer(r *http.Request, who Person) (actor uint32, err error) {
	if actor, err = s.officeOf(r, who); err != nil {
		return 0, err
	}
	return actor, s.projects.view(func(state *project.State) error {
		a, _ := state.Actor(actor)
		return unsignable(a)
	})
}

// unsignable refuses who has a key what cannot wait for a signature.
func unsignable(a project.Actor) error {
	if a.Key != [32]byte{} {
		return because(codeNoSigning, errUnsigned)
	}
	return nil
}

// postImport serves POST /projects/intake/import. A table is looked at first and
// then sent again, since the server keeps no table with telephone numbers in it:
// only its hash goes to and fro.
func (s *Server) postImport(w http.ResponseWriter, r *http.Request, who Person) error {
	actor, err := s.importer(r, who)
	if err != nil {
		return err
	}
	given, err := readForm(w, r)
	if err != nil {
		return err
	}
	d := &importData{ID: newFormID(), Kind: first(given.values["kind"]), Kinds: importKinds}
	if !slices.Contains(importKinds, d.Kind) {
		return because(codeBadForm, errors.New("no such kind of table"))
	}
	var table []byte
	if files := given.photos["table"]; len(files) > 0 {
		table = files[0]
	}
	x := &importing{data: d, actor: actor}
	if x.key, err = s.projects.codeKey(); err != nil {
		return err
	}
	if err := x.read(table); err != nil {
		d.tell(s.speak(w, r), err)
		return s.render(w, r, who, http.StatusUnprocessableEntity, "intake/import", d)
	}
	if x.recipients, err = s.projects.recipients(r.Context()); err != nil {
		return err
	}
	sum := sha256.Sum256(append([]byte(d.Kind+"\n"), table...))
	d.Seen = hex.EncodeToString(sum[:])
	if x.look(s.projects, s.speak(w, r)); len(d.Errors) > 0 {
		d.Seen = ""
		return s.render(w, r, who, http.StatusUnprocessableEntity, "intake/import", d)
	}
	if first(given.values["seen"]) == d.Seen {
		if err := x.run(r.Context(), s.projects); err != nil {
			return err
		}
		d.Done = true
	}
	return s.render(w, r, who, http.StatusOK, "intake/import", d)
}

// tell shows what is wrong with a table, row by row.
func (d *importData) tell(l lang.Lang, err error) {
	rows, ok := errors.AsType[form.RowErrors](err)
	if !ok {
		d.Errors = []string{pageText(l, "intake.no_table")}
		return
	}
	for _, e := range rows[:min(len(rows), shownRows)] {
		d.Errors = append(d.Errors, e.Text(l))
	}
}

// importing is a table on its way into the log.
type importing struct {
	data       *importData
	actor      uint32
	recipients []string
	wishes     []form.Wish
	places     []form.Place
	ids        [][16]byte // of the wishes
	key        []byte     // that names them
}

func (x *importing) read(table []byte) (err error) {
	if x.data.Kind != "hotline" {
		x.places, err = form.ReadPlaces(table)
		x.data.Count = len(x.places)
		return err
	}
	x.wishes, err = form.ReadWishes(table)
	x.data.Count = len(x.wishes)
	seen := map[[16]byte]int{}
	for _, w := range x.wishes {
		id := wishRowID(x.key, w, 0)
		seen[id]++
		x.ids = append(x.ids, wishRowID(x.key, w, seen[id]))
	}
	return err
}

// wishRowID names a row of a hotline's export, so that the same export twice is
// one. Who called is not part of it: a hash of a telephone number is found by
// trying them all. The key keeps others from taking the name of a row before it
// comes, which would then be left out.
func wishRowID(key []byte, w form.Wish, nth int) [16]byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("row\n"))
	for _, part := range []string{w.Thing, w.District, w.Field, strconv.Itoa(int(w.Day)), strconv.Itoa(nth)} {
		h.Write([]byte(strconv.Itoa(len(part)) + "\n" + part))
	}
	return [16]byte(h.Sum(nil))
}

// look says what the table would do, and what is wrong with it: a deputy belongs to
// a station, while a unit can do without another above it.
func (x *importing) look(p *projects, l lang.Lang) {
	p.view(func(state *project.State) error {
		known := namesOf(state)
		for _, w := range x.wishes {
			_, ok := known.units[project.UnitDistrict][w.District]
			if w.District != "" && !ok {
				x.data.Unknown++
			}
			if w.Phone != "" && len(x.recipients) == 0 {
				x.data.Dropped++
			}
			x.data.add(w.Thing, w.District)
		}
		for _, place := range x.places {
			there := known.has(x.data.Kind, place.Name)
			if !there {
				x.data.New++
			}
			if x.data.Kind == "deputy" && !there && known.parent(x.data.Kind, place.Parent) == 0 && len(x.data.Errors) < shownRows {
				x.data.Errors = append(x.data.Errors, pageText(l, "intake.lost_station", place.Name, place.Parent))
			}
			if place.Parent != "" && known.parent(x.data.Kind, place.Parent) == 0 {
				x.data.Unknown++
			}
			x.data.add(place.Name, place.Parent)
		}
		return nil
	})
}

func (d *importData) add(name, place string) {
	if len(d.Rows) < shownRows {
		d.Rows = append(d.Rows, importRow{name, place})
	}
}

// names are those in the directory.
type names struct {
	units    map[project.UnitKind]map[string]uint32
	deputies map[string]uint32
}

func namesOf(state *project.State) names {
	k := names{map[project.UnitKind]map[string]uint32{}, map[string]uint32{}}
	for kind := project.UnitDistrict; kind <= project.UnitStation; kind++ {
		k.units[kind] = map[string]uint32{}
	}
	for n := uint32(1); int(n) <= state.Units(); n++ {
		if u, _ := state.Unit(n); !u.Closed {
			k.units[u.Of][u.Name] = n
		}
	}
	for n := range uint32(state.Actors()) {
		if a, _ := state.Actor(n); a.Role == project.RoleDeputy && !a.Retired {
			k.deputies[a.Name] = n
		}
	}
	return k
}

func (k names) has(kind, name string) bool {
	if kind == "deputy" {
		return k.deputies[name] != 0
	}
	return k.units[importUnits[kind]][name] != 0
}

// parent finds what a row says it belongs to: a deputy to a station, a station
// to a place, all others to one of their kind.
func (k names) parent(kind, name string) uint32 {
	switch kind {
	case "deputy":
		return k.units[project.UnitStation][name]
	case "station":
		return k.units[project.UnitDistrict][name]
	}
	return k.units[importUnits[kind]][name]
}

// run takes all rows in. Rows that are there already are left alone, so that an
// import that was broken off goes on where it was.
func (x *importing) run(ctx context.Context, p *projects) error {
	var all []*deed
	for i, w := range x.wishes {
		d, err := x.wish(ctx, p, w, x.ids[i])
		if err != nil {
			return err
		}
		if d != nil {
			all = append(all, d)
		}
	}
	for _, place := range x.places {
		all = append(all, x.place(place))
	}
	return p.recordAll(ctx, all)
}

func (x *importing) place(place form.Place) *deed {
	return &deed{actor: x.actor, body: func(state *project.State) (project.Body, error) {
		known := namesOf(state)
		if known.has(x.data.Kind, place.Name) {
			return nil, errThere
		}
		parent := known.parent(x.data.Kind, place.Parent)
		if x.data.Kind == "deputy" {
			return &project.Actor{Number: uint32(state.Actors()), Role: project.RoleDeputy, Unit: parent, Name: place.Name}, nil
		}
		return &project.Unit{Number: uint32(state.Units()) + 1, Of: importUnits[x.data.Kind], Name: place.Name, Parent: parent}, nil
	}}
}

var errThere = errors.New("there is one of that name")

// wish returns nil for a row that is there already.
func (x *importing) wish(ctx context.Context, p *projects, w form.Wish, id [16]byte) (*deed, error) {
	if _, _, err := p.db.Receipt(ctx, id); !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	who := contact{w.Person, w.Phone}
	d := &deed{actor: x.actor}
	d.body = func(state *project.State) (project.Body, error) {
		answers := wishAnswers{thing: w.Thing}
		s := &sheet{}
		b := &project.Suggestion{
			Number: state.Next(project.NounSuggestion), Channel: project.ChannelHotline, Field: fieldCalled(w.Field),
			District: namesOf(state).units[project.UnitDistrict][w.District], Held: min(project.Date(w.Day), p.day()),
			Contact: w.Phone != "" && len(x.recipients) > 0,
		}
		if b.Held == 0 {
			b.Held = p.day()
		}
		b.Text = s.keep(project.MediaText, []byte(answers.text()), nil)
		d.blobs = s.blobs
		return b, nil
	}
	d.also = func(tx *store.ProjectsTx, body project.Body, at uint64) error {
		b := body.(*project.Suggestion)
		if b.Contact {
			sealed, err := who.seal(b.Number, x.recipients)
			if err != nil {
				return err
			}
			if err := tx.PutContact(b.Number, sealed); err != nil {
				return err
			}
		}
		return tx.PutReceipt(id, x.actor, at)
	}
	return d, nil
}

// fieldCalled finds a field by its name, in either language.
func fieldCalled(name string) project.Field {
	for f := project.FieldEducation; f < project.FieldOther; f++ {
		id := "wish.field_" + strconv.Itoa(int(f))
		if name == pageText(lang.ZH, id) || name == pageText(lang.EN, id) {
			return f
		}
	}
	return project.FieldOther
}
