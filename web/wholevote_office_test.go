package web

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"piaojue/client"
	"piaojue/election"
	"piaojue/form"
	"piaojue/lang"
	"piaojue/store"
)

// accounts are all who have to do with the vote, but for the administrator.
var accounts = []struct {
	number, name string
	role         store.Role
}{
	{"G001", "赵静", store.RoleStaffLead}, {"G002", "钱文", store.RoleStaff}, {"G003", "孙国强", store.RolePresidium}, {"G004", "周平", store.RoleGate},
	{"J001", "张明", store.RoleScrutineer}, {"J002", "李华", store.RoleScrutineer}, {"J003", "王芳", store.RoleScrutineer},
	{"J004", "刘洋", store.RoleScrutineer}, {"J005", "陈静", store.RoleScrutineer}, {"S001", "吴敏", store.RoleAuditor},
}

func (j *journey) newSeat(number, name string, role store.Role, expected ...string) *seat {
	j.Helper()
	return j.browser.seat(j.net.URL, strings.ToLower(number), name, role, expected...)
}

// codeNow is what the device shows; later is the code after it.
func (j *journey) codeNow(secret string, later time.Duration) string {
	j.Helper()
	c, err := totp.GenerateCode(strings.ReplaceAll(secret, " ", ""), time.Now().Add(later))
	must(j, err)
	return c
}

// welcome opens a one-time link and returns the secret of the code device.
func (j *journey) welcome(x *seat, link string) (secret string) {
	x.open(link)
	x.shown("#welcome")
	if x.role == store.RoleAdmin {
		x.fill("#person", x.name)
		x.fill("#staff-number", "A001")
		x.shot("whole-01-welcome")
	}
	x.fill("#password", testPassword)
	x.fill("#again", testPassword)
	secret = x.text("#secret")
	x.fill("#code", j.codeNow(secret, 0))
	x.click("#welcome [type=submit]")
	x.wait(`location.pathname === "/" && document.readyState === "complete"`)
	return secret
}

// invite has the first administrator come, and make all accounts.
func (j *journey) invite() {
	j.admin = j.newSeat("administrator", "郑卫东", store.RoleAdmin)
	j.welcome(j.admin, j.links["admin"])
	x := j.admin
	x.open("/people")
	x.wait(`document.querySelectorAll("#role option").length > 5`)
	for _, a := range accounts {
		before := x.text("#link-text")
		x.fill("#name", a.name)
		x.fill("#staff-number", a.number)
		x.eval(fmt.Sprintf(`document.querySelector("#role").value = %q`, a.role), nil)
		x.click("#add [type=submit]")
		x.wait(fmt.Sprintf(`!document.querySelector("#link").hidden && document.querySelector("#link-text").innerText !== %q`, before))
		j.links[a.number] = strings.TrimPrefix(x.text("#link-text"), x.base)
	}
	x.click("#hide")
	x.wait(fmt.Sprintf(`document.querySelectorAll("#persons tr").length === %d`, 1+len(accounts)))
	x.shot("whole-02-people")
}

// arrive has everybody open their link in a browser profile of their own.
func (j *journey) arrive() {
	var all []*seat
	for _, a := range accounts {
		if a.number == "J004" || a.number == "J005" {
			j.remote = append(j.remote, j.newRemote(strings.ToLower(a.number), a.name, j.links[a.number]))
			continue
		}
		x := j.newSeat(a.number, a.name, a.role, "400", "409")
		all = append(all, x)
		switch a.role {
		case store.RoleStaffLead:
			j.lead = x
		case store.RoleStaff:
			j.clerk = x
		case store.RolePresidium:
			j.chair = x
		case store.RoleGate:
			j.gate = x
		case store.RoleAuditor:
			j.auditor = x
		default:
			j.trustees = append(j.trustees, x)
		}
	}
	var secret string
	for at := 0; at < len(all); at += 2 {
		j.together(func() {
			got := j.welcome(all[at], j.links[strings.ToUpper(all[at].id)])
			if all[at].role == store.RolePresidium {
				secret = got
			}
		}, func() { j.welcome(all[at+1], j.links[strings.ToUpper(all[at+1].id)]) })
	}
	j.podium = j.signInAgain(j.chair, secret)
}

// signInAgain is the computer on the podium: another browser of the chair's.
func (j *journey) signInAgain(x *seat, secret string) *tab {
	k := j.browser.tab(j.net.URL, 1440, 900)
	k.open("/signin")
	k.fill("#name", strings.ToUpper(x.id))
	k.fill("#password", testPassword)
	k.fill("#code", j.codeNow(secret, 30*time.Second)) // the one before is used up
	k.click("#signin [type=submit]")
	k.wait(`location.pathname === "/" && document.readyState === "complete"`)
	k.seeAlerts() // it is not known
	x.open("/")
	x.seeAlerts()
	return k
}

// seeAlerts says that what happened to the account was one's own doing.
func (t *tab) seeAlerts() {
	t.Helper()
	t.shown(".account-alerts")
	t.click("[data-alerts]")
	t.wait(`!document.querySelector(".account-alerts")`)
}

// prepare brings the vote to where it can be frozen, but for its keys.
func (j *journey) prepare() {
	k := j.lead
	k.open("/console")
	k.fill("#congress", "某市第十七届人民代表大会")
	k.fill("#session", "第四次会议")
	k.fill("#title", "2026年民生实事项目票决")
	k.fill("#id", j.vote)
	k.shot("whole-03-new-vote")
	k.click("#new [type=submit]")
	k.wait(`location.pathname === "/console/v1" && document.querySelector("#steps .current")`)
	j.hall = j.clerk.beside(1920, 1080)
	j.hall.open("/hall/" + j.vote)
	j.importRoll(k)
	j.importCandidates(k)
	k.open("/console/v1/rules")
	k.click("[name=preset][value=select_majority]")
	k.click("#rules > .actions [type=submit]")
	k.wait(`document.querySelector("#saved").textContent !== ""`)
	k.open("/console/v1/keys")
	k.tab.upload("badges.csv", form.WriteBadges(lang.ZH, testBadges(len(truth.names))))
	k.saveImport()
	k.fill("#policy-text", j.witnesses())
	k.click("#policy [type=submit]")
	k.wait(`document.querySelector("pre.code")?.innerText.includes("quorum")`)
}

// rollBook is the roll as the office keeps it.
func rollBook() []election.Deputy {
	all := testDeputies(len(truth.names))
	for i, name := range truth.names {
		all[i].Name = name
		all[i].Delegation = []string{"第一代表团", "第二代表团", "第三代表团"}[i%3]
	}
	return all
}

// importRoll has a workbook refused that names a deputy twice, and imports the
// right one.
func (j *journey) importRoll(k *seat) {
	right, wrong := rollBook(), rollBook()
	wrong[4].Number = wrong[3].Number
	k.open("/console/v1/roll")
	k.tab.upload("wrong.xlsx", form.RollBook(lang.ZH, wrong))
	k.wait(`document.querySelector("#outcome.bad")?.innerText.includes("6")`) // row 6 of the sheet
	k.shot("whole-04-roll-error")
	k.tab.upload("roll.xlsx", form.RollBook(lang.ZH, right))
	k.shown("#save")
	k.saveImport()
	k.wait(fmt.Sprintf(`document.querySelectorAll("section table tbody tr").length === %d`, len(right)))
}

// importCandidates takes a table as spreadsheets in China save it.
func (j *journey) importCandidates(k *seat) {
	table, err := os.ReadFile("../cmd/piaojue/sample/candidates.csv")
	must(j, err)
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes(table)
	must(j, err)
	k.open("/console/v1/candidates")
	k.tab.upload("候选项目.csv", gb)
	k.wait(`document.querySelector("#outcome").innerText.includes("老旧小区加装电梯补助")`)
	k.shot("whole-05-candidates")
	k.saveImport()
	k.wait(fmt.Sprintf(`document.querySelectorAll("section table tbody tr").length === %d`, truth.options))
	k.fill("#presidium-date", "2026年1月5日") // a real vote is not frozen without
	k.fill("#presidium-document", "主席团〔2026〕1号")
	k.click("#reviews [type=submit]")
	k.wait(`document.querySelector("#reviews-saved")?.textContent !== "" && !document.querySelector("#reviews .notice.warn")`)
}

// freeze has the two organizers make their keys and sign the manifest.
func (j *journey) freeze() {
	makeKeysAt(j.lead, j.chair)
	j.lead.wait(`document.querySelectorAll("#adopt input[type=radio]").length === 2`)
	j.lead.click("#adopt-keys")
	j.lead.shown("#adopt .notice.good")
	j.goOn(j.witness)
	j.lead.begin("manifest")
	j.chair.countersign("manifest", "whole-06-freeze")
	for _, x := range []*seat{j.lead, j.chair} {
		x.click("#same")
	}
	j.follow()
	j.hall.wait(`document.querySelector("#state") && JSON.parse(document.querySelector("#contest").textContent).draft === false`)
	j.hall.watch()
	j.shows("n", len(truth.names))
	j.podium.open("/podium/v1")
}

// begin begins an entry and signs it, as far as the key's holder can.
func (x *seat) begin(kind string) {
	x.Helper()
	x.click("[data-start=" + kind + "]")
	if kind == "announcement" {
		x.shown("#words")
		x.click(".start-dialog[open] .actions .button.primary")
		x.shown(".start-dialog[open] .say, .start-dialog[open] blockquote")
	}
	x.click(".start-dialog[open] .actions .button.primary")
	x.shown(".start-dialog .notice[role=status]")
	x.click(".start-dialog .actions .button")
}

// scanned types as a scanner does: at once.
func (t *tab) scanned(selector, text string) {
	t.Helper()
	t.shown(selector)
	t.eval(fmt.Sprintf("(e => { e.focus(); e.value = ''; })(document.querySelector(%q))", selector), nil)
	_, err := chromedp.Call(t.ctx, input.InsertText, input.InsertTextParams{Text: text})
	must(t, err)
	t.do(chromedp.SendKeys(selector, "\r"))
}

// comeIn lets the deputies in at the desk, all by badge but one, and has two
// scrutineers sign who is there.
func (j *journey) comeIn() {
	k := j.gate
	k.open("/checkin/v1")
	k.wait(`document.querySelector("[data-count=ever]").innerText === "0"`)
	for i := range truth.present - 1 {
		k.scanned("#scan", client.FormatBadge(badgeSeed(number(i))))
		k.wait(fmt.Sprintf(`document.querySelector(".confirm.good .confirm-name")?.innerText === %q`, truth.names[i]))
	}
	last := truth.present - 1
	k.scanned("#scan", number(last))
	k.click("#by-hand")
	k.fill("#ask-text", "忘带代表证")
	k.click("#ask-yes")
	k.wait(fmt.Sprintf(`document.querySelector(".confirm.good .confirm-name")?.innerText === %q`, truth.names[last]))
	k.shot("whole-08-checkin")
	j.shows("p", truth.present)
	j.together(func() { j.trustees[0].openToSign() }, func() { j.trustees[1].openToSign() }, func() { j.trustees[2].openToSign() })
	j.trustees[0].begin("attendance")
	j.trustees[1].countersign("attendance", "whole-09-attendance")
	j.trustees[1].wait(`!document.querySelector(".motion[data-kind=attendance]")`)
	j.hall.shot("whole-10-hall-checkin")
}

// openToSign opens the key where a trustee signs.
func (x *seat) openToSign() {
	x.Helper()
	x.card("sign")
	x.eval(`document.querySelector("#card details.other-way").open = true`, nil)
	x.openKey("#open-key", x.keyFile(), x.passphrase)
	x.wait(`document.querySelector("#card details.other-way")?.hidden`)
}
