package web

import (
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"piaojue/project"
)

// problemData fills GET /projects/problems/{number}.
type problemData struct {
	problemLine
	Steps  [3]project.Date // 三见面: when; 0 not yet
	Course []courseLine
	Do     []deedLink
	Files  bool
}

func decimal(n uint32) string { return strconv.FormatUint(uint64(n), 10) }

func (s *Server) problemPage(r *http.Request, who Person) (any, error) {
	actor, err := s.actor(r, who)
	if err != nil {
		return nil, err
	}
	d := &problemData{Files: s.config.Font != nil}
	return d, s.projects.view(func(state *project.State) error {
		n := parseNumber(chi.URLParam(r, "number"))
		if _, ok := state.Problem(n); !ok {
			return refuse(codeNotFound)
		}
		by, _ := state.Actor(actor)
		d.problemLine = newProblemLine(state, n, &by, s.projects.day())
		if d.Words, err = s.published(r.Context(), state, d.Text); err != nil {
			return err
		}
		d.Course, err = s.course(r.Context(), state, d.Events)
		d.stamp()
		d.Do = deedLinks(state, actor, n,
			&project.Contact{Problem: n}, &project.Evidence{Problem: n}, &project.Recheck{Problem: n},
			&project.Strike{Problem: n}, &project.Lookback{Problem: n})
		return err
	})
}

// stamp dates the contacts that count: a problem that came back begins anew, and
// one whose recheck failed needs its last contact again.
func (d *problemData) stamp() {
	for _, x := range d.Course {
		for i, text := range stepTexts[1:] {
			if x.Verdict == text && i < int(d.Contacts) {
				d.Steps[i] = x.Held
			}
		}
	}
}

// inquiryData fills GET /projects/inquiries/{number}.
type inquiryData struct {
	project.Inquiry
	Title   string // of the project; empty: none
	Asked   string
	Words   published
	Overdue int
	Course  []courseLine
	Do      []deedLink
}

func (s *Server) inquiryPage(r *http.Request, who Person) (any, error) {
	actor, err := s.actor(r, who)
	if err != nil {
		return nil, err
	}
	d := &inquiryData{}
	return d, s.projects.view(func(state *project.State) error {
		var ok bool
		if d.Inquiry, ok = state.Inquiry(parseNumber(chi.URLParam(r, "number"))); !ok {
			return refuse(codeNotFound)
		}
		p, _ := state.Project(d.Project)
		d.Title, d.Asked = p.Title, unitName(state, d.Unit)
		if today := s.projects.day(); d.Stage == project.StageAsked && d.Due.Past(today) {
			d.Overdue = today.Sub(d.Due)
		}
		if d.Words, err = s.published(r.Context(), state, d.Text); err != nil {
			return err
		}
		d.Course, err = s.course(r.Context(), state, d.Events)
		d.Do = deedLinks(state, actor, d.Number, &project.Response{Inquiry: d.Number}, &project.Settlement{Inquiry: d.Number})
		return err
	})
}
