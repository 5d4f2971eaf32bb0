package web

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"piaojue/keyfile"
	"piaojue/store"
)

// keptFile has a page keep what it offers for download in globalThis.kept.
const keptFile = `(() => { const make = URL.createObjectURL; URL.createObjectURL = (blob) => { globalThis.kept = blob; return make.call(URL, blob); }; })()`

// makeContactKey makes the key of an officer on the page, and returns its file.
func (t *tab) makeContactKey(name, passphrase string) (path string) {
	t.Helper()
	t.open("/projects/intake/recipients")
	t.shown("#make summary")
	t.eval(keptFile, nil)
	t.click("#make summary")
	t.fill("#new-key input[data-name=name]", name)
	t.fill("#new-key input[data-name=first]", passphrase)
	t.fill("#new-key input[data-name=again]", passphrase)
	t.click("#new-key [type=submit]")
	t.wait(`document.querySelector("#key").value.startsWith("age1pq1")`)
	t.shot("recipients")
	var file string
	t.eval(`kept.text()`, &file)
	path = filepath.Join(t.TempDir(), "key.age")
	must(t, os.WriteFile(path, []byte(file), 0o600))
	t.click("form.card:not(.key-form) button.primary")
	t.wait(`document.querySelector("main strong")?.innerText === "` + name + `"`)
	return path
}

// TestOpenContactScreen: an officer makes a key on the page and opens a contact
// with it; another key, another passphrase and a contact of another wish do not,
// and what was open is gone when the officer leaves and comes back.
func TestOpenContactScreen(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.beginProjects()
	tap := newTap(s)
	o := newBrowser(t, tap.URL).tab(tap.URL, 1280, 800)
	o.signIn(s, store.RoleStaffLead)
	const passphrase = "四棵树 西固区 黄河桥"
	key := o.makeContactKey("受理岗", passphrase)
	for range 2 {
		if a := s.post("", "/projects/wish", aWish("person", "李秀英", "phone", "13612345678")); a.status != http.StatusOK {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	stranger, _, err := keyfile.GenerateIdentityFile(passphrase)
	must(t, err)
	other := filepath.Join(t.TempDir(), "other.age")
	must(t, os.WriteFile(other, stranger, 0o600))
	alert := `document.querySelector("#open-contact [role=alert]:not([hidden])")?.innerText.includes(%q)`

	o.open("/projects/wishes/1").click(`a[href="/projects/wishes/1/contact"]`)
	o.tryKey("open-contact", other, passphrase)
	o.wait(fmt.Sprintf(alert, "没有加密给这把密钥"))
	o.tryKey("open-contact", key, "五棵树 西固区 黄河桥")
	o.wait(fmt.Sprintf(alert, "口令不对"))
	o.tryKey("open-contact", key, passphrase)
	o.shown("#opened")
	if said := o.text("#opened"); !strings.Contains(said, "李秀英") || !strings.Contains(said, "13612345678") {
		t.Errorf("opened: %s", said)
	}
	o.shot("contact")
	o.eval(`dispatchEvent(new PageTransitionEvent("pagehide"))`, nil)
	o.shown("#open-contact")
	if said := o.text("main"); strings.Contains(said, "13612345678") {
		t.Error("it stays on the page")
	}
	if a := s.send(store.RoleStaffLead, "GET", "/projects/wishes/9/contact", nil); a.status != http.StatusNotFound {
		t.Errorf("no such wish: %d", a.status)
	}
	s.swapContacts()
	o.open("/projects/wishes/1/contact")
	o.tryKey("open-contact", key, passphrase)
	o.wait(fmt.Sprintf(alert, "另一条意见"))
}

// swapContacts gives the first wish the contact of the second (attack: who runs
// the server has an officer call somebody else).
func (s *stage) swapContacts() {
	s.Helper()
	ctx := s.Context()
	db := s.server.projects.db
	second, err := db.Contact(ctx, 2)
	must(s, err)
	must(s, db.Update(ctx, func(tx *store.ProjectsTx) error { return errors.Join(tx.EraseContact(1), tx.PutContact(1, second)) }))
	if got, err := db.Contact(ctx, 1); err != nil || !bytes.Equal(got, second) {
		s.Fatal("the contact was not swapped")
	}
}
