package web

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"piaojue/store"
)

// TestPaperSheet: the ballot to print names all options and the rule, is marked
// a sample before the freeze, and bears the code, and no serial number, after
// it. The longest usual ballot keeps to one page.
func TestPaperSheet(t *testing.T) {
	s := newStage(t)
	s.rules.CandidatesN, s.rules.WinnersK, s.rules.MaxMarks = 30, 20, 20
	s.draft()
	page := func() string {
		_, sheet, _ := strings.Cut(string(s.do(store.RoleStaff, "GET", "/console/v1/paper", nil)), "<section")
		sheet, _, _ = strings.Cut(sheet, "</section>")
		return sheet
	}
	if got := page(); !strings.Contains(got, "样张") || !strings.Contains(got, "项目30") || !strings.Contains(got, "最多选 20 项") {
		t.Errorf("draft: %s", got)
	}
	s.freeze()
	first := page()
	if strings.Contains(first, "样张") || !strings.Contains(first, hexOf(s.manifest)[:4]) {
		t.Errorf("frozen: %s", first)
	}
	if first != page() {
		t.Error("one sheet differs from another")
	}
}

// TestPaperSheetPrinted looks at the ballot on paper.
func TestPaperSheetPrinted(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.config.PlainCookies = true
	s.rules.CandidatesN, s.rules.WinnersK, s.rules.MaxMarks = 30, 20, 20
	s.restart()
	s.draft()
	s.freeze()
	tap := newTap(s)
	b := newBrowser(t, tap.URL)
	x := s.sit(b, tap.URL, "zhao", "赵静", store.RoleStaff)
	x.open("/console/v1/paper")
	x.shot("paper-15-ballot")
	x.do(chromedp.EmulateViewport(718, 1040)) // A4 within its margins
	x.media("print")
	x.eval(`new Promise((done) => setTimeout(done, 200))`, nil)
	x.shot("paper-16-printed")
	var high float64
	x.eval(`document.querySelector(".paper-sheet").getBoundingClientRect().height`, &high)
	if high > 1040 {
		t.Errorf("the ballot is %.0f pixels high", high)
	}
}
