package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"piaojue/lang"
	"piaojue/store"
)

// pageJSON reads the JSON that a page holds for its script.
func pageJSON(t testing.TB, body, id string, into any) {
	t.Helper()
	_, rest, ok := strings.Cut(body, `<script type="application/json" id="`+id+`">`)
	if !ok {
		t.Fatalf("no %s in the page", id)
	}
	text, _, _ := strings.Cut(rest, "</script>")
	must(t, json.Unmarshal([]byte(text), into))
}

// screenOf fetches the page of a screen as a browser does.
func (s *stage) screenOf(view string, role store.Role) (int, string) {
	s.Helper()
	w := s.visit(&route{path: "/" + view + "/{vote}"}, role, lang.ZH)
	return w.Code, w.Body.String()
}

// TestScreenPage: a screen's page shows the numbers before its script runs, and
// the code of the manifest whole, in groups as on paper.
func TestScreenPage(t *testing.T) {
	s := newStage(t)
	s.begin()
	s.cast(0, marks(0))
	_, body := s.screenOf("hall", "")
	var x snapshot
	pageJSON(t, body, "state", &x)
	if x.Phase != "voting" || x.N != 4 || x.P != 4 || x.I != 1 || *x.R != 1 || len(x.JointKey) != 64 {
		t.Errorf("state: %+v", x)
	}
	for _, want := range []string{
		`<dd data-number="n">4</dd>`, `<dd data-number="i">1</dd>`, `<dd data-number="r">1</dd>`, "正在投票",
		"<span>" + strings.Join(fours(hexOf(s.manifest)), "</span><span>") + "</span>",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	var c contestJSON
	pageJSON(t, body, "contest", &c)
	if c.Vote != "v1" || c.View != "hall" || c.Draft || c.Quorum != 3 || c.Options != 3 || c.Winners != 2 || c.Max != 2 || c.Threshold != 2 {
		t.Errorf("contest: %+v", c)
	}
}

// TestScreenDraft: the page of a draft is for persons only.
func TestScreenDraft(t *testing.T) {
	s := newStage(t)
	s.draft()
	if code, _ := s.screenOf("hall", ""); code != http.StatusNotFound {
		t.Errorf("nobody: %d", code)
	}
	code, body := s.screenOf("hall", store.RoleStaff)
	var c contestJSON
	pageJSON(t, body, "contest", &c)
	if code != http.StatusOK || !c.Draft || c.Quorum != 0 {
		t.Errorf("staff: %d %+v", code, c)
	}
	s.freeze()
	if code, _ := s.screenOf("hall", ""); code != http.StatusOK {
		t.Errorf("after the freeze: %d", code)
	}
}

// TestScreenKind: what does not count says so on every screen.
func TestScreenKind(t *testing.T) {
	s := newStage(t)
	s.draft()
	for view, role := range map[string]store.Role{"hall": store.RoleStaff, "podium": store.RoleStaffLead, "operations": store.RoleStaff} {
		if _, body := s.screenOf(view, role); !strings.Contains(body, "演示，结果不算数") {
			t.Errorf("%s does not say that this is a demonstration", view)
		}
	}
}

// TestScreenHides (display.results, display.turnout): the hall's page holds
// neither the result before the certificate nor a turnout that the rules hide;
// the podium's holds the result.
func TestScreenHides(t *testing.T) {
	s := newStage(t)
	s.config.Grace = 1
	s.restart()
	s.rules.Display.Turnout = "after_close"
	s.begin()
	s.cast(0, marks(0))
	s.cast(1, marks(0))
	if _, body := s.screenOf("hall", ""); !strings.Contains(body, `<dd data-number="r">—</dd>`) {
		t.Error("the hall shows the turnout")
	}
	s.order()
	s.collect()
	if _, body := s.screenOf("hall", ""); !strings.Contains(body, `<dd data-number="r">2</dd>`) {
		t.Error("the hall does not show the turnout after the close")
	}
	s.share(1, 2)
	see := func(view string, role store.Role) bool {
		var x snapshot
		_, body := s.screenOf(view, role)
		pageJSON(t, body, "state", &x)
		return x.Result != nil
	}
	if see("hall", "") || !see("podium", store.RolePresidium) {
		t.Error("before the certificate the result is the podium's")
	}
	s.certify()
	if !see("hall", "") {
		t.Error("after the certificate the hall has no result")
	}
}
