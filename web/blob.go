package web

import (
	"context"
	"encoding/hex"
	"net/http"

	"github.com/go-chi/chi/v5"

	"piaojue/project"
)

// cacheContent is how long browsers keep a public content: a day, for it may be
// withdrawn.
const cacheContent = "public, max-age=86400"

// mediaOf are the types under which contents are served. Nothing of what people
// upload is ever served as a page or a script.
var mediaOf = map[project.Media]string{
	project.MediaText: "text/plain; charset=utf-8",
	project.MediaJPEG: "image/jpeg",
	project.MediaPNG:  "image/png",
	project.MediaPDF:  "application/pdf",
}

var blobEndings = map[project.Media]string{
	project.MediaText: ".txt", project.MediaJPEG: ".jpg", project.MediaPNG: ".png", project.MediaPDF: ".pdf",
}

// getBlob serves GET /projects/blob/{hash}: a text or a picture that stands
// beside the log, to those who may see it.
func (s *Server) getBlob(w http.ResponseWriter, r *http.Request, who Person) error {
	if s.projects == nil {
		return because(codeNotFound, errNoProjects)
	}
	hash, err := parseHex32(chi.URLParam(r, "hash"))
	if err != nil {
		return because(codeNotFound, err)
	}
	public, err := s.checkBlob(r, who, hash)
	if err != nil {
		return err
	}
	file, err := s.projects.db.Blob(r.Context(), hash)
	if err != nil {
		return err
	}
	media, data, err := project.OpenBlob(file)
	if err != nil {
		return err
	}
	if r.URL.Query().Has("preview") {
		small, err := s.projects.db.Preview(r.Context(), hash)
		if err != nil {
			return err
		}
		if len(small) > 0 {
			media, data = project.MediaJPEG, small
		}
	}
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Disposition", `inline; filename="`+hex.EncodeToString(hash[:8])+blobEndings[media]+`"`)
	h.Set("Cache-Control", "private, no-store")
	if public {
		h.Set("Cache-Control", cacheContent)
	}
	return writeBytes(w, mediaOf[media], data)
}

// checkBlob refuses a content that who asks may not see. To whom it is not shown
// it is not there: they do not learn that there is one.
func (s *Server) checkBlob(r *http.Request, who Person, hash project.Blob) (public bool, err error) {
	var at project.Holding
	var known bool
	err = s.projects.view(func(state *project.State) error {
		at, known = state.Holding(hash)
		return nil
	})
	switch {
	case err != nil:
		return false, err
	case !known:
		return false, refuse(codeNotFound)
	case at.Visibility == project.Withdrawn:
		return false, refuse(codeWithdrawn)
	case at.Visibility == project.Public:
		return true, nil
	}
	may, err := s.actorOr0(r, who)
	if err != nil {
		return false, err
	}
	entry, body, err := s.projects.wholeEntry(r.Context(), at.Entry)
	if err != nil {
		return false, err
	}
	return false, s.projects.view(func(state *project.State) error {
		if !mayRead(state, may, entry.Actor, body) {
			return refuse(codeNotFound)
		}
		return nil
	})
}

// wholeEntry reads an entry of the log with its header.
func (p *projects) wholeEntry(ctx context.Context, at uint64) (*project.Entry, project.Body, error) {
	raws, err := p.db.Log().ReadEntries(ctx, at, at+1)
	if err != nil {
		return nil, nil, err
	}
	e, err := project.ParseEntry(raws[0])
	if err != nil {
		return nil, nil, err
	}
	body, err := project.ParseBody(e)
	return e, body, err
}

// mayRead reports whether somebody may read the contents of an entry that are
// not public: the office; who wrote them; and those who work on the matter. A
// department never reads what another one wrote.
func mayRead(state *project.State, reader, writer uint32, body project.Body) bool {
	a, ok := state.Actor(reader)
	if !ok || reader == serverActor || a.Retired {
		return false
	}
	by, _ := state.Actor(writer)
	if a.Role == project.RoleOffice || reader == writer || sameUnit(&a, &by) {
		return true
	}
	switch b := body.(type) {
	case *project.Suggestion:
		x, _ := state.Suggestion(b.Number)
		return seesWish(state, reader, &x)
	case *project.Answer: // an objection: the government hands the project to another
		return a.Role == project.RoleGovernment || supervises(state, &a, b.Project)
	case *project.Request: // the standing committee rules on it
		return a.Role == project.RoleStanding || supervises(state, &a, b.Project)
	case *project.Inspection:
		p, _ := state.Project(b.Project)
		return supervises(state, &a, b.Project) || a.Role == project.RoleDepartment && a.Unit == p.Lead
	}
	return false
}

// mayReadWith is mayRead for somebody who shows the code of a wish: it opens what
// that wish says, and nothing else. 0: no code.
func mayReadWith(state *project.State, reader, code, writer uint32, body project.Body) bool {
	if x, ok := body.(*project.Suggestion); ok && code != 0 && x.Number == code {
		return true
	}
	return mayRead(state, reader, writer, body)
}

// sameUnit: the clerks of a department or committee share its papers. Deputies of
// one station do not.
func sameUnit(a, b *project.Actor) bool {
	return sharesPapers(a.Role) && a.Role == b.Role && a.Unit == b.Unit
}

// sharesPapers reports whether those of one unit read what each of them wrote.
// Who goes to another unit becomes somebody else in the log.
func sharesPapers(r project.Role) bool {
	return r == project.RoleDepartment || r == project.RoleCommittee || r == project.RoleStation
}

// supervises reports whether somebody belongs to the team of a project.
func supervises(state *project.State, a *project.Actor, number uint32) bool {
	p, ok := state.Project(number)
	if !ok || p.Team.Committee == 0 {
		return false
	}
	if a.Role == project.RoleDeputy {
		for _, n := range p.Team.Deputies {
			if n == a.Number {
				return true
			}
		}
	}
	return a.Role == project.RoleCommittee && a.Unit == p.Team.Committee
}
