package web

import (
	"net/http"
	"strings"
	"testing"

	"piaojue/project"
	"piaojue/store"
)

// Anybody says what they think of a project: the grade counts at once, the words
// are read after the office has looked at them, the log gets one sum a day, and
// one address cannot say it for ever.
func TestOpinions(t *testing.T) {
	s := newStage(t)
	var world *worldBuilder
	s.world(3, func(w *worldBuilder) { world = w; w.work(1) })
	say := func(path string, id string, values ...string) int {
		return s.post("", path, fill{values: values, id: id}).status
	}
	path := "/projects/1/opinion"
	twice := strings.Repeat("ab", 16)
	for range 2 {
		if got := say(path, twice, "grade", "1", "words", "很好<i>用</i>"); got != http.StatusSeeOther {
			t.Fatalf("an opinion: %d", got)
		}
	}
	for name, values := range map[string][]string{
		"no grade": {"words", "好"}, "no such grade": {"grade", "4"}, "hidden": {"grade", "1", "words", "好\u202e"},
	} {
		if got := say(path, "", values...); got != http.StatusBadRequest {
			t.Errorf("%s: %d", name, got)
		}
	}
	if got := say(path, "", "grade", "3"); got != http.StatusTooManyRequests {
		t.Errorf("the sixth of an address: %d", got)
	}
	for path, want := range map[string]int{"/projects/2/opinion": http.StatusConflict, "/projects/9/opinion": http.StatusNotFound} {
		if got := say(path, "", "grade", "1"); got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
	must(t, s.server.projects.view(func(state *project.State) error {
		if p, _ := state.Project(1); p.Opinion.Good != 1 || p.Opinion.Bad != 0 {
			t.Errorf("in the log: %+v", p.Opinion)
		}
		return nil
	}))
	world.moderate(t)
}

// moderate: only the office decides, and what it erases is gone.
func (w *worldBuilder) moderate(t *testing.T) {
	t.Helper()
	page := func() string { return w.as(0, "/projects/1").Body.String() }
	if strings.Contains(page(), "很好") {
		t.Error("words are shown before the office has looked at them")
	}
	if got := w.as(worldRoadsClerk, "/projects/opinions").Code; got != http.StatusForbidden {
		t.Errorf("a department moderates: %d", got)
	}
	if !strings.Contains(w.as(officeActor, "/projects/opinions").Body.String(), "很好&lt;i&gt;") {
		t.Error("the office does not see it, or as markup")
	}
	w.mustPost(store.RoleMember, "/projects/opinions", "opinion", "1", "decision", "show")
	if got := page(); !strings.Contains(got, "很好&lt;i&gt;") || !strings.Contains(got, "不是代表测评") {
		t.Error("words are not shown, or not as what they are")
	}
	w.mustPost(store.RoleMember, "/projects/opinions", "opinion", "1", "decision", "erase")
	if strings.Contains(page(), "很好") {
		t.Error("erased words are shown")
	}
}

// One address cannot use up what all others may say in an hour (attack S8).
func TestOpinionLimits(t *testing.T) {
	l := newOpinionLimits()
	for n := range uint32(maxWishes) {
		if l.refuses("192.0.2.1", n) {
			t.Fatalf("opinion %d of one address is refused", n)
		}
	}
	if !l.refuses("192.0.2.1", 1000) {
		t.Error("one address speaks without end")
	}
	if l.refuses("192.0.2.2", 1000) {
		t.Error("another is not heard")
	}
	for range maxOpinions {
		l.refuses("192.0.2.3", 7)
	}
	if !l.refuses("192.0.2.3", 7) {
		t.Error("one address judges one project without end")
	}
}
