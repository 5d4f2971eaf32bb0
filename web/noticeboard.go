package web

import (
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"piaojue/project"
)

// noticeData fills GET /projects/{number}/board: the notice board that stands at
// the site, to print: name, investment, builders, time, standards and where to
// report wrongs (六公开). What nobody has entered is left to be written by hand,
// and the page says so.
type noticeData struct {
	Number     uint32
	Title      string
	Congress   string
	Investment uint64
	Funds      string
	Lead       string
	Assists    []string
	Leader     string
	Person     string
	Begins     project.Date
	Deadline   project.Date
	Goals      string
	Committee  string
	Phone      string
	Address    string // of the page
	QR         *qrPath
}

// noticePage fills it.
func (s *Server) noticePage(r *http.Request, _ Person) (any, error) {
	if s.projects == nil {
		return nil, because(codeNotFound, errNoProjects)
	}
	d := &noticeData{Number: parseNumber(chi.URLParam(r, "number")), Phone: s.config.ReportPhone}
	err := s.projects.view(func(state *project.State) error {
		p, ok := state.Project(d.Number)
		if !ok {
			return refuse(codeNotFound)
		}
		d.Title, d.Congress, d.Investment = p.Title, state.Organisation().Name, investment(&p)
		d.Lead, d.Assists, d.Deadline = unitName(state, p.Lead), unitNames(state, p.Assisting), deadlineOf(&p)
		d.Begins, d.Committee = p.Began, unitName(state, p.Team.Committee)
		if p.Task != nil {
			d.Leader, d.Person, d.Goals, d.Funds = p.Task.Leader, p.Task.Responsible, p.Task.Goals, p.Task.Funds
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	d.Address = s.ownOrigin(r) + "/projects/" + strconv.Itoa(int(d.Number))
	d.QR, err = newQRPath(d.Address)
	return d, err
}
