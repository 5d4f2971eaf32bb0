package web

import (
	"context"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"piaojue/project"
	"piaojue/store"
)

// as visits a path as an actor of the world.
func (w *worldBuilder) as(actor uint32, path string) *httptest.ResponseRecorder {
	w.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if actor != 0 {
		must(w, w.server.projects.db.SetMember(context.Background(), string(store.RoleMember), actor))
		r.Header.Set("Authorization", "Bearer "+w.people[store.RoleMember])
	}
	rec := httptest.NewRecorder()
	w.server.Handler().ServeHTTP(rec, r)
	return rec
}

// TestBlobs is the matrix of who sees which content: public ones everybody, the
// others the office, who wrote them, and who works on the matter; what one
// department wrote, no other one.
func TestBlobs(t *testing.T) {
	s := newStage(t)
	var b *worldBuilder
	var public, wish, objection, request, visit, gone project.Blob
	s.world(3, func(w *worldBuilder) {
		b = w
		w.do(worldGovernment, &project.Offer{Project: 1, Lead: worldSchools})
		objection = w.words("不归我们管")
		w.do(worldSchoolsClerk, &project.Answer{Project: 1, Text: objection})
		w.work(1)
		public, gone = w.report(1, 100, 10).Photos[0], w.words("写错了")
		w.do(worldRoadsClerk, &project.Commitment{Project: 1, Text: gone})
		w.do(officeActor, &project.Withdrawal{Blobs: []project.Blob{gone}, Ground: project.GroundMistake})
		request = w.words("<script>alert(1)</script>")
		w.do(worldRoadsClerk, &project.Request{Project: 1, For: project.RuledAdjust, Text: request})
		visit = w.words("群众说")
		w.do(worldDeputy, &project.Inspection{Number: 1, Project: 1, Held: w.server.projects.day(), Progress: 3, Quality: 3, Effect: 3, Text: visit})
		wish = w.words("想要路灯")
		w.do(serverActor, &project.Suggestion{Number: 1, Channel: project.ChannelWeb, Field: 1, Held: w.server.projects.day(), Text: wish})
		w.do(officeActor, &project.Transfer{Suggestion: 1, Unit: worldSchools})
	})
	everybody := []uint32{0, officeActor, worldGovernment, worldParty, worldStanding, worldPresidium, worldRoadsClerk, worldSchoolsClerk, worldCommitteeClerk, worldDeputy, worldOutsider}
	for _, c := range []struct {
		name string
		hash project.Blob
		may  []uint32
	}{
		{"public", public, everybody},
		{"an objection", objection, []uint32{officeActor, worldGovernment, worldSchoolsClerk, worldCommitteeClerk, worldDeputy}},
		{"a request", request, []uint32{officeActor, worldStanding, worldRoadsClerk, worldCommitteeClerk, worldDeputy}},
		{"an inspection", visit, []uint32{officeActor, worldRoadsClerk, worldCommitteeClerk, worldDeputy}},
		{"a wish", wish, []uint32{officeActor, worldGovernment, worldSchoolsClerk}},
	} {
		may := map[uint32]bool{}
		for _, a := range c.may {
			may[a] = true
		}
		path := "/projects/blob/" + hex.EncodeToString(c.hash[:])
		for _, actor := range everybody {
			got := b.as(actor, path)
			want := http.StatusNotFound
			if may[actor] {
				want = http.StatusOK
			}
			if got.Code != want {
				t.Errorf("%s to actor %d: %d, want %d", c.name, actor, got.Code, want)
			}
			shared := strings.HasPrefix(got.Header().Get("Cache-Control"), "public")
			if shared && c.hash != public {
				t.Errorf("%s to actor %d: caches keep it", c.name, actor)
			}
		}
	}
	b.headers(t, request, public)
	if got := b.as(officeActor, "/projects/blob/"+hex.EncodeToString(gone[:])); got.Code != http.StatusGone || !strings.Contains(got.Body.String(), "撤下") {
		t.Errorf("withdrawn: %d %s", got.Code, got.Body)
	}
	b.pageOf(t)
}

// headers: markup is text for browsers, whoever wrote it.
func (w *worldBuilder) headers(t *testing.T, text, picture project.Blob) {
	t.Helper()
	for path, want := range map[string]string{
		hex.EncodeToString(text[:]):                 "text/plain; charset=utf-8",
		hex.EncodeToString(picture[:]):              "image/jpeg",
		hex.EncodeToString(picture[:]) + "?preview": "image/jpeg",
	} {
		h := w.as(officeActor, "/projects/blob/"+path).Header()
		if h.Get("Content-Type") != want || h.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(h.Get("Content-Disposition"), "inline; filename=") {
			t.Errorf("%.8s: %v", path, h)
		}
	}
	if w.as(officeActor, "/projects/blob/zz").Code != http.StatusNotFound {
		t.Error("no hash is one")
	}
}

// pageOf looks at the page of the project with all these contents.
func (w *worldBuilder) pageOf(t *testing.T) {
	t.Helper()
	page := w.as(0, "/projects/1").Body.String()
	for _, want := range []string{"提出异议", "地基已经完成。&lt;b&gt;不是标记&lt;/b&gt;", "副市长", "内容已经撤下", `class="actual"`, "?preview", "这次票决的记录不在本网站"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	for _, hidden := range []string{"不归我们管", "群众说", "alert(1)", "写错了", "想要路灯"} {
		if strings.Contains(page, hidden) {
			t.Errorf("everybody reads %q", hidden)
		}
	}
	if own := w.as(worldSchoolsClerk, "/projects/1").Body.String(); !strings.Contains(own, "不归我们管") || strings.Contains(own, "群众说") {
		t.Error("a department reads not its own objection, or what is not its own")
	}
	if w.as(0, "/projects/99").Code != http.StatusNotFound {
		t.Error("there is a project 99")
	}
}
