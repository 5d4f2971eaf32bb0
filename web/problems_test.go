package web

import (
	"net/http"
	"strings"
	"testing"

	"piaojue/lang"
	"piaojue/project"
	"piaojue/store"
)

// inspectWorld has a project at work, a problem that was raised and one that came
// back, an inquiry and a plan. The stage's member acts as the committee.
func inspectWorld(s *stage) {
	s.Helper()
	s.world(3, func(w *worldBuilder) {
		today := w.server.projects.day()
		w.work(1)
		w.work(2)
		w.do(worldCommitteeClerk, &project.Problem{Number: 1, Project: 1, Owner: worldRoads, Due: today.Add(20), Text: w.words("路面积水<b>不是标记</b>")})
		w.do(worldCommitteeClerk, &project.Problem{Number: 2, Project: 2, Owner: worldRoads, Due: today.Add(9), Official: "副主任", Text: w.words("路灯不亮")})
		w.do(worldDeputy, &project.Contact{Problem: 2, Step: 1, Held: today})
		w.do(worldRoadsClerk, &project.Evidence{Problem: 2, Text: w.words("已经换灯"), Proof: []project.Blob{w.picture("lamp")}})
		w.do(worldDeputy, &project.Contact{Problem: 2, Step: 2, Held: today})
		w.do(worldCommitteeClerk, &project.Recheck{Problem: 2, Held: today, Due: today.Add(30), Text: w.words("仍有两盏不亮")})
		w.do(worldCommitteeClerk, &project.Inquiry{Number: 1, Project: 1, Work: project.WorkInquiry, Unit: worldRoads, Due: today.Add(30), Text: w.words("何时完工")})
		w.do(worldRoadsClerk, &project.Response{Inquiry: 1, Class: project.ClassOngoing, Text: w.words("年底完工")})
		w.do(worldCommitteeClerk, &project.Plan{Number: 1, Work: project.WorkProgress, Committee: worldCommittee, Projects: []uint32{1}, Due: today, Text: w.words("看现场")})
	})
	s.actAs(store.RoleMember, worldCommitteeClerk)
}

// actAs ties the account of one of the stage's people to an actor.
func (s *stage) actAs(role store.Role, actor uint32) {
	s.Helper()
	must(s, s.server.projects.db.SetMember(s.Context(), string(role), actor))
}

// The pages of supervision say what happened and until when, and lead to what
// whoever looks may do now, and to nothing else.
func TestSupervision(t *testing.T) {
	s := newStage(t)
	inspectWorld(s)
	for _, c := range []struct {
		path        string
		want, never []string
	}{
		{"/projects/plans", []string{"年中问进度", "看现场", "第四季度", "督办月", "/projects/inquiries/1", "/projects/do/plan?about=0", "/projects/do/event?about=1", "/projects/do/problem?about=1"}, []string{"新建第3处停车场</a>", "/projects/do/inspection?about=3"}},
		{"/projects/problems", []string{"路面积水&lt;b&gt;", "路灯不亮", "市交通委", "已见面 2 次"}, []string{"<b>不是"}},
		{"/projects/problems?project=2", []string{"路灯不亮"}, []string{"路面积水"}},
		{"/projects/problems?stage=struck", []string{pageText(lang.ZH, "inspect.no_problems")}, []string{"路灯不亮"}},
		{"/projects/problems?unit=2&stage=open", []string{"路灯不亮", "路面积水"}, nil},
		{"/projects/problems/2", []string{"仍有两盏不亮", "已经换灯", "领衔督办", "/projects/blob/", "/projects/do/contact?about=2", "不合格", "办中见面"}, []string{"/projects/do/evidence", "/projects/do/strike"}},
		{"/projects/inquiries/1", []string{"何时完工", "年底完工", "乙一", "/projects/do/settlement?about=1"}, []string{"/projects/do/response"}},
	} {
		body := string(s.do(store.RoleMember, "GET", c.path, nil))
		for _, want := range c.want {
			if !strings.Contains(body, want) {
				t.Errorf("%s: no %q", c.path, want)
			}
		}
		for _, never := range c.never {
			if strings.Contains(between(body, "<main", "</main>"), never) {
				t.Errorf("%s: %q", c.path, never)
			}
		}
	}
	for _, path := range []string{"/projects/problems/3", "/projects/inquiries/0", "/projects/problems/x"} {
		if a := s.send(store.RoleMember, "GET", path, nil); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	s.actAs(store.RoleMember, worldRoadsClerk)
	if body := string(s.do(store.RoleMember, "GET", "/projects/problems/2", nil)); !strings.Contains(body, "/projects/do/evidence?about=2") || strings.Contains(body, "/projects/do/contact") {
		t.Error("a department is shown other forms than its own")
	}
}

// What was withdrawn, and what is not public, is not on a page: its place says so.
func TestPublished(t *testing.T) {
	s := newStage(t)
	var hidden, erased project.Blob
	s.world(2, func(w *worldBuilder) {
		w.work(1)
		hidden, erased = w.words("居民说"), w.words("问题")
		w.do(worldDeputy, &project.Inspection{Number: 1, Project: 1, Held: w.server.projects.day(), Progress: 3, Quality: 3, Effect: 3, Text: hidden})
		w.do(worldCommitteeClerk, &project.Problem{Number: 1, Project: 1, Owner: worldRoads, Due: w.server.projects.day(), Text: erased})
		w.do(officeActor, &project.Withdrawal{Blobs: []project.Blob{erased}, Ground: project.GroundPersonal})
	})
	must(t, s.server.projects.view(func(state *project.State) error {
		for _, b := range []project.Blob{hidden, erased, {9}} {
			if got, err := s.server.published(t.Context(), state, b); err != nil || got != (published{Gone: true}) {
				t.Errorf("%x: %+v, %v", b[:2], got, err)
			}
		}
		task, _ := state.Candidate(1)
		if got, err := s.server.published(t.Context(), state, task.Text); err != nil || got.Text != "论述" {
			t.Errorf("a public text: %+v, %v", got, err)
		}
		return nil
	}))
}
