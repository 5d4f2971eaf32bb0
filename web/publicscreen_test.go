package web

import (
	"archive/zip"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/testvectors"
)

// fragment is what a terminal's receipt adds to the address.
func fragment(p *audit.Promise) string {
	return "#" + base64.RawURLEncoding.EncodeToString(p.Marshal())
}

// afresh opens an address whose fragment alone may differ from the last one.
func (t *tab) afresh(path string) {
	t.Helper()
	t.do(chromedp.Navigate("about:blank"))
	t.open(path)
}

const shownAnswer = `document.querySelector("#answer .answer-title")?.innerText ?? ""`

// answers waits for what a page says to what was brought.
func (t *tab) answers(title string) {
	t.Helper()
	t.wait(fmt.Sprintf("(%s).includes(%q)", shownAnswer, title))
}

// TestTrack (S3): a phone finds its ballot by promise and by code, before and
// after the close, and without asking the server for it; a promise that was
// changed is not believed, and one that was not kept is evidence.
func TestTrack(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.config.Grace = time.Millisecond
	s.restart()
	s.begin()
	promise := s.cast(0, marks(0, 1)).Promise()
	s.cast(1, marks(0))
	b := newBrowser(t, s.base)
	x := b.seat(s.base, "deputy", "代表", "")
	p := x.tab
	p.do(chromedp.EmulateViewport(390, 844))
	p.open("/track/v1" + fragment(promise))
	p.answers("票已收下，等截止后上公示板")
	p.shot("track-waits")
	code := hexOf(promise.Entry)
	short := strings.Join(fours(code)[:4], " ")
	p.fill("#code", short)
	p.click("#track-form [type=submit]")
	p.answers("截止以后才能查")

	s.order()
	s.collect()
	p.afresh("/track/v1" + fragment(promise))
	p.answers("您的票在公示板上")
	p.shown("#receipt")
	p.wait(`!document.querySelector("#answer a")`) // a link to the entry would tell the server whose it is
	for _, seen := range []string{"这次票决没有设外部见证方", "它是其中一张", "清点时的封记（共"} {
		if got := p.text("#answer .ticks"); !strings.Contains(got, seen) {
			t.Errorf("the page says %q, not %q", got, seen)
		}
	}
	p.shot("track-recorded")
	for _, typed := range []string{short, strings.ToUpper(short), code, strings.Join(fours(code), " ")} {
		p.afresh("/track/v1")
		p.fill("#code", typed)
		p.click("#track-form [type=submit]")
		p.answers("您的票在公示板上")
	}
	p.fill("#code", short+" 0")
	p.click("#track-form [type=submit]")
	p.shown("#refusal")
	p.fill("#code", code)
	manifest := hexOf([32]byte(s.do("", "GET", "/board/v1/tile/0/000.p/1", nil)))
	for _, none := range []string{"0123 4567 89ab cdef", manifest} { // what is on the board, but is no ballot, is none
		p.click("#track-form [type=submit]")
		p.answers("您的票在公示板上")
		p.fill("#code", none)
		p.click("#track-form [type=submit]")
		p.answers("没有找到")
		p.fill("#code", code)
	}

	forged := *promise
	forged.Signature[5] ^= 1
	p.afresh("/track/v1" + fragment(&forged))
	p.answers("这份承诺不是真的")
	other := *promise
	other.Manifest[0] ^= 1
	p.afresh("/track/v1" + fragment(&other))
	p.answers("不是这次票决的")
	broken := audit.NewPromise(s.server.votes["v1"].keys.promise, s.manifest, 1, [32]byte{1})
	p.afresh("/track/v1" + fragment(&broken))
	p.answers("服务器没有兑现承诺")
	p.shown("#evidence")
	p.shot("track-broken")
	p.click("#evidence")
	s.wantBreach(x)
}

// qrText is what a code on a terminal says.
func (t *tab) qrText(selector string) string {
	t.Helper()
	t.shown(selector + " svg")
	var text string
	t.eval(fmt.Sprintf("document.querySelector(%q).dataset.text", selector+" svg"), &text)
	return strings.TrimPrefix(text, t.base)
}

// TestCheckBallot: a phone that noted the seal code sees what the opened ballot
// held; one that did not, or whose code was used before, says that this proves
// nothing, and an opening that does not fit is an alarm.
func TestCheckBallot(t *testing.T) {
	t.Parallel()
	s := hallStage(t)
	b := newBrowser(t, s.base)
	k, phone := b.tab(s.base, 1280, 800), b.tab(s.base, 390, 844)
	s.registerTab(k, "shared", "1号")
	k.shown("#s-wait")
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	k.scan(0)
	k.click("#option-1 .mark")
	k.click("#option-4 .mark")
	k.click("#to-review")
	k.click("#to-challenge")
	k.shown("#s-challenge")
	seal := k.qrText("#challenge-qr")
	phone.open("/check/v1")
	phone.answers("等您扫封票码")
	phone.shot("check-begin")
	phone.open(seal)
	phone.answers("封票码已经记下")
	if got := strings.Join(strings.Fields(phone.text("#answer .hash")), ""); got != strings.Join(strings.Fields(k.text("#challenge-text .code")), "") {
		t.Errorf("the phone shows %q", got)
	}
	phone.shot("check-noted")
	k.click("#challenge-next")
	k.wait(`document.querySelector("#challenge-next").innerText === "重新封票"`)
	opening := k.qrText("#challenge-qr")

	blank := b.tab(s.base, 390, 844)
	blank.open(opening)
	blank.answers("缺第一步，这次检验不算数")
	blank.shot("check-nothing")

	phone.afresh(opening) // as a camera does: in a new tab
	phone.answers("拆开的就是封好的那一张")
	var held []string
	phone.eval(`[...document.querySelectorAll(".held-place")].map((n) => n.innerText)`, &held)
	if want := []string{"02", "05"}; !slices.Equal(held, want) {
		t.Errorf("the ballot holds %q, want %q", held, want)
	}
	phone.shot("check-opened")
	var left string // for who has the phone next
	phone.eval(`JSON.stringify([localStorage, sessionStorage]) + location.href`, &left)
	if held := opening[strings.Index(opening, "#")+1:]; strings.Contains(left, held[:60]) || strings.Contains(left, "#") {
		t.Errorf("the phone keeps what the ballot held: %.200s", left)
	}

	k.click("#challenge-next")
	k.shown("#s-review")
	second := k.qrText("#seal-qr")
	if second == seal {
		t.Fatal("the same seal code again")
	}
	phone.afresh(second)
	phone.answers("封票码已经记下")
	phone.afresh(opening)
	phone.answers("对不上")
	phone.shot("check-differs")
	phone.click(".by-hand summary")
	phone.fill("#code", s.base+seal+"\r") // the auditor's scanner
	phone.answers("封票码已经记下")
	phone.fill("#code", opening[strings.Index(opening, "#")+1:]+"\r")
	phone.answers("拆开的就是封好的那一张")
}

// TestVerifyPage: the record of this server verifies, with paper and without,
// and says so differently; before the signatures it shows no result.
func TestVerifyPage(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.config.Grace = time.Millisecond
	s.restart()
	s.begin()
	s.cast(0, marks(0, 1))
	s.cast(1, marks(0))
	s.order()
	s.collect()
	s.share(3, 1)
	s.await(election.PhaseCounted)
	b := newBrowser(t, s.base)
	p := b.tab(s.base, 1280, 800)
	p.open("/verify/v1")
	p.click("#start")
	p.shown("#refusal")
	p.click("input[name=paper][value=none]")
	p.click("#start")
	p.shown("#verdict.warn")
	if p.text(".result-table") != "" {
		t.Error("a result before it is signed")
	}
	s.certify()
	s.announce()
	p.click("#again")
	p.click("#start")
	p.shown("#unconfirmed")
	p.click("#confirm")
	p.wait(`!document.querySelector("#unconfirmed") && document.querySelector("#verdict.good")`)
	var lights int
	p.eval(`document.querySelectorAll(".light.good").length`, &lights)
	if lights != 37 { // nothing is archived yet
		t.Errorf("%d lights", lights)
	}
	if table := p.text(".result-table"); !strings.Contains(table, "项目1") {
		t.Errorf("result: %q", table)
	}
	p.shot("verify-good")
	p.click("#again")
	p.click("input[name=paper][value=typed]")
	p.fill("#hash", strings.Repeat("12 ", 32))
	p.click("#start")
	p.shown("#check-7.bad")

}

// TestVerifyFile: a record from a disk, packed as people's programs pack, has
// its result; a spoilt one has the check that fails, and no figures.
func TestVerifyFile(t *testing.T) {
	s := newStage(t)
	b := newBrowser(t, s.base)
	p := b.tab(s.base, 1280, 800)
	verify := func(name string) {
		p.open("/verify")
		p.do(chromedp.SetUploadFiles("#file", []string{recordFile(t, name)}))
		p.click("input[name=paper][value=none]")
		p.click("#start")
	}
	verify("yna_capped")
	p.shown("#verdict.warn")
	if table := p.text(".result-table"); !strings.Contains(table, "反对") {
		t.Errorf("result: %q", table)
	}
	p.shot("verify-file")
	verify("satisfaction_3")
	p.wait(`document.querySelector("#verdict.warn") && document.querySelector(".result-table").innerText.includes("基本满意")`)
	p.shot("verify-graded")
	verify("ballots_two_bad_proofs")
	p.shown("#verdict.bad")
	p.shown("#check-21.bad")
	if p.text("#check-21 .failures") == "" || p.text(".result-table") != "" || p.text(".stats") != "" {
		t.Error("no cause, or figures of a false record")
	}
	p.shot("verify-spoilt")
}

// recordFile writes a record of the test vectors as a zip file.
func recordFile(t *testing.T, name string) string {
	t.Helper()
	all, err := testvectors.Records(testvectors.Files)
	must(t, err)
	at := slices.IndexFunc(all, func(r *testvectors.Record) bool { return r.Name == name })
	files, err := all[at].Files()
	must(t, err)
	path := filepath.Join(t.TempDir(), "record.zip")
	f, err := os.Create(path)
	must(t, err)
	z := zip.NewWriter(f)
	for name, body := range files {
		w, err := z.Create(name)
		must(t, err)
		_, err = w.Write(body)
		must(t, err)
	}
	must(t, z.Close())
	must(t, f.Close())
	return path
}
