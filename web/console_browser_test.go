package web

import (
	"crypto/ed25519"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"piaojue/client"
	"piaojue/election"
	"piaojue/form"
	"piaojue/lang"
	"piaojue/store"
)

// staffTab is a browser of somebody who has signed in.
func (s *stage) staffTab(b *browser, role store.Role, width, height int64, expected ...string) *tab {
	s.Helper()
	url, _ := s.front(role)
	b.host = url[len("http://"):]
	return b.tab(url, width, height, expected...)
}

// upload chooses a file.
func (t *tab) upload(name string, body []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(path, body, 0o600))
	t.do(chromedp.SetUploadFiles("#file", []string{path}))
	t.click("#import form [type=submit]")
	t.shown("#outcome")
}

// saveImport confirms the preview, and waits until the page was loaded again.
func (t *tab) saveImport() {
	t.Helper()
	t.click("#save")
	t.wait(`document.readyState === "complete" && !document.querySelector("#save")`)
}

// whole takes a picture of all of a page.
func (t *tab) whole(name string, width, height int64) {
	t.Helper()
	var tall int64
	t.eval("document.documentElement.scrollHeight", &tall)
	t.do(chromedp.EmulateViewport(width, max(tall, height)))
	t.shot(name)
	t.do(chromedp.EmulateViewport(width, height))
}

// noSideways demands that nobody must scroll sideways.
func (t *tab) noSideways() {
	t.Helper()
	var over int
	t.eval("document.documentElement.scrollWidth - document.documentElement.clientWidth", &over)
	if over > 0 {
		t.Errorf("%s is %d px too wide", t.text("h1"), over)
	}
}

func testDeputies(n int) []election.Deputy {
	var all []election.Deputy
	names := []string{"王建国", "李秀英", "阿依古丽·买买提", "张伟", "欧阳明", "单雄信"}
	for i := range n {
		all = append(all, election.Deputy{Number: number(i), Name: names[i%len(names)], Delegation: "第一代表团", Seat: fmt.Sprintf("%d排%d座", 1+i/10, 1+i%10)})
	}
	return all
}

func testBadges(n int) []form.Badge {
	var all []form.Badge
	for i := range n {
		seed := badgeSeed(number(i))
		all = append(all, form.Badge{Number: number(i), Key: public(ed25519.NewKeyFromSeed(seed[:]))})
	}
	return all
}

// TestConsole: a member of staff brings a vote from nothing to where it can be
// frozen, by the pages alone. A table with errors is shown as a table and saves
// nothing; what is missing keeps the way to the signatures shut.
func TestConsole(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	b := newBrowser(t, s.base)
	k := s.staffTab(b, store.RoleStaffLead, 1366, 768, "400", "409")
	k.open("/console")
	k.shot("console-new")
	k.fill("#congress", "某市第十七届人民代表大会")
	k.fill("#session", "第四次会议")
	k.fill("#title", "民生实事项目票决")
	k.fill("#id", "v1")
	k.eval(`document.querySelector("#kind").value = "demo"`, nil)
	k.click("#new [type=submit]")
	k.shown("#steps .current")
	k.whole("console-empty", 1366, 768)
	if got := k.text(".step:nth-child(2) .why"); !strings.Contains(got, "还缺 5 件") {
		t.Errorf("freezing is shut because %q", got)
	}

	k.open("/console/v1/roll")
	bad := "代表证号,姓名,代表团,席位,状态\nA000,王建国,一团,1排1座,在任\nA000,,一团,1排1座,休假\n"
	k.upload("bad.csv", []byte(bad))
	k.wait(`document.querySelectorAll("#outcome tbody tr").length >= 3`)
	k.whole("console-errors", 1366, 768)
	if got, err := s.config.DB.Roll(t.Context(), "v1"); err != nil || len(got) != 0 {
		t.Fatalf("a bad table is kept: %d, %v", len(got), err)
	}
	deputies := testDeputies(30)
	k.upload("roll.xlsx", form.RollBook(lang.ZH, deputies))
	k.whole("console-preview", 1366, 768)
	k.saveImport()
	k.wait(`document.querySelectorAll("section table tbody tr").length === 30`)
	deputies[2].Seat, deputies[5].Name = "9排9座", "单雄新"
	k.upload("roll.csv", form.WriteRoll(lang.ZH, deputies[1:]))
	k.wait(`document.querySelectorAll("#outcome tbody tr").length === 3`)
	k.whole("console-diff", 1366, 768)

	k.open("/console/v1/candidates")
	projects, err := os.ReadFile("../cmd/piaojue/sample/candidates.csv")
	must(t, err)
	k.upload("candidates.csv", projects)
	k.saveImport()
	k.wait(`document.querySelectorAll("section table tbody tr").length === 13`)
	k.whole("console-candidates", 1366, 768)

	k.open("/console/v1/rules")
	k.click("[name=preset][value=select_majority]")
	k.fill("[name=winners_k]", "13")
	k.eval(`document.querySelector("[name=winners_k]").dispatchEvent(new Event("change", {bubbles: true}))`, nil)
	k.wait(`document.querySelector("#warnings").textContent.includes("应选 13 项，候选 13 项，没有差额")`)
	k.whole("console-doubts", 1366, 768)
	k.fill("[name=winners_k]", "14")
	k.eval(`document.querySelector("[name=winners_k]").dispatchEvent(new Event("change", {bubbles: true}))`, nil)
	k.shown("#rule-winners_k .error")
	k.whole("console-rules", 1366, 768)
	k.click("[name=preset][value=select_majority]")
	k.wait(`!document.querySelector("#rule-winners_k .error")`)
	k.click("#rules > .actions [type=submit]")
	k.wait(`document.querySelector("#saved").textContent !== ""`)
	k.click("[name=order][value=together]")
	k.fill("#word", "审议监督")
	k.click("#customs [type=submit]")
	k.wait(`document.querySelector("#customs-saved").textContent !== ""`)

	k.open("/console/v1/keys")
	k.upload("badges.csv", form.WriteBadges(lang.ZH, testBadges(30)))
	k.saveImport()
	k.fill("#staff-card", fmt.Sprintf(`{"kind":"staff","name":"甲","role":"%x"}`, public(s.staff)))
	k.fill("#presidium-card", fmt.Sprintf(`{"kind":"presidium","name":"乙","role":"%x"}`, public(s.presidium)))
	k.whole("console-keys", 1366, 768)
	k.click("#keys [type=submit]")
	k.wait(`document.querySelectorAll(".keys .fours").length === 2`)

	k.open("/console/v1")
	k.shown(`.step.current a[href="/sign/v1"]`)
	k.do(chromedp.EmulateViewport(1366, 960))
	k.shot("console-now")
	k.whole("console-ready", 1366, 768)
	s.do(store.RolePresidium, "GET", s.path("/draft"), nil)

	for _, page := range []string{"ballot", "script", "exceptions"} {
		k.open("/console/v1/" + page)
		k.whole("console-"+page, 1366, 768)
	}
	k.open("/console/v1/terminals")
	k.click("#make")
	k.shown("#code")
	k.shot("console-terminals")
	s.phone(k)

	k.open("/console/v1?lang=en")
	k.noSideways()
	k.whole("console-english", 1366, 768)
	k.open("/console/v1/exceptions")
	k.noSideways()
	k.open("/console/v1?lang=zh")
	k.click("[data-copy=rehearsal]")
	k.wait(`location.pathname === "/console/v1-rehearsal-1"`)
	k.shown(".chip.warn")
	k.shot("console-rehearsal")
	s.do(store.RolePresidium, "GET", "/votes/v1-rehearsal-1/draft", nil)
}

// phone looks at all pages at the size of a phone.
func (s *stage) phone(k *tab) {
	s.Helper()
	k.do(chromedp.EmulateViewport(390, 844))
	for _, page := range []string{"", "/roll", "/candidates", "/rules", "/ballot", "/keys", "/terminals", "/script", "/exceptions"} {
		k.open("/console/v1" + page)
		k.noSideways()
		k.whole("console-phone"+strings.ReplaceAll(page, "/", "-"), 390, 844)
	}
	k.do(chromedp.EmulateViewport(1366, 768))
}

// TestConsoleLive: the steps follow the vote without being loaded again, to the
// vote's end; who may only look gets no forms.
func TestConsoleLive(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.deputies = 6
	s.draft()
	b := newBrowser(t, s.base)
	k := s.staffTab(b, store.RolePresidium, 1366, 768)
	k.open("/console/v1")
	body := s.do(store.RoleStaffLead, "GET", s.path("/draft"), nil)
	s.sign(&election.Entry{Kind: election.KindManifest, Body: body}, store.RoleStaffLead)
	k.shown(".step .unsigned")
	k.whole("console-signing", 1366, 768)
	s.freeze()
	s.approve()
	s.ceremony()
	k.wait(`document.querySelector(".step.current h2").innerText === "签到"`)
	if got := k.text(".step:nth-child(6) .why"); !strings.Contains(got, "法定人数 4 人") {
		t.Errorf("the opening is shut because %q", got)
	}
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	k.wait(`document.querySelector(".step.current h2").innerText === "投票"`)
	s.cast(0, marks(0))
	k.wait(`document.body.innerText.includes("已收回 1 张")`)
	k.click("#done-freeze summary")
	s.cast(1, marks(0))
	k.wait(`document.body.innerText.includes("已收回 2 张") && document.querySelector("#done-freeze").open`)
	k.click("#done-freeze summary")
	k.whole("console-voting", 1366, 768)
	k.open("/console/v1/exceptions")
	for _, i := range []int{0, 1} {
		s.do(store.RoleGate, "POST", s.path("/checkins"), fmt.Appendf(nil, `{"number":%q,"present":false}`, number(i)))
	}
	k.wait(`document.querySelector("#alerts").innerText.includes("现在场内 2 人")`)
	k.shot("console-quorum-lost")
	k.open("/console/v1/roll")
	k.wait(`!document.querySelector("#import")`)
}

// TestCheckIn: the desk reads a badge without sending it, finds people by their
// initials, lets them in by hand with a reason, and sees what another gate does.
func TestCheckIn(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.deputies = 6
	s.draft()
	s.do(store.RoleStaff, "PUT", s.path("/roll"), form.WriteRoll(lang.ZH, testDeputies(6)))
	s.freeze()
	b := newBrowser(t, s.base)
	k := s.staffTab(b, store.RoleGate, 1366, 768, "403", "404")
	k.open("/checkin/v1")
	k.wait(`document.querySelector("[data-count=ever]").innerText === "0"`)
	k.shot("checkin-idle")
	k.fill("#scan", client.FormatBadge(badgeSeed(number(0)))+"\r")
	k.shown(".confirm.good")
	if got := k.text(".confirm-name"); got != "王建国" {
		t.Errorf("confirmed: %q", got)
	}
	k.shot("checkin-welcome")
	k.fill("#scan", client.FormatBadgeDigits(badgeSeed(number(0)))+"\r")
	k.wait(`document.querySelector(".confirm-state")?.innerText === "早已签到"`)
	k.fill("#scan", client.FormatBadge(badgeSeed("nobody"))+"\r")
	k.shown(".confirm.bad")
	k.shot("checkin-refused")
	k.fill("#scan", strings.Repeat("7", 87)+"\r")
	k.wait(`document.querySelector(".confirm").innerText.includes("请再刷一次")`)

	k.fill("#scan", "ayglmmt")
	k.shown(".person-row")
	k.shot("checkin-found")
	k.do(chromedp.SendKeys("#scan", "\r"))
	k.click("#by-hand")
	k.fill("#ask-text", "忘带代表证")
	k.shot("checkin-by-hand")
	k.click("#ask-yes")
	k.wait(`document.querySelector(".confirm.good .confirm-name")?.innerText.startsWith("阿依古丽")`)
	k.click("#leave")
	k.wait(`document.querySelector(".confirm-state")?.innerText === "已登记退场"`)
	k.click("#return")
	k.wait(`document.querySelector(".confirm-state")?.innerText === "已登记返回"`)
	k.click("#assist")
	k.fill("#ask-text", "张三")
	k.eval(`[1, 2].forEach(() => document.querySelector("#ask-yes").click())`, nil) // a double click
	k.wait(`!document.querySelector("#ask").open`)
	k.click("#assist") // only once the first is over, or not at all
	k.fill("#ask-text", "李四")
	k.click("#ask-yes")
	k.wait(`[...document.querySelectorAll("#assistants tr")].map((r) => r.lastChild.previousSibling.innerText).sort().join() === "张三,李四"`)

	s.do(store.RoleStaff, "POST", s.path("/checkins"), s.badgeOf(3)) // another gate
	s.do(store.RoleStaff, "POST", s.path("/checkins"), s.badgeOf(4))
	k.wait(`document.querySelector("[data-count=ever]").innerText === "4"`)
	k.wait(`document.querySelector("#quorum-note").classList.contains("met")`)
	k.whole("checkin-two-gates", 1366, 768)
	k.do(chromedp.EmulateViewport(390, 844))
	k.noSideways()
	k.whole("checkin-phone", 390, 844)
	var sent string
	k.eval(`performance.getEntriesByType("resource").map((e) => e.name).join(" ")`, &sent)
	if strings.Contains(sent, "PJ1") {
		t.Error("a badge is in an address")
	}
}
