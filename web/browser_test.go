package web

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"piaojue/kiosk"
)

// browser is a Chromium that a test looks through. What goes wrong on any page
// (an error on the console, something the policy stopped, a request to another
// host) fails the test.
type browser struct {
	testing.TB
	ctx  context.Context
	host string

	mu     sync.Mutex // guards faults
	faults []string
}

// pageWait is how long a page may take to come to a state. Chromium shares two
// cores with the server; a page that hangs is what is meant to be found.
const pageWait = 60 * time.Second

// raced is set where the race detector slows the server's cryptography
// fifteen-fold.
var raced bool

// notRaced ends a test that would take minutes with the race detector.
func notRaced(t testing.TB) {
	t.Helper()
	if raced {
		t.Skip("make test runs it; with the race detector it would take minutes")
	}
}

func newBrowser(t testing.TB, base string) *browser {
	t.Helper()
	notRaced(t)
	for _, name := range []string{"terminal.wasm", "desk.wasm"} {
		if staticFile("wasm/"+name) == nil {
			t.Fatalf("static/wasm/%s is missing (of web or kiosk): run make wasm-clients first", name)
		}
	}
	ctx, err := startChromium()
	if err != nil {
		t.Fatalf("chromium: %v (make test installs it)", err)
	}
	u, err := url.Parse(base)
	must(t, err)
	b := &browser{TB: t, ctx: ctx, host: u.Host}
	t.Cleanup(func() {
		for _, f := range b.takeFaults() {
			t.Error(f)
		}
	})
	return b
}

// takeFaults returns what went wrong so far, and forgets it.
func (b *browser) takeFaults() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	faults := b.faults
	b.faults = nil
	return faults
}

// stopChromium ends the Chromium that all tests share, if one has started it.
var stopChromium = func() {}

// startChromium starts it once: each tab has a profile of its own in it.
var startChromium = sync.OnceValues(func() (context.Context, error) {
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium()), chromedp.NoSandbox,
		chromedp.Flag("force-color-profile", "srgb"), chromedp.Flag("hide-scrollbars", true))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancel := chromedp.NewContext(alloc)
	stopChromium = func() {
		_ = chromedp.Cancel(ctx)
		cancel()
		stop()
	}
	return ctx, chromedp.Do(ctx)
})

// chromium is the browser that CHROMIUM names; else the headless shell, which is
// the same engine without windows, or where that is missing, Chromium.
func chromium() string {
	if path := os.Getenv("CHROMIUM"); path != "" {
		return path
	}
	if _, err := os.Stat(headlessShell); err == nil && !everyView {
		return headlessShell
	}
	return "/usr/bin/chromium"
}

// headlessShell is the program itself: stopping its wrapper would not stop it.
const headlessShell = "/usr/lib/chromium/chromium-headless-shell"

func staticFile(name string) []byte {
	for _, files := range []embed.FS{kiosk.Static, staticFiles} {
		if body, err := files.ReadFile("static/" + name); err == nil {
			return body
		}
	}
	return nil
}

// tab is a page in a browser profile of its own.
type tab struct {
	*browser
	ctx  context.Context
	base string
	// expected faults: parts of messages that this test provokes
	expected []string
}

func (b *browser) tab(base string, width, height int64, expected ...string) *tab {
	b.Helper()
	ctx, stop := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	b.Cleanup(stop)
	return b.newTab(ctx, base, width, height, expected)
}

// beside is another tab of the same profile.
func (t *tab) beside(width, height int64) *tab {
	t.Helper()
	ctx, stop := chromedp.NewContext(t.ctx)
	t.Cleanup(stop)
	return t.newTab(ctx, t.base, width, height, t.expected)
}

func (b *browser) newTab(ctx context.Context, base string, width, height int64, expected []string) *tab {
	b.Helper()
	t := &tab{browser: b, ctx: ctx, base: base, expected: expected}
	must(b, chromedp.Listen(ctx, t.hear))
	_, err := chromedp.Call(ctx, network.Enable, network.EnableParams{})
	must(b, err)
	_, err = chromedp.Call(ctx, log.Enable, cdp.Empty{})
	must(b, err)
	t.do(chromedp.EmulateViewport(width, height))
	return t
}

// hear notes what must not happen.
func (t *tab) hear(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		t.fault("exception: " + e.ExceptionDetails.Text + " " + describe(e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			t.fault(fmt.Sprintf("console: %s", e.Args[0].Value))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			t.fault("log: " + e.Entry.Text + " " + e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(e.Request.URL); err == nil && u.Host != t.host && u.Scheme != "data" && u.Scheme != "blob" && u.Scheme != "chrome" {
			t.fault("request to another host: " + u.Host)
		}
	}
}

func (t *tab) fault(what string) {
	for _, part := range t.expected {
		if strings.Contains(what, part) {
			return
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.faults = append(t.faults, what)
}

func (t *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.ctx, pageWait)
	defer cancel()
	err := chromedp.Do(ctx, steps...)
	for len(steps) == 1 && err != nil && strings.Contains(err.Error(), goneNode) && ctx.Err() == nil {
		err = chromedp.Do(ctx, steps...)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// goneNode is said of an element of a page that another one replaces meanwhile.
const goneNode = "Could not find node with given id"

// open goes to a page of the server.
func (t *tab) open(path string) *tab {
	t.Helper()
	t.do(chromedp.Navigate(t.base + path))
	return t
}

// eval evaluates an expression, awaiting a promise, and decodes its value.
func (t *tab) eval(expression string, into any) {
	t.Helper()
	if err := t.try(expression, into); err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
}

func (t *tab) try(expression string, into any) error {
	ctx, cancel := context.WithTimeout(t.ctx, pageWait)
	defer cancel()
	raw, err := chromedp.Run(ctx, chromedp.Evaluate[json.RawMessage](
		"(async () => JSON.stringify((await ("+expression+")) ?? null))()", chromedp.EvalAwaitPromise))
	if err != nil {
		return err
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil || into == nil {
		return err
	}
	return json.Unmarshal([]byte(text), into)
}

// untilTrue looks at an expression for a second at most.
const untilTrue = `(async () => {
	let wrong;
	for (const end = performance.now() + 1000; performance.now() < end; await new Promise((done) => setTimeout(done, 40))) {
		try { if (%s) return true; wrong = null; } catch (error) { wrong = error; }
	}
	if (wrong) throw wrong;
	return false;
})()`

// wait waits until an expression is true. The page itself looks again and
// again, which costs less than asking it from outside. A page that goes away
// meanwhile answers with an error; the next one is asked.
func (t *tab) wait(expression string) {
	t.Helper()
	deadline := time.Now().Add(pageWait)
	for {
		var ok bool
		err := t.try(fmt.Sprintf(untilTrue, expression), &ok)
		if ok {
			return
		}
		if time.Now().After(deadline) {
			t.shot("timeout")
			t.Fatalf("never: %s (%v); the page says: %.600s", expression, err, t.text("body"))
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// shown waits until an element is on the page and visible.
func (t *tab) shown(selector string) {
	t.Helper()
	t.wait(fmt.Sprintf("[...document.querySelectorAll(%q)].some(e => e.checkVisibility())", selector))
}

// hits makes the page note that a click has reached an element.
const hits = `((selector) => {
	window.hit = false;
	document.addEventListener("click", (event) => { window.hit ||= event.target.closest(selector) !== null; }, { capture: true });
})(%q)`

// click waits for an element that can be used, and clicks it as a mouse does. It
// clicks again if the page has moved the element away meanwhile, or has not taken the
// click, as a terminal does that takes none too soon; a page that has gone was hit.
func (t *tab) click(selector string) {
	t.Helper()
	for range 5 {
		t.wait(fmt.Sprintf("(e => e && e.checkVisibility() && !e.disabled)(document.querySelector(%q))", selector))
		t.eval(fmt.Sprintf(hits, selector), nil)
		t.do(chromedp.Click(selector))
		hit := true
		if err := t.try("window.hit ?? true", &hit); err != nil || hit {
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
	t.Fatalf("%s was clicked five times, and never hit", selector)
}

// fill replaces what stands in a field, key by key.
func (t *tab) fill(selector, text string) {
	t.Helper()
	t.shown(selector)
	t.eval(fmt.Sprintf("(e => { e.focus(); e.value = ''; })(document.querySelector(%q))", selector), nil)
	t.do(chromedp.SendKeys(selector, text))
}

// text returns what people read in an element.
func (t *tab) text(selector string) string {
	t.Helper()
	var text string
	t.eval(fmt.Sprintf("document.querySelector(%q)?.innerText ?? ''", selector), &text)
	return text
}

// shot keeps a picture of the page in the build folder; one that the documents
// show must still show the same words.
func (t *tab) shot(name string) {
	t.Helper()
	t.comparePicture(name)
	folder := filepath.Join("..", "build", "screens")
	must(t, os.MkdirAll(folder, 0o755))
	ctx, cancel := context.WithTimeout(t.ctx, pageWait)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	must(t, err)
	must(t, os.WriteFile(filepath.Join(folder, name+".png"), png, 0o644))
	t.takePicture(name, png)
}

func describe(d *runtime.ExceptionDetails) string {
	if d.Exception == nil {
		return ""
	}
	return d.Exception.Description
}
