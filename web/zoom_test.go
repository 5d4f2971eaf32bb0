package web

import (
	"testing"

	"github.com/chromedp/chromedp"

	"piaojue/lang"
)

// TestZoom: with everything twice as large on a screen of 1280 × 800, no page
// scrolls sideways, and whatever can be used can be reached.
func TestZoom(t *testing.T) {
	t.Parallel()
	g := newGuide(t)
	for _, v := range views() {
		if v.lang == lang.EN && !everyView {
			continue
		}
		tab := g.see(v)
		tab.do(chromedp.EmulateViewport(640, 400, chromedp.EmulateScale(2)))
		tab.rest()
		for _, what := range tab.lost() {
			t.Errorf("%s: %s", v, what)
		}
	}
}

// TestZoomFinds: what is lost is found.
func TestZoomFinds(t *testing.T) {
	s := newStage(t)
	k := newBrowser(t, s.base).tab(s.base, 640, 400)
	for want, spoil := range map[string]string{
		"":                    `1`,
		"the page is 13":      `document.querySelector("h1").style.cssText = "display:block;width:1300px;margin:0"`,
		"cannot be reached: ": `document.querySelector("form button").style.cssText = "position:fixed;top:-300px"`,
		"is hidden: ":         `document.body.insertAdjacentElement("beforeend", document.createElement("p")).style.cssText = "position:fixed;inset:0;margin:0"`,
	} {
		k.open("/signin")
		k.rest()
		k.eval(spoil, nil)
		got := k.lost()
		if want == "" && len(got) > 0 || want != "" && !hasPart(got, want) {
			t.Errorf("%q: %q", want, got)
		}
	}
}

// lost lists what cannot be seen or used on the page: a page that scrolls
// sideways, and controls that no scrolling brings to light.
func (t *tab) lost() (found []string) {
	t.Helper()
	t.eval(`(() => {
		const bad = [];
		const page = document.scrollingElement;
		if (page.scrollWidth > innerWidth) bad.push("the page is " + page.scrollWidth + " wide");
		for (const node of document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")) {
			if (!node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || node.closest(".visually-hidden, .skip")) continue;
			node.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
			const at = node.getClientRects()[0];
			const name = (node.innerText || node.getAttribute("aria-label") || node.id || node.className).slice(0, 30) + " <" + node.localName + ">";
			if (!at) continue;
			const x = at.left + Math.min(at.width, innerWidth) / 2, y = at.top + Math.min(at.height, innerHeight) / 2;
			if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) { bad.push("cannot be reached: " + name); continue; }
			const top = document.elementFromPoint(x, y);
			if (!top || !(node.contains(top) || top.contains(node) || node.labels?.length && [...node.labels].some((l) => l.contains(top)))) {
				bad.push("is hidden: " + name + " under <" + top?.localName + " " + top?.className + ">");
			}
		}
		return bad;
	})()`, &found)
	return found
}
