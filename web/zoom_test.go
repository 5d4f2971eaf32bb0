package web

import (
	"testing"

	"github.com/chromedp/chromedp"

	"piaojue/lang"
)

// zoomed demands that nothing is lost on a page that is shown otherwise.
func (t *tab) zoomed(v look) {
	t.Helper()
	switch {
	case v.lang == lang.EN && !everyView:
	case v.width != sizes[0][0] && v.width != wallSize[0]:
		t.missesNothing(v)
	default:
		t.resized(v, 640, 400, 2)
		for _, size := range sizes {
			if size[0] != v.width && v.width != wallSize[0] && (everyView || size == sizes[2]) {
				t.resized(v, size[0], size[1], 1)
			}
		}
	}
}

// resized demands that nothing is lost on a page in another size.
func (t *tab) resized(v look, width, height int64, scale float64) {
	t.Helper()
	t.do(chromedp.EmulateViewport(width, height, chromedp.EmulateScale(scale)))
	t.rest()
	v.width = width
	t.eval("scrollTo(0, 0)", nil)
	t.shot("page-" + v.String())
	t.missesNothing(v)
}

func (t *tab) missesNothing(v look) {
	t.Helper()
	for _, what := range t.lost() {
		t.Errorf("%s: %s", v, what)
	}
}

// TestZoomFinds: what is lost is found.
func TestZoomFinds(t *testing.T) {
	t.Parallel()
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
		if (page.scrollWidth > innerWidth) {
			const wide = [...document.querySelectorAll("main *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".table-wrap"));
			bad.push("the page is " + page.scrollWidth + " wide: " + wide.slice(0, 3).map((e) => e.outerHTML.slice(0, 80)));
		}
		for (const node of document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")) {
			if (!node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || node.closest(".visually-hidden, .skip")) continue;
			node.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
			const at = node.getClientRects()[0];
			const name = (node.innerText || node.getAttribute("aria-label") || node.id || node.className).slice(0, 30) + " <" + node.localName + ">";
			if (!at) continue;
			const left = Math.max(at.left, 0), right = Math.min(at.right, innerWidth);
			const up = Math.max(at.top, 0), down = Math.min(at.bottom, innerHeight);
			const x = (left + right) / 2, y = (up + down) / 2;
			if (left > right || up > down) { bad.push("cannot be reached: " + name); continue; }
			const top = document.elementFromPoint(x, y);
			if (!top || !(node.contains(top) || top.contains(node) || node.labels?.length && [...node.labels].some((l) => l.contains(top)))) {
				bad.push("is hidden: " + name + " under <" + top?.localName + " " + top?.className + ">");
			}
		}
		return bad;
	})()`, &found)
	return found
}
