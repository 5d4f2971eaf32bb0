package web

import (
	"net/http"
	"strings"
	"testing"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/project"
	"piaojue/store"
)

// TestDecide: the office puts projects to a vote of deputies, with the rules that
// belong to it. Its result is told once it is certified, on the page of votes and
// on that of the project, it changes nothing by itself, and a ruling can name it.
func TestDecide(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.world(4, func(w *worldBuilder) { w.work(1) })
	const path = "/projects/votes"
	for _, c := range []struct {
		name   string
		role   store.Role
		values []string
		want   int
	}{
		{"a department", store.RoleMember, []string{"what", "award", "seats", "1", "projects", "1", "projects", "2"}, http.StatusForbidden},
		{"no projects", store.RoleStaffLead, []string{"what", "award", "seats", "1"}, http.StatusBadRequest},
		{"no such project", store.RoleStaffLead, []string{"what", "award", "seats", "1", "projects", "1", "projects", "99"}, http.StatusBadRequest},
		{"an award for all", store.RoleStaffLead, []string{"what", "award", "seats", "2", "projects", "1", "projects", "2"}, http.StatusBadRequest},
		{"an award for none", store.RoleStaffLead, []string{"what", "award", "seats", "0", "projects", "1", "projects", "2"}, http.StatusBadRequest},
		{"a decision on nothing", store.RoleStaffLead, []string{"what", "decision", "projects", "1"}, http.StatusBadRequest},
		{"hidden letters", store.RoleStaffLead, []string{"what", "decision", "matter", "同意\u202e暂缓", "projects", "1"}, http.StatusBadRequest},
	} {
		if a := s.post(c.role, path, fill{values: append(c.values, "vote", s.vote)}); a.status != c.want {
			t.Errorf("%s: %d, want %d", c.name, a.status, c.want)
		}
	}
	rules := func() *election.Rules {
		d, err := s.server.voteCalled(s.vote).draft(t.Context())
		must(t, err)
		return d.Rules
	}
	s.mustPost(store.RoleStaffLead, path, "vote", s.vote, "what", "award", "seats", "2", "projects", "1", "projects", "2", "projects", "3")
	if r := rules(); r.BallotMode != ballot.SelectK || r.Base != election.BaseNone || r.WinnersK != 2 || r.CandidatesN != 3 {
		t.Errorf("rules of an award: %+v", r)
	}
	s.mustPost(store.RoleStaffLead, path, "vote", s.vote, "what", "decision", "matter", "同意暂缓实施", "projects", "1", "projects", "2", "projects", "3")
	if r := rules(); r.BallotMode != ballot.YNAEach || r.Base != election.BaseAll || r.WinnersK != 3 {
		t.Errorf("rules of a decision: %+v", r)
	}
	if page := s.page(store.RoleStaffLead, path); !strings.Contains(page, "同意暂缓实施：新建第1处停车场") || !strings.Contains(page, "准备中") {
		t.Error("the draft is not shown")
	}
	s.decideAll(t)
}

// decideAll brings the vote of TestDecide to its certificate.
func (s *stage) decideAll(t *testing.T) {
	t.Helper()
	s.freeze()
	s.approve()
	s.ceremony()
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	for i := range 4 {
		s.cast(i, ballot.Choice{Marks: []ballot.Mark{ballot.For, ballot.Against, ballot.None}})
	}
	s.order()
	s.collect()
	s.share(1, 2)
	s.await(election.PhaseCounted)
	const told = "赞成 4，反对 0，弃权 0"
	if strings.Contains(s.page(store.RoleStaffLead, "/projects/votes"), told) || strings.Contains(s.page("", "/projects/1"), told) {
		t.Error("the result is told before it is signed")
	}
	s.certify()
	s.await(election.PhaseCertified)
	s.settled()
	for _, page := range []string{s.page(store.RoleStaffLead, "/projects/votes"), s.page("", "/projects/1")} {
		if !strings.Contains(page, told) || !strings.Contains(page, "/log/v1") {
			t.Errorf("the certified result: %s", between(page, "<main", "</main>"))
		}
	}
	if page := s.page("", "/projects/2"); !strings.Contains(page, "赞成 0，反对 4，弃权 0") || !strings.Contains(page, "未通过") {
		t.Error("what did not pass is told otherwise")
	}
	s.seen(func(state *project.State) {
		if p, _ := state.Project(1); p.Stage != project.StageUnderway || state.Count(project.NounProject) != 3 {
			t.Errorf("the vote alone changed something: %s, %d projects", p.Stage, state.Count(project.NounProject))
		}
	})
	s.ruleByVote(t)
}

// ruleByVote: the standing committee rules on a request, and names the vote.
func (s *stage) ruleByVote(t *testing.T) {
	t.Helper()
	db := s.server.projects.db
	must(t, db.SetMember(t.Context(), string(store.RoleMember), worldRoadsClerk))
	s.mustPost(store.RoleMember, "/projects/do/request?about=1", "ruled", "2", "request_why", "管线要改")
	must(t, db.SetMember(t.Context(), string(store.RoleMember), worldStanding))
	form := "/projects/do/ruling?about=1"
	if !strings.Contains(s.page(store.RoleMember, form), `<option value="v1"`) && !strings.Contains(s.page(store.RoleMember, form), `value="v1"`) {
		t.Error("the form offers no vote")
	}
	values := []string{"granted", "yes", "document", "第三号", "decision", "同意暂缓"}
	if a := s.post(store.RoleMember, form, fill{values: append(values, "ruling_vote", "v9")}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a vote that there is not: %d", a.status)
	}
	s.mustPost(store.RoleMember, form, append(values, "ruling_vote", "v1")...)
	s.seen(func(state *project.State) {
		p, _ := state.Project(1)
		body, err := s.server.projects.entry(t.Context(), p.Events[len(p.Events)-1].Entry)
		must(t, err)
		now := s.server.voteCalled("v1").view.Load()
		if b := body.(*project.Ruling); b.Manifest != now.manifestHash || b.Result != now.resultHash || p.Stage != project.StageSuspended {
			t.Errorf("%+v, project %s", b, p.Stage)
		}
	})
}
