package web

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"net/http"
	"strings"
	"testing"

	"piaojue/election"
	"piaojue/store"
)

// The accounts of the walk, beside those of the vote.
var walkers = []struct{ name, role, unit string }{
	{"government", "7", ""}, {"party", "8", ""}, {"standing", "9", ""}, {"congress", "10", ""},
	{"roads", "6", "2"}, {"schools", "6", "3"}, {"committee", "5", "4"}, {"station", "3", "5"},
	{"deputy", "4", "5"}, {"deputy2", "4", "5"}, {"deputy3", "4", "5"},
}

// cast of the walk: an organisation with units, and an account for each actor.
func (s *stage) walkersComeIn() {
	s.Helper()
	s.openProjects()
	s.mustPost(store.RoleStaffLead, "/projects/begin", "name", "兰州市人民代表大会", "office", "市人大常委会办公室")
	for _, u := range []string{"1城关区", "2市交通委", "2市教育局", "3城建环资工委", "4雁滩代表之家"} {
		s.mustPost(store.RoleStaffLead, "/projects/do/unit", "unit_kind", u[:1], "name", u[1:])
	}
	for _, w := range walkers {
		key, hash := GenerateKey()
		must(s, s.config.DB.PutPerson(s.Context(), Person{ID: w.name + "_walks", Name: w.name, Role: store.RoleMember}, hash))
		s.people[store.Role(w.name)] = key
		s.mustPost(store.RoleStaffLead, "/projects/do/actor", "actor_role", w.role, "unit", w.unit, "public_name", w.name, "account", w.name+"_walks")
	}
}

// onlyBy has somebody do something, after another has tried in vain: it is not
// enough to be signed in, nor to be a department if it is another one's.
func (s *stage) onlyBy(who, not store.Role, path string, values ...string) {
	s.Helper()
	if a := s.post(not, path, fill{values: values}); a.status != http.StatusUnprocessableEntity && a.status != http.StatusForbidden {
		s.Errorf("POST %s as %s, who may not: %d", path, not, a.status)
	}
	s.does(who, path, fill{values: values})
}

// does sends a form that is taken, over HTTP or in front of a browser.
func (s *stage) does(who store.Role, path string, f fill) {
	s.Helper()
	if s.hand != nil {
		s.hand.does(who, pageOf(path), path, f)
		return
	}
	if a := s.post(who, path, f); a.status != http.StatusSeeOther {
		s.Fatalf("POST %s as %q: %d %s", path, who, a.status, between(string(a.body), "<main", "</main>"))
	}
}

// pageOf is the page on which a form stands.
func pageOf(path string) string { return strings.TrimSuffix(path, "/ballot") }

// TestWishToStrike walks one wish from the code of a station, scanned by nobody
// in particular, through a vote to a problem that is struck off the list, with
// every role at its own desk and over HTTP; at each step somebody else is
// refused. The citizen's code and the public pages tell where it stands.
func TestWishToStrike(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.walkersComeIn()
	s.walk()
}

func (s *stage) walk() {
	s.Helper()
	if page := s.page("", "/projects/wish?station=5"); !strings.Contains(page, "雁滩代表之家") {
		s.Error("the form does not say whose code was scanned")
	}
	code := s.sendsWish("/projects/wish?station=5", aWish("why", "孩子上学要穿过六条车道"))
	s.tracked(code, "孩子上学")
	do := func(kind string, about int) string { return fmt.Sprintf("/projects/do/%s?about=%d", kind, about) }

	s.onlyBy(store.RoleStaffLead, "government", do("moderation", 1), "shown", "1")
	s.onlyBy(store.RoleStaffLead, "roads", do("transfer", 1), "department", "2")
	s.onlyBy("roads", "schools", do("study", 1))
	s.onlyBy("government", "roads", do("verdict", 1), "reason", "0", "answer", "采纳，列为候选项目。")
	s.tracked(code, "采纳，列为候选项目。")
	s.voteOn(do)

	s.onlyBy("government", "standing", do("offer", 1), "lead_department", "2")
	s.onlyBy("roads", "schools", do("answer", 1), "accepted", "no", "objection", "请明确协办单位。")
	s.does("government", do("offer", 1), fill{values: []string{"lead_department", "2", "assisting", "3"}})
	s.onlyBy("roads", "schools", do("answer", 1), "accepted", "yes")
	today := s.server.projects.today()
	s.onlyBy("roads", "schools", do("task", 1), "leader", "副市长", "responsible", "主任", "goals", "装好红绿灯",
		"deadline", htmlDate(today.Add(90)), "investment", "500", "funds", "财政资金", "safeguards", "每月调度", "milestones", "yes",
		"milestones_0", "施工", "milestones_1", "100", "milestones_2", htmlDate(today.Add(-30)), "milestones_3", htmlDate(today.Add(60)))
	s.onlyBy(store.RoleStaffLead, "committee", do("team", 1), "team_leader", "副主任", "committee", "4", "deputies", "10", "deputies", "11", "deputies", "12")
	s.onlyBy("roads", "schools", do("report", 1), "period", htmlDate(today)[:7], "percents", "yes", "percents_0", "60", "spent", "300", "outlook", "1", "progress", "灯杆已经立好。")
	s.onlyBy("deputy", "station", do("inspection", 1), "held", htmlDate(today), "score_progress", "4", "score_quality", "2", "score_effect", "4", "opinion", "灯被树挡住")
	s.onlyBy("committee", "deputy", do("problem", 1), "owner", "2", "due", htmlDate(today.Add(10)), "problem", "信号灯被树枝遮挡")
	s.strike(do, htmlDate(today))

	for _, want := range []string{"灯杆已经立好。", "信号灯被树枝遮挡", "装好红绿灯"} {
		if !strings.Contains(s.page("", "/projects/1"), want) {
			s.Errorf("the public page of the project does not say: %s", want)
		}
	}
	if strings.Contains(s.page("", "/projects/1"), "灯被树挡住") {
		s.Error("everybody reads what the deputy wrote for the office")
	}
	s.tracked(code, "/projects/1")
	s.tracked(code, "以前完成")
}

// sendsWish sends a citizen's wish, and returns its code.
func (s *stage) sendsWish(path string, f fill) string {
	s.Helper()
	if s.hand != nil {
		return s.hand.wish(path, f)
	}
	return s.mustWish(path, f)
}

// tracked checks what a citizen sees by the code.
func (s *stage) tracked(code, want string) {
	s.Helper()
	if s.hand != nil {
		s.hand.tracked(code, want)
		return
	}
	a := s.post("", "/projects/track", fill{values: []string{"code", code}})
	if a.status != http.StatusOK || !strings.Contains(string(a.body), want) {
		s.Errorf("the code does not show %q: %d", want, a.status)
	}
}

// voteOn makes three candidates, of which the first comes from the wish, and has
// the deputies vote on them.
func (s *stage) voteOn(do func(string, int) string) {
	s.Helper()
	for i := range 3 {
		behind := ""
		if i == 0 {
			behind = "1"
		}
		s.onlyBy("government", "roads", do("candidate", 0), "title", fmt.Sprint("红绿灯", i+1), "field", "5", "case", "论述", "behind", behind,
			"investment", "500", "fiscal", "300", "people", "2000", "deadline", "2027-11-30", "department", "2")
	}
	s.onlyBy("government", "standing", do("list", 0), "year", "2027", "ballot_order_1", "1", "ballot_order_2", "2", "ballot_order_3", "3")
	for i, gate := range []store.Role{"government", "party", "standing", "congress"} {
		s.onlyBy(gate, store.Role(walkers[(i+1)%4].name), do("gate", 1), "passed", "yes", "document", "第一号")
	}
	s.onlyBy(store.RoleStaffLead, "government", "/projects/lists/1/ballot", "vote", s.vote)
	s.freeze()
	s.settled()
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
	s.certify()
	s.await(election.PhaseCertified)
	s.settled()
}

// strike puts the problem right: 三见面, evidence, re-check, 销号, each by who may.
func (s *stage) strike(do func(string, int) string, today string) {
	s.Helper()
	s.onlyBy("deputy", "roads", do("contact", 1), "held", today)
	s.onlyBy("deputy", "station", do("contact", 1), "held", today)
	proof := fill{values: []string{"rectified", "树枝已修剪"}, photos: map[string][]byte{"proof": onePhoto(s)}}
	if a := s.post("roads", do("evidence", 1), fill{values: proof.values}); a.status != http.StatusUnprocessableEntity {
		s.Errorf("evidence without a picture: %d", a.status)
	}
	if a := s.post("schools", do("evidence", 1), proof); a.status != http.StatusUnprocessableEntity {
		s.Errorf("evidence of another department: %d", a.status)
	}
	proof.id = newFormID()
	s.does("roads", do("evidence", 1), proof)
	s.onlyBy("committee", "roads", do("recheck", 1), "recheck_passed", "yes", "held", today, "recheck", "看得清了")
	if a := s.post("committee", do("strike", 1), fill{values: []string{"consent", "1"}}); a.status != http.StatusUnprocessableEntity {
		s.Errorf("struck before the third contact: %d", a.status)
	}
	s.does("deputy", do("contact", 1), fill{values: []string{"held", today}})
	s.onlyBy("committee", "deputy", do("strike", 1), "consent", "1")
}

func onePhoto(s *stage) []byte {
	var b bytes.Buffer
	must(s, jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, 40, 30)), nil))
	return b.Bytes()
}
