package web

import (
	"encoding/json"
	"testing"

	"piaojue/election"
	"piaojue/keyfile"
	"piaojue/store"
)

// clicks counts what a clerk presses, and keeps to five for each thing done.
type clicks struct {
	*seat
	n int
}

func (x *clicks) press(selector string) {
	x.Helper()
	x.n++
	x.click(selector)
}

func (x *clicks) most(what string) {
	x.Helper()
	if x.n > 5 {
		x.Errorf("%s takes %d clicks", what, x.n)
	}
	x.n = 0
}

// signFrom goes from the card of the console to the signed motion: the door,
// the key, the signature.
func (x *clicks) signFrom(motion, word string) {
	x.Helper()
	x.open("/console/v1/exceptions")
	x.press("#x-power a[href$='#" + motion + "']")
	x.upload("#open-key input[type=file]", x.keyFile())
	x.fill("#open-key input[data-name]", x.passphrase)
	x.press("#open-key [type=submit]")
	if word == "" {
		x.wait(`document.querySelector(".start-dialog[open] .say")`)
		x.press(".start-dialog .actions .button.primary")
	} else {
		x.fill(".start-dialog .typed", word)
		x.n++
		x.hold(".start-dialog .hold")
	}
	x.shown(".start-dialog .notice.warn[role=status]")
	x.most(motion)
}

// agree adds the presidium's signature to what waits.
func (s *stage) agree(kind election.Kind) {
	s.Helper()
	var a proposalsJSON
	must(s, json.Unmarshal(s.do(store.RolePresidium, "GET", s.path("/proposals"), nil), &a))
	for _, p := range a.Proposals {
		if p.Kind != kind.String() {
			continue
		}
		if logged := s.sign(&election.Entry{Kind: kind, Body: p.Body}, store.RolePresidium); logged.Index == nil {
			s.Fatalf("%s is not logged: %+v", kind, logged)
		}
	}
	s.update()
}

// TestPowerCut: a vote is interrupted and goes on; or goes over to paper; or is
// voided and a repeat made. Each takes the clerk five clicks at most, from the
// card of the console, with the key to be opened.
func TestPowerCut(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.config.PlainCookies = true
	s.restart()
	s.tellers = append(s.tellers, testKey("teller 1"), testKey("teller 2"))
	s.begin()
	s.cast(0, marks(0))
	tap := newTap(s)
	b := newBrowser(t, tap.URL)
	x := &clicks{seat: s.sit(b, tap.URL, "zhao", "赵静", store.RoleStaffLead)}
	x.holdKey(keyfile.Staff, s.staff, map[string][]byte{})
	x.open("/sign/v1")
	x.click("#same") // compared at the beginning of the session
	x.open("/console/v1/exceptions")
	x.eval(`document.querySelector("#x-power").scrollIntoView()`, nil)
	x.shot("powercut-01-card")
	x.signFrom("suspend", "")
	x.shot("powercut-02-suspend")
	s.agree(election.KindSuspend)
	x.signFrom("resume", "")
	s.agree(election.KindResume)
	s.await(election.PhaseVoting)
	if got := s.inBox(); got.Ballots != 1 {
		t.Errorf("%d ballots after the interruption", got.Ballots)
	}
	x.signFrom("onpaper", "纸票")
	x.shot("powercut-03-onpaper")
	s.agree(election.KindOpening)
	if state := s.board.State(); !state.PaperOnly() || state.Opening().Epoch != 2 {
		t.Errorf("opening %+v", state.Opening())
	}
	x.signFrom("void", "作废")
	s.agree(election.KindVoid)
	x.open("/console/v1/exceptions")
	x.press("#x-power [data-copy=repeat]")
	x.wait(`location.pathname.startsWith("/console/v1-")`)
	x.most("the repeat")
}
