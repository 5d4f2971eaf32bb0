package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"

	"piaojue/audit"
	"piaojue/form"
	"piaojue/project"
	"piaojue/store"
)

// paperRoutes are those of the official forms about projects (表八 to 表十四).
func paperRoutes() (all []route) {
	for _, f := range formFiles {
		all = append(all, route{
			method: http.MethodGet, status: http.StatusOK,
			path: "/projects/papers/{kind}/{number}." + f.ending, who: members, answer: f.media, out: octets("An official form."),
			doc: "An official form about projects (表八 to 表十四), for those who work on the matter.", handle: f.servePaper,
		})
	}
	return all
}

func (f formFile) servePaper(s *Server, w http.ResponseWriter, r *http.Request, who Person) error {
	actor, err := s.actor(r, who)
	if err != nil {
		return err
	}
	kind, err := strconv.Atoi(chi.URLParam(r, "kind"))
	if err != nil {
		return refuse(codeNotFound)
	}
	about, err := strconv.ParseUint(chi.URLParam(r, "number"), 10, 32)
	if err != nil {
		return refuse(codeNotFound)
	}
	var paper *form.Form
	err = s.projects.view(func(state *project.State) (err error) {
		by, _ := state.Actor(actor)
		if !mayTake(state, &by, kind, uint32(about)) {
			return refuse(codeForbidden)
		}
		paper, err = s.paper(r.Context(), state, &by, kind, uint32(about))
		return err
	})
	if err != nil {
		return err
	}
	if paper == nil {
		return refuse(codeNotFound)
	}
	return f.send(s, w, paper)
}

// paper makes a form of the whole log as it stands. Called with the state held.
func (s *Server) paper(ctx context.Context, state *project.State, by *project.Actor, kind int, about uint32) (*form.Form, error) {
	log := s.projects.db.Log()
	root, err := audit.RootAt(ctx, log, state.Size())
	if err != nil {
		return nil, err
	}
	p := &form.Papers{
		State:      state,
		Today:      s.projects.day(),
		Checkpoint: audit.Checkpoint{Origin: s.projects.origin, Size: state.Size(), Root: root},
		Body: func(at uint64) (project.Body, error) {
			_, body, err := s.projects.wholeEntry(ctx, at)
			return body, err
		},
		Words: func(b project.Blob) (string, error) { return s.paperWords(ctx, state, by, b) },
	}
	return p.Form(kind, about)
}

// paperWords reads a text for a form. Texts that are not public go to those in
// whose hands the matter is: a department never reads another's.
func (s *Server) paperWords(ctx context.Context, state *project.State, by *project.Actor, b project.Blob) (string, error) {
	h, known := state.Holding(b)
	if !known || h.Visibility == project.Withdrawn {
		return "", nil
	}
	if h.Visibility != project.Public {
		entry, body, err := s.projects.wholeEntry(ctx, h.Entry)
		if err != nil || !mayRead(state, by.Number, entry.Actor, body) {
			return "", err
		}
	}
	file, err := s.projects.db.Blob(ctx, b)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	_, text, err := project.OpenBlob(file)
	return string(text), err
}

// mayTake reports whether somebody may have a form at all: what inspectors heard
// and what citizens wrote is for those who may read it.
func mayTake(state *project.State, by *project.Actor, kind int, about uint32) bool {
	switch kind {
	case form.InspectionPaper:
		x, ok := state.Inspection(about)
		return ok && mayRead(state, by.Number, x.By, &x)
	case form.ReminderPaper:
		return by.Role == project.RoleOffice || by.Role == project.RoleGovernment || by.Role == project.RoleStanding
	case form.ReceptionPaper, form.WishPaper:
		x, ok := state.Suggestion(about)
		return ok && mayRead(state, by.Number, x.Events[0].Actor, &x)
	}
	return true
}

// papersData fills GET /projects/papers: which forms there are.
type papersData struct {
	Font     bool
	Office   bool // may have the forms of wishes
	Reminds  bool // may have the list of all that is due
	Wish     uint32
	WishForm int
	Lines    []paperLine
	Files    []string // endings
}

type paperLine struct {
	Number   uint32
	Title    string
	Task     bool
	Ruling   bool
	Visits   []uint32
	Problems bool
	Rated    bool
}

func (s *Server) papersPage(r *http.Request, who Person) (any, error) {
	actor, err := s.actor(r, who)
	if err != nil {
		return nil, err
	}
	d := &papersData{Font: s.config.Font != nil, Wish: parseNumber(r.URL.Query().Get("wish"))}
	for _, f := range formFiles {
		if f.ending != "pdf" || d.Font {
			d.Files = append(d.Files, f.ending)
		}
	}
	return d, s.projects.view(func(state *project.State) error {
		by, _ := state.Actor(actor)
		d.Office = by.Role != project.RoleStanding && by.Role != project.RoleParty && by.Role != project.RolePresidium
		d.Reminds = mayTake(state, &by, form.ReminderPaper, 0)
		if x, ok := state.Suggestion(d.Wish); ok && mayTake(state, &by, form.WishPaper, d.Wish) {
			d.WishForm = form.WishPaper
			if x.Channel == project.ChannelForm {
				d.WishForm = form.ReceptionPaper
			}
		}
		for n := uint32(1); n < state.Next(project.NounProject); n++ {
			d.Lines = append(d.Lines, newPaperLine(state, &by, n))
		}
		return nil
	})
}

func newPaperLine(state *project.State, by *project.Actor, n uint32) paperLine {
	p, _ := state.Project(n)
	x := paperLine{Number: n, Title: p.Title, Task: p.Task != nil, Problems: len(p.Problems) > 0, Rated: p.Rating != nil}
	x.Ruling = slices.ContainsFunc(p.Events, func(e project.Event) bool { return e.Kind == project.KindRequest })
	for _, visit := range p.Inspections {
		if mayTake(state, by, form.InspectionPaper, visit) {
			x.Visits = append(x.Visits, visit)
		}
	}
	return x
}
