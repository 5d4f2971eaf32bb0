package web

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"piaojue/keyfile"
	"piaojue/store"
)

// seat is a person with a page open and a USB stick.
type seat struct {
	*tab
	id, name   string
	role       store.Role
	stick      string
	passphrase string
	secret     *keyfile.Secret
}

// sit signs a new person in, in a browser profile of their own.
func (s *stage) sit(b *browser, base, id, name string, role store.Role, expected ...string) *seat {
	s.Helper()
	ctx := s.Context()
	_, key := GenerateKey()
	must(s, s.config.DB.PutPerson(ctx, Person{ID: id, Name: name, Role: role}, key))
	token, hash := generateToken()
	must(s, s.config.DB.PutSession(ctx, hash, id, time.Now().Unix(), 0, 0))
	x := b.seat(base, id, name, role, expected...)
	_, err := chromedp.Call(x.ctx, network.SetCookie, network.SetCookieParams{Name: s.server.cookieName(), Value: token, URL: base})
	must(s, err)
	return x
}

// seat puts a person before a browser profile of their own, with a stick for
// what is downloaded.
func (b *browser) seat(base, id, name string, role store.Role, expected ...string) *seat {
	b.Helper()
	x := &seat{tab: b.tab(base, 1366, 768, expected...), id: id, name: name, role: role, stick: b.TempDir(), passphrase: "四个词 of " + id + " 不相干"}
	c := chromedp.FromContext(x.ctx)
	_, err := cdp.Call(x.ctx, c.Browser, cdpbrowser.SetDownloadBehavior, cdpbrowser.SetDownloadBehaviorParams{
		Behavior: cdpbrowser.SetDownloadBehaviorBehaviorAllow, BrowserContextID: c.BrowserContextID, DownloadPath: x.stick,
	})
	must(b, err)
	return x
}

// media shows the page as on paper, or on a screen.
func (x *seat) media(name string) {
	x.Helper()
	_, err := chromedp.Call(x.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: name})
	must(x, err)
}

// downloaded waits for a file on the stick.
func (x *seat) downloaded(pattern string) string {
	x.Helper()
	for range 200 {
		found, err := filepath.Glob(filepath.Join(x.stick, pattern))
		must(x, err)
		if len(found) > 0 {
			if info, err := os.Stat(found[0]); err == nil && info.Size() > 0 {
				return found[0]
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	x.Fatalf("nothing on the stick is called %s", pattern)
	return ""
}

// card waits for a card.
func (x *seat) card(name string) {
	x.Helper()
	x.wait(fmt.Sprintf("document.querySelector('#card')?.dataset.card?.startsWith(%q)", name))
}

// upload chooses a file.
func (x *seat) upload(selector, path string) {
	x.Helper()
	x.wait(fmt.Sprintf("document.querySelector(%q)", selector))
	x.do(chromedp.SetUploadFiles(selector, []string{path}))
}

// open the key file of the seat in a form.
func (x *seat) openKey(form, path, passphrase string) {
	x.Helper()
	x.upload(form+" input[type=file]", path)
	x.fill(form+" input[data-name]", passphrase)
	x.click(form + " [type=submit]")
}

func (x *seat) keyFile() string { return x.downloaded("*.age") }

// sealKey puts a key file on the stick, as the command line writes it.
func (x *seat) sealKey(key testScrutineer) {
	x.Helper()
	file, err := keyfile.Seal(&keyfile.Secret{
		Kind: keyfile.Scrutineer, Label: "监票人1/一团",
		Values: map[string][]byte{"role": key.role.Seed(), "static": key.static.Bytes()},
	}, x.passphrase)
	must(x, err)
	must(x, os.WriteFile(filepath.Join(x.stick, "zhang.age"), file, 0o600))
}
