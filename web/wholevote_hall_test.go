package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"piaojue/client"
)

// watch writes down what a hall screen shows, for as long as it is open.
func (t *tab) watch() {
	t.Helper()
	t.eval(`(() => {
		globalThis.sawBallots = [];
		globalThis.sawResult = 0;
		const look = () => {
			const r = Number(document.querySelector("#live [data-number=r]").textContent);
			if (r > (sawBallots.at(-1)?.r ?? 0)) sawBallots.push({ r, at: Date.now() });
			if (!document.querySelector("#result").hidden) sawResult ||= Date.now();
		};
		new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
		look();
	})()`, nil)
}

// shows demands that the hall comes to show a number, and no result.
func (j *journey) shows(name string, want int) {
	j.Helper()
	j.hall.wait(fmt.Sprintf(`document.querySelector("#live [data-number=%s]").textContent === "%d"`, name, want))
	j.noResult()
}

func (j *journey) noResult() {
	j.Helper()
	var at int64
	j.hall.eval("sawResult", &at)
	if at != 0 {
		j.Fatalf("the hall has shown a result at %v, before the signatures", time.UnixMilli(at))
	}
}

// kioskSeat is a terminal in the hall with a deputy before it.
type kioskSeat struct {
	*tab
	deputy int
}

// openVoting registers the terminals by codes from the console, and opens.
func (j *journey) openVoting() {
	desk := j.clerk
	desk.open("/console/v1/terminals")
	j.losing = j.newLosing()
	other := newBrowser(j.TB, j.losing.URL)
	for i := range atKiosks {
		k := &kioskSeat{deputy: i}
		if i == crasher {
			k.tab = other.tab(j.losing.URL, 1280, 800, "net::ERR", "ERR_EMPTY_RESPONSE")
		} else {
			k.tab = j.browser.tab(j.net.URL, 1280, 800)
		}
		k.open("/terminal")
		k.fill("#code", j.nextCode(desk))
		k.fill("#label", fmt.Sprintf("1排%d座", i+1))
		k.click("#setup [type=submit]")
		k.shown("#s-wait")
		j.kiosks = append(j.kiosks, k)
	}
	j.registerRest(j.nextCode(desk))
	desk.wait(fmt.Sprintf(`document.querySelectorAll("#rows tr").length === %d`, atKiosks+1))
	desk.shot("whole-11-terminals")
	j.lead.begin("opening")
	j.chair.countersign("opening", "whole-12-opening")
	j.hall.wait(`document.body.dataset.phase === "voting"`)
	for _, k := range j.kiosks {
		k.shown("#s-welcome")
	}
}

// nextCode makes a code that registers one terminal.
func (j *journey) nextCode(desk *seat) string {
	j.Helper()
	before := desk.text("#code")
	desk.click("#make")
	desk.wait(fmt.Sprintf(`document.querySelector("#code").checkVisibility() && document.querySelector("#code").innerText !== %q`, before))
	return desk.text("#code")
}

// registerRest registers the terminal of all deputies who are simulated.
func (j *journey) registerRest(code string) {
	j.Helper()
	got := j.send("", "POST", "/terminals", fmt.Appendf(nil, `{"code":%q,"kind":"shared","zone":"二区","label":"共用1号"}`, code))
	if got.status != http.StatusCreated {
		j.Fatalf("terminal: %d %s", got.status, got.body)
	}
	var r registeredJSON
	must(j, json.Unmarshal(got.body, &r))
	j.terminalHeader = []string{"Authorization", "Terminal " + r.Key}
}

// voteAll has six deputies vote on pages at once, while others vote as well;
// the last one votes when nothing else happens.
func (j *journey) voteAll() {
	quiet := truth.cast - 1
	j.together(
		func() { j.challenges(j.kiosks[challenger]) }, func() { j.reloads(j.kiosks[reloader]) }, func() { j.crashes(j.kiosks[crasher]) },
		func() { j.wholly(j.kiosks[abstainer], "#abstain") }, func() { j.wholly(j.kiosks[spoiler], "#spoil") }, func() { j.keeps(j.kiosks[keeper]) },
		func() { j.simulateAll(atKiosks, quiet) },
	)
	j.shows("r", quiet)
	j.hall.shot("whole-16-hall-voting")
	must(j, j.simulate(truth.declines))
	must(j, j.simulate(quiet))
	j.shows("r", truth.cast)
	j.shows("i", truth.issued)
	j.punctual()
	if c := j.inBox(); int(c.Ballots) != truth.cast {
		j.Errorf("box: %+v", c)
	}
}

func (j *journey) simulateAll(from, to int) {
	next := make(chan int)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for i := range next {
				if err := j.simulate(i); err != nil {
					j.Errorf("deputy %d: %v", i, err)
				}
			}
		})
	}
	for i := from; i < to; i++ {
		next <- i
	}
	close(next)
	wg.Wait()
}

// punctual demands that the hall has shown each cast within a second of its
// acknowledgement. While seven devices seal on the two cores of the machine
// that also draws the hall, it has longer.
func (j *journey) punctual() {
	j.Helper()
	var seen []struct {
		R  int
		At int64
	}
	j.hall.eval("sawBallots", &seen)
	slices.SortFunc(j.acks, time.Time.Compare)
	if len(j.acks) != truth.cast {
		j.Fatalf("%d casts were acknowledged", len(j.acks))
	}
	slowest := time.Duration(0)
	for i, ack := range j.acks {
		at := slices.IndexFunc(seen, func(x struct {
			R  int
			At int64
		}) bool {
			return x.R > i
		})
		took := time.UnixMilli(seen[at].At).Sub(ack)
		slowest = max(slowest, took)
		if limit := map[bool]time.Duration{true: time.Second, false: 5 * time.Second}[i == truth.cast-1]; took > limit {
			j.Errorf("cast %d shows %v after its acknowledgement", i+1, took)
		}
	}
	j.Logf("the slowest cast shows after %v", slowest)
}

// badge scans the deputy's badge and waits for the ballot paper.
func (k *kioskSeat) badge() {
	k.Helper()
	k.shown("#s-welcome")
	k.scanned("#badge", client.FormatBadge(badgeSeed(number(k.deputy))))
	k.shown("#s-issued, #s-done")
	var issued bool
	k.eval(`!document.querySelector("#s-issued").hidden`, &issued)
	if issued {
		k.click("#s-issued .primary")
		k.shown("#s-choose")
	}
}

// cast casts the ballot under review, and leaves.
func (j *journey) casts(k *kioskSeat) {
	k.Helper()
	k.shown("#s-review")
	k.click("#cast")
	k.shown("#s-done")
	j.acknowledged()
	k.click("#finish")
	k.shown("#s-welcome")
}

// challenges tests a ballot with a phone first.
func (j *journey) challenges(k *kioskSeat) {
	k.badge()
	k.choose(kioskMarks(k.deputy))
	k.shot("whole-13-review")
	phone := j.browser.tab(j.net.URL, 390, 844)
	k.click("#to-challenge")
	k.shown("#s-challenge")
	phone.open(k.qrText("#challenge-qr"))
	phone.answers("封票码已经记下")
	k.click("#challenge-next")
	k.wait(`document.querySelector("#challenge-next").innerText === "重新封票"`)
	phone.afresh(k.qrText("#challenge-qr"))
	phone.answers("拆开的就是封好的那一张")
	var held int
	phone.eval(`document.querySelectorAll(".held-place").length`, &held)
	if held != kioskMarks(k.deputy) {
		j.Errorf("the tested ballot holds %d marks", held)
	}
	phone.shot("whole-14-phone-check")
	k.click("#challenge-next")
	j.casts(k)
}

// reloads loses the page between the badge and the ballot.
func (j *journey) reloads(k *kioskSeat) {
	k.badge()
	k.click("#option-12 .mark")
	k.open("/terminal")
	k.badge()
	k.choose(kioskMarks(k.deputy))
	j.casts(k)
}

// crashes loses the whole browser tab between cast and answer.
func (j *journey) crashes(k *kioskSeat) {
	k.badge()
	k.choose(kioskMarks(k.deputy))
	j.losing.lose.Store(true)
	k.click("#cast")
	for deadline := time.Now().Add(pageWait); j.losing.lost.Load() == 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			j.Fatal("no ballot was sent")
		}
	}
	j.acknowledged()
	go chromedp.Call(k.ctx, cdppage.Crash, cdp.Empty{}) // nobody is left to answer
	crashed := k.tab
	k.tab = crashed.beside(1280, 800)
	j.losing.lose.Store(false)
	k.open("/terminal")
	k.badge()
	k.shown("#s-done")
	if got, want := k.text("#done-title"), "您的票已经投过"; got != want {
		j.Errorf("after a crash: %q, want %q", got, want)
	}
	k.click("#finish")
	k.shown("#s-welcome")
}

// wholly casts a ballot without choices.
func (j *journey) wholly(k *kioskSeat, button string) {
	k.badge()
	k.click(button)
	j.casts(k)
}

// keeps casts, and takes the receipt along.
func (j *journey) keeps(k *kioskSeat) {
	k.badge()
	k.choose(kioskMarks(k.deputy))
	k.click("#cast")
	k.shown("#s-done")
	j.acknowledged()
	j.receipt = k.qrText("#receipt-qr")
	k.shot("whole-15-done")
	k.click("#finish")
	k.shown("#s-welcome")
}
