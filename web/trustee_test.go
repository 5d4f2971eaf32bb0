package web

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
	"piaojue/group"
	"piaojue/keyfile"
	"piaojue/store"
)

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
			x.paperCode()
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

// paperCode reads the code of the printed copy: it says what the key file does.
func (x *seat) paperCode() {
	x.Helper()
	x.shown(".paper-code svg")
	var path string
	x.eval(`document.querySelector(".paper-code path").getAttribute("d")`, &path)
	want, err := os.ReadFile(x.keyFile())
	must(x, err)
	if got := readQR(x, path); got != string(want) {
		x.Errorf("the code on paper says %q, the file %q", got, want)
	}
}

// recover takes the keys out of the key files.
func (s *stage) recover(all ...*seat) {
	s.Helper()
	s.unseal(all...)
	for i, x := range all {
		s.scrutineers[i].role = ed25519.NewKeyFromSeed(x.secret.Values["role"])
		static, err := group.ParseScalar(x.secret.Values["static"])
		must(s, err)
		s.scrutineers[i].static = static
	}
}

// unseal opens the key files, as only a test may.
func (s *stage) unseal(all ...*seat) {
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
}

// TestTrusteeCards: three trustees seal the box and two open it, all on the
// pages; nothing secret leaves their devices (attacks K1, S5).
func TestTrusteeCards(t *testing.T) {
	t.Parallel()
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

// TestSignerPages: who comes to a desk is told to its script; there is none for
// a vote that does not exist, nor for who signs nothing.
func TestSignerPages(t *testing.T) {
	s := newStage(t)
	s.draft()
	for path, role := range map[string]store.Role{"/trustee/v1": store.RoleScrutineer, "/sign/v1": store.RoleTeller} {
		if a := s.send(role, "GET", path, nil); !bytes.Contains(a.body, fmt.Appendf(nil, `{"vote":"v1","who":{"id":"%[1]s","name":"%[1]s","role":"%[1]s"}}`, role)) {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
		if a := s.send(role, "GET", strings.Replace(path, "v1", "v2", 1), nil); a.status != http.StatusNotFound {
			t.Errorf("%s of no vote: %d", path, a.status)
		}
		if a := s.send(store.RoleGate, "GET", path, nil); a.status != http.StatusForbidden {
			t.Errorf("%s as gate: %d", path, a.status)
		}
	}
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

// TestTrusteeRecord: a key file of the command line serves on the page as well.
// A record that does not verify, or another one than was opened before, stops
// the opening (attacks K5, K7); a trustee alone opens nothing.
func TestTrusteeRecord(t *testing.T) {
	t.Parallel()
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
