package web

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"piaojue/lang"
	"piaojue/project"
	"piaojue/store"
)

// mainOf returns what is on a page for the member.
func (s *stage) mainOf(path string) string {
	s.Helper()
	return between(string(s.do(store.RoleMember, "GET", path, nil)), "<main", "</main>")
}

// TestDesk: a desk shows what waits for who looks, and only that; a department
// nothing of another's.
func TestDesk(t *testing.T) {
	s := newStage(t)
	s.world(4, func(w *worldBuilder) {
		w.work(1)
		w.do(worldRoadsClerk, &project.Request{Project: 1, For: project.RuledSuspend, Text: w.words("地质条件变化")})
		w.do(worldGovernment, &project.Offer{Project: 2, Lead: worldSchools})
	})
	const answer, ruling, offer, report = "/projects/do/answer?about=2", "/projects/do/ruling?about=1", "/projects/do/offer?about=3", "/projects/do/report?about=1"
	for _, c := range []struct {
		name        string
		actor       uint32
		want, never []string
	}{
		{"another department", worldRoadsClerk, []string{report}, []string{answer, ruling, offer, "第2处", "第3处"}},
		{"the department", worldSchoolsClerk, []string{answer, "新建第2处停车场"}, []string{ruling, offer, report}},
		{"office", officeActor, []string{offer, "/projects/intake", "/projects/do/settings", "/projects/do/list"}, []string{answer, ruling, report}},
		{"standing committee", worldStanding, []string{ruling}, []string{answer, offer, report}},
		{"party committee", worldParty, []string{pageText(lang.ZH, "work.nothing")}, []string{answer, ruling, offer, report, "/projects/do/settings"}},
	} {
		s.actAs(store.RoleMember, c.actor)
		body := s.mainOf("/projects/desk")
		for _, want := range c.want {
			if !strings.Contains(body, want) {
				t.Errorf("%s: no %s", c.name, want)
			}
		}
		for _, never := range c.never {
			if strings.Contains(body, never) {
				t.Errorf("%s: %s", c.name, never)
			}
		}
	}
	if a := s.send(store.RoleStaff, "GET", "/projects/desk", nil); a.status != http.StatusForbidden {
		t.Errorf("who takes no part: %d", a.status)
	}
}

// Each button on a project's page is the actor's own, and the form behind it
// opens; a visitor has none.
func TestActions(t *testing.T) {
	s := newStage(t)
	s.world(3, func(w *worldBuilder) { w.work(1) })
	seen := map[string]bool{}
	for actor := uint32(1); actor <= worldOutsider; actor++ {
		s.actAs(store.RoleMember, actor)
		for _, path := range []string{"/projects/1", "/projects/2", "/projects/candidates/3", "/projects/lists/1"} {
			_, rest, _ := strings.Cut(s.mainOf(path), `href="/projects/do/`)
			for rest != "" {
				form, more, _ := strings.Cut(rest, `"`)
				seen[strings.Split(form, "?")[0]] = true
				if a := s.send(store.RoleMember, "GET", "/projects/do/"+form, nil); a.status != http.StatusOK {
					t.Errorf("actor %d on %s: %s: %d", actor, path, form, a.status)
				}
				_, rest, _ = strings.Cut(more, `href="/projects/do/`)
			}
		}
	}
	for _, kind := range []string{"report", "request", "offer", "inspection", "problem", "team", "estimate", "priority", "inquiry"} {
		if !seen[kind] {
			t.Errorf("nobody is offered %s", kind)
		}
	}
	if body := string(s.do("", "GET", "/projects/1", nil)); strings.Contains(body, "/projects/do/") {
		t.Error("a visitor is offered a form")
	}
	if a := s.send("", "GET", "/projects/candidates", nil, "Accept", mediaHTML); strings.Contains(string(a.body), "停车场") {
		t.Errorf("a visitor sees candidates: %d", a.status)
	}
}

// A department may object twice; then it must accept. Another department may do
// neither.
func TestTwoObjections(t *testing.T) {
	s := newStage(t)
	s.world(2, func(w *worldBuilder) {})
	offer := func() {
		s.actAs(store.RoleMember, worldGovernment)
		s.mustPost(store.RoleMember, "/projects/do/offer?about=1", "lead_department", fmt.Sprint(worldRoads))
	}
	no := fill{values: []string{"accepted", "no", "objection", "不是我局职责"}}
	for range 2 {
		offer()
		s.actAs(store.RoleMember, worldSchoolsClerk)
		if a := s.post(store.RoleMember, "/projects/do/answer?about=1", no); a.status != http.StatusUnprocessableEntity || !strings.Contains(string(a.body), pageText(lang.ZH, "deed.refused_own")) {
			t.Errorf("another department answers: %d", a.status)
		}
		s.actAs(store.RoleMember, worldRoadsClerk)
		s.mustPost(store.RoleMember, "/projects/do/answer?about=1", no.values...)
	}
	offer()
	s.actAs(store.RoleMember, worldRoadsClerk)
	if a := s.post(store.RoleMember, "/projects/do/answer?about=1", no); a.status != http.StatusUnprocessableEntity || !strings.Contains(string(a.body), pageText(lang.ZH, "deed.refused_round")) {
		t.Errorf("a third objection: %d", a.status)
	}
	s.mustPost(store.RoleMember, "/projects/do/answer?about=1", "accepted", "yes")
	s.seen(func(state *project.State) {
		if p, _ := state.Project(1); p.Stage != project.StageTaken {
			t.Errorf("stage %s", p.Stage)
		}
	})
}

// The page of a light shows the sum from which its colour follows.
func TestLightPage(t *testing.T) {
	s := newStage(t)
	s.world(2, func(w *worldBuilder) {
		w.work(1)
		w.report(1, 50, 0)
	})
	body := between(string(s.do("", "GET", "/projects/1/light", nil)), "<main", "</main>")
	for _, want := range []string{"设计", "20.0%", "10.0%", "50 %", "已经超过期限1天", "黄灯", "施工", "三色"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in %s", want, body)
		}
	}
	if a := s.send("", "GET", "/projects/2/light", nil); a.status != http.StatusNotFound {
		t.Errorf("no such project: %d", a.status)
	}
}

// Who has a key signs what the server drafted: what it says is shown, another
// key's signature is refused, and nobody else may hand it in.
func TestSignedEntry(t *testing.T) {
	s := newStage(t)
	s.world(2, func(*worldBuilder) {})
	key := testKey("government")
	s.mustPost(store.RoleStaffLead, fmt.Sprint("/projects/do/actor?about=", worldGovernment), "actor_role", "7", "public_name", "市政府办", "signing_key", fmt.Sprintf("%x", public(key)))
	s.actAs(store.RoleMember, worldGovernment)
	draft := s.mustPost(store.RoleMember, "/projects/do/offer?about=1", "lead_department", fmt.Sprint(worldRoads))
	if !strings.HasPrefix(draft, "/projects/drafts/") {
		t.Fatalf("leads to %s", draft)
	}
	if body := s.page(store.RoleMember, draft); !strings.Contains(body, "市交通委") || !strings.Contains(body, "市政府办") {
		t.Error("the page does not say what is signed")
	}
	if body := s.mainOf("/projects/desk"); !strings.Contains(body, draft) {
		t.Error("the desk does not say that it waits")
	}
	var f draftFile
	must(t, json.Unmarshal(s.do(store.RoleMember, "GET", draft+"/file", nil), &f))
	entry, err := project.ParseEntry(f.Entry)
	must(t, err)
	hand := func(role store.Role, key ed25519.PrivateKey) answer {
		e := *entry
		if key != nil {
			e.Sign(key, f.Log)
		}
		return s.send(role, "POST", "/projects/entries", e.Marshal(), "Content-Type", mediaBinary)
	}
	s.actAs(store.RolePresidium, worldStanding)
	if a := s.send(store.RolePresidium, "GET", draft, nil); a.status != http.StatusNotFound {
		t.Errorf("somebody else reads it: %d", a.status)
	}
	for name, got := range map[string]answer{
		"unsigned": hand(store.RoleMember, nil), "another key": hand(store.RoleMember, testKey("x")), "another person": hand(store.RolePresidium, key),
	} {
		if got.status/100 != 4 {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	if a := hand(store.RoleMember, key); a.status != http.StatusOK || !bytes.Contains(a.body, []byte(`"/projects/1"`)) {
		t.Fatalf("signed: %d %s", a.status, a.body)
	}
	s.seen(func(state *project.State) {
		if p, _ := state.Project(1); p.Stage != project.StageOffered {
			t.Errorf("stage %s", p.Stage)
		}
	})
	if a := hand(store.RoleMember, key); a.status != http.StatusNotFound {
		t.Errorf("twice: %d", a.status)
	}
}

// Drafts wait an hour; nobody can fill the place of others, and all of them
// together take only so much memory (S8).
func TestDraftLimits(t *testing.T) {
	now := time.Unix(0, 0)
	x := &projectDrafts{now: func() time.Time { return now }, all: map[[32]byte]*projectDraft{}}
	photo := make([]byte, maxOwnDraftBytes)
	keep := func(person string, seq uint32, size int) error {
		what := &deed{blobs: []blob{{file: photo[:size]}}}
		_, err := x.put(&projectDraft{person: person, what: what, entry: &project.Entry{Kind: project.KindOffer, Day: 20261122, Actor: 2, Seq: seq}})
		return err
	}
	put := func(person string, seq uint32) error { return keep(person, seq, 1) }
	for i := range uint32(maxOwnDrafts) {
		must(t, put("zhang", i+1))
	}
	if err := put("zhang", 99); err == nil {
		t.Error("one person has more than their share")
	}
	must(t, put("li", 100))
	if got := len(x.of("zhang")); got != maxOwnDrafts {
		t.Errorf("%d wait", got)
	}
	now = now.Add(draftLife + time.Second)
	if len(x.of("zhang")) != 0 || put("zhang", 101) != nil {
		t.Error("they wait for ever")
	}
	if err := keep("zhang", 102, maxOwnDraftBytes); toRefusal(err).code != codeManyDrafts {
		t.Errorf("more bytes than one person's: %v", err)
	}
	for i := range uint32(maxDraftBytes/maxOwnDraftBytes) - 1 {
		must(t, keep(fmt.Sprint("person ", i), 200+i, maxOwnDraftBytes))
	}
	if err := keep("wang", 300, maxOwnDraftBytes); toRefusal(err).code != codeManyDrafts {
		t.Errorf("more bytes than all may have: %v", err)
	}
	must(t, keep("wang", 301, maxOwnDraftBytes/2))
}
