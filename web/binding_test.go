package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"piaojue/project"
	"piaojue/store"
)

// signDraft signs what a page has drafted, and hands it in.
func (s *stage) signDraft(role store.Role, path, name string) answer {
	s.Helper()
	var f draftFile
	must(s, json.Unmarshal(s.do(role, "GET", path+"/file", nil), &f))
	e, err := project.ParseEntry(f.Entry)
	must(s, err)
	e.Sign(testKey(name), f.Log)
	return s.send(role, "POST", "/projects/entries", e.Marshal(), "Content-Type", mediaBinary)
}

// TestBindList: an office with a key binds the list to the frozen vote, and what
// is left to the vote that goes on with it, under that key; nobody else does.
func TestBindList(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.listed(3)
	s.mustPost(store.RoleStaffLead, "/projects/lists/1/ballot", "vote", s.vote)
	s.mustPost(store.RolePresidium, "/projects/do/gate?about=1", "passed", "yes", "document", "第一号")
	s.mustPost(store.RoleStaffLead, "/projects/do/actor?about=1", "actor_role", "2", "public_name", "市人大办", "signing_key", fmt.Sprintf("%x", public(testKey("office"))))
	bind := func(role store.Role) answer {
		return s.post(role, "/projects/lists/1/bind", fill{values: []string{"vote", s.vote}})
	}
	if a := bind(store.RoleStaffLead); a.status != http.StatusNotFound {
		t.Errorf("bound before the freeze: %d", a.status)
	}
	s.freeze()
	s.settled()
	if a := bind(store.RolePresidium); a.status != http.StatusForbidden {
		t.Errorf("another organ binds it: %d", a.status)
	}
	for path, want := range map[string]string{"/projects/lists/1": "/projects/lists/1/bind", "/projects/desk": "/projects/lists/1"} {
		if !strings.Contains(s.page(store.RoleStaffLead, path), want) {
			t.Errorf("%s does not say that it waits", path)
		}
	}
	draft := s.mustPost(store.RoleStaffLead, "/projects/lists/1/bind", "vote", s.vote)
	if a := s.signDraft(store.RoleStaffLead, draft, "another"); a.status/100 != 4 {
		t.Errorf("another key: %d", a.status)
	}
	if a := s.signDraft(store.RoleStaffLead, draft, "office"); a.status != http.StatusOK || !strings.Contains(string(a.body), "/projects/lists/1") {
		t.Fatalf("%d %s", a.status, a.body)
	}
	s.seen(func(state *project.State) {
		if l, _ := state.List(1); l.Stage != project.StageFrozen || l.Manifest != s.manifest {
			t.Errorf("not bound: %s", l.Stage)
		}
	})
	if a := bind(store.RoleStaffLead); a.status != http.StatusConflict {
		t.Errorf("twice: %d", a.status)
	}
	if strings.Contains(s.page(store.RoleStaffLead, "/projects/desk"), "deed.do_freeze") {
		t.Error("it still waits")
	}
}
