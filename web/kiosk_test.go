package web

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"piaojue/client"
	"piaojue/election"
	"piaojue/store"
)

// hallStage is a stage with a vote like a city's: 13 projects, at most 10.
func hallStage(t testing.TB) *stage {
	t.Helper()
	s := newStage(t)
	rules, err := election.SelectMajority.Rules(13, 10)
	must(t, err)
	rules.Base = election.BaseCollected
	s.rules = rules
	s.deputies = 6
	s.draft()
	projects, err := os.ReadFile("../cmd/piaojue/sample/candidates.csv")
	must(t, err)
	s.do(store.RoleStaff, "PUT", s.path("/candidates"), projects)
	s.freeze()
	s.approve()
	s.ceremony()
	return s
}

// registerTab makes a terminal of a tab, as staff do.
func (s *stage) registerTab(t *tab, kind, label string) {
	s.Helper()
	var made struct {
		Code string `json:"code"`
	}
	must(s, json.Unmarshal(s.do(store.RoleStaff, "POST", s.path("/terminals/codes"), nil), &made))
	t.open("/terminal")
	t.fill("#code", made.Code)
	t.fill("#label", label)
	t.click(fmt.Sprintf("input[name=kind][value=%s]", kind))
	t.click("#setup [type=submit]")
	t.shown("#s-wait, #s-welcome")
}

// scan types a badge as a scanner does.
func (t *tab) scan(i int) {
	t.Helper()
	t.shown("#s-welcome")
	t.fill("#badge", client.FormatBadge(badgeSeed(number(i)))+"\r")
}

// TestKiosk: a deputy votes on the terminal, tests a ballot first, and finds
// everything wiped afterwards.
func TestKiosk(t *testing.T) {
	s := hallStage(t)
	b := newBrowser(t, s.base)
	k := b.tab(s.base, 1280, 800)
	k.open("/terminal")
	k.shown("#s-setup")
	k.shot("terminal-setup")
	s.registerTab(k, "shared", "1号")
	k.shown("#s-wait")
	k.shot("terminal-wait")
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	k.shown("#s-welcome")
	k.shot("terminal-welcome")
	k.scan(5) // not checked in
	k.shown("#welcome-refusal")
	k.shot("terminal-refused")
	k.scan(0)
	k.shown("#s-choose")
	k.shot("terminal-choose")
	for i := range 10 {
		k.click(fmt.Sprintf("#option-%d .mark", i))
	}
	k.click("#option-11 .mark")
	if got, want := k.text("#count"), "最多选 10 项，请先取消一项。"; got != want {
		t.Errorf("the eleventh: %q, want %q", got, want)
	}
	k.shot("terminal-full")
	k.click("#option-9 .mark")
	k.click("#to-review")
	k.shown("#s-review")
	k.shot("terminal-review")
	k.click("#to-challenge")
	k.shown("#s-challenge")
	k.shot("terminal-challenge")
	k.click("#challenge-next")
	k.wait("document.querySelector('#challenge-next').innerText === '重新封票'")
	k.shot("terminal-opened")
	k.click("#challenge-next")
	k.shown("#s-review")
	k.click("#cast")
	k.shown("#s-done")
	k.shot("terminal-done")
	k.click("#finish")
	k.shown("#s-welcome")
	if c := s.inBox(); c.Ballots != 1 || c.Spent != 1 {
		t.Errorf("box: %+v", c)
	}
}
