package web

import (
	"net/http"

	"piaojue/form"
	"piaojue/lang"
)

// leastReady is how much of the disk must be free before a session opens.
const leastReady = 512 << 20

// readyJSON says that a session may be opened on this server. Health is a narrower
// question, whether requests should be sent here at all: a vote that is stopped, or
// a disk that fills, is no reason to keep everybody out.
type readyJSON struct {
	Status string `json:"status" enum:"ready"`
}

// getReady serves GET /readyz. That the server answers says that the schema is of
// its version, that all logs were replayed and, of several nodes, that one leads.
func (s *Server) getReady(w http.ResponseWriter, _ *http.Request, _ Person) error {
	if all := s.unready(); len(all) > 0 {
		return &refusal{code: codeNotReady, fields: all}
	}
	return writeJSON(w, http.StatusOK, readyJSON{"ready"})
}

// unready names what has to be set right: storage, disk, projects, or a vote.
func (s *Server) unready() (all []fieldProblem) {
	if s.config.DB.Cause() != nil {
		all = append(all, hindrance("storage", "error.storage"))
	}
	if s.config.DB.Free() < s.leastFree {
		all = append(all, hindrance("disk", "ready.why_"+"disk"))
	}
	if s.projectsStopped() {
		all = append(all, hindrance("projects", "ready.why_"+"projects"))
	}
	for _, h := range s.halted() {
		all = append(all, hindrance("votes/"+h.Vote, "error."+string(h.Code)))
	}
	return all
}

// hindrance says in words what stands in the way.
func hindrance(what, id string) fieldProblem {
	return fieldProblem{what, pageText(lang.ZH, id), pageText(lang.EN, id), form.Cause{ID: id}}
}

// projectsStopped reports whether projects that there should be cannot be used.
func (s *Server) projectsStopped() bool {
	return s.config.ProjectsDown != nil || s.config.Projects != nil && s.config.Projects.Cause() != nil
}
