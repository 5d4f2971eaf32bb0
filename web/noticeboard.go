package web

import (
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"piaojue/project"
)

// noticeData fills GET /projects/{number}/board: the notice board that stands at
// the site, to print, with the six things that must be public there (六公开): name,
// investment, builders, time, standards and where to report wrongs. What the
// department has not stated is left to be written by hand, and the page says so.
type noticeData struct {
	Number     uint32
	Title      string
	Congress   string
	Investment uint64
	Lead       string
	Assists    []string
	Goals      string
	Committee  string
	Site       *project.Site // nil: not stated
	Phone      string        // of the congress; empty: none
	Address    string        // of the page
	QR         *qrPath
	May        []action // of who looks: to state what the board says
	Entry      uint64   // that stated it
}

// noticePage fills it.
func (s *Server) noticePage(r *http.Request, who Person) (any, error) {
	if s.projects == nil {
		return nil, because(codeNotFound, errNoProjects)
	}
	d := &noticeData{Number: parseNumber(chi.URLParam(r, "number")), Phone: s.config.ReportPhone}
	reader, err := s.actorOr0(r, who)
	if err != nil {
		return nil, err
	}
	err = s.projects.view(func(state *project.State) error {
		p, ok := state.Project(d.Number)
		if !ok {
			return refuse(codeNotFound)
		}
		d.fill(state, &p, reader)
		return nil
	})
	if err != nil {
		return nil, err
	}
	d.Address = s.ownOrigin(r) + "/projects/" + strconv.Itoa(int(d.Number))
	d.QR, err = newQRPath(d.Address)
	return d, err
}

func (d *noticeData) fill(state *project.State, p *project.Project, reader uint32) {
	d.Title, d.Congress, d.Investment, d.Site = p.Title, state.Organisation().Name, investment(p), p.Site
	d.Lead, d.Assists, d.Committee = unitName(state, p.Lead), unitNames(state, p.Assisting), unitName(state, p.Team.Committee)
	if p.Task != nil {
		d.Goals = p.Task.Goals
	}
	for _, e := range p.Events {
		if e.Kind == project.KindSite {
			d.Entry = e.Entry
		}
	}
	by, ok := state.Actor(reader)
	if ok && by.Role != project.RoleServer && mayDo(state, &by, project.KindSite, project.Ref{Noun: project.NounProject, Number: d.Number}) {
		d.May = []action{newAction(project.KindSite, d.Number)}
	}
}
