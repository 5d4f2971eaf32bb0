package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"piaojue/election"
	"piaojue/project"
	"piaojue/store"
)

// listed makes candidates, a list of all of them in reverse order, and passes its
// only gate.
func (s *stage) listed(n int) {
	s.Helper()
	s.beginProjects()
	s.mustPost(store.RoleStaffLead, "/projects/do/actor", "actor_role", "9", "public_name", "市人大常委会", "account", string(store.RolePresidium))
	s.mustPost(store.RoleStaffLead, "/projects/do/settings", settingsWith("gates", "3")...)
	values := []string{"year", "2027"}
	for i := 1; i <= n; i++ {
		s.mustPost(store.RoleStaffLead, "/projects/do/candidate", "title", fmt.Sprint("停车场", i), "field", "5", "case", "论述",
			"investment", "500", "fiscal", "300", "people", "2000", "deadline", "2027-11-30", "department", "1")
		values = append(values, fmt.Sprint("ballot_order_", i), fmt.Sprint(n+1-i))
	}
	if to := s.mustPost(store.RoleStaffLead, "/projects/do/list", values...); to != "/projects/lists/1" {
		s.Fatalf("a new list leads to %s", to)
	}
}

// settingsWith are the default settings, but for some of them.
func settingsWith(values ...string) []string {
	return append(values, "transfer_days", "7", "verdict_days", "30", "offer_days", "7", "task_days", "30", "response_days", "30", "lookback_days", "90", "rating_days", "60",
		"report_months", "1", "team_deputies", "3", "reception_day", "10", "oversee_month", "9", "scheme", "1", "yellow_gap", "10", "red_gap", "25", "red_days", "30",
		"red_share", "30", "orange_share", "60", "yellow_share", "90")
}

func (s *stage) seen(fn func(*project.State)) {
	s.Helper()
	must(s, s.server.projects.view(func(state *project.State) error {
		fn(state)
		return nil
	}))
}

// settled waits until the projects have followed all votes so far.
func (s *stage) settled() {
	s.Helper()
	s.server.adopter.look()
}

// boundByItself waits until the first list is bound to a vote: nobody has to
// start the server anew, or move the vote on.
func (s *stage) boundByItself() {
	s.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		var stage project.Stage
		s.seen(func(state *project.State) {
			l, _ := state.List(1)
			stage = l.Stage
		})
		if stage == project.StageFrozen {
			return
		}
	}
	s.Error("the list is not bound once it has passed its gate")
}

// TestAdoption: a list becomes the candidates of a vote, is bound when that vote
// freezes, and what is adopted becomes a project by itself, once, also after a
// restart; the rest returns to the reserve.
func TestAdoption(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.listed(3)
	path := "/projects/lists/1"
	if a := s.post(store.RoleMember, path+"/ballot", fill{values: []string{"vote", s.vote}}); a.status != http.StatusForbidden {
		t.Errorf("a department makes a vote: %d", a.status)
	}
	if body := string(s.do(store.RoleStaffLead, "GET", path, nil)); !strings.Contains(body, "由此清单建立票决") {
		t.Error("the list offers no vote")
	}
	if to := s.mustPost(store.RoleStaffLead, path+"/ballot", "vote", s.vote); to != "/console/v1/candidates" {
		t.Errorf("leads to %s", to)
	}
	s.freeze()
	s.settled()
	s.seen(func(state *project.State) {
		if l, _ := state.List(1); l.Stage != project.StageDrawn {
			t.Errorf("bound before its gate: %s", l.Stage)
		}
	})
	s.mustPost(store.RolePresidium, "/projects/do/gate?about=1", "passed", "yes", "document", "第一号")
	s.boundByItself()
	s.seen(func(state *project.State) {
		if l, _ := state.List(1); l.Stage != project.StageFrozen || l.Options[0].Candidate != 3 || l.Manifest != s.manifest {
			t.Errorf("not bound: %+v", l)
		}
	})
	s.approve()
	s.ceremony()
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	for i, c := range []int{1, 2, 1, 2} {
		s.cast(i, marks(0, c))
	}
	s.order()
	s.collect()
	s.share(1, 2)
	s.await(election.PhaseCounted)
	s.settled()
	s.seen(func(state *project.State) {
		if n := state.Count(project.NounProject); n != 0 {
			t.Errorf("%d projects of a result without certificate", n)
		}
	})
	s.certify()
	s.await(election.PhaseCertified)
	s.adopted("certified")
	s.seen(func(state *project.State) {
		if p, _ := state.Project(1); p.Source.Certificate != s.update().CertificateHash() {
			t.Error("the adoption names another certificate")
		}
	})
	s.restart()
	s.adopted("after a restart")

	next := s.next("second_round")
	next.freeze()
	next.settled()
	s.seen(func(state *project.State) {
		l, _ := state.List(1)
		if l.Stage != project.StageFrozen || l.Manifest != next.manifest || !slices.Equal(l.Open, []uint32{2, 1}) {
			t.Errorf("second round: %s %v", l.Stage, l.Open)
		}
	})
}

// adopted checks that the tie left one project, and the tied for another round.
func (s *stage) adopted(when string) {
	s.Helper()
	s.settled()
	s.settled()
	s.seen(func(state *project.State) {
		p, ok := state.Project(1)
		l, _ := state.List(1)
		c, _ := state.Candidate(2)
		if !ok || state.Count(project.NounProject) != 1 || p.Candidate != 3 || p.Source.Manifest != s.manifest || p.Source.Result == p.Source.Certificate || p.Source.Votes != 4 {
			s.Errorf("%s: project %+v", when, p)
		}
		if l.Stage != project.StagePending || c.Stage != project.StageBalloted || len(l.Open) != 2 {
			s.Errorf("%s: list %s, candidate %s", when, l.Stage, c.Stage)
		}
	})
}

// What a list does not say is no list of this vote; and each difference is named.
func TestListDifferences(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.listed(2)
	var options []election.Option
	s.seen(func(state *project.State) {
		l, _ := state.List(1)
		options = ballotOptions(state, &l, func(project.Blob) string { return "" })
		for _, c := range []struct {
			want   string
			change func([]election.Option) []election.Option
		}{
			{"", func(o []election.Option) []election.Option { return o }},
			{"", func(o []election.Option) []election.Option { o[0].Content = "说得更清楚"; return o }},
			{"count", func(o []election.Option) []election.Option { return o[1:] }},
			{"name", func(o []election.Option) []election.Option { o[1].Name = "别的"; return o }},
			{"money", func(o []election.Option) []election.Option { o[0].Fiscal++; return o }},
			{"suggestions", func(o []election.Option) []election.Option { o[0].Suggestions++; return o }},
		} {
			got := listDifferences(state, &l, c.change(slices.Clone(options)))
			if (len(got) == 0) != (c.want == "") || len(got) > 0 && got[0].ID != c.want {
				t.Errorf("%v, want %q", got, c.want)
			}
		}
	})
	if len(options) != 2 || options[0].Deadline != "2027年11月30日" || options[0].Unit != "市住建局" || options[0].Beneficiaries != "2000人" {
		t.Errorf("options: %+v", options)
	}
}
