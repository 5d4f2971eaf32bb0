package web

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"piaojue/store"
)

// walker takes part in a walk through the pages: somebody in front of a browser for
// each role, who opens the page of a form, fills it in and sends it with the mouse.
type walker struct {
	*stage
	browser *browser
	tabs    map[store.Role]*tab
}

func newWalker(s *stage) *walker {
	return &walker{s, newBrowser(s, s.base), map[store.Role]*tab{}}
}

// tab is that of a role; nobody's of a citizen with a phone.
func (w *walker) tab(role store.Role) *tab {
	w.Helper()
	if t := w.tabs[role]; t != nil {
		return t
	}
	width, height := int64(1280), int64(800)
	if role == "" {
		width, height = 390, 844
	}
	t := w.browser.tab(w.base, width, height)
	if role != "" {
		t.signInAs(w.stage, w.personOf(role))
	}
	w.tabs[role] = t
	return t
}

// personOf is the ID of who has the key of a role.
func (w *walker) personOf(role store.Role) string {
	for _, x := range walkers {
		if x.name == string(role) {
			return x.name + "_walks"
		}
	}
	return string(role)
}

func (t *tab) signInAs(s *stage, person string) {
	t.Helper()
	token, hash := generateToken()
	now := time.Now()
	must(t, s.config.DB.PutSession(t.Context(), hash, person, now.Unix(), now.Add(-sessionLife).Unix(), now.Add(-sessionIdle).Unix()))
	t.setCookie(s.server.cookie(token))
}

// enter puts a value where a form has its name: the first of such fields that is
// empty, or the choice that has the value. What the page holds by itself stays.
const enter = `((selector, name, value) => {
	const all = [...document.querySelector(selector).elements].filter((e) => e.name === name);
	if (all.length === 0) return false;
	const choice = all.find((e) => (e.type === "radio" || e.type === "checkbox") && e.value === value);
	if (choice) { if (!choice.checked) choice.click(); return choice.checked; }
	const field = all.find((e) => e.value === "" || e.tagName === "SELECT") ?? all[0];
	if (field.type === "hidden") return true;
	field.focus();
	field.value = value;
	for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
	return field.value === value;
})(%q, %q, %q)`

// sends fills in the form that posts to a path, on the page that has it, and sends it.
func (w *walker) sends(role store.Role, page, path string, f fill) *tab {
	w.Helper()
	t := w.tab(role)
	t.open(page)
	u, err := url.Parse(path)
	must(w, err)
	form := fmt.Sprintf("main form[action^=%q]", u.Path)
	t.shown(form)
	for i := 0; i+1 < len(f.values); i += 2 {
		name, value := f.values[i], f.values[i+1]
		if value == "" || name == "milestones" {
			continue // nothing was entered; the rows of the table say themselves that they are there
		}
		var entered bool
		if t.eval(fmt.Sprintf(enter, form, name, value), &entered); !entered {
			t.shot("walk-field")
			w.Fatalf("%s as %s: the page takes no %q for %s", page, role, value, name)
		}
	}
	for name, photo := range f.photos {
		path := filepath.Join(w.TempDir(), "photo.jpg")
		must(w, os.WriteFile(path, photo, 0o600))
		field := fmt.Sprintf("%s input[type=file][name=%q]", form, name)
		t.do(chromedp.SetUploadFiles(field, []string{path}))
		t.wait(fmt.Sprintf("document.querySelector(%q).files.length === 1", field))
	}
	t.eval(`document.documentElement.dataset.sent = "no"`, nil)
	t.click(form + " .actions [type=submit]:not([name=more])")
	t.wait(`document.documentElement.dataset.sent === undefined && document.readyState === "complete"`)
	return t
}

// does sends a form that is taken: the answer leads elsewhere.
func (w *walker) does(role store.Role, page, path string, f fill) {
	w.Helper()
	t := w.sends(role, page, path, f)
	var refused string
	t.eval(`[...document.querySelectorAll("main form .notice.bad, main form .field-wrong")].map((e) => e.innerText.trim()).join(" ").trim()`, &refused)
	if refused != "" {
		t.shot("walk-refused")
		w.Fatalf("%s as %s: %s", page, role, refused)
	}
}

// wish sends a citizen's wish from a phone, and returns the code that is shown.
func (w *walker) wish(path string, f fill) (code string) {
	w.Helper()
	t := w.sends("", path, path, f)
	var html string
	t.eval("document.documentElement.outerHTML", &html)
	found := shownCode.FindStringSubmatch(html)
	if found == nil {
		t.shot("walk-wish")
		w.Fatalf("no code is shown: %.300s", t.text("main"))
	}
	t.shot("walk-wish")
	return found[1]
}

// tracked looks with the code of a wish.
func (w *walker) tracked(code, want string) {
	w.Helper()
	t := w.sends("", "/projects/track", "/projects/track", fill{values: []string{"code", code}})
	text, err := json.Marshal(want)
	must(w, err)
	t.wait(fmt.Sprintf("document.querySelector('main').outerHTML.includes(%s)", text))
	t.shot("walk-track")
}

// TestWishToStrikeOnPages is the walk of [TestWishToStrike] through Chromium, from
// the address in the code of a station, on a phone, to the problem that is struck
// off, with every role at its own desk.
func TestWishToStrikeOnPages(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.draft()
	s.walkersComeIn()
	w := newWalker(s)
	s.hand = w
	s.walk()
	public := w.tab("").open("/projects/1")
	public.shown("main h1")
	public.shot("walk-project")
	for role, tab := range w.tabs {
		if role != "" {
			tab.open("/projects/desk").shown("main h1")
			tab.shot("walk-desk-" + strings.ReplaceAll(string(role), "_", "-"))
		}
	}
}
