package web

import (
	"testing"
	"time"

	"piaojue/election"
)

// TestKioskLeft: a ballot that somebody left filled in half stays while the vote is
// being closed; once it is closed or voided the terminal shows nothing of it, and
// waits, and looks for what it was promised. A ballot that was sent, and whose answer
// was lost, is sent again until its promise is there, also after the close.
func TestKioskLeft(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*stage, *tab, *front){
		"closed": func(s *stage, k *tab, f *front) {
			k.eval("Math.random = () => 0", nil)
			sent := s.registerTab(k.browser.tab(f.URL, 1280, 800, k.expected...).beatsOften(), "shared", "2号")
			sent.scan(2)
			sent.choose(1)
			f.lose.Store(true)
			sent.click("#cast")
			s.awaitBallots(2)
			s.order()
			f.awaitBeats(s.TB, 2) // the second comes when the page has heard the first
			var left string
			if k.eval(paper, &left); left != "2,7 已选 2 项，最多 10 项" {
				s.Errorf("while the vote is being closed: %q", left)
			}
			s.config.Grace = time.Millisecond
			s.restart()
			k.wait("document.querySelector('#wait-lead').innerText === '这台终端收下的 1 张票都已经在公示板上。'")
			f.awaitBeats(s.TB, 4)
			sent.shown("#s-work")
			f.lose.Store(false)
			sent.shown("#s-done")
			if s.update().Phase() < election.PhaseClosed {
				s.Error("the vote was not closed by then")
			}
		},
		"voided": func(s *stage, k *tab, f *front) {
			s.organize(election.NewEntry(election.NewVoid(s.chain(), "停电")))
			k.shown("#s-wait")
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := hallStage(t)
			f := newFront(s)
			k := newBrowser(t, f.URL).tab(f.URL, 1280, 800, "ERR_EMPTY_RESPONSE", "ERR_CONNECTION", "status of 50").beatsOften()
			s.registerTab(k, "shared", "1号")
			s.checkIn(0, 1, 2, 3)
			s.opening(1, 0)
			k.scan(0)
			k.choose(3)
			k.click("#cast")
			k.shown("#s-done")
			k.click("#finish")
			k.scan(1)
			k.shown("#s-choose")
			k.click("#option-2 .mark")
			k.click("#option-7 .mark")
			end(s, k, f)
			if got, want := k.text("#wait-title"), "投票已经截止"; got != want {
				t.Errorf("the terminal says %q, want %q", got, want)
			}
			var left string
			if k.eval(`document.querySelector("#options").innerHTML + document.querySelector("#count").innerText`, &left); left != "" {
				t.Errorf("the terminal still holds %q", left)
			}
		})
	}
}
