package web

import (
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"piaojue/kiosk"
	"piaojue/lang"
	"piaojue/store"
)

// TestPages: each page is shown, in both languages, to those who may see it;
// others are sent to the sign-in or told that it is not theirs.
func TestPages(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.freeze()
	s.beginProjects()
	for _, p := range allRoutes() {
		if !p.page || p.method != http.MethodGet {
			continue
		}
		for _, role := range append(Roles(), "") {
			for _, l := range []lang.Lang{lang.ZH, lang.EN} {
				w := s.visit(&p, role, l)
				want := http.StatusForbidden
				switch {
				case p.who.anyone || slices.Contains(p.who.roles, role):
					want = http.StatusOK
				case role == "":
					want = http.StatusSeeOther
				}
				// Whether a role is enough, and whether there is such a project, the
				// log says: see the tests of these pages.
				if strings.HasPrefix(p.path, "/projects/") && want == http.StatusOK && (w.Code == http.StatusNotFound || w.Code == http.StatusForbidden) {
					want = w.Code
				}
				if w.Code != want {
					t.Errorf("%s as %q: %d, want %d", p.path, role, w.Code, want)
				}
				checkPage(t, p.path, w, l)
			}
		}
	}
}

func (s *stage) visit(p *route, role store.Role, l lang.Lang) *httptest.ResponseRecorder {
	s.Helper()
	url := s.sampleURL(p)
	r := httptest.NewRequest(http.MethodGet, url, nil)
	r.AddCookie(&http.Cookie{Name: "lang", Value: string(l)})
	if role != "" {
		r.Header.Set("Authorization", "Bearer "+s.people[role])
	}
	w := httptest.NewRecorder()
	s.server.Handler().ServeHTTP(w, r)
	return w
}

func checkPage(t *testing.T, path string, w *httptest.ResponseRecorder, l lang.Lang) {
	t.Helper()
	if w.Code == http.StatusSeeOther {
		if to := w.Header().Get("Location"); !strings.HasPrefix(to, "/signin?next=") {
			t.Errorf("%s: sent to %s", path, to)
		}
		return
	}
	body := w.Body.String()
	if !strings.Contains(body, `<html lang="`+l.Tag()+`">`) || !strings.HasSuffix(body, "</html>\n") {
		t.Errorf("%s in %s: %.200s", path, l, body)
	}
	want := policy
	if path == "/terminal" {
		want = kiosk.Policy()
	}
	if got := w.Header().Get("Content-Security-Policy"); got != want {
		t.Errorf("%s: policy %q", path, got)
	}
	if strings.Contains(body, "&lt;no value&gt;") || strings.Contains(body, "ZgotmplZ") {
		t.Errorf("%s: a hole in the page", path)
	}
}

// TestNoSavedBadges: browsers offer to save what a field of a password holds, but
// for a code that serves once; autocomplete=off does not keep them from it.
func TestNoSavedBadges(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.freeze()
	for path, fields := range map[string][]string{"/terminal": {"badge", "pin"}, "/checkin/v1": {"scan"}} {
		body := string(s.do(store.RoleGate, "GET", path, nil))
		for _, id := range fields {
			_, rest, _ := strings.Cut(body, `<input id="`+id+`"`)
			if tag, _, _ := strings.Cut(rest, ">"); !strings.Contains(tag, `autocomplete="one-time-code"`) {
				t.Errorf("%s: field %s: %q", path, id, tag)
			}
		}
	}
}

// TestLanguageLink: a path that begins with // makes no link to another host.
func TestLanguageLink(t *testing.T) {
	s := newStage(t)
	for _, path := range []string{"//example.invalid/x", "///example.invalid"} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL.Path, r.RequestURI = path, path
		r.Header.Set("Accept", "text/html")
		w := httptest.NewRecorder()
		s.server.Handler().ServeHTTP(w, r)
		if body := w.Body.String(); !strings.Contains(body, `class="language" href="/example.invalid`) {
			t.Errorf("%s: %.2000s", path, body)
		}
	}
}

// TestStatic: files come with their tags, compressed where the browser can.
func TestStatic(t *testing.T) {
	s := newStage(t)
	first := s.send("", "GET", "/static/style.css", nil)
	if first.status != http.StatusOK || !strings.Contains(string(first.body), "--red:") {
		t.Fatalf("style.css: %d", first.status)
	}
	tag := first.header.Get("ETag")
	if again := s.send("", "GET", "/static/style.css", nil, "If-None-Match", tag); again.status != http.StatusNotModified {
		t.Errorf("again: %d", again.status)
	}
	if other := s.send("", "GET", "/static/style.css", nil, "If-None-Match", `"x"`); other.status != http.StatusOK {
		t.Errorf("with another tag: %d", other.status)
	}
	for _, name := range []string{"nothing.css", "../page.go", "style/10-base.css", "%2e%2e/page.go"} {
		if got := s.send("", "GET", "/static/"+name, nil); got.status != http.StatusNotFound {
			t.Errorf("%s: %d", name, got.status)
		}
	}
}

// gone is a client that has left: nothing can be written to it.
type gone struct {
	*httptest.ResponseRecorder
	answers []int
}

func (g *gone) WriteHeader(status int)    { g.answers = append(g.answers, status) }
func (g *gone) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

// TestPageOfGone: who leaves before a page is written does not get a second
// answer, a refusal, behind the first.
func TestPageOfGone(t *testing.T) {
	s := newStage(t)
	g := &gone{ResponseRecorder: httptest.NewRecorder()}
	s.server.Handler().ServeHTTP(g, httptest.NewRequest(http.MethodGet, "/signin", nil))
	if !slices.Equal(g.answers, []int{http.StatusOK}) {
		t.Errorf("answers %v, want one", g.answers)
	}
}

// TestTemplatesParse: a page is parsed when it is asked for first, so no start of
// a server would say that one is broken.
func TestTemplatesParse(t *testing.T) {
	names, err := fs.Glob(templateFiles, "templates/*/*.html")
	must(t, err)
	if len(names) < 50 {
		t.Fatalf("%d templates", len(names))
	}
	for _, l := range []lang.Lang{lang.ZH, lang.EN} {
		for _, file := range names {
			page, err := parsePage(voice{lang: l}, file)
			if err != nil {
				t.Errorf("%s in %s: %v", file, l, err)
			} else if page.Lookup("main") == nil {
				t.Errorf("%s in %s has no main part", file, l)
			}
		}
	}
	if _, err := templateOf(voice{lang: lang.ZH}, "hall/none"); err == nil {
		t.Error("there is a page that is not there")
	}
}
