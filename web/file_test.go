package web

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"piaojue/store"
)

// TestFileChoices: every place to choose a file is made the one way; the
// browser's own button would speak the browser's language.
func TestFileChoices(t *testing.T) {
	field := regexp.MustCompile(`type(="|: ")file"`)
	made := 0
	readPageSources(t, func(name, source string) {
		switch {
		case name == "templates/file.html" || name == "static/js/file.js":
			made += len(field.FindAllString(source, -1))
		case field.MatchString(source):
			t.Errorf("%s has a file field of its own", name)
		}
	})
	if made != 3 {
		t.Errorf("%d places make file fields, want 3", made)
	}
}

// TestFileChoice: a place says in our language that nothing was chosen, and then
// what; the keyboard reaches it, and the focus shows.
func TestFileChoice(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.draft()
	b := newBrowser(t, s.base)
	k := s.staffTab(b, store.RoleStaff, 1366, 768)
	path := filepath.Join(t.TempDir(), "名册.csv")
	must(t, os.WriteFile(path, []byte("x"), 0o600))
	for _, x := range []struct{ page, none, button string }{
		{"/console/v1/roll?lang=zh", "还没有选", "选择文件"},
		{"/console/v1/roll?lang=en", "none chosen", "Choose a file"},
		{"/verify?lang=zh", "还没有选", "选择文件"},
	} {
		k.open(x.page)
		if got := k.text(".file-name"); got != x.none {
			t.Errorf("%s: %q, want %q", x.page, got, x.none)
		}
		if got := k.text(".file-button"); got != x.button {
			t.Errorf("%s: button %q, want %q", x.page, got, x.button)
		}
		var shows bool
		for range 40 {
			k.press(kb.Tab)
			if k.focus().ID == "file" {
				k.eval(`parseFloat(getComputedStyle(document.querySelector(".file")).outlineWidth) >= 2`, &shows)
				break
			}
		}
		if !shows {
			t.Errorf("%s: the keyboard does not reach it, or the focus does not show", x.page)
		}
		k.do(chromedp.SetUploadFiles("#file", []string{path}))
		k.wait(`document.querySelector(".file-name").textContent === "名册.csv"`)
		k.whole("file-"+x.page[1:4]+x.page[len(x.page)-2:], 1366, 768)
	}
}
