package web

import (
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// readAxe reads axe-core, which looks at a page for what shuts people out.
var readAxe = sync.OnceValues(func() ([]byte, error) {
	return os.ReadFile("testdata/axe/node_modules/axe-core/axe.min.js")
})

// violation is what axe-core says of a page.
type violation struct {
	ID    string   `json:"id"`
	Help  string   `json:"help"`
	Nodes []string `json:"nodes"`
}

// violations lists what breaks WCAG 2.2, level AA, on the page as it is now.
// Left out is what only decorates (the watermark of a rehearsal): WCAG 1.4.3
// demands no contrast of it. The program is evaluated beside the page, whose policy would not load it.
func (t *tab) violations() (found []violation) {
	t.Helper()
	program, err := readAxe()
	if err != nil {
		t.Fatalf("%v (make test installs it)", err)
	}
	var there bool
	if t.eval("!!globalThis.axe", &there); !there {
		_, err := chromedp.Run(t.ctx, chromedp.Evaluate[json.RawMessage](string(program)+";true"))
		must(t, err)
	}
	t.eval(`axe.run({ exclude: [".watermark"] }, {
		runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"],
	}).then((r) => r.violations.map((v) => ({ id: v.id, help: v.help,
		nodes: v.nodes.map((n) => n.target.join(" ") + " " + n.html.slice(0, 160) + " " + n.failureSummary.split("\n").slice(1).join(";")) })))`, &found)
	return found
}

// accessible demands that nothing on the page breaks WCAG.
func (t *tab) accessible(what fmt.Stringer) {
	t.Helper()
	for _, v := range t.violations() {
		for _, n := range v.Nodes[:min(3, len(v.Nodes))] {
			t.Errorf("%s: %s (%s), %d times: %s", what, v.ID, v.Help, len(v.Nodes), n)
		}
	}
}

// named is what a state of a page is called.
type named string

func (n named) String() string { return string(n) }

// TestAccessible: no page breaks WCAG 2.2, level AA, as far as a program can
// tell; with everything twice as large on a screen of 1280 × 800, and on a
// telephone (make soak: on screens of all sizes), no page scrolls sideways, and
// whatever can be used can be reached. Each page is kept as a picture in
// build/screens.
func TestAccessible(t *testing.T) {
	t.Parallel()
	g := newGuide(t)
	for _, v := range looks() {
		tab := g.see(v)
		tab.accessible(v)
		tab.shot("page-" + v.String())
		tab.zoomed(v)
	}
}

// TestAccessibleFinds: what breaks WCAG is found, on a page of ours as well.
func TestAccessibleFinds(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	k := newBrowser(t, s.base).tab(s.base, 1280, 800)
	k.open("/signin")
	k.rest()
	if found := k.violations(); len(found) > 0 {
		t.Errorf("as it is: %v", found)
	}
	for rule, spoil := range map[string]string{
		"label":          `document.querySelector("label[for]").removeAttribute("for")`,
		"color-contrast": `document.querySelector("h1").style.color = "#ccc"`,
		"html-has-lang":  `document.documentElement.removeAttribute("lang")`,
		"target-size":    `[..."ab"].forEach((c) => { const e = document.createElement("button"); e.append(c); e.style.cssText = "width:9px;height:9px;min-height:0;padding:0;border:0"; document.querySelector("main").append(e); })`,
	} {
		k.open("/signin")
		k.rest()
		k.eval(spoil, nil)
		var ids string
		for _, v := range k.violations() {
			ids += v.ID + " "
			if v.ID == rule {
				rule = ""
			}
		}
		if rule != "" {
			t.Errorf("%s is not found, only %q", rule, ids)
		}
	}
}

// TestKioskAccessible: the screens on which a deputy votes, in both languages
// and in large type.
func TestKioskAccessible(t *testing.T) {
	t.Parallel()
	s := hallStage(t)
	k := newBrowser(t, s.base).tab(s.base, 1280, 800)
	check := func(name string) {
		t.Helper()
		k.accessible(named(name))
		k.shot("access-terminal-" + name)
	}
	s.registerTab(k, "shared", "1号")
	check("wait")
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	for i, words := range []string{"zh", "en"} {
		k.shown("#s-welcome")
		k.open("/terminal?lang=" + words)
		k.shown("#s-welcome")
		check("welcome-" + words)
		k.scan(i)
		k.shown("#s-choose")
		check("choose-" + words)
		k.click("#option-2 button[aria-expanded]")
		k.click("#size")
		k.click("#option-0 .mark")
		check("choose-large-" + words)
		k.click("#to-review")
		k.shown("#s-review")
		check("review-large-" + words)
		k.click("#size")
		check("review-" + words)
		k.click("#to-challenge")
		k.shown("#s-challenge")
		check("challenge-" + words)
		k.click("#challenge-cancel")
		k.click("#help")
		k.shown("#helping")
		check("help-" + words)
		k.click("#help-end")
		k.click("#cast")
		k.shown("#s-done")
		check("done-" + words)
		k.click("#finish")
	}
}
