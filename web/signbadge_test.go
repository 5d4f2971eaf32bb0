package web

import (
	"crypto/ed25519"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"piaojue/client"
	"piaojue/election"
	"piaojue/keyfile"
	"piaojue/store"
)

// named is what scrutineers see of a deputy.
func (s *stage) named(number string) namedJSON {
	s.Helper()
	var a deputiesJSON
	must(s, json.Unmarshal(s.do(store.RoleScrutineer, "GET", s.path("/deputies"), nil), &a))
	at := slices.IndexFunc(a.Deputies, func(d namedJSON) bool { return d.Number == number })
	if len(a.Deputies) != s.deputies || at < 0 {
		s.Fatalf("%s in %+v", number, a)
	}
	return a.Deputies[at]
}

// holdKey puts the key file of a role key on the stick.
func (x *seat) holdKey(kind keyfile.Kind, role ed25519.PrivateKey, values map[string][]byte) {
	x.Helper()
	values["role"] = role.Seed()
	file, err := keyfile.Seal(&keyfile.Secret{Kind: kind, Label: x.name, Values: values}, x.passphrase)
	must(x, err)
	must(x, os.WriteFile(filepath.Join(x.stick, "key.age"), file, 0o600))
}

// enter compares the code, and opens the key of the seat on the signing desk.
func (x *seat) enter() {
	x.Helper()
	x.open("/sign/v1")
	x.click("#same")
	x.openKey("#open-key", x.keyFile(), x.passphrase)
	x.wait(`document.querySelector("#desk").dataset.key === "open"`)
}

// giveBadge tries to give a badge to whoever is found.
func (x *seat) giveBadge(found, text string) {
	x.Helper()
	x.fill(".start-dialog [data-name=who]", found)
	x.wait(`document.querySelectorAll(".deputies input:checked").length === 1`)
	x.fill(".start-dialog [data-name=badge]", text+"\r") // as scanners type it
}

// TestSignBadge: two scrutineers replace a lost badge on their pages, told who
// it is; not of a deputy who has a ballot, nor by another deputy's badge or what
// is none. What stands on the badge stays in the browser.
func TestSignBadge(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.config.PlainCookies = true
	s.restart()
	s.begin()
	s.voter(0)
	tap := newTap(s)
	b := newBrowser(t, tap.URL)
	var all []*seat
	for i, name := range []string{"张明", "李华"} {
		x := s.sit(b, tap.URL, "s"+name, name, store.RoleScrutineer)
		key := s.scrutineers[i]
		x.holdKey(keyfile.Scrutineer, key.role, map[string][]byte{"static": key.static.Bytes()})
		x.enter()
		all = append(all, x)
	}
	if got := s.exception("badge", store.RoleScrutineer); got.Why != nil || got.Href != "/sign/v1" {
		t.Errorf("the card leads to %+v", got)
	}
	x, seed, other := all[0], badgeSeed("spare"), badgeSeed(number(1))
	x.click("[data-start=badge]")
	for _, bad := range []struct{ who, badge, says string }{
		{number(2), "PJ1:AAAA", "没有读清"},
		{number(2), client.FormatBadge(other), "另一位代表"},
		{number(1), client.FormatBadgeDigits(other), "不用补发"},
		{number(0), client.FormatBadge(seed), "已经领过票"},
	} {
		x.giveBadge(bad.who, bad.badge)
		x.wait(`document.querySelector(".start-dialog [role=alert]:not([hidden])")?.innerText.includes("` + bad.says + `")`)
	}
	x.fill(".start-dialog [data-name=who]", "代表")
	x.wait(`document.querySelectorAll(".deputies input").length === 4`)
	x.shot("sign-20-badge")
	x.giveBadge("代表2", client.FormatBadgeDigits(seed))
	x.wait(`document.querySelector(".start-dialog .say")`)
	was := s.named(number(2))
	said := x.text(".start-dialog")
	for _, want := range []string{"代表2", number(2), hexOf([32]byte(was.Badge))[:4]} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not shown: %s", want, said)
		}
	}
	x.shot("sign-21-badge")
	x.click(".start-dialog .actions .button.primary")
	x.shown(".start-dialog .notice.warn")
	all[1].countersign("badge", "sign-22-badge")
	key := public(ed25519.NewKeyFromSeed(seed[:]))
	all[1].wait(`!document.querySelector(".motion[data-kind=badge]")`)
	if got := s.named(number(2)); [32]byte(got.Badge) != key || got.Index != was.Index {
		t.Errorf("badge now %+v, was %+v", got, was)
	}
	for _, secret := range []string{string(seed[:]), client.FormatBadge(seed), client.FormatBadgeDigits(seed)} {
		if tap.sends([]byte(secret)) {
			t.Errorf("the badge was sent")
		}
	}
	if !tap.sends(key[:]) {
		t.Error("not even its public key was sent")
	}
}

// TestBadgeOwner (V7): the server takes no entry that gives one deputy's badge
// to another; one's own badge again it takes.
func TestBadgeOwner(t *testing.T) {
	s := newStage(t)
	s.draft()
	if got := s.send(store.RoleScrutineer, "GET", s.path("/deputies"), nil); got.code() != codePhase {
		t.Errorf("deputies of a draft: %d %s", got.status, got.body)
	}
	s.freeze()
	s.approve()
	own, other := s.named(number(1)), s.named(number(2))
	give := func(key hexBytes) answer {
		e, err := election.NewEntry(&election.Badge{Chain: s.chain(), Index: own.Index, Key: [32]byte(key)})
		must(t, err)
		e.Sign(election.RoleScrutineer, 1, s.scrutineers[0].role, s.manifest)
		return s.send(store.RoleScrutineer, "POST", s.path("/proposals"), e.Marshal())
	}
	if got := give(other.Badge); got.code() != codeConflict {
		t.Errorf("another's badge: %d %s", got.status, got.body)
	}
	if got := give(own.Badge); got.status != 200 {
		t.Errorf("one's own: %d %s", got.status, got.body)
	}
}

// exception is where a card of the exceptions leads whoever has a role.
func (s *stage) exception(id string, role store.Role) door {
	s.Helper()
	o, err := s.server.overview(s.Context(), s.server.votes[s.vote])
	must(s, err)
	all := o.exceptions(s.vote, Person{Role: role})
	at := slices.IndexFunc(all, func(x exception) bool { return x.ID == id })
	return all[at].Ways[0]
}

// TestSignReopen: the organizers open again, of a page that warns them; while
// the vote is suspended they are told to resume it first.
func TestSignReopen(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.config.PlainCookies = true
	s.restart()
	s.begin()
	s.cast(0, marks(0))
	s.organize(election.NewEntry(election.NewSuspend(s.chain(), "停电")))
	tap := newTap(s)
	b := newBrowser(t, tap.URL)
	lead := s.sit(b, tap.URL, "zhao", "赵静", store.RoleStaffLead)
	lead.holdKey(keyfile.Staff, s.staff, map[string][]byte{})
	chair := s.sit(b, tap.URL, "sun", "孙国强", store.RolePresidium)
	chair.holdKey(keyfile.Presidium, s.presidium, map[string][]byte{})
	if got := s.exception("reopen", store.RoleStaffLead); got.Why == nil || got.Why.ID != "suspended" {
		t.Errorf("while suspended the card leads to %+v", got)
	}
	lead.enter()
	lead.wait(`document.querySelector("[data-start=reopening]").disabled && document.querySelector("#start").innerText.includes("先恢复投票")`)
	s.organize(election.NewEntry(election.NewResume(s.chain(), "来电")))
	if got := s.exception("reopen", store.RoleStaffLead); got.Why != nil || got.Href != "/sign/v1" {
		t.Errorf("the card leads to %+v", got)
	}
	lead.click("[data-start=reopening]")
	lead.shown("#issuer-0")
	lead.shot("sign-23-reopen")
	lead.click("#issuer-0")
	lead.click(".start-dialog .button.primary")
	lead.shown(".start-dialog [role=alert]") // nobody would issue
	lead.click("#issuer-0")
	lead.click(".start-dialog .button.primary")
	lead.fill(".start-dialog .typed", "重投")
	lead.shot("sign-24-reopen")
	s.opening(2, 0) // somebody was faster: signed would be the third epoch, which nobody has seen
	lead.hold(".start-dialog .hold")
	lead.wait(`document.querySelector(".start-dialog [role=alert]:not([hidden])")?.innerText.includes("重新打开")`)
	lead.click(".start-dialog .actions .button.quiet")
	lead.click("[data-start=reopening]")
	lead.click(".start-dialog .button.primary")
	lead.fill(".start-dialog .typed", "重投")
	lead.hold(".start-dialog .hold")
	lead.shown(".start-dialog .notice.warn[role=status]")
	chair.enter()
	chair.fill(".motion[data-kind=opening] .typed", "重投")
	chair.shot("sign-25-reopen")
	chair.hold(".motion[data-kind=opening] .hold")
	chair.wait(`!document.querySelector(".motion[data-kind=opening]")`)
	if got := s.update().Opening().Epoch; got != 3 {
		t.Errorf("epoch %d", got)
	}
	if got := s.inBox(); got.Ballots != 0 {
		t.Errorf("%d ballots of the first epoch are in the box", got.Ballots)
	}
}
