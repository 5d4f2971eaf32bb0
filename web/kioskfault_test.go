package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/election"
)

type front struct {
	*httptest.Server
	down  atomic.Bool // nothing arrives
	lose  atomic.Bool // what goes to the box arrives, its answer does not
	drop  atomic.Bool // ballots are promised, and thrown away
	beats atomic.Int64
	fault chan int // ballots arrive, and something before the server answers with this status
}

func newFront(s *stage) *front {
	f := &front{fault: make(chan int, 8)}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/terminals/beat" {
			f.beats.Add(1)
		}
		if f.down.Load() {
			panic(http.ErrAbortHandler)
		}
		if f.lose.Load() && strings.HasPrefix(r.URL.Path, "/box/") {
			s.server.Handler().ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		toBox := strings.HasPrefix(r.URL.Path, "/box/") && strings.HasSuffix(r.URL.Path, "/ballots") && r.Method == http.MethodPost
		if f.drop.Load() && toBox {
			s.promiseOnly(w, r)
			return
		}
		if toBox {
			select {
			case status := <-f.fault:
				s.server.Handler().ServeHTTP(httptest.NewRecorder(), r)
				http.Error(w, "<html>", status)
				return
			default:
			}
		}
		s.server.Handler().ServeHTTP(w, r)
	}))
	s.Cleanup(f.Close)
	return f
}

// promiseOnly is what a dishonest server answers to a ballot that it drops.
func (s *stage) promiseOnly(w http.ResponseWriter, r *http.Request) {
	entry, err := io.ReadAll(r.Body)
	must(s, err)
	p := audit.NewPromise(s.server.votes[s.vote].keys.promise, s.manifest, 1, election.HashEntry(entry))
	w.Header().Set("Content-Type", mediaBinary)
	w.Write(p.Signature[:])
}

// TestKioskCompares (S3): after the close a terminal itself looks for every ballot
// that it was promised. Of two in one hall, the one whose ballots are all there
// says so, and the one whose ballot was dropped saves a file that convicts the
// server.
func TestKioskCompares(t *testing.T) {
	s := hallStage(t)
	s.config.Grace = time.Millisecond // one issuance is never accounted for
	s.restart()
	f := newFront(s)
	b := newBrowser(t, f.URL)
	x := b.seat(f.URL, "terminal", "2号", "")
	k, dropped := s.registerTab(b.tab(f.URL, 1280, 800), "shared", "1号"), s.registerTab(x.tab, "shared", "2号")
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	for i, at := range []*tab{k, k, dropped} {
		f.drop.Store(at == dropped)
		at.scan(i)
		at.choose(1 + i)
		at.click("#cast")
		at.shown("#s-done")
		at.click("#finish")
		at.shown("#s-welcome")
		at.eval("Math.random = () => 0", nil)
	}
	s.order()
	k.wait("document.querySelector('#wait-lead').innerText === '这台终端收下的 2 张票都已经在公示板上。'")
	dropped.shown("#s-trouble")
	if got := dropped.text("#trouble-title"); !strings.HasPrefix(got, "有 1 张票不在公示板上") {
		t.Errorf("the terminal says %q", got)
	}
	dropped.shot("terminal-missing")
	dropped.click("#trouble-files button")
	s.wantBreach(x)
}

// wantBreach checks the file that a page saved.
func (s *stage) wantBreach(x *seat) {
	s.Helper()
	text, err := os.ReadFile(x.downloaded("breach-*.txt"))
	must(s, err)
	breach, err := audit.ParseBreach(text)
	must(s, err)
	must(s, breach.Verify())
	if breach.Promise.Manifest != s.manifest {
		s.Error("the file is about another vote")
	}
}

// TestKioskFaults (S3): after an answer that does not say what became of a ballot the
// terminal sends the same one again, until it has the promise of a ballot that is in
// the box once.
func TestKioskFaults(t *testing.T) {
	t.Parallel()
	s := hallStage(t)
	f := newFront(s)
	k := s.registerTab(newBrowser(t, f.URL).tab(f.URL, 1280, 800, "status of 50", "status of 40"), "shared", "1号")
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	for _, status := range []int{http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusRequestTimeout} {
		f.fault <- status
	}
	k.scan(0)
	k.choose(3)
	k.click("#cast")
	k.shown("#s-done")
	count, err := s.config.DB.CountBox(t.Context(), s.vote)
	if err != nil || count.Ballots != 1 || len(f.fault) > 0 {
		t.Errorf("%+v, %v; %d faults left", count, err, len(f.fault))
	}
}

// TestKioskHalts: a terminal that stops for good in the middle of a ballot shows
// nothing of it to the staff who come to look.
func TestKioskHalts(t *testing.T) {
	s := hallStage(t)
	k := s.registerTab(newBrowser(t, s.base).tab(s.base, 1280, 800), "shared", "1号")
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	k.scan(0)
	k.choose(3)
	const left = `["#chosen", "#options", "#seal-code", "#seal-qr"].filter((q) => document.querySelector(q).innerHTML !== "").length`
	var n int
	if k.eval(left, &n); n != 4 {
		t.Fatalf("under review: %d of 4 are filled", n)
	}
	k.eval(`window.fetch = async () => Response.json({ registered: true, vote: "v1", manifest: "00", open: true, phase: "voting" }), null`, nil)
	k.shown("#s-trouble")
	if got, want := k.text("#trouble-lead"), "服务器显示的票决清单校验码与登记时的不同，这台终端已停用。请举手，让工作人员过来。"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if k.eval(left, &n); n != 0 {
		t.Errorf("stopped: %d of 4 are filled", n)
	}
}

// paper is what stands on a ballot that is filled in.
const paper = `document.querySelector("#s-choose").checkVisibility()
	? [...document.querySelectorAll("#options .mark[aria-pressed=true]")].map((m) => m.dataset.index) + " " + document.querySelector("#count").innerText : "none"`

// beatsOften makes the pages of a tab beat more often than they do.
func (t *tab) beatsOften() *tab {
	t.Helper()
	_, err := chromedp.Call(t.ctx, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{
		Source: "const usual = setInterval; setInterval = (act, pace) => usual(act, pace / 25);",
	})
	must(t, err)
	return t
}

// TestKioskKeepsMarks: a ballot that is filled in half stays as it is, whatever the
// server's beats tell of the vote meanwhile, while the vote is suspended, and
// while nothing is heard (OpenSlides/OpenSlides#5754).
func TestKioskKeepsMarks(t *testing.T) {
	t.Parallel()
	s := hallStage(t)
	f := newFront(s)
	k := newBrowser(t, f.URL).tab(f.URL, 1280, 800, "ERR_EMPTY_RESPONSE", "ERR_CONNECTION")
	s.registerTab(k.beatsOften(), "shared", "1号")
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	k.scan(0)
	k.shown("#s-choose")
	k.click("#option-2 .mark")
	k.click("#option-7 .mark")
	var before, after string
	if k.eval(paper, &before); before != "2,7 已选 2 项，最多 10 项" {
		t.Fatalf("filled in half: %q", before)
	}
	for _, step := range []struct {
		name string
		do   func()
	}{
		{"others check in and cast", func() { s.checkIn(4); s.cast(1, firstMarks(10)) }},
		{"the vote is suspended", func() { s.organize(election.NewEntry(election.NewSuspend(s.chain(), "停电"))) }},
		{"the vote goes on", func() { s.organize(election.NewEntry(election.NewResume(s.chain(), "来电"))) }},
		{"nothing is heard", func() { f.down.Store(true) }},
		{"it is heard again", func() { f.down.Store(false) }},
		{"the server starts again", func() { s.restart() }},
	} {
		step.do()
		f.awaitBeats(t, 2) // the second comes when the page has heard the first
		if k.eval(paper, &after); after != before {
			t.Fatalf("%s: the ballot was %q and is %q", step.name, before, after)
		}
	}
	k.click("#to-review")
	k.shown("#s-review")
	k.click("#cast")
	k.shown("#s-done")
	s.wantBallots("after all", 2)
}

// awaitBeats waits until more terminals' beats have been tried.
func (f *front) awaitBeats(t testing.TB, n int64) {
	t.Helper()
	until := f.beats.Load() + n
	for start := time.Now(); f.beats.Load() < until; time.Sleep(20 * time.Millisecond) {
		if time.Since(start) > pageWait {
			t.Fatal("no beats")
		}
	}
}

func TestKioskSurvives(t *testing.T) {
	t.Parallel()
	s := hallStage(t)
	f := newFront(s)
	b := newBrowser(t, f.URL)
	broken := []string{"ERR_EMPTY_RESPONSE", "ERR_CONNECTION", "409 (Conflict)", "net::ERR"}
	k := s.registerTab(b.tab(f.URL, 1280, 800, broken...), "shared", "1号")
	s.checkIn(0, 1, 2, 3, 4)
	s.opening(1, 0)

	t.Log("reload between issue and cast; the server starts again")
	k.scan(0)
	k.shown("#s-choose")
	k.open("/terminal")
	k.scan(0)
	f.down.Store(true)
	s.restart()
	f.down.Store(false)
	k.choose(3)
	k.click("#cast")
	k.shown("#s-done")
	k.click("#finish")
	s.wantBallots("after the restart", 1)

	t.Log("a network that is down, then loses the answer")
	k.scan(1)
	k.choose(2)
	f.down.Store(true)
	k.click("#cast")
	k.wait("document.querySelector('#work-title').innerText === '网络暂时不通，正在重试'")
	k.shot("terminal-retrying")
	f.lose.Store(true)
	f.down.Store(false)
	s.awaitBallots(2)
	f.lose.Store(false)
	k.shown("#s-done")
	k.click("#finish")
	s.wantBallots("after lost answers", 2)

	t.Log("the browser crashes between cast and answer")
	k.scan(2)
	k.choose(1)
	f.lose.Store(true)
	k.click("#cast")
	s.awaitBallots(3)
	k.open("/terminal")
	f.lose.Store(false)
	k.scan(2)
	k.shown("#s-done")
	if got, want := k.text("#done-title"), "您的票已经投过"; got != want {
		t.Errorf("after a crash: %q, want %q", got, want)
	}
	k.shot("terminal-before")
	k.click("#finish")
	s.wantBallots("after a crash", 3)

	t.Log("two terminals at once")
	other := s.registerTab(b.tab(f.URL, 1280, 800, broken...), "shared", "2号")
	k.scan(3)
	k.choose(4)
	other.scan(3)
	other.choose(5)
	other.click("#cast")
	other.shown("#s-done")
	k.click("#cast")
	k.shown("#s-trouble")
	if got, want := k.text("#trouble-lead"), "您的票已经投过，首次有效，请不要再投。"; got != want {
		t.Errorf("second terminal: %q, want %q", got, want)
	}
	k.shot("terminal-trouble")
	s.wantBallots("two terminals", 4)
}

func (s *stage) wantBallots(when string, n uint32) {
	s.Helper()
	if c := s.inBox(); c.Ballots != n {
		s.Errorf("%s: %d ballots in the box, want %d", when, c.Ballots, n)
	}
}

func (s *stage) awaitBallots(n uint32) {
	s.Helper()
	for deadline := time.Now().Add(pageWait); s.inBox().Ballots != n; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.Fatalf("never %d ballots in the box", n)
		}
	}
}

func TestKioskWiped(t *testing.T) {
	t.Parallel()
	s := hallStage(t)
	b := newBrowser(t, s.base)
	k := s.registerTab(b.tab(s.base, 1280, 800), "shared", "1号")
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	k.scan(0)
	k.shown("#s-choose")
	k.click("#size")
	k.shot("terminal-large")
	k.click("#spoil")
	k.shown("#s-review")
	k.shot("terminal-spoil")
	k.click("#cast")
	k.shown("#s-done")
	tracking := k.text("#tracking")
	k.click("#finish")
	k.shown("#s-welcome")
	var left string
	k.eval(`(async () => [document.documentElement.className + document.querySelector("main").outerHTML + document.querySelector("header").outerHTML, JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie,
		JSON.stringify(await indexedDB.databases()), JSON.stringify(await caches.keys()), history.length + JSON.stringify(history.state), location.href,
		performance.getEntries().map(e => e.name).join(" "), [...document.querySelectorAll("input")].map(e => e.value).join(" "),
		Object.keys(globalThis).map(k => { try { return typeof globalThis[k] === "string" ? globalThis[k] : "" } catch { return "" } }).join(" ")].join("\n"))()`, &left)
	for what, text := range map[string]string{
		"badge": client.FormatBadge(badgeSeed(number(0))), "tracking code": tracking, "choice": "无效票）",
	} {
		if text == "" || strings.Contains(left, text) {
			t.Errorf("%s is left: %q", what, text)
		}
	}
	if strings.HasPrefix(left, "large") {
		t.Error("large type is left")
	}
	if !strings.Contains(left, "1号") { // so that the search is not vacuous
		t.Error("the terminal's own name is not found")
	}
}
