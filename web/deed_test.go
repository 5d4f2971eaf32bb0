package web

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"testing"

	"piaojue/lang"
	"piaojue/project"
	"piaojue/store"
)

// openProjects lets the stage's server keep projects.
func (s *stage) openProjects() {
	s.Helper()
	db, err := s.database.openProjects()
	must(s, err)
	s.Cleanup(func() { db.Close() })
	s.config.Projects = db
	s.restart()
}

// fill is a form that somebody filled in: names and values in turn.
type fill struct {
	values []string
	photos map[string][]byte
	id     string // empty: drawn
}

// post sends a form and returns the answer, without following where it leads.
func (s *stage) post(role store.Role, path string, f fill) answer {
	s.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	if f.id == "" {
		f.id = newFormID()
	}
	must(s, w.WriteField("id", f.id))
	for i := 0; i+1 < len(f.values); i += 2 {
		must(s, w.WriteField(f.values[i], f.values[i+1]))
	}
	for name, photo := range f.photos {
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", fmt.Sprintf(`form-data; name=%q; filename="photo.jpg"`, name))
		h.Set("Content-Type", "image/jpeg")
		part, err := w.CreatePart(h)
		must(s, err)
		_, err = part.Write(photo)
		must(s, err)
	}
	must(s, w.Close())
	req, err := http.NewRequest(http.MethodPost, s.base+path, &body)
	must(s, err)
	if role != "" {
		req.Header.Set("Authorization", "Bearer "+s.people[role])
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Accept", mediaHTML)
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	must(s, err)
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	must(s, err)
	return answer{resp.StatusCode, resp.Header, got}
}

// mustPost is post for a form that is taken; it returns where the answer leads.
func (s *stage) mustPost(role store.Role, path string, values ...string) string {
	s.Helper()
	a := s.post(role, path, fill{values: values})
	if a.status != http.StatusSeeOther {
		s.Fatalf("POST %s as %q: %d %s", path, role, a.status, between(string(a.body), "<main", "</main>"))
	}
	return a.header.Get("Location")
}

func between(text, from, to string) string {
	_, text, _ = strings.Cut(text, from)
	text, _, _ = strings.Cut(text, to)
	return text
}

// beginProjects begins the log: the staff lead is the office, a member of the
// stage's people a department's.
func (s *stage) beginProjects() {
	s.Helper()
	s.openProjects()
	s.mustPost(store.RoleStaffLead, "/projects/begin", "name", "兰州市人民代表大会", "office", "市人大常委会办公室")
	s.mustPost(store.RoleStaffLead, "/projects/do/unit", "unit_kind", "2", "name", "市住建局")
	s.mustPost(store.RoleStaffLead, "/projects/do/actor",
		"actor_role", "6", "unit", "1", "public_name", "市住建局", "account", string(store.RoleMember))
}

// An organisation, a department and who acts for it: written, replayed after a
// restart, and verified with the checkpoint.
func TestProjectsBegin(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	check := func() {
		t.Helper()
		must(t, s.server.projects.view(func(state *project.State) error {
			if state.Size() != 3 || state.Organisation().Name != "兰州市人民代表大会" {
				t.Errorf("%d entries of %q", state.Size(), state.Organisation().Name)
			}
			if u, _ := state.Unit(1); u.Name != "市住建局" || u.Of != project.UnitDepartment {
				t.Errorf("unit: %+v", u)
			}
			return nil
		}))
		body := string(s.do(store.RoleMember, "GET", "/projects/directory", nil))
		if strings.Count(body, "市住建局") < 3 || strings.Contains(body, "/projects/do/unit") {
			t.Error("the directory shows the department otherwise, or lets it change the directory")
		}
	}
	check()
	s.restart()
	check()
	if a := s.post(store.RoleStaffLead, "/projects/begin", fill{values: []string{"name", "甲", "office", "乙"}}); a.status != http.StatusConflict {
		t.Errorf("begun twice: %d", a.status)
	}
	if a := s.post(store.RoleStaff, "/projects/begin", fill{values: []string{"name", "甲", "office", "乙"}}); a.status != http.StatusForbidden {
		t.Errorf("begun by staff: %d", a.status)
	}
}

// What the log refuses is said on the form, in Chinese, and all that was written
// is still there.
func TestDeedRefused(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	for _, c := range []struct {
		name   string
		role   store.Role
		path   string
		values []string
		want   string // a text on the page
		kept   string
	}{
		{"no name", store.RoleStaffLead, "/projects/do/unit", []string{"unit_kind", "2"}, pageText(lang.ZH, "deed.needed"), `value="2" checked`},
		{"no such kind", store.RoleStaffLead, "/projects/do/unit", []string{"unit_kind", "9", "name", "某局"}, pageText(lang.ZH, "deed.no_choice"), `value="某局"`},
		{"hidden", store.RoleStaffLead, "/projects/do/unit", []string{"unit_kind", "2", "name", "某\u200b局"}, pageText(lang.ZH, "deed.hidden"), ""},
		{"a department", store.RoleMember, "/projects/do/unit", []string{"unit_kind", "2", "name", "某局"}, pageText(lang.ZH, "deed.refused_role"), `value="某局"`},
	} {
		a := s.post(c.role, c.path, fill{values: c.values})
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(string(a.body), c.want) || !strings.Contains(string(a.body), c.kept) {
			t.Errorf("%s: %d %s", c.name, a.status, between(string(a.body), "<main", "</main>"))
		}
	}
	s.mustPost(store.RoleStaffLead, "/projects/do/unit", "unit_kind", "2", "name", "某局") // the good twin
	for _, c := range []struct {
		name, path string
		role       store.Role
		status     int
	}{
		{"no such form", "/projects/do/nothing", store.RoleStaffLead, http.StatusNotFound},
		{"the server's own", "/projects/do/adoption", store.RoleStaffLead, http.StatusNotFound},
		{"nobody in the log", "/projects/do/unit", store.RoleStaff, http.StatusForbidden},
		{"no member", "/projects/do/unit", store.RoleScrutineer, http.StatusForbidden},
	} {
		if a := s.post(c.role, c.path, fill{}); a.status != c.status {
			t.Errorf("%s: %d, want %d", c.name, a.status, c.status)
		}
	}
}

// A form that is sent twice, after a lost answer, is one entry.
func TestDeedTwice(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	twice := fill{values: []string{"unit_kind", "4", "name", "雁滩代表之家"}, id: hex.EncodeToString(make([]byte, 16))}
	for range 2 {
		if a := s.post(store.RoleStaffLead, "/projects/do/unit", twice); a.status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	must(t, s.server.projects.view(func(state *project.State) error {
		if state.Units() != 2 {
			t.Errorf("%d units, want 2", state.Units())
		}
		return nil
	}))
}

// TestDeedNamesSubject: a form says what it is about, for an entry cannot be
// taken back; one for something new names nothing.
func TestDeedNamesSubject(t *testing.T) {
	s := newStage(t)
	s.world(4, func(w *worldBuilder) {
		w.do(worldGovernment, &project.Offer{Project: 2, Lead: worldSchools})
	})
	for _, c := range []struct {
		actor uint32
		path  string
		names bool
	}{{worldSchoolsClerk, "/projects/do/answer?about=2", true}, {officeActor, "/projects/do/plan", false}} {
		s.actAs(store.RoleMember, c.actor)
		body := s.mainOf(c.path)
		named := pageText(lang.ZH, "record.noun_4", 2) + " · 新建第2处停车场"
		if got := strings.Contains(body, named); got != c.names || strings.Contains(body, "deed-about") != c.names {
			t.Errorf("%s: names %s: %t, want %t", c.path, named, got, c.names)
		}
	}
}

// Every kind of entry has a form, or is written by the server itself or a page of
// its own; each form and each of its fields has its words in both languages.
func TestDeedsComplete(t *testing.T) {
	elsewhere := []project.Kind{
		project.KindOrganisation, project.KindSuggestion, project.KindFreeze,
		project.KindAdoption, project.KindSuccession, project.KindRating, project.KindOpinion, project.KindWithdrawal,
	}
	own := map[project.Kind]bool{}
	for _, k := range elsewhere {
		own[k] = true
	}
	state := project.New(nil)
	for _, k := range project.Kinds() {
		form := deedOf(k)
		if (form == nil) != own[k] {
			t.Errorf("%s: has a form: %t", k, form != nil)
		}
		if form == nil {
			continue
		}
		sheet := &sheet{state: state, about: 1, today: 20261122}
		if got := form(sheet).Kind(); got != k {
			t.Errorf("the form of %s makes %s", k, got)
		}
		ids := []string{"deed.do_" + k.String(), "deed.lead_" + k.String()}
		for _, f := range sheet.fields {
			ids = append(ids, "deed."+f.Name)
			for _, o := range f.Options {
				ids = append(ids, o.Text)
			}
		}
		for _, id := range ids {
			if id != "" && pageText(lang.ZH, id) == id {
				t.Errorf("%s: no text %q", k, id)
			}
		}
	}
	for c := project.CodeForm; !strings.HasPrefix(c.String(), "code"); c++ {
		if id := "deed.refused_" + c.String(); pageText(lang.ZH, id) == id {
			t.Errorf("no text %q", id)
		}
	}
}
