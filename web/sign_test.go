package web

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"piaojue/client"
	"piaojue/election"
	"piaojue/group"
	"piaojue/store"
	"piaojue/tally"
)

// makeKeysAt has persons make their keys on the signing desk, and hand in the
// cards.
func makeKeysAt(all ...*seat) {
	for i, x := range all {
		x.Helper()
		x.open("/sign/v1")
		x.shown("#new-key")
		if i == 0 {
			x.shot("sign-01-no-key")
		}
		x.fill("[data-name=first]", x.passphrase)
		x.fill("[data-name=again]", x.passphrase)
		x.click("#new-key [type=submit]")
	}
	for i, x := range all {
		x.shown("#prove")
		if i == 0 {
			x.shot("sign-02-backup")
		}
		x.openKey("#prove", x.keyFile(), x.passphrase)
	}
	for _, x := range all {
		x.click("#hand-in")
		x.wait(`document.querySelector("#desk").dataset.key === "open"`)
	}
}

// TestSignDesk: staff lead and presidium make their keys, freeze the vote and
// void it, each signing on a page of their own; the presidium approves the
// trustees by their cards.
func TestSignDesk(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.config.PlainCookies = true
	s.restart()
	s.draft()
	tap := newTap(s)
	tap.shipped.Store(true)
	b := newBrowser(t, tap.URL)
	lead := s.sit(b, tap.URL, "zhao", "赵静", store.RoleStaffLead)
	chair := s.sit(b, tap.URL, "sun", "孙国强", store.RolePresidium)
	makeKeysAt(lead, chair)
	lead.wait(`document.querySelectorAll("#adopt input[type=radio]").length === 2`)
	lead.shot("sign-03-adopt")
	lead.click("#adopt-keys")
	lead.shown("#adopt .notice.good")
	lead.start("manifest", "")
	lead.shot("sign-05-waits")
	chair.countersign("manifest", "sign-04-manifest")
	for _, x := range []*seat{lead, chair} {
		x.shown("#same")
		x.shot("sign-06-compare")
		x.click("#same")
	}
	s.follow()
	s.handInCards()
	chair.pickTrustees(s)
	s.await(election.PhaseApproved)
	lead.wait(`document.querySelector("[data-start=void]")?.disabled === false`)
	lead.shot("sign-08-desk")
	lead.void(tap)
	chair.shown(".motion[data-kind=void] .hold")
	chair.fill(".motion[data-kind=void] .typed", "作废")
	chair.shot("sign-10-void")
	chair.hold(".motion[data-kind=void] .hold")
	s.await(election.PhaseVoided)
}

// follow follows the log that the pages have frozen.
func (s *stage) follow() {
	s.Helper()
	var v voteJSON
	must(s, json.Unmarshal(s.do("", "GET", s.path(""), nil), &v))
	hash, err := parseHex32(v.Manifest)
	must(s, err)
	s.manifest, s.board = hash, client.NewBoard(s.transport, s.vote, hash)
}

// start begins a motion and signs it.
func (x *seat) start(kind, words string) {
	x.Helper()
	x.click("[data-start=" + kind + "]")
	if words != "" {
		x.fill("#words", words)
		x.click(".start-dialog .button.primary")
	}
	x.click(".start-dialog .actions .button.primary")
	x.shown(".start-dialog .notice.warn, .start-dialog .notice.good")
	x.click(".start-dialog .actions .button")
}

// countersign signs what waits.
func (x *seat) countersign(kind, picture string) {
	x.Helper()
	button := ".motion[data-kind=" + kind + "] .actions .button.primary"
	x.shown(button)
	x.shot(picture)
	x.click(button)
}

// handInCards hands in the cards of three scrutineers and a teller.
func (s *stage) handInCards() {
	s.Helper()
	for i, name := range []string{"张明", "李华", "王芳"} {
		key, hash := GenerateKey()
		must(s, s.config.DB.PutPerson(s.Context(), Person{ID: fmt.Sprint("s", i), Name: name, Role: store.RoleScrutineer}, hash))
		x := s.scrutineers[i]
		static := group.NewElement().ScalarBaseMult(x.static).Bytes()
		a := s.send("", "PUT", s.path("/cards"), fmt.Appendf(nil, `{"kind":"scrutineer","name":%q,"delegation":"第%d代表团","role":"%x","static":"%x"}`,
			name, i+1, public(x.role), static), "Authorization", "Bearer "+key)
		if a.status/100 != 2 {
			s.Fatalf("card: %d %s", a.status, a.body)
		}
	}
	s.do(store.RoleTeller, "PUT", s.path("/cards"), fmt.Appendf(nil, `{"kind":"teller","name":"周平","role":"%x"}`, public(testKey("teller"))))
}

// pickTrustees approves the list; two of three are not enough.
func (x *seat) pickTrustees(s *stage) {
	x.Helper()
	x.click("[data-start=trustees]")
	x.click("#use-s0")
	x.click("#use-s1")
	x.click("#chief-s0")
	x.click(".start-dialog .actions .button.primary")
	x.shown(".start-dialog [role=alert]")
	x.click("#use-s2")
	x.click("#use-teller")
	x.shot("sign-07-pick")
	x.click(".start-dialog .actions .button.primary")
	x.wait(`document.querySelectorAll(".start-dialog tbody tr").length === 4 && !document.querySelector("#use-s0")`)
	x.shot("sign-07-trustees")
	x.click(".start-dialog .actions .button.primary")
	x.shown(".start-dialog .notice.good")
	x.click(".start-dialog .actions .button")
}

// void voids the vote: not by a click, nor without the word.
func (x *seat) void(tap *tap) {
	x.Helper()
	x.click("[data-start=void]")
	x.fill("#words", "候选项目有误，重新准备。")
	x.click(".start-dialog .actions .button.primary")
	x.shown(".start-dialog .hold")
	before := tap.count("/proposals\n")
	x.hold(".start-dialog .hold") // nothing is typed yet
	x.fill(".start-dialog .typed", "作废")
	x.shot("sign-09-void")
	if tap.count("/proposals\n") != before {
		x.Error("voided by a click")
	}
	x.hold(".start-dialog .hold")
	x.shown(".start-dialog .notice.warn[role=status]")
	x.click(".start-dialog .actions .button")
}

// hold presses a button; nothing lets it go.
func (x *seat) hold(selector string) {
	x.Helper()
	x.eval(fmt.Sprintf("document.querySelector(%q).dispatchEvent(new PointerEvent('pointerdown'))", selector), nil)
}

// count says how often something was posted.
func (t *tap) count(path string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return bytes.Count(t.sent, []byte("POST /votes/v1"+path))
}

// TestTrusteeComplaint (K9): the device of an honest trustee finds a bad share,
// and its page says who, and what now. A list that has another key than the
// trustee's stops the page as well.
func TestTrusteeComplaint(t *testing.T) {
	t.Parallel()
	s, tap := trusteeStage(t)
	b := newBrowser(t, tap.URL)
	x := s.sit(b, tap.URL, "zhang", "张明", store.RoleScrutineer)
	prepare(t, x)
	s.recover(x)
	own := s.scrutineers[0]
	_, s.scrutineers[0].role, _ = ed25519.GenerateKey(rand.Reader)
	s.scrutineers[0].static = tally.GenerateStatic()
	s.approve()
	x.card("unlisted")
	x.shot("trustee-bad-unlisted")
	s.scrutineers[0] = own
	s.scrutineers[1].static, s.scrutineers[2].static = tally.GenerateStatic(), tally.GenerateStatic()
	s.approve()
	x.click("#begin")
	x.card("ceremony-run")
	for i, other := range s.trustees()[1:] {
		e, err := other.Next()
		must(s, err)
		if i == 0 {
			s.spoil(e)
		}
		s.do(store.RoleScrutineer, "POST", s.path("/entries"), e.Marshal())
	}
	x.card("bad-complaint")
	x.shot("trustee-bad-complaint")
	x.click("#card .actions .button")
	x.card("make")
	x.do(chromedp.EmulateViewport(820, 1180))
	x.open("/trustee/v1?lang=en")
	x.card("bad-complaint")
	x.shot("trustee-tablet-en")
}

// spoil changes the ciphertext from the second trustee to the first.
func (s *stage) spoil(e *election.Entry) {
	const head = 32 + 1 + 2*32 + 64 + 32 // trustees hash, index, C, PoP, E
	e.Body[head+8] ^= 1
	e.Signatures = nil
	e.Sign(election.RoleScrutineer, 2, s.scrutineers[1].role, s.manifest)
}
