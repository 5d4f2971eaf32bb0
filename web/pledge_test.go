package web

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"piaojue/election"
	"piaojue/lang"
	"piaojue/project"
	"piaojue/store"
)

// takenUp sends n wishes that are taken up.
func (s *stage) takenUp(n int) {
	s.Helper()
	for range n {
		s.mustWish("/projects/wish", aWish())
		var last string
		s.seen(func(state *project.State) { last = strconv.Itoa(state.Count(project.NounSuggestion)) })
		s.mustPost(store.RoleStaffLead, "/projects/do/verdict?about="+last, "reason", "0", "answer", "采纳")
	}
}

// TestPledge: a draft whose candidates came from a list cannot be frozen while the
// two differ; from then on nothing may make them differ until the list is bound,
// or the vote voided.
func TestPledge(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.listed(3)
	s.takenUp(4)
	s.mustPost(store.RoleStaffLead, "/projects/do/attachment?about=3", "behind", "1")
	s.mustPost(store.RoleStaffLead, "/projects/lists/1/ballot", "vote", s.vote)
	s.mustPost(store.RoleStaffLead, "/projects/do/bundle?about=1", "members", "2")
	if a := s.send(store.RolePresidium, "GET", s.path("/draft"), nil); a.code() != codeMissing || !strings.Contains(string(a.body), lang.ZH.Text("missing.list_suggestions", 1, "停车场3", 2, 1)) {
		t.Errorf("frozen though the list has another wish: %d %s", a.status, a.body)
	}
	if !strings.Contains(s.page(store.RoleStaffLead, "/console/"+s.vote), pageText(lang.ZH, "console.fact_list", 1)) {
		t.Error("the console does not say that the list differs")
	}
	s.mustPost(store.RoleStaffLead, "/projects/lists/1/ballot", "vote", s.vote)
	s.freeze()
	figures := func(investment string) []string {
		return []string{"investment", investment, "fiscal", "300", "people", "2000", "deadline", "2027-11-30", "department", "1", "estimate", "意见",
			"mark_need", "1", "mark_feasible", "1", "mark_means", "1", "mark_nature", "1", "mark_land", "1", "mark_safety", "1", "mark_lawful", "1"}
	}
	deeds := []struct {
		path   string
		values []string
	}{
		{"bundle?about=1", []string{"members", "3"}},
		{"unbundle?about=2", nil},
		{"attachment?about=3", []string{"behind", "3"}},
		{"estimate?about=3", figures("900")},
		{"list?about=1", []string{"year", "2027", "ballot_order_1", "1", "ballot_order_2", "2", "ballot_order_3", "3"}},
	}
	for _, c := range deeds {
		if a := s.post(store.RoleStaffLead, "/projects/do/"+c.path, fill{values: c.values}); a.status != http.StatusUnprocessableEntity || !strings.Contains(string(a.body), lang.ZH.Text("error.list_in_vote")) {
			t.Errorf("%s: %d", c.path, a.status)
		}
	}
	s.mustPost(store.RoleStaffLead, "/projects/do/estimate?about=3", figures("500")...) // changes nothing that is voted on
	s.mustPost(store.RoleStaffLead, "/projects/do/bundle?about=3", "members", "4")      // of another matter
	s.mustPost(store.RolePresidium, "/projects/do/gate?about=1", "passed", "yes", "document", "第一号")
	s.boundByItself()
	s.mustPost(store.RoleStaffLead, "/projects/do/bundle?about=1", "members", "3") // it is bound
}

// TestPledgeTwice: of two drafts from one list the second cannot be frozen once the
// list is bound to the first: nothing would be adopted by it.
func TestPledgeTwice(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.listed(3)
	first := s.vote
	s.mustPost(store.RoleStaffLead, "/projects/lists/1/ballot", "vote", first)
	s.vote = "second"
	s.draft()
	s.mustPost(store.RoleStaffLead, "/projects/lists/1/ballot", "vote", s.vote)
	if a := s.send(store.RolePresidium, "GET", s.path("/draft"), nil); a.status != http.StatusOK {
		t.Fatalf("the second draft cannot be frozen while the list is free: %d %s", a.status, a.body)
	}
	s.vote = first
	s.mustPost(store.RolePresidium, "/projects/do/gate?about=1", "passed", "yes", "document", "第一号")
	s.freeze()
	s.boundByItself()
	s.vote = "second"
	if a := s.send(store.RolePresidium, "GET", s.path("/draft"), nil); a.code() != codeMissing || !strings.Contains(string(a.body), lang.ZH.Text("missing.list_taken", 1)) {
		t.Errorf("frozen though the list is in another vote: %d %s", a.status, a.body)
	}
	if !strings.Contains(s.page(store.RoleStaffLead, "/console/"+s.vote), pageText(lang.ZH, "console.fact_list_taken", 1)) {
		t.Error("the console does not say that the list is in another vote")
	}
}

// TestPledgeEnds: a vote that is voided holds its list no longer, and what differs
// from its vote already can be mended, after which it is bound.
func TestPledgeEnds(t *testing.T) {
	for _, voided := range []bool{true, false} {
		s := newStage(t)
		s.draft()
		s.listed(3)
		s.takenUp(2)
		s.mustPost(store.RoleStaffLead, "/projects/do/attachment?about=3", "behind", "1")
		s.mustPost(store.RoleStaffLead, "/projects/lists/1/ballot", "vote", s.vote)
		s.freeze()
		if voided {
			e, err := election.NewEntry(election.NewVoid(s.chain(), "清单要改"))
			s.organize(e, err)
			s.await(election.PhaseVoided)
			s.mustPost(store.RoleStaffLead, "/projects/do/bundle?about=1", "members", "2")
			continue
		}
		guard := s.server.projects.guard
		s.server.projects.guard = func(*project.State, project.Body) error { return nil } // as before there was one
		s.mustPost(store.RoleStaffLead, "/projects/do/bundle?about=1", "members", "2")
		s.server.projects.guard = guard
		s.mustPost(store.RolePresidium, "/projects/do/gate?about=1", "passed", "yes", "document", "第一号")
		s.mustPost(store.RoleStaffLead, "/projects/do/unbundle?about=2")
		s.boundByItself()
	}
}
