package web

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// TestHarness: what must not happen on any page fails a test that looks at it;
// a page on which nothing happens does not.
func TestHarness(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	other := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(other.Close)
	bare := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", mediaHTML)
		w.Write([]byte("<!doctype html><link rel=icon href=data:,><p>no policy</p>"))
	}))
	t.Cleanup(bare.Close)
	for name, x := range map[string]struct{ base, path, script, want string }{
		"nothing":           {s.base, "/signin", `1`, ""},
		"console error":     {s.base, "/signin", `console.error("wrong")`, "console: "},
		"console warning":   {s.base, "/signin", `console.warn("odd")`, "console: "},
		"exception":         {s.base, "/signin", `setTimeout(() => { throw new Error("lost") })`, "exception: "},
		"rejection":         {s.base, "/signin", `void Promise.reject(new Error("lost"))`, "exception: "},
		"inline script":     {s.base, "/signin", `document.body.append(Object.assign(document.createElement("script"), { textContent: "1" }))`, "Content Security Policy"},
		"inline style":      {s.base, "/signin", `document.body.setAttribute("style", "color: red")`, "Content Security Policy"},
		"foreign image":     {s.base, "/signin", `new Image().src = "` + other.URL + `/x.png"`, "Content Security Policy"},
		"missing file":      {s.base, "/signin", `fetch("/static/none.js").then(() => 1)`, "404"},
		"foreign request":   {bare.URL, "/", `fetch("` + other.URL + `", { mode: "no-cors" }).then(() => 1)`, "another host"},
		"foreign websocket": {s.base, "/signin", `void new WebSocket("` + strings.Replace(other.URL, "http", "ws", 1) + `")`, "Content Security Policy"},
	} {
		b := newBrowser(t, x.base)
		k := b.tab(x.base, 1280, 800).open(x.path)
		k.eval(x.script, nil)
		k.eval("new Promise((done) => setTimeout(done, 200))", nil)
		got := b.takeFaults()
		found := slices.ContainsFunc(got, func(f string) bool { return strings.Contains(f, x.want) })
		if x.want == "" && len(got) > 0 || x.want != "" && !found {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}
