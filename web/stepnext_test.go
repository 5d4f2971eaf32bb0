package web

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"piaojue/election"
	"piaojue/store"
)

// nextStep is the step that the outcome demands, as a role sees it.
func (s *stage) nextStep(id string, role store.Role) step {
	s.Helper()
	all := s.look(role)
	i := slices.IndexFunc(all, func(p step) bool { return p.ID == id })
	if i < 0 {
		s.Fatalf("no step %s", id)
	}
	return all[i]
}

func (p step) says(id string) string {
	i := slices.IndexFunc(p.Facts, func(f fact) bool { return f.ID == id })
	if i < 0 {
		return ""
	}
	return p.Facts[i].State
}

// story asks for it as everybody may.
func (s *stage) story() []roundJSON {
	s.Helper()
	var j voteJSON
	must(s, json.Unmarshal(s.do("", "GET", s.path(""), nil), &j))
	return j.Story
}

// TestNextStep: after a tie the console shows the second round as the next step,
// which the lead makes with one click, and whose rules and projects nobody can
// change; then it leads there, and each log, once it names the other, makes both
// one story on every page.
func TestNextStep(t *testing.T) {
	s := newStage(t)
	s.tied(election.TieRevote)
	if p := s.nextStep("second_round", store.RoleStaffLead); !p.Current || p.Copy != copySecond || p.says("next_tied") != factNote || p.says("next_draft") != factMissing {
		t.Errorf("%+v", p)
	}
	if p := s.nextStep("second_round", store.RolePresidium); p.Ways[0].Why == nil || p.Ways[0].Why.ID != "by_lead" {
		t.Errorf("presidium: %+v", p.Ways)
	}
	if got := s.story(); len(got) != 0 {
		t.Errorf("a story of one: %+v", got)
	}
	n := s.next("second_round")
	p := s.nextStep("second_round", store.RoleStaffLead)
	if p.Copy != "" || p.Ways[0].Href != "/console/"+n.vote || p.Ways[1].Why == nil || p.Ways[1].Why.ID != "next_unfrozen" {
		t.Errorf("with a draft: %+v", p)
	}
	for _, page := range []string{"rules", "candidates"} {
		html := string(n.do(store.RoleStaff, "GET", "/console/"+n.vote+"/"+page, nil))
		if !strings.Contains(html, `class="notice">这次票决接着第 1 轮`) || strings.Contains(html, `type="submit">保存规则`) || strings.Contains(html, `id="import"`) {
			t.Errorf("%s of a second round can be changed", page)
		}
		if first := string(s.do(store.RoleStaff, "GET", "/console/v1/"+page, nil)); strings.Contains(first, `class="notice">这次票决接着第 1 轮`) {
			t.Errorf("%s of a first round", page)
		}
	}
	if html := string(n.do(store.RoleStaff, "GET", "/console/"+n.vote, nil)); !strings.Contains(html, "第 2 轮") || !strings.Contains(html, `href="/console/v1">接第 1 轮`) {
		t.Error("the second round does not lead to the first")
	}
	n.freeze()
	next := n.update().Manifest()
	s.update()
	s.organize(s.board.ProposeSuccessor(1, next))
	if p := s.nextStep("second_round", store.RoleStaffLead); p.State != stepDone || p.says("next_named") != factDone {
		t.Errorf("named: %+v", p)
	}
	a, b := s.story(), n.story()
	if len(a) != 2 || len(b) != 2 || !a[0].Here || !b[1].Here || a[1].Vote != n.vote || len(b[0].Adopted) != 1 || len(b[0].Tied) != 2 || b[1].Seats != 1 {
		t.Errorf("stories %+v and %+v", a, b)
	}
	for _, path := range []string{"/log/v1", "/log/" + n.vote, "/verify/" + n.vote, "/console/" + n.vote, "/"} {
		if html := string(s.do(store.RoleStaff, "GET", path, nil)); !strings.Contains(html, "第 2 轮") || !strings.Contains(html, "2 项得票相同") {
			t.Errorf("%s does not tell the story", path)
		}
	}
	for path, want := range map[string]string{"/log/v1": "两次的清单互相写明", "/log/" + n.vote: "上一次的票决清单校验码"} {
		if html := string(s.do("", "GET", path, nil)); !strings.Contains(html, want) {
			t.Errorf("%s does not say %q", path, want)
		}
	}
}

// TestNextPresidium: where the rules leave a tie to the presidium, its decision
// is the next step; nothing is announced before, and what it adopts is named as
// its decision.
func TestNextPresidium(t *testing.T) {
	s := newStage(t)
	s.tied(election.TiePresidium)
	if p := s.nextStep("presidium", store.RolePresidium); !p.Current || p.says("undecided") != factMissing || p.Ways[0].Why != nil {
		t.Errorf("%+v", p)
	}
	if got := door1(s.look(store.RolePresidium), "publish"); got == nil || got.ID != "decide_first" {
		t.Errorf("announcing: %+v", got)
	}
	s.update()
	e, err := s.board.ProposeDecision(1, []uint16{2}, "《票决办法》第十二条", "主席团决定", []string{"甲"})
	must(t, err)
	s.sign(e, store.RolePresidium)
	if p := s.nextStep("presidium", store.RolePresidium); p.State != stepDone || p.says("decided") != factDone {
		t.Errorf("decided: %+v", p)
	}
	if got := door1(s.look(store.RolePresidium), "publish"); got != nil {
		t.Errorf("announcing: %+v", got)
	}
	if html := string(s.do("", "GET", "/log/v1", nil)); !strings.Contains(html, "入选 1 项：项目3。") || !strings.Contains(html, "《票决办法》第十二条") {
		t.Error("the board does not say the decision")
	}
	got := s.story()
	if len(got) != 1 || got[0].Decision == nil || len(got[0].Adopted) != 2 || got[0].Adopted[0].Decided || !got[0].Adopted[1].Decided {
		t.Errorf("story %+v", got)
	}
}

// TestNextRepeat: a voided vote leads to its repeat, and the card of the surplus
// says what came back of each kind of ballot.
func TestNextRepeat(t *testing.T) {
	s := newStage(t)
	s.begin()
	s.organize(election.NewEntry(election.NewVoid(s.chain(), "收回多于发出")))
	if p := s.nextStep("repeat", store.RoleStaffLead); !p.Current || p.Copy != copyRepeat {
		t.Errorf("%+v", p)
	}
	s.next("repeat")
	if p := s.nextStep("repeat", store.RoleStaffLead); p.Copy != "" || p.says("next_draft") != factDone {
		t.Errorf("with a draft: %+v", p)
	}
	for _, c := range []struct {
		x    side
		over uint32
	}{{side{Issued: 3, Back: 2}, 0}, {side{Issued: 3, Back: 3}, 0}, {side{Issued: 3, Back: 5}, 2}} {
		if got := c.x.Over(); got != c.over {
			t.Errorf("%+v: %d over, want %d", c.x, got, c.over)
		}
	}
	o := &overview{view: &view{phase: election.PhaseCollected, numbers: election.Numbers{I: 10, Sheets: 4, R: 11, Paper: 5, U: 1}}}
	if got := o.sides(); len(got) != 2 || got[0].Over() != 1 || got[1].Over() != 1 {
		t.Errorf("sides %+v", got)
	}
}
