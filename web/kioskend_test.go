package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/store"
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

// TestKioskNextVote (S3): what a terminal was promised in a vote that was voided, a
// rehearsal perhaps, does not hide that a ballot of the next vote was dropped.
func TestKioskNextVote(t *testing.T) {
	t.Parallel()
	s := hallStage(t)
	s.config.Grace = time.Millisecond // one issuance is never accounted for
	s.restart()
	f := newFront(s)
	k := s.registerTab(newBrowser(t, f.URL).tab(f.URL, 1280, 800).beatsOften(), "shared", "1号")
	cast := func(deputy int) {
		t.Helper()
		s.checkIn(0, 1, 2, 3)
		s.opening(1, 0)
		k.scan(deputy)
		k.choose(1)
		k.click("#cast")
		k.shown("#s-done")
		k.click("#finish")
		k.shown("#s-welcome")
	}
	k.eval("Math.random = () => 0", nil)
	cast(0)
	s.organize(election.NewEntry(election.NewVoid(s.chain(), "演练到此为止")))
	k.shown("#s-wait")
	former := s.manifest

	s.vote = "v2"
	s.draft()
	s.freeze()
	s.approve()
	s.ceremony()
	s.do(store.RoleStaff, "POST", s.path("/terminals"), []byte(`{"from":"v1"}`))
	f.drop.Store(true)
	cast(1)
	s.order()
	k.shown("#s-trouble")
	if got := k.text("#trouble-title"); !strings.HasPrefix(got, "有 1 张票不在公示板上") {
		t.Errorf("the terminal says %q", got)
	}

	key := s.server.votes[s.vote].keys.promise
	foreign, dropped := audit.NewPromise(key, former, 1, [32]byte{1}), audit.NewPromise(key, s.manifest, 1, [32]byte{2})
	k.machine(s)
	var n int
	for _, all := range [][]audit.Promise{{foreign, dropped}, {dropped, foreign}} {
		k.eval(fmt.Sprintf(`call("kept", [%s, %s]).then(({ missing }) => missing.length)`, inJS(all[0].Marshal()), inJS(all[1].Marshal())), &n)
		if n != 1 {
			t.Errorf("beside a promise of another vote: %d are missing, want 1", n)
		}
	}
}

func inJS(b []byte) string {
	return "new Uint8Array([" + strings.ReplaceAll(strings.Trim(fmt.Sprint(b), "[]"), " ", ", ") + "])"
}
