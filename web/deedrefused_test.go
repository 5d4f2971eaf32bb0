package web

import (
	"net/http"
	"strings"
	"testing"

	"piaojue/lang"
	"piaojue/project"
	"piaojue/store"
)

// TestRefusedOf: a refusal names the cause that it has on this form, not the one
// that its code has elsewhere, and what is right is taken.
func TestRefusedOf(t *testing.T) {
	s := newStage(t)
	s.world(3, func(w *worldBuilder) {
		w.work(1)
	})
	today := s.server.projects.day()
	day := func(n int) string { return htmlDate(today.Add(n)) }
	task := func(ends int) []string {
		return []string{"leader", "副市长", "responsible", "局长", "goals", "建成", "deadline", day(100), "investment", "500", "funds", "财政", "safeguards", "专班",
			"milestones_0", "施工", "milestones_1", "100", "milestones_2", day(0), "milestones_3", day(ends)}
	}
	report := func(first string, more ...string) []string {
		return append(more, "period", day(0)[:7], "percents", "yes", "percents_0", first, "percents_0", "0", "spent", "1", "outlook", "1", "progress", "进展")
	}
	for _, c := range []struct {
		name, path string
		actor      uint32
		values     []string
		want       string // empty: taken
		args       []any
	}{
		{"leads and assists", "offer?about=2", worldGovernment, []string{"lead_department", "2", "assisting", "2"}, "deed.refused_duplicate_offer", nil},
		{"leads only", "offer?about=2", worldGovernment, []string{"lead_department", "2", "assisting", "3"}, "", nil},
		{"accepts", "answer?about=2", worldRoadsClerk, []string{"accepted", "yes"}, "", nil},
		{"a milestone too late", "task?about=2", worldRoadsClerk, task(101), "deed.late_milestone", []any{"施工"}},
		{"in time", "task?about=2", worldRoadsClerk, task(100), "", nil},
		{"the first report", "report?about=1", worldRoadsClerk, report("10"), "", nil},
		{"again, with more", "report?about=1", worldRoadsClerk, report("20"), "deed.refused_amount_report", nil},
		{"with a reason", "report?about=1", worldRoadsClerk, report("20", "because", "更正"), "", nil},
		{"all done", "report?about=1", worldRoadsClerk, report("100", "because", "更正", "percents_0", "100"), "", nil},
		{"delivered", "delivery?about=1", worldRoadsClerk, []string{"delivery", "完工"}, "", nil},
		{"accepted unseen", "acceptance?about=1", worldCommitteeClerk, []string{"acceptance_passed", "yes", "acceptance", "合格"}, "deed.refused_evidence_acceptance", nil},
	} {
		s.actAs(store.RoleMember, c.actor)
		a := s.post(store.RoleMember, "/projects/do/"+c.path, fill{values: c.values})
		switch {
		case c.want == "" && a.status != http.StatusSeeOther:
			t.Errorf("%s: %d %s", c.name, a.status, between(string(a.body), "<main", "</main>"))
		case c.want != "" && (a.status != http.StatusUnprocessableEntity || !strings.Contains(string(a.body), pageText(lang.ZH, c.want, c.args...))):
			t.Errorf("%s: %d, not %s", c.name, a.status, c.want)
		}
	}
	for kind, want := range map[project.Kind]string{project.KindOffer: "deed.refused_duplicate_offer", project.KindTransfer: "deed.refused_duplicate"} {
		if got := refusedID(project.CodeDuplicate, kind.String()); got != want {
			t.Errorf("%s: %s, want %s", kind, got, want)
		}
	}
}
