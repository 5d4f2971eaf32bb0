package web

import (
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"piaojue/client"
	"piaojue/election"
	"piaojue/form"
	"piaojue/lang"
	"piaojue/store"
)

// hallStage is a stage with a vote like a city's, ready to be opened: 13
// projects, at most 10.
func hallStage(t testing.TB) *stage {
	t.Helper()
	return presetStage(t, election.SelectMajority, 10)
}

// presetStage is hallStage under other rules, with more changes of the draft.
func presetStage(t testing.TB, preset election.Preset, k int, more ...func(*stage)) *stage {
	t.Helper()
	s := newStage(t)
	rules, err := preset.Rules(13, k)
	must(t, err)
	if preset != election.Satisfaction {
		rules.Base = election.BaseCollected
	}
	s.rules, s.deputies = rules, 6
	s.draft()
	for _, change := range more {
		change(s)
	}
	projects, err := os.ReadFile("../cmd/piaojue/sample/candidates.csv")
	must(t, err)
	s.do(store.RoleStaff, "PUT", s.path("/candidates"), projects)
	s.freeze()
	s.approve()
	s.ceremony()
	return s
}

// front is the network between the hall and the server: it can be cut, or lose
// answers, and it stays where it is when the server starts again.
// registerTab makes a terminal of a tab, as staff do.
func (s *stage) registerTab(t *tab, kind, label string) *tab {
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
	return t
}

// scan types a badge as a scanner does.
func (t *tab) scan(i int) {
	t.Helper()
	t.shown("#s-welcome")
	t.fill("#badge", client.FormatBadge(badgeSeed(number(i)))+"\r")
}

// choose marks the first options, and goes to the review.
func (t *tab) choose(n int) {
	t.Helper()
	t.shown("#s-choose")
	for i := range n {
		t.click(fmt.Sprintf("#option-%d .mark", i))
	}
	t.click("#to-review")
	t.shown("#s-review")
}

// TestKiosk: a deputy votes on the terminal, tests a ballot first, and learns
// one cause and one remedy where something is wrong.
func TestKiosk(t *testing.T) {
	t.Parallel()
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
	k.scan(5)
	k.shown("#welcome-refusal")
	if got, want := k.text("#welcome-refusal"), "您尚未签到，请到签到台签到。"; got != want {
		t.Errorf("not checked in: %q, want %q", got, want)
	}
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
	k.challenge()
	k.click("#cast")
	k.shown("#s-done")
	k.shot("terminal-done")
	k.click("#finish")
	k.shown("#s-welcome")
	if c := s.inBox(); c.Ballots != 1 || c.Spent != 1 {
		t.Errorf("box: %+v", c)
	}
	k.next()
}

// pastDoubleTap waits until no tap on a terminal's screen counts as the second of a
// double one, where click does not wait by itself.
func (t *tab) pastDoubleTap() { time.Sleep(700 * time.Millisecond) }

// TestKioskDoubleTap: a second tap at the place of the first casts nothing that was
// not read, and skips no code of a test; a tap that is meant goes on.
func TestKioskDoubleTap(t *testing.T) {
	t.Parallel()
	s := hallStage(t)
	k := s.registerTab(newBrowser(t, s.base).tab(s.base, 1280, 800), "shared", "1号")
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	k.scan(0)
	k.shown("#s-choose")
	k.click("#option-3 .mark")
	twice := func(first, then, screen string) {
		t.Helper()
		var stays bool
		k.eval(fmt.Sprintf(`(async ([first, then, screen]) => {
			document.querySelector(first).click();
			const next = document.querySelector(then), was = next.innerText;
			do await new Promise(requestAnimationFrame);
			while (!next.checkVisibility() || (first === then && next.innerText === was));
			next.click();
			return document.querySelector(screen).checkVisibility();
		})(%q.split(" "))`, first+" "+then+" "+screen), &stays)
		if !stays {
			t.Errorf("a second tap on %s takes %s along", first, then)
		}
	}
	twice("#to-review", "#cast", "#s-review")
	twice("#to-challenge", "#challenge-next", "#s-challenge")
	k.pastDoubleTap()
	twice("#challenge-next", "#challenge-next", "#s-challenge")
	k.click("#challenge-next")
	k.shown("#s-review")
	s.wantBallots("before a tap that was meant", 0)
	k.click("#cast")
	k.shown("#s-done")
	s.wantBallots("after it", 1)
}

// next has somebody leave with a ballot filled in: the badge of the next deputy
// wipes it.
func (t *tab) next() {
	t.Helper()
	t.scan(1)
	t.choose(2)
	t.do(chromedp.KeyEvent(client.FormatBadge(badgeSeed(number(2))) + "\r"))
	t.shown("#s-choose")
	if got, want := t.text("#count"), "已选 0 项，最多 10 项"; got != want {
		t.Errorf("the next deputy finds %q, want %q", got, want)
	}
}

// challenge tests the ballot under review and seals another one.
func (t *tab) challenge() {
	t.Helper()
	t.click("#to-challenge")
	t.shown("#s-challenge")
	t.shot("terminal-challenge")
	t.click("#challenge-next")
	t.wait("document.querySelector('#challenge-next').innerText === '重新封票'")
	t.shot("terminal-opened")
	t.click("#challenge-next")
	t.shown("#s-review")
}

// TestKioskSurvives (V13): a reload, a lost answer, a cut network, a server
// that starts again, another terminal: the deputy never loses the vote and
// never gets two.
// TestKioskWiped: after a deputy nothing is left that a script can reach.
// TestKioskModes: a ballot of another mode (of each in make soak) is filled in, checked and cast,
// in English, on a tablet held upright.
func TestKioskModes(t *testing.T) {
	t.Parallel()
	for preset, fill := range map[election.Preset]func(k *tab){
		election.JudgeMajority: func(k *tab) {
			k.click("#option-0 [data-mark=for]")
			k.click("#option-1 [data-mark=against]")
			k.click("#option-2 [data-mark=abstain]")
		},
		election.JudgeCapped: func(k *tab) {
			k.click("#option-0 [data-mark=for]")
			k.click("#option-1 [data-mark=for]")
			k.click("#option-2 [data-mark=for]")
			if got, want := k.text("#count"), "At most 2 can be chosen; take one back first."; got != want {
				t.Errorf("the third 赞成: %q, want %q", got, want)
			}
			k.click("#option-2 [data-mark=against]")
		},
		election.ChooseOne: func(k *tab) {
			k.click("#option-0 .mark")
			k.click("#option-12 .mark")
		},
		election.Satisfaction: func(k *tab) {
			k.click("#option-0 .mark")
			k.click("#to-review")
			k.wait("document.querySelector('#count').innerText === 'A row has no mark yet; here it is.'")
			for i := 1; i < 13; i++ {
				k.click(fmt.Sprintf("#option-%d .mark:nth-child(%d)", i, 1+i%3))
			}
		},
	} {
		if !everyView && preset != election.JudgeCapped {
			continue // make soak
		}
		t.Run(string(preset), func(t *testing.T) {
			k := map[election.Preset]int{election.ChooseOne: 1, election.JudgeCapped: 2, election.Satisfaction: 13}[preset]
			s := presetStage(t, preset, max(k, 1))
			b := newBrowser(t, s.base)
			kiosk := s.registerTab(b.tab(s.base, 800, 1280).open("/?lang=en"), "shared", "1")
			s.checkIn(0, 1, 2, 3)
			s.opening(1, 0)
			kiosk.scan(0)
			kiosk.shown("#s-choose")
			fill(kiosk)
			kiosk.shot("terminal-" + string(preset))
			kiosk.click("#to-review")
			kiosk.shown("#s-review")
			kiosk.shot("terminal-review-" + string(preset))
			kiosk.click("#cast")
			kiosk.shown("#s-done")
			s.wantBallots(string(preset), 1)
		})
	}
}

// pinStage is hallStage with a PIN on every badge.
func pinStage(t testing.TB, pin func(deputy int) string) *stage {
	t.Helper()
	return presetStage(t, election.SelectMajority, 10, func(s *stage) {
		var badges []form.Badge
		for i := range s.deputies {
			seed := badgeSeed(number(i))
			badges = append(badges, form.Badge{Number: number(i), Key: public(ed25519.NewKeyFromSeed(seed[:])), PIN: form.HashPIN(pin(i))})
		}
		s.do(store.RoleStaff, "PUT", s.path("/badges"), form.WriteBadges(lang.ZH, badges))
	})
}

// TestKioskSeat: at a seat the ballot paper is fetched before the chair opens
// the vote; a badge with a PIN needs it; five wrong ones lock it.
func TestKioskSeat(t *testing.T) {
	s := pinStage(t, func(int) string { return "246810" })
	b := newBrowser(t, s.base)
	k := s.registerTab(b.tab(s.base, 1280, 800, "401 (Unauthorized)", "403 (Forbidden)", "423 (Locked)"), "seat", "3排5座")
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	k.scan(0)
	k.shown("#s-pin")
	k.shot("terminal-pin")
	k.typePIN("111111")
	k.shown("#pin-refusal")
	if got, want := k.text("#pin-refusal"), "密码不对，请重新输入。"; got != want {
		t.Errorf("wrong PIN: %q, want %q", got, want)
	}
	k.typePIN("246810")
	k.shown("#s-issued")
	k.shot("terminal-issued")
	k.click("#start")
	k.click("#abstain")
	k.shown("#s-review")
	k.click("#cast")
	k.shown("#s-done")
	k.click("#finish")
	s.wantBallots("with a PIN", 1)

	k.scan(1)
	k.shown("#s-pin")
	for range 6 { // the sixth try is told that the fifth has locked the badge
		k.typePIN("111111")
		k.shown("#s-pin, #s-welcome")
	}
	k.shown("#welcome-refusal")
	if got, want := k.text("#welcome-refusal"), lang.ZH.Text("error.locked"); got != want {
		t.Errorf("locked: %q, want %q", got, want)
	}
}

// TestKioskPINLeft: who walks off when the PIN is asked for leaves nothing: the
// badge of the next deputy is heard, whatever has the focus, none of its
// characters goes out as a PIN, and the PIN that then comes is the next one's.
func TestKioskPINLeft(t *testing.T) {
	t.Parallel()
	s := pinStage(t, func(i int) string { return fmt.Sprintf("%06d", 111111*(i+1)) })
	k := s.registerTab(newBrowser(t, s.base).tab(s.base, 1280, 800, "401 (Unauthorized)"), "seat", "3排5座")
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	k.scan(0)
	for i, focus := range []string{"#pin", "#pad button"} {
		k.shown("#s-pin")
		k.eval(fmt.Sprintf(`(document.querySelector("#pin").value = "11", document.querySelector(%q).focus())`, focus), nil)
		seed := badgeSeed(number(i + 1))
		k.do(chromedp.KeyEvent(client.FormatBadgeDigits(seed)))
		k.eval(`document.addEventListener("submit", () => { globalThis.sent = true; }, true)`, nil)
		k.do(chromedp.KeyEvent("\r"))
		k.wait(`document.querySelector("#pin").value === "" && document.querySelector("#s-pin").checkVisibility()`)
		var sent bool
		if k.eval("globalThis.sent ?? false", &sent); sent || k.text("#pin-refusal") != "" {
			t.Errorf("%s has the focus: characters of a badge went out as a PIN: %q", focus, k.text("#pin-refusal"))
		}
	}
	k.typePIN("333333")
	k.shown("#s-issued")
	k.click("#start")
	k.click("#abstain")
	k.click("#cast")
	k.shown("#s-done")
	s.wantBallots("after two had left", 1)
	if _, issued := s.update().Issued(s.place(2)); !issued {
		t.Error("the ballot was cast as somebody else")
	}
}

// typePIN touches the keys on the screen.
func (t *tab) typePIN(pin string) {
	t.Helper()
	for _, digit := range pin {
		t.eval(fmt.Sprintf("[...document.querySelectorAll('#pad button')].find(b => b.innerText === %q).click()", string(digit)), nil)
	}
	t.click("#pin-form [type=submit]")
}
