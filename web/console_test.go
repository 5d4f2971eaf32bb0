package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"piaojue/election"
	"piaojue/form"
	"piaojue/lang"
	"piaojue/store"
)

// look returns the steps of the stage's vote as a role sees them.
func (s *stage) look(role store.Role) []step {
	s.Helper()
	v := s.server.votes[s.vote]
	o, err := s.server.overview(s.Context(), v)
	must(s, err)
	all := steps(v.id, o, Person{ID: "x", Role: role})
	for _, p := range all {
		s.checkTexts(p)
	}
	for _, part := range o.scriptCard() {
		for _, line := range part.Lines {
			if line.Who == "" {
				s.checkText("console.script_"+line.ID, line.Args)
			} else {
				s.checkText("podium.say_"+line.ID, line.Args)
			}
		}
	}
	for _, x := range o.exceptions(v.id, Person{Role: role}) {
		for _, group := range []string{"x_", "what_", "law_"} {
			s.checkText("console."+group+x.ID, nil)
		}
		for _, line := range x.Lines {
			s.checkText(fmt.Sprintf("console.act_%s_%d", x.ID, line), nil)
		}
		s.checkTexts(step{ID: "vote", State: stepNow, Ways: x.Ways})
	}
	return all
}

// checkTexts demands a text for all that a step says.
func (s *stage) checkTexts(p step) {
	s.Helper()
	s.checkText("console.step_"+p.ID, nil)
	s.checkText("console.do_"+p.ID, nil)
	s.checkText("console.state_"+string(p.State), nil)
	for _, f := range p.Facts {
		s.checkText("console.fact_"+f.ID, f.Args)
	}
	for _, w := range p.Ways {
		s.checkText("console.way_"+w.ID, nil)
		if w.Why != nil {
			s.checkText("console.why_"+w.Why.ID, w.Why.Args)
		}
	}
}

func (s *stage) checkText(id string, args []any) {
	s.Helper()
	for _, l := range []lang.Lang{lang.ZH, lang.EN} {
		if got := pageText(l, id, args...); got == id || strings.Contains(got, "%!") {
			s.Errorf("%s in %s: %q", id, l, got)
		}
	}
}

func current(all []step) string {
	for _, p := range all {
		if p.Current {
			return p.ID
		}
	}
	return ""
}

func door1(all []step, id string) *fact {
	i := slices.IndexFunc(all, func(p step) bool { return p.ID == id })
	return all[i].Ways[0].Why
}

// TestSteps follows a vote: which step is next, and why one cannot go on.
func TestSteps(t *testing.T) {
	s := newStage(t)
	s.do(store.RoleStaffLead, "POST", "/votes", []byte(`{"id":"v1","origin":"o/v1","congress":"C","session":"S","title":"T","date":"D","kind":"demo","n":3,"t":2,"min_ballots":2}`))
	if all := s.look(store.RoleStaffLead); current(all) != "prepare" || door1(all, "freeze").ID != "missing" {
		t.Errorf("nothing is there: %+v", all[:2])
	}
	s = newStage(t)
	s.draft()
	if all := s.look(store.RoleStaffLead); current(all) != "freeze" || door1(all, "freeze") != nil || door1(all, "approve").ID != "early" {
		t.Errorf("all is there: %+v", all[:3])
	}
	s.freeze()
	if all := s.look(store.RoleStaffLead); current(all) != "approve" || door1(all, "freeze").ID != "done" {
		t.Errorf("frozen: current %s", current(all))
	}
	s.approve()
	if all := s.look(store.RoleStaffLead); current(all) != "seal" {
		t.Errorf("approved: current %s", current(all))
	}
	s.ceremony()
	all := s.look(store.RoleStaffLead)
	if current(all) != "checkin" || door1(all, "open").ID != "quorum" || door1(s.look(store.RoleStaff), "checkin") != nil {
		t.Errorf("keyed: current %s, %+v", current(all), door1(all, "open"))
	}
	if all := s.look(store.RolePresidium); door1(all, "checkin").ID != "gate" {
		t.Errorf("presidium at the gate: %+v", door1(all, "checkin"))
	}
	s.checkIn(0, 1, 2, 3)
	if all := s.look(store.RoleStaffLead); door1(all, "open") != nil {
		t.Errorf("quorum: %+v", door1(all, "open"))
	}
	if all := s.look(store.RoleStaff); door1(all, "open").ID != "by_organizers" {
		t.Errorf("staff open: %+v", door1(all, "open"))
	}
	s.opening(1, 0)
	s.cast(0, marks(0))
	s.cast(1, marks(0))
	if all := s.look(store.RoleStaffLead); current(all) != "vote" || door1(all, "collect").ID != "early" {
		t.Errorf("voting: current %s", current(all))
	}
	s.voter(2) // has a credential, and keeps the box waiting
	s.order()
	s.await(election.PhaseClosing)
	if all := s.look(store.RoleStaffLead); current(all) != "close" || door1(all, "close").ID != "closing" {
		t.Errorf("closing: current %s", current(all))
	}
}

// TestStepsVoided: of a voided vote only the repeat is left to do; one that was
// not voided cannot be repeated.
func TestStepsVoided(t *testing.T) {
	s := newStage(t)
	s.begin()
	repeat := []byte(`{"as":"repeat"}`)
	if got := s.send(store.RoleStaffLead, "POST", s.path("/copies"), repeat); got.code() != codePhase {
		t.Errorf("repeating an open vote: %d", got.status)
	}
	s.organize(election.NewEntry(election.NewVoid(s.chain(), "停电")))
	if all := s.look(store.RoleStaff); current(all) != "repeat" || all[5].State != stepStopped {
		t.Errorf("voided: current %q, %+v", current(all), all[5])
	}
	var made createdJSON
	must(t, json.Unmarshal(s.do(store.RoleStaffLead, "POST", s.path("/copies"), repeat), &made))
	body := s.do(store.RolePresidium, "GET", "/votes/"+made.ID+"/draft", nil)
	m, err := election.ParseManifest(body)
	must(t, err)
	if made.ID != "v1-repeat-1" || m.Parent != s.manifest || m.Round != 1 || m.Origin == "example.org/v1" {
		t.Errorf("%s: parent %x, round %d, origin %s", made.ID, m.Parent, m.Round, m.Origin)
	}
}

// TestRehearsal: a rehearsal has all that the vote has but its kind, and never
// becomes real; the vote itself stays as it is.
func TestRehearsal(t *testing.T) {
	s := newStage(t)
	s.draft()
	before := s.do(store.RolePresidium, "GET", s.path("/draft"), nil)
	for i := 1; i <= 2; i++ {
		var made createdJSON
		must(t, json.Unmarshal(s.do(store.RoleStaffLead, "POST", s.path("/copies"), []byte(`{"as":"rehearsal"}`)), &made))
		m, err := election.ParseManifest(s.do(store.RolePresidium, "GET", "/votes/"+made.ID+"/draft", nil))
		must(t, err)
		if made.ID != fmt.Sprintf("v1-rehearsal-%d", i) || m.Kind != election.Rehearsal || int(m.Deputies) != s.deputies || len(m.Options) != 3 {
			t.Errorf("%s: %s with %d deputies, %d options", made.ID, m.Kind, m.Deputies, len(m.Options))
		}
	}
	if after := s.do(store.RolePresidium, "GET", s.path("/draft"), nil); !bytes.Equal(before, after) {
		t.Error("the vote has changed")
	}
	if got := s.send(store.RoleStaff, "POST", s.path("/copies"), []byte(`{"as":"rehearsal"}`)); got.status != http.StatusForbidden {
		t.Errorf("as staff: %d", got.status)
	}
	if got := s.send(store.RoleStaffLead, "POST", s.path("/copies"), []byte(`{"as":"second_round"}`)); got.code() != codePhase {
		t.Errorf("a second round of a draft: %d", got.status)
	}
}

// TestPreview: a preview says what an import would change and changes nothing;
// a bad table is refused by its rows.
func TestPreview(t *testing.T) {
	s := newStage(t)
	s.draft()
	before := s.do(store.RolePresidium, "GET", s.path("/draft"), nil)
	deputies := testDeputies(5)
	var roll, options previewJSON
	must(t, json.Unmarshal(s.do(store.RoleStaff, "POST", s.path("/roll/preview"), form.RollBook(lang.ZH, deputies)), &roll))
	if roll.Rows != 5 || len(roll.Added) != 1 || len(roll.Removed) != 0 || len(roll.Changed) != 4 || roll.Before != 4 || roll.Places != 5 {
		t.Errorf("roll: %+v", roll)
	}
	deputies[0].Standing, deputies[1].Standing, deputies[2].Name = election.Vacant, election.OnLeave, deputies[3].Name
	must(t, json.Unmarshal(s.do(store.RoleStaff, "POST", s.path("/roll/preview"), form.RollBook(lang.ZH, deputies)), &roll))
	if roll.Places != 4 || roll.Sitting != 3 || roll.OnLeave != 1 || roll.Vacant != 1 || len(roll.Notes) != 1 {
		t.Errorf("a vacant seat does not count: %+v", roll)
	}
	must(t, json.Unmarshal(s.do(store.RoleStaff, "POST", s.path("/candidates/preview"), form.WriteCandidates(lang.ZH, []election.Option{{ID: "01", Name: "项目1"}})), &options))
	if len(options.Removed) != 2 || options.Unchanged != 1 {
		t.Errorf("candidates: %+v", options)
	}
	badges := testBadges(3)
	other := testBadges(5)[4]
	badges[2].Key = other.Key
	var b badgesPreviewJSON
	must(t, json.Unmarshal(s.do(store.RoleStaff, "POST", s.path("/badges/preview"), form.WriteBadges(lang.ZH, badges)), &b))
	if b.Rows != 3 || b.Unchanged != 2 || len(b.Replaced) != 1 || b.New != 0 || len(b.Without) != 0 {
		t.Errorf("badges: %+v", b)
	}
	for _, path := range []string{"/roll/preview", "/candidates/preview", "/badges/preview"} {
		if got := s.send(store.RoleStaff, "POST", s.path(path), []byte("a,b\n1,2\n")); got.code() != codeRows {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	if after := s.do(store.RolePresidium, "GET", s.path("/draft"), nil); !bytes.Equal(before, after) {
		t.Error("a preview has changed the draft")
	}
}

// TestRollKeepsBadges: who stays in the roll keeps the badge; a new number has
// none.
func TestRollKeepsBadges(t *testing.T) {
	s := newStage(t)
	s.draft()
	book := form.RollBook(lang.ZH, testDeputies(s.deputies+1))
	if got := s.send(store.RoleStaff, "PUT", s.path("/roll"), book, "Content-Type", "text/html"); got.code() != codeUnsupported {
		t.Errorf("a page as a table: %d", got.status)
	}
	if got := s.send(store.RoleStaff, "PUT", s.path("/roll"), book, "Content-Type", mediaXLSX); got.status != http.StatusOK {
		t.Fatalf("a workbook: %d %s", got.status, got.body)
	}
	got, err := s.config.DB.CountRoll(t.Context(), s.vote)
	must(t, err)
	if want := (store.RollCount{Places: uint32(s.deputies) + 1, Badges: uint32(s.deputies)}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// TestAssistants: the list says who helps whom, and is in the log that nobody
// changes; nobody outside the desk adds to it.
func TestAssistants(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.freeze()
	name := []byte(`{"number":"A001","assistant":"张三"}`)
	s.do(store.RoleGate, "POST", s.path("/assistants"), name)
	var list assistantsJSON
	must(t, json.Unmarshal(s.do(store.RoleStaff, "GET", s.path("/assistants"), nil), &list))
	if len(list.Assistants) != 1 || list.Assistants[0].Number != "A001" || list.Assistants[0].Assistant != "张三" || list.Assistants[0].By != "gate" {
		t.Errorf("list: %+v", list)
	}
	if log := s.do(store.RoleAuditor, "GET", "/admin/log", nil); !strings.Contains(string(log), actAssistant) {
		t.Error("the administration log does not have it")
	}
	for _, body := range []string{`{"number":"A001","assistant":" "}`, `{"number":"A001","assistant":"a\nb"}`, `{"number":"none","assistant":"张三"}`, `{"assistant":"张三"}`} {
		if got := s.send(store.RoleGate, "POST", s.path("/assistants"), []byte(body)); got.status/100 != 4 {
			t.Errorf("%s: %d", body, got.status)
		}
	}
	if got := s.send(store.RolePresidium, "POST", s.path("/assistants"), name); got.status != http.StatusForbidden {
		t.Errorf("presidium: %d", got.status)
	}
}

// TestCustoms: pages of the vote say the word that staff chose, but what staff
// wrote themselves stays; other votes say the usual word.
func TestCustoms(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.do(store.RoleStaff, "PUT", s.path("/customs"), []byte(`{"order":"together","word":"评议"}`))
	page := string(s.do(store.RoleStaff, "GET", "/console/v1/script", nil))
	for _, want := range []string{"现在进行民生实事项目票决", "本次评议有效", "请各位代表投票。现在开始投票"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(page, "监票人先投票") {
		t.Error("scrutineers still come first")
	}
	if list := string(s.do(store.RoleStaff, "GET", "/console", nil)); strings.Contains(list, "评议") {
		t.Error("the word is on other pages")
	}
	for _, body := range []string{`{"order":"together","word":"<b>"}`, `{"order":"together","word":"一二三四五六七八九"}`, `{"order":"none","word":""}`} {
		if got := s.send(store.RoleStaff, "PUT", s.path("/customs"), []byte(body)); got.code() != codeBadForm {
			t.Errorf("%s: %d", body, got.status)
		}
	}
}

// TestRuleForm: the form has every rule once, with a text for each, and every
// preset passes through it unharmed.
func TestRuleForm(t *testing.T) {
	s := &stage{TB: t}
	r := election.DefaultRules()
	var names []string
	for _, g := range ruleForm(&r) {
		s.checkText("console.group_"+g.ID, nil)
		for _, f := range g.Fields {
			names = append(names, f.Name)
			s.checkText("console.rule_"+f.ID, nil)
			s.checkText("rule."+f.Name, nil)
			for _, v := range f.Values {
				s.checkText("value."+f.Name+"."+v, nil)
			}
		}
	}
	if len(names) != len(election.RuleFields()) {
		t.Errorf("%d rules in the form, %d in the table", len(names), len(election.RuleFields()))
	}
	if got := len(presetValues(13, 10)); got != len(election.Presets()) {
		t.Errorf("%d presets", got)
	}
}

// TestRuleWarnings: what is usual has no warning, what is not has one with a
// text; rules that contradict each other are refused by their names.
func TestRuleWarnings(t *testing.T) {
	s := newStage(t)
	s.draft()
	usual, err := election.SelectMajority.Rules(3, 2)
	must(t, err)
	o := &overview{draft: &draft{}, options: 3}
	if got := o.ruleDoubts(&usual); len(got) > 0 {
		t.Errorf("usual: %v", got)
	}
	if o.options = 4; len(o.ruleDoubts(&usual)) != 1 {
		t.Errorf("another number: %v", o.ruleDoubts(&usual))
	}
	odd := s.do(store.RoleStaff, "POST", s.path("/rules/preview"), []byte(`{"candidates_n":3,"winners_k":3,"max_marks":1,"base":"present"}`))
	for _, want := range []string{`"id":"no_surplus","rule":"winners_k","zh":"应选 3 项，候选 3 项，没有差额。"`, `"id":"other_base"`, `"id":"seats_unreachable"`} {
		if !bytes.Contains(odd, []byte(want)) {
			t.Errorf("no %s in %s", want, odd)
		}
	}
	s.do(store.RoleStaff, "POST", s.path("/rules/preview"), []byte(`{"candidates_n":3,"winners_k":2,"max_marks":2}`))
	a := s.send(store.RoleStaff, "POST", s.path("/rules/preview"), []byte(`{"candidates_n":3,"winners_k":4,"max_marks":2}`))
	if a.code() != codeBadRules || !bytes.Contains(a.body, []byte("应选数要在")) {
		t.Errorf("contradiction: %d %s", a.status, a.body)
	}
}
