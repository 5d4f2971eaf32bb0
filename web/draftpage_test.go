package web

import (
	"crypto/ed25519"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"piaojue/keyfile"
	"piaojue/project"
	"piaojue/store"
)

const draftPassphrase = "四棵树 西固"

// organKey writes the key file of an organ, as desks and commands do.
func (s *stage) organKey(sk ed25519.PrivateKey) (path string) {
	s.Helper()
	file, err := keyfile.Seal(&keyfile.Secret{
		Kind: keyfile.Presidium, Label: "市人大常委会", Values: map[string][]byte{"role": sk.Seed()},
	}, draftPassphrase)
	must(s, err)
	path = filepath.Join(s.TempDir(), "key.age")
	must(s, os.WriteFile(path, file, 0o600))
	return path
}

// gateDraft is the standing committee's decision on a list, which waits for the
// signature of its key.
func (s *stage) gateDraft(key ed25519.PrivateKey) (path string) {
	s.Helper()
	s.listed(2)
	var number int
	s.seen(func(state *project.State) { number = state.Actors() - 1 })
	s.mustPost(store.RoleStaffLead, fmt.Sprint("/projects/do/actor?about=", number), "actor_role", "9", "public_name", "市人大常委会", "signing_key", fmt.Sprintf("%x", public(key)))
	return s.mustPost(store.RolePresidium, "/projects/do/gate?about=1", "passed", "yes", "document", "常发〔2026〕31号", "decision", "同意提请大会票决。")
}

// tryKey opens a key file in a form of a page, which is called so.
func (t *tab) tryKey(form, path, passphrase string) {
	t.Helper()
	t.shown("#" + form)
	t.do(chromedp.SetUploadFiles("#"+form+"-file", []string{path}))
	t.fill("#"+form+" input[data-name="+form+"-passphrase]", passphrase)
	t.click("#" + form + " [type=submit]")
}

// TestSignDraftScreen: the page says what the bytes say, refuses another key and
// another passphrase, and hands in what it signs. Bytes that are not those of the
// address, or lack their text, cannot be signed.
func TestSignDraftScreen(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	key := testKey("standing")
	path := s.gateDraft(key)
	d := newBrowser(t, s.base).tab(s.base, 1280, 800)
	d.signIn(s, store.RolePresidium)
	d.open(path)
	d.shown("#sign-draft")
	said := d.text("#said")
	for _, want := range []string{"候选清单\n第 1 号", "常委会审议", "通过", "常发〔2026〕31号", "同意提请大会票决。", "号（市人大常委会）"} {
		if !strings.Contains(said, want) {
			t.Errorf("the page does not say %q: %s", want, said)
		}
	}
	d.shot("draft")
	good := s.organKey(key)
	alert := `document.querySelector("#sign-draft [role=alert]:not([hidden])")?.innerText.includes(%q)`
	d.tryKey("sign-draft", s.organKey(testKey("another")), draftPassphrase)
	d.wait(fmt.Sprintf(alert, "不是登记的签名密钥"))
	d.tryKey("sign-draft", good, "五棵树")
	d.wait(fmt.Sprintf(alert, "口令不对"))
	s.seen(func(state *project.State) {
		if state.NextGate(1) != project.GateStanding {
			t.Error("the list passed without a signature")
		}
	})
	s.alterDraft(d, path)
	d.open(path)
	d.tryKey("sign-draft", good, draftPassphrase)
	d.wait(`location.pathname === "/projects/lists/1"`)
	s.seen(func(state *project.State) {
		if state.NextGate(1) != 0 {
			t.Error("what was signed is not in the log")
		}
	})
}

// alterDraft has the server give something else than what the draft's address
// names: the page offers no signature.
func (s *stage) alterDraft(d *tab, path string) {
	s.Helper()
	drafts := &s.server.drafts
	var kept *projectDraft
	var hash [32]byte
	drafts.mu.Lock()
	for hash, kept = range drafts.all {
	}
	drafts.mu.Unlock()
	give := func(name string, other projectDraft) {
		drafts.mu.Lock()
		drafts.all[hash] = &other
		drafts.mu.Unlock()
		d.open(path)
		d.wait(`document.querySelector("#said [role=alert]")?.innerText.includes("不要签")`)
		var offered bool
		if d.eval(`document.querySelector("#sign").checkVisibility()`, &offered); offered {
			s.Errorf("%s: the page offers a signature", name)
		}
	}
	entry := *kept.entry
	entry.Seq++
	another, textless := *kept, *kept
	another.entry, textless.what = &entry, &deed{}
	give("another entry", another)
	give("no text", textless)
	drafts.mu.Lock()
	drafts.all[hash] = kept
	drafts.mu.Unlock()
}
