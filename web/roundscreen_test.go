package web

import (
	"strings"
	"testing"

	"piaojue/election"
	"piaojue/keyfile"
	"piaojue/store"
)

// atDesk opens the key of the seat on the signing desk of a vote.
func (x *seat) atDesk(vote string) {
	x.Helper()
	x.open("/sign/" + vote)
	x.click("#same")
	x.openKey("#open-key", x.keyFile(), x.passphrase)
	x.wait(`document.querySelector("#desk").dataset.key === "open"`)
}

// TestSecondRoundScreens: from a tie to the next round: one click on the console
// makes it, the organizers' devices derive it before they sign that it follows,
// and hall and announcement tell both rounds as one story.
func TestSecondRoundScreens(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.config.PlainCookies = true
	s.restart()
	s.tied(election.TieRevote)
	b := newBrowser(t, s.base)
	lead := s.sit(b, s.base, "zhao", "赵静", store.RoleStaffLead)
	lead.holdKey(keyfile.Staff, s.staff, map[string][]byte{})
	chair := s.sit(b, s.base, "sun", "孙国强", store.RolePresidium)
	chair.holdKey(keyfile.Presidium, s.presidium, map[string][]byte{})

	lead.open("/console/v1")
	lead.wait(`document.querySelector("#step-second_round.current")?.innerText.includes("项目2 / 项目3")`)
	lead.whole("round-01-next", 1280, 800)
	lead.eval(`document.querySelector(".step.current").scrollIntoView({ block: "center" })`, nil)
	lead.shot("round-01-step")
	lead.click("#step-second_round [data-copy]")
	lead.wait(`location.pathname === "/console/v1-round-1" && document.querySelector(".origin").innerText.includes("第 2 轮")`)
	lead.whole("round-02-draft", 1280, 800)
	lead.accessible(named("console of a second round"))
	n := *s
	n.vote = "v1-round-1"
	n.freeze()

	lead.atDesk("v1")
	lead.start("successor", "")
	chair.atDesk("v1")
	chair.wait(`document.querySelector(".motion[data-kind=successor]")?.innerText.includes("推出下一次票决应有的项目和规则")`)
	s.sign(s.entry(election.NewEntry(&election.Successor{Chain: s.chain(), Manifest: [32]byte{1}})), store.RoleStaffLead)
	chair.wait(`document.querySelector(".motion[data-kind=successor] .notice.bad") && !document.querySelector(".motion[data-kind=successor] .button.primary")`)
	next := n.update().Manifest()
	s.update()
	s.sign(s.entry(s.board.ProposeSuccessor(1, next)), store.RoleStaffLead)
	chair.countersign("successor", "round-03-successor")
	chair.wait(`!document.querySelector(".motion[data-kind=successor]")`)
	if hash, ok := s.update().Successor(); !ok || hash != n.manifest {
		t.Fatalf("successor %x, want %x", hash, n.manifest)
	}

	n.approve()
	n.ceremony()
	n.checkIn(0, 1, 2)
	n.opening(1, 0)
	hall := b.tab(s.base, 1920, 1080).open("/hall/" + n.vote)
	hall.wait(`document.querySelector("#story").innerText.includes("第 1 轮")`)
	hall.shot("round-04-hall-voting")
	hall.fits()
	n.cast(0, twoMarks(0))
	n.cast(1, twoMarks(0))
	n.cast(2, twoMarks(1))
	n.order()
	n.collect()
	n.share(1, 3)
	n.await(election.PhaseCounted)
	n.certify()
	hall.wait(`!document.querySelector("#result").hidden && document.querySelector("#story").innerText.includes("各轮共通过 2 项")`)
	hall.shot("round-05-hall-result")
	hall.fits()
	hall.rest()
	hall.accessible(named("hall with two rounds"))
	if words := hall.text("#story"); !strings.Contains(words, "项目1") {
		t.Errorf("what round one adopted is not shown: %s", words)
	}
	hall.open("/verify/" + n.vote) // check 37 needs the record of round one
	hall.click("input[name=paper][value=same]")
	hall.click("#start")
	hall.wait(`document.querySelector("#check-37")?.classList.contains("good") && document.querySelector("#report").innerText.includes("上一次的记录也核查过")`)
	chair.open("/podium/" + n.vote)
	chair.wait(`document.querySelector("#story").innerText.includes("项目1")`)
	chair.wait(`document.querySelector("#lines").innerText.includes("各轮合计，共通过 2 项")`)
	chair.shot("round-06-podium")
	chair.accessible(named("podium with two rounds"))
	chair.atDesk(n.vote)
	chair.click("[data-start=announcement]")
	chair.wait(`document.querySelector("#words")?.value.includes("1. 项目1（第 1 轮）") && document.querySelector("#words").value.includes("2. 项目2（第 2 轮）")`)
}

// TestDecisionScreens: at the signing desk the presidium decides among the tied,
// and no more than there are seats; before that nothing is announced.
func TestDecisionScreens(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.config.PlainCookies = true
	s.restart()
	s.tied(election.TiePresidium)
	b := newBrowser(t, s.base)
	chair := s.sit(b, s.base, "sun", "孙国强", store.RolePresidium)
	chair.holdKey(keyfile.Presidium, s.presidium, map[string][]byte{})
	chair.open("/console/v1")
	chair.whole("round-10-presidium", 1280, 800)
	chair.atDesk("v1")
	chair.wait(`document.querySelector("[data-start=announcement]").disabled && document.querySelector("[data-start=successor]").disabled`)
	chair.click("[data-start=decision]")
	chair.click("#tied-2")
	chair.wait(`document.querySelector("#tied-1").disabled && document.querySelector("#words").value.includes("决定“项目3”入选")`)
	chair.fill("#members", "孙国强\r李明")
	chair.shot("round-11-decision")
	chair.accessible(named("decision"))
	chair.click(".start-dialog .actions .button.primary")
	chair.wait(`document.querySelector(".start-dialog blockquote")`)
	chair.shot("round-12-decision")
	chair.click(".start-dialog .actions .button.primary")
	chair.shown(".start-dialog .notice.good")
	if got := s.update().Decision(); got == nil || len(got.Adopted) != 1 || got.Adopted[0] != 2 || len(got.Members) != 2 {
		t.Fatalf("decision %+v", got)
	}
	chair.click(".start-dialog .actions .button")
	chair.wait(`document.querySelector("[data-start=decision]").disabled && !document.querySelector("[data-start=announcement]").disabled`)
	chair.click("[data-start=announcement]")
	chair.wait(`document.querySelector("#words")?.value.includes("2. 项目3（第 1 轮，主席团决定）")`)
	hall := b.tab(s.base, 1920, 1080).open("/hall/v1")
	hall.wait(`document.querySelector("#story").innerText.includes("主席团决定")`)
	hall.wait(`document.querySelector("#board").innerText.includes("主席团决定入选") && document.querySelector("#summary").innerText.includes("主席团决定其中 1 项入选")`)
	hall.shot("round-13-hall")
	hall.fits()
}

// entry is one that must be possible.
func (s *stage) entry(e *election.Entry, err error) *election.Entry {
	s.Helper()
	must(s, err)
	return e
}
