package web

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"piaojue/client"
)

func hasPart(list []string, part string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.Contains(s, part) })
}

func (t *tab) press(keys string, modifiers ...chromedp.Modifier) {
	t.Helper()
	t.do(chromedp.KeyEvent(keys, chromedp.KeyModifiers(modifiers...)))
}

// focus says where the focus is, and what is wrong with how it shows: WCAG
// 2.4.7 demands that it shows, 2.4.11 that nothing hides it. We demand that it
// is in sight as a whole.
type focus struct {
	ID   string `json:"id"`
	Mark string `json:"mark"`
	Text string `json:"text"`
	Bad  string `json:"bad"`
}

func (t *tab) focus() (f focus) {
	t.Helper()
	t.eval(`new Promise((done) => requestAnimationFrame(() => {
		const node = document.activeElement;
		const at = node.getBoundingClientRect();
		const style = getComputedStyle(node);
		let bad = "";
		if (node !== document.body) {
			const shows = node.matches(":focus-visible") && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
			if (!shows && !node.matches("h1, main")) bad = "the focus does not show";
			if (at.top < 0 || at.left < 0 || at.bottom > innerHeight + 1 || at.right > innerWidth + 1) bad = "out of sight";
			for (const y of [at.top + 3, (at.top + at.bottom) / 2, at.bottom - 3]) {
				const top = document.elementFromPoint((at.left + at.right) / 2, y);
				if (!bad && !(top && (node.contains(top) || top.contains(node)))) bad = "under <" + top?.localName + " " + top?.className + ">";
			}
		}
		done({ id: node.id, mark: node.dataset.mark ? node.dataset.index : "", text: node.innerText?.slice(0, 20) ?? "", bad });
	}))`, &f)
	return f
}

// tabTo goes on with the Tab key until the focus is where it shall be, and
// demands that it is in sight all the way.
func (t *tab) tabTo(there func(focus) bool, modifiers ...chromedp.Modifier) {
	t.Helper()
	var way []string
	for range 60 {
		t.press(kb.Tab, modifiers...)
		f := t.focus()
		if f.Bad != "" {
			t.shot("focus")
			t.Errorf("%s %s: %s", f.ID, f.Text, f.Bad)
		}
		if there(f) {
			return
		}
		way = append(way, f.ID+" "+f.Text)
	}
	t.Fatalf("the Tab key never comes there: %q", way)
}

func withID(id string) func(focus) bool { return func(f focus) bool { return f.ID == id } }

func markOf(option string) func(focus) bool { return func(f focus) bool { return f.Mark == option } }

// TestKioskKeyboard: a deputy who uses nothing but Tab, Space and Enter votes,
// and sees at any time where the focus is.
func TestKioskKeyboard(t *testing.T) {
	t.Parallel()
	s := hallStage(t)
	k := s.registerTab(newBrowser(t, s.base).tab(s.base, 1280, 800), "shared", "1号")
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	k.shown("#s-welcome")
	k.tabTo(withID("size"))
	k.press(" ")
	k.wait(`document.querySelector("#size").getAttribute("aria-pressed") === "true"`)
	k.press(client.FormatBadge(badgeSeed(number(0))) + kb.Enter)
	k.shown("#s-choose")
	k.tabTo(withID("to-review"))
	for i := range 10 {
		option := string(rune('0' + i))
		k.tabTo(markOf(option), back(i == 0)...)
		k.press(" ")
		k.wait(`document.activeElement.getAttribute("aria-pressed") === "true"`)
	}
	k.tabTo(markOf("11"))
	k.press(" ")
	if got, want := k.text("#count"), "最多选 10 项，请先取消一项。"; got != want {
		t.Errorf("the eleventh: %q, want %q", got, want)
	}
	k.tabTo(markOf("9"), chromedp.ModifierShift)
	k.press(" ")
	k.tabTo(withID("to-review"))
	k.press(kb.Enter)
	k.shown("#s-review")
	k.tabTo(withID("to-challenge"))
	k.press(kb.Enter)
	k.shown("#s-challenge")
	k.tabTo(withID("challenge-cancel"))
	k.press(kb.Enter)
	k.shown("#s-review")
	k.tabTo(withID("help"), chromedp.ModifierShift)
	k.press(kb.Enter)
	k.shown("#helping")
	k.press(kb.Enter)
	k.wait(`!document.querySelector("#helping").open`)
	k.tabTo(withID("cast"))
	k.pastDoubleTap()
	k.press(kb.Enter)
	k.shown("#s-done")
	k.tabTo(withID("finish"))
	k.press(" ")
	k.shown("#s-welcome")
	s.wantBallots("by keyboard", 1)
}

// back holds the Shift key if it is wanted.
func back(wanted bool) []chromedp.Modifier {
	if wanted {
		return []chromedp.Modifier{chromedp.ModifierShift}
	}
	return nil
}

// TestKioskFocusFinds: a focus that does not show, and one under the footer,
// are found.
func TestKioskFocusFinds(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	k := newBrowser(t, s.base).tab(s.base, 1280, 800)
	for want, spoil := range map[string]string{
		"":                        `1`,
		"the focus does not show": `document.activeElement.style.outline = "none"`,
		"out of sight":            `document.activeElement.style.cssText = "position:fixed;top:-500px"`,
		"under <p ":               `document.body.insertAdjacentElement("beforeend", document.createElement("p")).style.cssText = "position:fixed;inset:0;margin:0"`,
	} {
		k.open("/signin")
		k.rest()
		k.press(kb.Tab)
		k.press(kb.Tab)
		k.eval(spoil, nil)
		if got := k.focus(); want == "" && got.Bad != "" || !strings.HasPrefix(got.Bad, want) {
			t.Errorf("%q: %+v", want, got)
		}
	}
}
