package web

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
	"piaojue/group"
	"piaojue/keyfile"
	"piaojue/store"
)

// tap is the server as browsers see it; it keeps all that they send.
type tap struct {
	*httptest.Server
	mu   sync.Mutex // guards sent
	sent []byte

	spoiled atomic.Bool // bundles of entries come with a bit changed
}

func newTap(s *stage) *tap {
	t := &tap{}
	inner := s.server.Handler()
	t.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		t.mu.Lock()
		t.sent = fmt.Appendf(t.sent, "%s %s\n%v\n%s\n", r.Method, r.URL, r.Header, body)
		t.mu.Unlock()
		if t.spoiled.Load() && strings.Contains(r.URL.Path, "/tile/entries/") {
			t.spoil(inner, w, r)
			return
		}
		inner.ServeHTTP(w, r)
	}))
	s.Cleanup(t.Close)
	return t
}

// spoil answers with the last byte changed.
func (t *tap) spoil(inner http.Handler, w http.ResponseWriter, r *http.Request) {
	rec := httptest.NewRecorder()
	inner.ServeHTTP(rec, r)
	body := rec.Body.Bytes()
	body[len(body)-1] ^= 1
	w.Header().Set("Content-Type", rec.Header().Get("Content-Type"))
	w.WriteHeader(rec.Code)
	w.Write(body)
}

// sends reports whether anything that was sent holds the bytes, in one of the
// forms in which a script could send them.
func (t *tap) sends(secret []byte) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	forms := []string{
		string(secret), hex.EncodeToString(secret), strings.ToUpper(hex.EncodeToString(secret)),
		base64.RawStdEncoding.EncodeToString(secret), base64.RawURLEncoding.EncodeToString(secret),
		url.QueryEscape(string(secret)), url.PathEscape(string(secret)), strings.Trim(fmt.Sprint(secret), "[]"),
	}
	for _, f := range forms {
		if bytes.Contains(t.sent, []byte(f)) {
			return true
		}
	}
	return false
}

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
	x := &seat{tab: b.tab(base, 1366, 768, expected...), id: id, name: name, role: role, stick: s.TempDir(), passphrase: "四个词 of " + id + " 不相干"}
	_, err := chromedp.Call(x.ctx, network.SetCookie, network.SetCookieParams{Name: s.server.cookieName(), Value: token, URL: base})
	must(s, err)
	c := chromedp.FromContext(x.ctx)
	_, err = cdp.Call(x.ctx, c.Browser, cdpbrowser.SetDownloadBehavior, cdpbrowser.SetDownloadBehaviorParams{
		Behavior: cdpbrowser.SetDownloadBehaviorBehaviorAllow, BrowserContextID: c.BrowserContextID, DownloadPath: x.stick,
	})
	must(s, err)
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

// prepare goes from the sign-in to the card that is handed in; the three
// browsers work at once where scrypt does.
func prepare(t testing.TB, all ...*seat) {
	t.Helper()
	for i, x := range all {
		x.open("/trustee/v1")
		x.card("identity")
		if i == 0 {
			x.shot("trustee-01-identity")
		}
		x.click("#same")
		x.card("make")
		if i == 0 {
			x.shot("trustee-02-make")
		}
		x.fill("[data-name=delegation]", fmt.Sprintf("第%d代表团", i+1))
		x.fill("[data-name=first]", x.passphrase)
		x.fill("[data-name=again]", x.passphrase)
		x.click("#new-key [type=submit]")
	}
	for i, x := range all {
		x.card("backup")
		if i == 0 {
			x.shot("trustee-03-backup")
			x.media("print")
			x.shot("trustee-03-paper")
			x.media("screen")
		}
		x.openKey("#prove", x.keyFile(), x.passphrase)
	}
	for i, x := range all {
		x.card("hand")
		if i == 0 {
			x.shot("trustee-04-hand")
		}
		x.click("#hand-in")
		x.card("approval")
		if i == 0 {
			x.shot("trustee-05-approval")
		}
	}
}

// recover opens the key files, as only this test may, and takes the keys.
func (s *stage) recover(all ...*seat) {
	s.Helper()
	var wg sync.WaitGroup
	for _, x := range all {
		wg.Go(func() {
			file, err := os.ReadFile(x.keyFile())
			if err == nil {
				x.secret, err = keyfile.Open(file, x.passphrase)
			}
			if err != nil {
				s.Error(err)
			}
		})
	}
	wg.Wait()
	for i, x := range all {
		s.scrutineers[i].role = ed25519.NewKeyFromSeed(x.secret.Values["role"])
		static, err := group.ParseScalar(x.secret.Values["static"])
		must(s, err)
		s.scrutineers[i].static = static
	}
}

// TestTrusteeCards: three trustees seal the box and two open it, all on the
// pages; nothing secret leaves their devices (attacks K1, S5).
func TestTrusteeCards(t *testing.T) {
	s, tap := trusteeStage(t)
	b := newBrowser(t, tap.URL)
	zhang := s.sit(b, tap.URL, "zhang", "张明", store.RoleScrutineer)
	li := s.sit(b, tap.URL, "li", "李华", store.RoleScrutineer)
	wang := s.sit(b, tap.URL, "wang", "王芳", store.RoleScrutineer)
	all := []*seat{zhang, li, wang}
	prepare(t, all...)
	s.recover(all...)
	s.approveCards(all...)
	s.seal(all...)
	s.checkIn(0, 1, 2, 3, 4)
	s.opening(1, 0)
	for i := range 4 {
		c := ballot.Choice{Marks: make([]ballot.Mark, 13)}
		for o := range 8 {
			c.Marks[(o+i)%13] = ballot.For
		}
		s.cast(i, c)
	}
	s.order()
	s.collectOnPage(li)
	s.openOnPages(zhang, li)
	s.certifyOnPages(zhang, li)
	zhang.card("destroy")
	zhang.shot("trustee-17-destroy")
	zhang.hold(".hold")
	zhang.card("destroyed")
	zhang.shot("trustee-18-destroyed")
	tap.checkSecrets(all...)
}

// approveCards has the presidium name the scrutineers by their cards.
func (s *stage) approveCards(all ...*seat) {
	s.Helper()
	var handed cardsJSON
	must(s, json.Unmarshal(s.do(store.RolePresidium, "GET", s.path("/cards"), nil), &handed))
	body := &election.Trustees{Chain: s.chain()}
	for _, x := range all {
		for _, c := range handed.Cards {
			if c.Person == x.id {
				body.Scrutineers = append(body.Scrutineers, election.Scrutineer{Name: c.Name, Delegation: c.Delegation, RoleKey: c.Role, StaticKey: *c.Static})
			}
		}
	}
	e, err := election.NewEntry(body)
	must(s, err)
	s.sign(e, store.RolePresidium)
}

// trusteeStage is a frozen vote whose trustees have no keys yet.
func trusteeStage(t testing.TB) (*stage, *tap) {
	t.Helper()
	s := newStage(t)
	s.config.PlainCookies = true
	s.restart()
	rules, err := election.SelectMajority.Rules(13, 10)
	must(t, err)
	rules.Base = election.BaseCollected
	s.rules, s.deputies = rules, 6
	s.draft()
	projects, err := os.ReadFile("../cmd/piaojue/sample/candidates.csv")
	must(t, err)
	s.do(store.RoleStaff, "PUT", s.path("/candidates"), projects)
	s.freeze()
	return s, newTap(s)
}

// seal goes through the key ceremony.
func (s *stage) seal(all ...*seat) {
	s.Helper()
	for i, x := range all {
		x.card("ceremony-open")
		if i == 0 {
			x.shot("trustee-06-begin")
		}
		x.click("#begin")
		if i == 0 {
			x.card("ceremony-run")
			x.shot("trustee-07-ceremony")
		}
	}
	for i, x := range all {
		x.card("ceremony-reread")
		if i == 0 {
			x.shot("trustee-08-reread")
		}
		x.openKey("#open-key", x.keyFile(), x.passphrase)
	}
	for i, x := range all {
		x.card("compare")
		if i == 0 {
			x.shot("trustee-09-compare")
		}
		key := hex.EncodeToString(s.update().JointKey().Y.Bytes())
		if got := strings.Join(strings.Fields(x.text("#card .groups")), ""); got != key {
			s.Errorf("%s sees the seal %s, want %s", x.name, got, key)
		}
		x.click("#same-key")
		x.card("sign")
	}
}

// collectOnPage has one scrutineer propose the counts, and the other sign them
// on the page.
func (s *stage) collectOnPage(x *seat) {
	s.Helper()
	s.await(election.PhaseClosed)
	e, err := election.NewEntry(s.board.State().ExpectedCollection(1))
	must(s, err)
	s.signScrutineers(e, 1)
	x.wait(`document.querySelector(".motion[data-kind=collection]")`)
	x.openKey("#open-key", x.keyFile(), x.passphrase)
	x.shown(".motion[data-kind=collection] .actions button")
	x.shot("trustee-10-collection")
	x.click(".motion[data-kind=collection] .actions button")
	s.await(election.PhaseCollected)
}

// openOnPages has the trustees open; the first meets what goes wrong.
func (s *stage) openOnPages(first, second *seat) {
	s.Helper()
	first.card("opening-key")
	first.openKey("#open-key", first.keyFile(), "not this one")
	first.shown("#open-key [role=alert]")
	first.shot("trustee-11-wrong-passphrase")
	first.openKey("#open-key", second.keyFile(), second.passphrase)
	first.wait(`document.querySelector("#open-key [role=alert]").innerText.includes("不是您")`)
	first.openKey("#open-key", first.keyFile(), first.passphrase)
	for i, x := range []*seat{first, second} {
		x.card("opening-numbers")
		if i == 0 {
			x.shot("trustee-12-numbers")
		}
		x.click("#numbers-fit")
		if i == 0 {
			x.card("opening-verify")
			x.shot("trustee-13-verify")
		}
		x.card("opening-root")
		x.click("#root-same")
		x.shown("#card [role=alert]") // nobody has compared anything
		for row := range 4 {
			x.click(fmt.Sprintf("#row-%d", row))
		}
		if i == 0 {
			x.shot("trustee-14-root")
		}
		x.click("#root-same")
		x.card("opening-note")
		x.upload("#kept-note", x.keyFile())
		x.click("#release")
		x.shown("#card [role=alert]") // another file
		x.upload("#kept-note", x.downloaded("opened-*.txt"))
		if i == 0 {
			x.shot("trustee-14-note")
		}
		x.click("#release")
		if i == 0 {
			x.card("shared")
			x.shot("trustee-15-shared")
		}
	}
	s.await(election.PhaseCounted)
}

// certifyOnPages has one begin the certificate, and the other sign.
func (s *stage) certifyOnPages(first, second *seat) {
	s.Helper()
	first.card("certify")
	first.click("[data-start=certificate]")
	first.shown(".start-dialog[open] .button.primary")
	first.shot("trustee-16-certify-begin")
	first.click(".start-dialog[open] .button.primary")
	second.card("certify")
	second.shown(".motion[data-kind=certificate] .actions button")
	second.shot("trustee-16-certify")
	second.click(".motion[data-kind=certificate] .actions button")
	s.await(election.PhaseCertified)
}

// checkSecrets looks for what must never leave a device in all that did, and
// for what has to, to know that it looks at the right place.
func (t *tap) checkSecrets(all ...*seat) {
	for _, x := range all {
		x.Helper()
		file, err := os.ReadFile(x.keyFile())
		must(x, err)
		secrets := map[string][]byte{"passphrase": []byte(x.passphrase), "key file": file, "part of the key file": file[40:80]}
		for name, value := range x.secret.Values {
			secrets[name] = value
		}
		expanded := sha512.Sum512(x.secret.Values["role"])
		secrets["expanded role key"] = expanded[:32]
		for name, secret := range secrets {
			if t.sends(secret) {
				x.Errorf("%s: the %s was sent", x.name, name)
			}
		}
		key := public(ed25519.NewKeyFromSeed(x.secret.Values["role"]))
		if !t.sends(key[:]) {
			x.Errorf("%s: not even the public key is found", x.name)
		}
	}
}

// TestTrusteeRecord: a key file of the command line serves on the page as well.
// A record that does not verify, or another one than was opened before, stops
// the opening (attacks K5, K7); a trustee alone opens nothing.
func TestTrusteeRecord(t *testing.T) {
	s, tap := trusteeStage(t)
	s.approve()
	s.ceremony()
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	for i := range 3 {
		s.cast(i, ballot.Choice{Marks: append([]ballot.Mark{ballot.For}, make([]ballot.Mark, 12)...)})
	}
	s.order()
	s.collect()
	b := newBrowser(t, tap.URL)
	x := s.sit(b, tap.URL, "zhang", "张明", store.RoleScrutineer)
	x.sealKey(s.scrutineers[0])
	x.open("/trustee/v1")
	x.click("#same")
	x.card("open-who")
	x.shot("trustee-20-who")
	x.openKey("#open-key", x.keyFile(), x.passphrase)
	x.card("compare")
	x.click("#same-key")
	x.card("open-who")
	other := client.Closing{Size: 1}
	must(t, os.WriteFile(filepath.Join(x.stick, "opened-before.txt"), other.Marshal(s.manifest), 0o600))
	x.openKey("#open-key", x.keyFile(), x.passphrase)
	x.card("opening-numbers")
	tap.spoiled.Store(true)
	x.click("#numbers-fit")
	x.card("bad-record")
	x.shot("trustee-bad-record")
	tap.spoiled.Store(false)
	x.eval(fmt.Sprintf("localStorage.setItem('piaojue-opened-%x-1', %q)", s.manifest, other.Marshal(s.manifest)), nil)
	x.click("#card .actions .button")
	x.card("bad-other_root")
	x.shot("trustee-bad-other-root")
	x.eval("localStorage.clear()", nil)
	x.click("#card .actions .button")
	x.card("opening-root")
	if len(s.update().Shares()) > 0 {
		t.Error("a share has left")
	}
}

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
