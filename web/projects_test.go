package web

import (
	"encoding/json"
	"net/http"
	"os"
	"testing"

	"piaojue/store"
)

// Projects that are older than what was signed for them are not served; votes
// are, and whoever looks after the server is told.
func TestProjectsDown(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.beginProjects()
	health := func() (h healthJSON) {
		t.Helper()
		must(t, json.Unmarshal(s.do("", "GET", "/healthz", nil), &h))
		return h
	}
	if h := health(); h.Projects != "" {
		t.Errorf("projects are %q, want nothing to say", h.Projects)
	}
	head, err := os.ReadFile(headPath(s.config.Keys, store.ProjectsID))
	must(t, err)
	s.mustPost(store.RoleStaffLead, "/projects/do/unit", "unit_kind", "2", "name", "某局")
	newer, err := os.ReadFile(headPath(s.config.Keys, store.ProjectsID))
	must(t, err)
	must(t, writeHead(s.config.Keys, store.ProjectsID, head)) // an older head than the log: a crash came between
	s.restart()
	if h := health(); h.Projects != "" {
		t.Errorf("after a crash projects are %q, want nothing to say", h.Projects)
	}
	forged := append([]byte{}, newer...)
	copy(forged[len("piaojue/"):], "x")
	must(t, writeHead(s.config.Keys, store.ProjectsID, forged)) // of another log
	s.restart()
	if h := health(); h.Projects != "stopped" || h.Status != "ok" {
		t.Errorf("health: %+v, want votes to go on without projects", h)
	}
	if a := s.send(store.RoleStaffLead, "GET", "/projects/directory", nil); a.status != http.StatusNotFound {
		t.Errorf("a page of the projects: %d", a.status)
	}
	s.do(store.RoleStaffLead, "GET", s.path(""), nil)
}
