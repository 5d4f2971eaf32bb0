package web

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"piaojue/election"
	"piaojue/keyfile"
	"piaojue/store"
)

// atPaper compares the code and opens the key of the seat where paper ballots
// are entered.
func (x *seat) atPaper() {
	x.Helper()
	x.open("/paper/v1")
	x.click("#same")
	x.openKey("#open-key", x.keyFile(), x.passphrase)
	x.wait(`document.querySelector("#desk").dataset.key === "open"`)
}

// paperStage waits for what the page for paper ballots is at.
func (x *seat) paperStage(name string) {
	x.Helper()
	x.wait(fmt.Sprintf(`document.querySelector("#stage").dataset.stage === %q`, name))
}

// typeSheets enters sheets with the number pad alone: numbers of options, a
// space for Enter; * for an invalid sheet.
func (x *seat) typeSheets(keys string) {
	x.Helper()
	x.shown("#sheet-keys")
	x.eval(`(async () => {
		const field = document.querySelector("#sheet-keys");
		const counted = () => document.querySelector(".sheet-count").textContent;
		for (const key of `+fmt.Sprintf("%q", keys)+`) {
			if (/[0-9]/.test(key)) { field.value += key; continue; }
			const before = counted(), ends = key === " " && field.value === "";
			field.dispatchEvent(new KeyboardEvent("keydown", { key: key === " " ? "Enter" : key, bubbles: true }));
			for (let i = 0; ends && counted() === before && i < 100; i++) await new Promise((done) => setTimeout(done, 20));
		}
	})()`, nil)
}

// handOutOnPages has two scrutineers hand out paper, found by name.
func (s *stage) handOutOnPages(first, second *seat) {
	s.Helper()
	first.enter()
	first.click("[data-start=sheets]")
	first.fill(".start-dialog [data-name=who]", number(0)) // has a credential
	first.wait(`document.querySelector(".deputies input")?.disabled`)
	for _, i := range []int{2, 3, 4} {
		first.fill(".start-dialog [data-name=who]", fmt.Sprint("代表", i))
		first.click(".deputies input")
	}
	first.wait(`document.querySelectorAll(".picked li").length === 3`)
	first.shot("paper-01-handout")
	first.click(".start-dialog .actions .button.primary")
	first.wait(`document.querySelector(".start-dialog .say")`)
	first.click(".start-dialog .actions .button.primary")
	first.shown(".start-dialog .notice.warn[role=status]")
	first.click(".start-dialog .actions .button")
	second.enter()
	second.wait(`document.querySelector(".motion[data-kind=sheets]")?.innerText.includes("代表2")`)
	second.countersign("sheets", "paper-02-sheets")
	second.wait(`!document.querySelector(".motion[data-kind=sheets]")`)
	if n := s.update().Numbers(); n.Sheets != 3 || n.I != 5 {
		s.Errorf("handed out %+v", n)
	}
}

// TestPaperDesk: scrutineers hand out paper on their pages; two tellers enter
// the sheets on one device, each alone, settle what differs, and the chief
// scrutineer sees the invalid sheet; a scrutineer's device compares what was
// sealed. Then all are in the sum.
func TestPaperDesk(t *testing.T) {
	t.Parallel()
	s := paperStageWith(t)
	tap := newTap(s)
	b := newBrowser(t, tap.URL)
	first, second := s.scrutineerSeat(b, tap, 0, "张明"), s.scrutineerSeat(b, tap, 1, "李华")
	x := s.sit(b, tap.URL, "zhou", "周平", store.RoleTeller)
	x.holdKey(keyfile.Teller, s.tellers[0], map[string][]byte{})
	s.cast(0, marks(0))
	s.cast(1, marks(0))
	s.handOutOnPages(first, second)
	s.order()
	s.await(election.PhaseClosed)

	x.do(chromedp.EmulateViewport(1280, 800))
	x.atPaper()
	x.paperStage("box")
	x.shot("paper-03-box")
	x.fill("[data-name=count]", "3")
	x.click(".box-form [type=submit]")
	x.typeSheets("1  2 3 ")
	x.shot("paper-04-enter")
	x.typeSheets(" * ")
	x.click("#stage .actions .button.primary")
	x.paperStage("handover")
	x.shot("paper-05-handover")
	x.click("#here")
	x.paperStage("locked")
	y := *x
	y.passphrase = x.passphrase
	must(t, os.Rename(x.keyFile(), filepath.Join(x.stick, "first.key")))
	y.holdKey(keyfile.Teller, s.tellers[1], map[string][]byte{})
	y.openKey("#open-key", y.keyFile(), y.passphrase)
	y.paperStage("second")
	y.click("#stage .actions .button.primary")
	y.typeSheets("1  2  * ")
	y.click("#stage .actions .button.primary")
	y.paperStage("compare")
	y.click("#decided")
	y.shown("#stage [role=alert]") // one sheet is not decided
	y.click(".differs .choice:nth-of-type(1)")
	y.click("#invalid-seen")
	y.shot("paper-06-compare")
	y.click("#decided")
	y.paperStage("seal")
	y.shot("paper-07-seal")
	y.click("#seal")
	y.paperStage("sealed")
	y.shot("paper-08-sealed")
	y.click("#save-sealed")
	file := y.downloaded("*.json")
	y.click("#here-sign")
	y.paperStage("locked")
	x.openKey("#open-key", filepath.Join(x.stick, "first.key"), x.passphrase)
	x.paperStage("agree")
	x.click(".motion[data-kind=batch] .actions .button.primary") // unread
	x.wait(`document.querySelector(".motion [role=alert]:not([hidden])")?.innerText.includes("核对")`)
	x.shot("paper-09-agree")
	x.click("#check")
	x.paperStage("checked")
	x.click(".motion[data-kind=batch] .actions .button.primary")

	second.do(chromedp.EmulateViewport(1280, 800))
	second.open("/paper/v1")
	second.paperStage("review")
	second.eval(`document.querySelector("#stage h2").dataset.before = ""`, nil)
	second.openKey("#open-key", second.keyFile(), second.passphrase)
	second.wait(`!document.querySelector("#stage h2").hasAttribute("data-before")`) // the key draws the stage anew, and forgets a file
	second.upload("#sealed-file", file)
	second.click("#check")
	second.paperStage("seen")
	if said := second.text("#stage"); !strings.Contains(said, "废票") || !strings.Contains(said, "2、3") {
		t.Errorf("the scrutineer sees %s", said)
	}
	second.shot("paper-10-seen")
	second.click(".motion[data-kind=batch] .actions .button.primary")
	second.wait(`!document.querySelector(".motion[data-kind=batch]")`)
	x.paperStage("box")
	if left := x.text("#numbers"); !strings.Contains(left, "3") {
		t.Errorf("numbers %s", left)
	}
	if tap.sends([]byte(`"marks"`)) {
		t.Error("what is on a sheet was sent")
	}
	s.paperOnScreens(b, tap)
	s.collectPaper(first)
	r := s.countWith(2)
	if r.Totals[0] != 3 || r.Totals[1] != 1 || r.Totals[2] != 1 || r.Numbers.X != 1 || r.Numbers.Paper != 3 {
		t.Errorf("totals %v, numbers %+v", r.Totals, r.Numbers)
	}
}

// TestPaperDeskTwice: what a teller agreed to in one box is agreed to in no other,
// and in no other sealing of the same. Who has the file of a former sealing takes
// the new one instead, and keeps what they read.
func TestPaperDeskTwice(t *testing.T) {
	t.Parallel()
	s := paperStageWith(t)
	tap := newTap(s)
	b := newBrowser(t, tap.URL)
	first, second := s.scrutineerSeat(b, tap, 0, "张明"), s.scrutineerSeat(b, tap, 1, "李华")
	x := s.sit(b, tap.URL, "zhou", "周平", store.RoleTeller)
	x.holdKey(keyfile.Teller, s.tellers[0], map[string][]byte{})
	s.cast(0, marks(0))
	s.cast(1, marks(0))
	s.handOutOnPages(first, second)
	s.order()
	s.await(election.PhaseClosed)
	x.atPaper()
	must(t, os.Rename(x.keyFile(), filepath.Join(x.stick, "first.key")))
	y := *x
	y.holdKey(keyfile.Teller, s.tellers[1], map[string][]byte{})
	take := func(z *seat, key string) {
		z.paperStage("locked")
		z.openKey("#open-key", key, z.passphrase)
	}
	firstKey := filepath.Join(x.stick, "first.key")

	for box := range 2 {
		x.paperStage("box")
		x.fill("[data-name=count]", "1")
		x.click(".box-form [type=submit]")
		x.typeSheets("1  ")
		x.click("#stage .actions .button.primary")
		x.paperStage("handover")
		x.click("#here")
		take(&y, y.keyFile())
		y.paperStage("second")
		y.click("#stage .actions .button.primary")
		y.typeSheets("2  ")
		y.click("#stage .actions .button.primary")
		y.paperStage("compare")
		y.click(".differs .choice:nth-of-type(2)")
		y.click("#decided")
		y.paperStage("seal")
		y.click("#seal")
		y.paperStage("sealed")
		y.click("#save-sealed")
		former := y.downloaded("*.json")
		must(t, os.Rename(former, former+".former"))
		if box == 1 {
			y.click("#stage .button.quiet") // seals again
			y.paperStage("seal")
			y.click("#seal")
			y.paperStage("sealed")
			y.click("#save-sealed")
		}
		y.click("#here-sign")
		take(x, firstKey)
		x.paperStage("agree")
		x.shown("#stage .differences")
		if box == 1 {
			anew := y.downloaded("*.json")
			load := func(file string) {
				x.eval(`document.querySelector("#stage h2").dataset.before = ""`, nil)
				x.click("#stage details summary")
				x.upload("#sealed-file", file)
				x.click("#load-sealed")
				x.wait(`document.querySelector("#stage h2:not([data-before]) + .card-body .differences")`)
			}
			load(former + ".former")
			x.click("#stage .differences button")
			x.click("#check")
			x.shown("#stage .card-body > [role=alert]") // the server has it no more
			if f := x.takeFaults(); len(f) != 1 || !strings.Contains(f[0], "404") {
				t.Errorf("faults %q", f)
			}
			load(anew)
			x.shot("paper-12-sealed-again")
		}
		x.click("#stage .differences button")
		x.click("#check")
		x.paperStage("checked")
		x.click(".motion[data-kind=batch] .actions .button.primary")
		second.open("/paper/v1")
		second.openKey("#open-key", second.keyFile(), second.passphrase)
		second.click(".motion[data-kind=batch] .actions .button.primary")
	}
	x.paperStage("box")
	if n := s.update().Numbers(); n.Paper != 2 {
		t.Errorf("%+v", n)
	}
}

func paperStageWith(t *testing.T) *stage {
	t.Helper()
	s := newStage(t)
	s.config.PlainCookies = true
	s.deputies = 5
	s.restart()
	s.tellers = append(s.tellers, testKey("teller 1"), testKey("teller 2"))
	s.begin()
	return s
}

func (s *stage) scrutineerSeat(b *browser, tap *tap, i int, name string) *seat {
	s.Helper()
	x := s.sit(b, tap.URL, "s"+name, name, store.RoleScrutineer)
	key := s.scrutineers[i]
	x.holdKey(keyfile.Scrutineer, key.role, map[string][]byte{"static": key.static.Bytes()})
	return x
}

// collectPaper has a scrutineer confirm the numbers of both kinds of ballots.
func (s *stage) collectPaper(x *seat) {
	s.Helper()
	e, err := election.NewEntry(s.update().ExpectedCollection(1))
	must(s, err)
	s.signScrutineers(e, 2)
	x.wait(`document.querySelector(".motion[data-kind=collection]")?.innerText.includes("电子 2 张，纸质 3 张")`)
	x.countersign("collection", "paper-11-collection")
	s.await(election.PhaseCollected)
}

// countWith opens the result with the shares of the first trustees.
func (s *stage) countWith(n int) *election.Result {
	s.Helper()
	for _, x := range s.trustees()[:n] {
		e, _, err := x.Share(s.record(), nil)
		must(s, err)
		s.do(store.RoleScrutineer, "POST", s.path("/entries"), e.Marshal())
	}
	s.await(election.PhaseCounted)
	return s.board.State().Result()
}

// paperOnScreens looks at the hall, the operations and the board: both kinds of
// ballots are told apart.
func (s *stage) paperOnScreens(b *browser, tap *tap) {
	s.Helper()
	hall := b.tab(tap.URL, 1920, 1080).open("/hall/v1")
	hall.wait(`document.querySelector("#channels").innerText.includes("电子 2 张、纸质 3 张")`)
	hall.shot("paper-12-hall")
	staff := s.sit(b, tap.URL, "zhao", "赵静", store.RoleStaffLead)
	staff.open("/operations/v1")
	staff.wait(`document.querySelector("#not-cast").innerText === "0"`)
	staff.shot("paper-13-operations")
	staff.open("/podium/v1")
	staff.wait(`document.querySelector("#lines").innerText.includes("收回电子票 2 张、纸质票 3 张")`)
	staff.open("/console/v1")
	staff.wait(`document.body.innerText.includes("已录入 3 张")`)
	staff.open("/log/v1")
	staff.wait(`document.body.innerText.includes("取出纸质票 3 张")`)
	staff.shot("paper-14-log")
}
