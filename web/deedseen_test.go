package web

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"piaojue/lang"
	"piaojue/project"
	"piaojue/store"
)

var seenField = regexp.MustCompile(`name="seen" value="([^"]*)"`)

// opened is a form that somebody opens, and its mark.
func (s *stage) opened(role store.Role, path string) (page, seen string) {
	s.Helper()
	page = s.page(role, path)
	found := seenField.FindStringSubmatch(page)
	if found == nil {
		s.Fatalf("%s says not on what it was opened", path)
	}
	return page, found[1]
}

// again sends what was filled in on a form that others have overtaken: it is
// refused with all that was written, and taken once the new state was read.
func (s *stage) again(role store.Role, path, seen, kept string, values ...string) {
	s.Helper()
	a := s.post(role, path, fill{values: append([]string{"seen", seen}, values...)})
	body := string(a.body)
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(body, pageText(lang.ZH, "deed.changed")) || !strings.Contains(body, kept) {
		s.Fatalf("%s: %d %s", path, a.status, between(body, "<main", "</main>"))
	}
	now := seenField.FindStringSubmatch(body)[1]
	if now == seen {
		s.Errorf("%s: the form shown again is as old", path)
	}
	s.mustPost(role, path, append([]string{"seen", now}, values...)...)
}

// TestRulingSeen: who opened a request for 暂缓 and agrees to it does not terminate
// the project, for which others have asked meanwhile; the form says what is asked.
func TestRulingSeen(t *testing.T) {
	s := newStage(t)
	ask := func(why string, what project.Ruled) {
		t.Helper()
		s.actAs(store.RoleMember, worldRoadsClerk)
		s.mustPost(store.RoleMember, "/projects/do/request?about=1", "ruled", fmt.Sprint(uint8(what)), "request_why", why)
	}
	s.world(3, func(w *worldBuilder) { w.work(1) })
	ask("汛期无法施工", project.RuledSuspend)
	s.actAs(store.RolePresidium, worldStanding)
	page, seen := s.opened(store.RolePresidium, "/projects/do/ruling?about=1")
	for _, want := range []string{"汛期无法施工", pageText(lang.ZH, fmt.Sprintf("work.ruled_%d", project.RuledSuspend))} {
		if !strings.Contains(page, want) {
			t.Errorf("the form does not say %q", want)
		}
	}
	s.mustPost(store.RolePresidium, "/projects/do/ruling?about=1", "granted", "no", "document", "一号", "decision", "不同意")
	ask("资金不足", project.RuledTerminate)
	s.again(store.RolePresidium, "/projects/do/ruling?about=1", seen, "资金不足", "granted", "no", "document", "二号", "decision", "同意暂缓")
	s.seen(func(state *project.State) {
		if p, _ := state.Project(1); p.Stage != project.StageUnderway {
			t.Errorf("the project is %s", p.Stage)
		}
	})
}

// TestDeedSeen: a gate decides on the list that was read, and who saves an actor, a
// unit or the settings from an old tab does not undo what was saved since.
func TestDeedSeen(t *testing.T) {
	s := newStage(t)
	s.listed(2)
	_, seen := s.opened(store.RolePresidium, "/projects/do/gate?about=1")
	s.mustPost(store.RoleStaffLead, "/projects/do/list?about=1", "year", "2027", "ballot_order_1", "1")
	s.again(store.RolePresidium, "/projects/do/gate?about=1", seen, `value="七号"`, "passed", "yes", "document", "七号")
	for _, c := range []struct {
		path, kept string
		first      []string
		second     []string
	}{
		{"actor?about=2", `value="住建局"`, []string{"actor_role", "6", "unit", "1", "public_name", "市住建局", "signing_key", fmt.Sprintf("%x", public(testKey("new")))}, []string{"actor_role", "6", "unit", "1", "public_name", "住建局"}},
		{"unit?about=1", `value="住建委"`, []string{"unit_kind", "2", "name", "住建局"}, []string{"unit_kind", "2", "name", "住建委"}},
		{"settings", `value="3" checked`, settingsWith("gates", "3", "contacts", "yes"), settingsWith("gates", "3")},
	} {
		_, seen := s.opened(store.RoleStaffLead, "/projects/do/"+c.path)
		s.mustPost(store.RoleStaffLead, "/projects/do/"+c.path, append([]string{"seen", seen}, c.first...)...)
		s.again(store.RoleStaffLead, "/projects/do/"+c.path, seen, c.kept, c.second...)
	}
	// What happened to others, or what the actor itself did, is no change.
	_, seen = s.opened(store.RoleStaffLead, "/projects/do/actor?about=1")
	s.mustPost(store.RoleStaffLead, "/projects/do/unit", "unit_kind", "2", "name", "某局")
	s.mustPost(store.RoleStaffLead, "/projects/do/actor?about=1", "seen", seen, "actor_role", "2", "public_name", "人大办")
}
