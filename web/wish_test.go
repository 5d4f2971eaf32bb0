package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"piaojue/lang"
	"piaojue/pgtest"
	"piaojue/project"
	"piaojue/store"
)

var shownCode = regexp.MustCompile(`id="code">([2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5})<`)

// mustWish sends a wish and returns its code.
func (s *stage) mustWish(path string, f fill) string {
	s.Helper()
	a := s.post("", path, f)
	found := shownCode.FindSubmatch(a.body)
	if a.status != http.StatusOK || found == nil {
		s.Fatalf("%d %s", a.status, between(string(a.body), "<main", "</main>"))
	}
	return string(found[1])
}

func aWish(values ...string) fill {
	return fill{values: append([]string{"thing", "路口装红绿灯", "field", "5"}, values...)}
}

// Anybody sends a wish without an account, by the open page or by a code, and
// gets the same number and code if the form is sent again.
func TestWish(t *testing.T) {
	s := newStage(t)
	if got := s.send("", "GET", "/projects/wish", nil); got.status != http.StatusNotFound {
		t.Errorf("a server without projects: %d", got.status)
	}
	s.beginProjects()
	s.mustPost(store.RoleStaffLead, "/projects/do/unit", "unit_kind", "1", "name", "城关区")
	s.mustPost(store.RoleStaffLead, "/projects/do/unit", "unit_kind", "4", "name", "雁滩代表之家")
	page := string(s.do("", "GET", "/projects/wish?station=3", nil))
	if !strings.Contains(page, "雁滩代表之家") || strings.Contains(page, `name="phone"`) {
		t.Error("the form does not name the station, or asks for a contact that nobody could read")
	}
	f := aWish("district", "2", "place", "雁滩小学门口", "spot", "36.06789, 103.88123", "groups", "2", "groups", "3", "people", "800", "why", "学生过马路危险", "phone", "13900000000")
	f.id = newFormID()
	first := s.mustWish("/projects/wish?station=3", f)
	if again := s.mustWish("/projects/wish?station=3", f); again != first {
		t.Errorf("sent again: code %s, want %s", again, first)
	}
	if other := s.mustWish("/projects/wish?station=99", aWish()); other == first {
		t.Error("two wishes have one code")
	}
	must(t, s.server.projects.view(func(state *project.State) error {
		if n := state.Count(project.NounSuggestion); n != 2 {
			t.Fatalf("%d wishes, want 2", n)
		}
		x, _ := state.Suggestion(1)
		if x.Channel != project.ChannelHome || x.Source != 3 || x.District != 2 || x.Field != project.FieldTraffic || x.People != 800 || x.Contact {
			t.Errorf("%+v", x)
		}
		if x, _ := state.Suggestion(2); x.Channel != project.ChannelWeb || x.Source != 0 {
			t.Errorf("the code of no station: %+v", x)
		}
		file, err := s.server.projects.db.Blob(t.Context(), x.Text)
		must(t, err)
		_, text, err := project.OpenBlob(file)
		must(t, err)
		want := "事项：路口装红绿灯\n理由：学生过马路危险\n地点：雁滩小学门口\n位置（北纬，东经，约一百米）：36.068, 103.881\n受益人群：老年人、儿童和学生"
		if string(text) != want {
			t.Errorf("text:\n%s\nwant:\n%s", text, want)
		}
		return nil
	}))
}

// What is wrong is said on the form, and nothing is in the log.
func TestWishRefused(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	for _, c := range []struct {
		name string
		fill fill
		want string
	}{
		{"nothing", fill{}, pageText(lang.ZH, "deed.needed")},
		{"no field", fill{values: []string{"thing", "路"}}, pageText(lang.ZH, "deed.needed")},
		{"no such field", fill{values: []string{"thing", "路", "field", "99"}}, pageText(lang.ZH, "deed.no_choice")},
		{"hidden", aWish("why", "a\u202eb"), pageText(lang.ZH, "deed.hidden")},
		{"no position", aWish("spot", "NaN, 1"), pageText(lang.ZH, "wish.no_spot")},
		{"far away", aWish("spot", "91, 1"), pageText(lang.ZH, "wish.no_spot")},
		{"no photo", fill{values: aWish().values, photos: map[string][]byte{"photos": []byte("<svg onload=x>")}}, pageText(lang.ZH, "wish.wrong")},
	} {
		a := s.post("", "/projects/wish", c.fill)
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(string(a.body), c.want) {
			t.Errorf("%s: %d %s", c.name, a.status, between(string(a.body), "<main", "</main>"))
		}
	}
	s.mustWish("/projects/wish", aWish()) // the good twin
	must(t, s.server.projects.view(func(state *project.State) error {
		if n := state.Count(project.NounSuggestion); n != 1 {
			t.Errorf("%d wishes, want 1", n)
		}
		return nil
	}))
}

// One address does not flood the office (S8), nor do citizens fill the disk.
func TestWishLimits(t *testing.T) {
	pgtest.SQLiteOnly(t)
	s := newStage(t)
	s.beginProjects()
	p := s.server.projects
	p.limits.leastFree = 1 << 62
	if a := s.post("", "/projects/wish", aWish("why", "留着的字")); a.status != http.StatusTooManyRequests ||
		!strings.Contains(string(a.body), pageText(lang.ZH, "wish.refused_full")) || !strings.Contains(string(a.body), "留着的字") {
		t.Errorf("on a full disk: %d", a.status)
	}
	p.limits.leastFree = 0
	last := 0
	for range maxWishes {
		last = s.post("", "/projects/wish", aWish()).status
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("%d wishes of one address: %d", maxWishes+1, last)
	}
	if n := p.state.Count(project.NounSuggestion); n != maxWishes-1 {
		t.Errorf("%d wishes are in the log, want %d", n, maxWishes-1)
	}
}

// TestWishCode: codes are read as people type them, and nothing else is.
func TestWishCode(t *testing.T) {
	for typed, want := range map[string]string{
		"ABCDE-23456": "ABCDE23456", "abcde 23456": "ABCDE23456", " ａｂｃｄｅ－２３４５６\n": "ABCDE23456",
		"ABCDE-2345": "", "ABCDE-234567": "", "ABCDE-2345O": "", "ABCDE-2345\x00": "", "": "",
	} {
		got, ok := readWishCode(typed)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q %t", typed, got, ok)
		}
	}
	if got := halves(spellCode(make([]byte, 32))); got != "22222-22222" {
		t.Errorf("zero bits: %s", got)
	}
}
