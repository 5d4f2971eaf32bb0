package web

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"piaojue/project"
	"piaojue/store"
)

// taskForm fills in a task book of n milestones.
func (s *stage) taskForm(n int, more ...string) fill {
	today := s.server.projects.day()
	values := append([]string{"leader", "副市长", "responsible", "主任", "goals", "装好红绿灯", "deadline", htmlDate(today.Add(90)),
		"investment", "500", "funds", "财政资金", "safeguards", "每月调度"}, more...)
	for i := range n {
		weight := "4"
		if i == n-1 {
			weight = strconv.Itoa(100 - 4*(n-1))
		}
		values = append(values, "milestones_0", "节点"+strconv.Itoa(i), "milestones_1", weight,
			"milestones_2", htmlDate(today), "milestones_3", htmlDate(today.Add(60)))
	}
	return fill{values: values}
}

// TestMoreMilestones: the form of a task book gets more lines when somebody asks,
// without a script, and keeps all that was written; asking records nothing. A
// department takes on a project of as many parts as the log holds, and no more.
func TestMoreMilestones(t *testing.T) {
	s := newStage(t)
	s.world(3, func(w *worldBuilder) {
		for n := range uint32(2) {
			w.do(worldGovernment, &project.Offer{Project: n + 1, Lead: worldRoads})
			w.do(worldRoadsClerk, &project.Answer{Project: n + 1, Accepted: true})
		}
	})
	db := s.server.projects.db
	must(t, db.SetMember(t.Context(), string(store.RoleMember), worldRoadsClerk))
	size := s.server.projects.state.Size()
	lines := func(a answer) int { return strings.Count(string(a.body), `name="milestones_0"`) }

	a := s.post(store.RoleMember, "/projects/do/task?about=1", fill{values: []string{"more", "yes", "goals", "写了一半", "milestones_0", "打桩", "milestones_1", "x"}})
	if body := string(a.body); a.status != http.StatusOK || lines(a) != 2*milestoneRows || !strings.Contains(body, "写了一半") || !strings.Contains(body, `value="打桩"`) || !strings.Contains(body, `value="x"`) || strings.Contains(body, "field-wrong") {
		t.Errorf("more lines: %d, %d lines: %s", a.status, lines(a), between(body, "<main", "</main>"))
	}
	if a = s.post(store.RoleMember, "/projects/do/task?about=1", s.taskForm(22, "more", "yes")); lines(a) != project.MaxMilestones || strings.Contains(string(a.body), `name="more"`) {
		t.Errorf("%d lines, %t", lines(a), strings.Contains(string(a.body), `name="more"`))
	}
	if a = s.post(store.RoleMember, "/projects/do/task?about=2", s.taskForm(project.MaxMilestones+1)); a.status != http.StatusUnprocessableEntity || lines(a) != project.MaxMilestones+1 {
		t.Errorf("too many: %d, %d lines", a.status, lines(a))
	}
	if got := s.server.projects.state.Size(); got != size {
		t.Errorf("%d entries, had %d", got, size)
	}
	s.mustPost(store.RoleMember, "/projects/do/task?about=1", s.taskForm(project.MaxMilestones).values...)

	must(t, db.SetMember(t.Context(), string(store.RoleMember), worldSchoolsClerk))
	if a = s.post(store.RoleMember, "/projects/do/task?about=2", fill{values: []string{"more", "yes"}}); a.status != http.StatusForbidden {
		t.Errorf("another department asks for lines: %d", a.status)
	}
}
