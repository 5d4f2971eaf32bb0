package web

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"piaojue/project"
	"piaojue/store"
)

// Official forms about projects go to those who work on the matter. What
// inspectors heard is not for other departments or teams, and what citizens wrote
// is not for departments that do not handle it.
func TestPapers(t *testing.T) {
	s := newStage(t)
	s.world(3, func(w *worldBuilder) {
		today := w.server.projects.day()
		w.work(1)
		w.do(worldDeputy, &project.Inspection{Number: 1, Project: 1, Held: today, Progress: 2, Quality: 4, Effect: 3, Text: w.words("居民说夜里施工")})
		w.do(worldRoadsClerk, &project.Request{Project: 1, For: project.RuledSuspend, Text: w.words("汛期")})
		w.do(serverActor, &project.Suggestion{Number: 1, Channel: project.ChannelWeb, Field: project.FieldTraffic, Held: today, Text: w.words("修路灯")})
	})
	get := func(actor uint32, path string) answer {
		s.actAs(store.RoleMember, actor)
		return s.send(store.RoleMember, "GET", path, nil)
	}
	for _, c := range []struct {
		name  string
		actor uint32
		path  string
		want  int
		text  string // in the workbook
	}{
		{"task book", worldOutsider, "/projects/papers/8/1.xlsx", http.StatusOK, "建成三个停车场"},
		{"no task book", worldOutsider, "/projects/papers/8/2.xlsx", http.StatusNotFound, ""},
		{"inspection, its team", worldDeputy + 1, "/projects/papers/10/1.xlsx", http.StatusOK, "居民说夜里施工"},
		{"inspection, the office", officeActor, "/projects/papers/10/1.xlsx", http.StatusOK, "居民说夜里施工"},
		{"inspection, its department", worldRoadsClerk, "/projects/papers/10/1.xlsx", http.StatusOK, "居民说夜里施工"},
		{"inspection, another department", worldSchoolsClerk, "/projects/papers/10/1.xlsx", http.StatusForbidden, ""},
		{"inspection, another deputy", worldOutsider, "/projects/papers/10/1.xlsx", http.StatusForbidden, ""},
		{"inspection that is not there", worldDeputy, "/projects/papers/10/2.xlsx", http.StatusForbidden, ""},
		{"request, its department", worldRoadsClerk, "/projects/papers/9/1.xlsx", http.StatusOK, "汛期"},
		{"request, another department", worldSchoolsClerk, "/projects/papers/9/1.xlsx", http.StatusOK, "依规撤下或者不公开"},
		{"wish, the office", officeActor, "/projects/papers/14/1.xlsx", http.StatusOK, "修路灯"},
		{"wish, a department", worldRoadsClerk, "/projects/papers/14/1.xlsx", http.StatusForbidden, ""},
		{"no such form", officeActor, "/projects/papers/17/1.xlsx", http.StatusNotFound, ""},
		{"activities", worldOutsider, "/projects/papers/15/0.xlsx", http.StatusOK, "代表履职活动统计"},
		{"reminders, the office", officeActor, "/projects/papers/16/0.xlsx", http.StatusOK, "待办提醒单"},
		{"reminders, a department", worldRoadsClerk, "/projects/papers/16/0.xlsx", http.StatusForbidden, ""},
		{"no number", officeActor, "/projects/papers/8/x.xlsx", http.StatusNotFound, ""},
	} {
		a := get(c.actor, c.path)
		if a.status != c.want || !bytes.Contains(a.body, []byte(c.text)) {
			t.Errorf("%s: %d, want %d with %q", c.name, a.status, c.want, c.text)
		}
	}
	if body := string(get(worldSchoolsClerk, "/projects/papers").body); strings.Contains(body, "/projects/papers/10/1") || !strings.Contains(body, "/projects/papers/9/1") {
		t.Error("a department is offered an inspection of another, or no ruling")
	}
	if body := string(get(worldDeputy, "/projects/papers").body); !strings.Contains(body, "/projects/papers/10/1") {
		t.Error("the team is not offered its inspection")
	}
}
