package web

import (
	"errors"
	"net/http"
	"testing"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/project"
	"piaojue/store"
)

// rated is the certified result of a satisfaction vote on projects.
func rated(ids ...string) *consequence {
	w := &view{manifest: &election.Manifest{}, manifestHash: [32]byte{9}, resultHash: [32]byte{8}, phase: election.PhaseCertified}
	w.manifest.Rules.BallotMode = ballot.Satisfaction3
	w.result = &election.Result{Numbers: election.Numbers{N: 29}, Outcome: election.Outcome{Vote: election.VoteValid}}
	for i, id := range ids {
		w.manifest.Options = append(w.manifest.Options, election.Option{ID: id})
		w.result.Outcome.Lines = append(w.result.Outcome.Lines, election.Line{Count: election.Count{ID: id, Grades: [][3]uint32{{17, 11, 1}, {3, 5, 20}}[i%2]}, Abstain: uint32(i % 2)})
	}
	return &consequence{w: w, certificate: [32]byte{7}}
}

// A certified satisfaction vote rates the projects that its options name, once:
// by the rule of 镇海 (its numbers of 2021), and what is 不满意 is done again by a
// deadline. What is no vote on projects rates nothing.
func TestRating(t *testing.T) {
	s := newStage(t)
	s.world(3, func(w *worldBuilder) {
		w.work(1)
		w.work(2)
		set := w.state().Settings()
		set.RatingDays, set.LookbackDays = 45, 90
		w.do(officeActor, &set)
	})
	tag := func(n uint32) string { return project.Tag{Of: project.TagProject, Number: n}.String() }
	record := func(x *consequence) error {
		_, err := s.server.projects.record(t.Context(), &deed{actor: serverActor, body: func(state *project.State) (project.Body, error) {
			x.today = s.server.projects.day()
			if b := x.next(state); b != nil {
				return b, nil
			}
			return nil, errNothingNew
		}})
		return err
	}
	candidates, open, void := rated("01", "02"), rated(tag(1), tag(2)), rated(tag(1), tag(2))
	open.w.phase = election.PhaseCounted
	void.w.result.Outcome.Vote = election.VoteVoid
	for name, x := range map[string]*consequence{"candidates": candidates, "uncertified": open, "void": void, "no such project": rated(tag(1), tag(9)), "a station": rated(project.Tag{Of: project.TagStation, Number: 1}.String())} {
		if err := record(x); !errors.Is(err, errNothingNew) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := record(rated(tag(1), tag(2))); err != nil {
		t.Fatal(err)
	}
	if err := record(rated(tag(1), tag(2))); !errors.Is(err, errNothingNew) {
		t.Errorf("rated twice: %v", err)
	}
	s.seen(func(state *project.State) {
		good, _ := state.Project(1)
		bad, _ := state.Project(2)
		if good.Rating.Grade != project.GradeGood || good.Stage != project.StageUnderway {
			t.Errorf("17/11/1 of 29: %+v, %s", good.Rating, good.Stage)
		}
		if want := s.server.projects.day().Add(45); bad.Rating.Grade != project.GradeBad || bad.Stage != project.StageRedone || bad.Due != want {
			t.Errorf("3/5/20 of 29: %+v, %s until %s", bad.Rating, bad.Stage, bad.Due)
		}
	})
}

// TestRatingLess: a project that was terminated or closed before the certificate is
// left out, and the others are rated; of none nothing is written.
func TestRatingLess(t *testing.T) {
	s := newStage(t)
	s.world(3, func(w *worldBuilder) { w.work(1) }) // the second is adopted only
	tag := func(n uint32) string { return project.Tag{Of: project.TagProject, Number: n}.String() }
	record := func(x *consequence) (b *project.Rating, err error) {
		_, err = s.server.projects.record(t.Context(), &deed{actor: serverActor, body: func(state *project.State) (project.Body, error) {
			x.today = s.server.projects.day()
			body := x.next(state)
			if body == nil {
				return nil, errNothingNew
			}
			b = body.(*project.Rating)
			return body, nil
		}})
		return b, err
	}
	if _, err := record(rated(tag(2))); !errors.Is(err, errNothingNew) {
		t.Errorf("none that can be rated: %v", err)
	}
	b, err := record(rated(tag(2), tag(1)))
	if err != nil || len(b.Rows) != 1 || b.Rows[0].Project != 1 || b.Rows[0].Option != 1 || b.Rows[0].Bad != 20 {
		t.Errorf("%v %+v", err, b)
	}
	if _, err := record(rated(tag(2), tag(1))); !errors.Is(err, errNothingNew) {
		t.Errorf("twice: %v", err)
	}
}

// Projects become the rows of a draft, with the rules of a satisfaction vote; what
// nobody can judge does not, and only the staff lead can do it.
func TestRatingDraft(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.world(3, func(w *worldBuilder) { w.work(1) })
	for _, c := range []struct {
		name   string
		role   store.Role
		values []string
		want   int
	}{
		{"staff", store.RoleStaff, []string{"projects", "1", "vote", s.vote}, http.StatusForbidden},
		{"none", store.RoleStaffLead, []string{"vote", s.vote}, http.StatusBadRequest},
		{"not begun", store.RoleStaffLead, []string{"projects", "2", "vote", s.vote}, http.StatusBadRequest},
		{"no vote", store.RoleStaffLead, []string{"projects", "1", "vote", "v9"}, http.StatusNotFound},
	} {
		if a := s.post(c.role, "/projects/ratings", fill{values: c.values}); a.status != c.want {
			t.Errorf("%s: %d, want %d", c.name, a.status, c.want)
		}
	}
	if to := s.mustPost(store.RoleStaffLead, "/projects/ratings", "projects", "1", "vote", s.vote); to != "/console/v1/candidates" {
		t.Errorf("leads to %s", to)
	}
	options, err := s.config.DB.Candidates(t.Context(), s.vote)
	must(t, err)
	d, err := s.server.voteCalled(s.vote).draft(t.Context())
	must(t, err)
	if len(options) != 1 || options[0].ID != "P00001-"+options[0].ID[7:] || options[0].Name != "新建第1处停车场" || d.Rules.BallotMode != ballot.Satisfaction3 {
		t.Errorf("%+v, %+v", options, d.Rules)
	}
	s.rateKept(options, d.Rules)
}

// rateKept: the log of the projects tells everybody how many said what, so that
// rules that keep it back are refused, but of votes that are not about projects.
func (s *stage) rateKept(projects []election.Option, rules *election.Rules) {
	s.Helper()
	v := s.server.voteCalled(s.vote)
	others := []election.Option{{ID: "01", Name: "政府工作报告"}}
	for _, c := range []struct {
		tallies string
		options []election.Option
		want    code
	}{{"public", projects, ""}, {"deputies", projects, codeBadRules}, {"none", projects, codeBadRules}, {"none", others, ""}} {
		rules.Display.Tallies = c.tallies
		must(s, s.server.setDraft(s.Context(), v, c.options, rules))
		err := v.do(s.Context(), func() error { _, err := v.freeze(s.Context()); return err })
		if r, _ := errors.AsType[*refusal](err); c.want == "" && err != nil || c.want != "" && (r == nil || r.code != c.want || r.fields[0].Field != "display.tallies") {
			s.Errorf("%s, %s: %v", c.options[0].Name, c.tallies, err)
		}
	}
}
