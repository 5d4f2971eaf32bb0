package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"piaojue/election"
	"piaojue/kiosk"
)

// meddler hands out one file with another last byte.
func meddler(s *stage, altered *string) *httptest.Server {
	m := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != *altered {
			s.server.Handler().ServeHTTP(w, r)
			return
		}
		r.Header.Del("Accept-Encoding")
		r.Header.Del("If-None-Match")
		a := httptest.NewRecorder()
		s.server.Handler().ServeHTTP(a, r)
		body := a.Body.Bytes()
		body[len(body)-1] ^= 1
		w.Header().Set("Content-Type", a.Header().Get("Content-Type"))
		w.Write(body)
	}))
	s.Cleanup(m.Close)
	return m
}

// TestKioskAltered (S4): what is between server and terminal cannot change
// script or program, and a real vote takes no page but the one that its manifest
// names. Without a change the same page goes on.
func TestKioskAltered(t *testing.T) {
	t.Parallel()
	s := hallStage(t)
	altered := ""
	m := meddler(s, &altered)
	k := s.registerTab(newBrowser(t, m.URL).tab(m.URL, 1280, 800, "integrity", "digest", "Failed to load"), "shared", "1号")
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	k.shown("#s-welcome")
	for _, name := range []string{"/static/wasm/terminal.wasm", "/static/js/machine-worker.js"} {
		altered = name
		k.open("/terminal")
		k.shown("#s-trouble")
		if got, want := k.text("#trouble-lead"), "这台终端的程序与票决清单里登记的不同，终端已停用。请举手，让工作人员过来。"; got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	for _, name := range []string{"/static/js/terminal.js", "/static/js/choice.js"} {
		altered = name
		k.open("/terminal")
		k.eval(`new Promise((done) => setTimeout(done, 1000))`, nil)
		k.shown("#s-begin")
	}
	altered = ""
	k.open("/terminal")
	k.shown("#s-welcome")
	for _, x := range []struct {
		hash [32]byte
		want string
	}{{kiosk.Hash(), "#s-welcome"}, {[32]byte{1}, "#s-trouble"}} {
		k.asReal(x.hash)
		k.fill("#badge", "nobody's\r") // a refusal starts a new worker
		k.wait(`!document.querySelector("#welcome-refusal").hidden || !document.querySelector("#s-trouble").hidden`)
		k.shown(x.want)
	}
	old := strings.Replace(userAgent, "Chrome/", "Chrome/108.", 1)
	_, err := chromedp.Call(k.ctx, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: old})
	must(t, err)
	k.open("/terminal")
	k.shown("#s-old")
	var displayed string
	if k.eval(`getComputedStyle(document.querySelector("#s-begin")).display`, &displayed); displayed != "none" {
		t.Errorf("an old browser goes on: %s", displayed)
	}
}

// asReal has the page take the next vote that its program opens for a real one that
// pins the terminals.
func (t *tab) asReal(pin [32]byte) {
	t.Helper()
	t.eval(fmt.Sprintf(`void (window.Worker = class extends (window.plain ??= Worker) {
		set onmessage(hear) {
			super.onmessage = (event) => {
				if (event.data.value?.pins) Object.assign(event.data.value, { kind: "real", pins: [{ name: "terminal", hash: "%x" }] });
				hear(event);
			};
		}
	})`, pin), nil)
}

// TestKioskListLate: a list of the program's files that does not come is no false
// one: the terminal asks again, and goes on.
func TestKioskListLate(t *testing.T) {
	t.Parallel()
	s := hallStage(t)
	faults := make(chan int, 2)
	f := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/static/kiosk.sha256" {
			select {
			case status := <-faults:
				http.Error(w, "<html>", status)
				return
			default:
			}
		}
		s.server.Handler().ServeHTTP(w, r)
	}))
	t.Cleanup(f.Close)
	k := s.registerTab(newBrowser(t, f.URL).tab(f.URL, 1280, 800, "status of 50"), "shared", "1号")
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	k.shown("#s-welcome")
	faults <- http.StatusBadGateway
	faults <- http.StatusServiceUnavailable
	k.asReal(kiosk.Hash())
	k.fill("#badge", "nobody's\r") // a refusal starts a new worker
	k.wait(`!document.querySelector("#welcome-refusal").hidden || !document.querySelector("#s-trouble").hidden`)
	k.shown("#s-welcome")
	if len(faults) > 0 {
		t.Error("the list was not asked for again")
	}
}

const userAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/0.0.0 Safari/537.36"

// TestPinned: the freeze pins what terminals load, beside the verifier, unless
// staff pinned terminals of their own.
func TestPinned(t *testing.T) {
	verifier := election.Pin{Name: "piaojue-verify", Hash: [32]byte{1}}
	own := election.Pin{Name: kiosk.PinName, Hash: kiosk.Hash()}
	other := election.Pin{Name: kiosk.PinName, Hash: [32]byte{2}}
	last := election.Pin{Name: "z"}
	for _, x := range []struct{ given, want []election.Pin }{
		{nil, []election.Pin{own}},
		{[]election.Pin{verifier, last}, []election.Pin{verifier, own, last}},
		{[]election.Pin{verifier, other}, []election.Pin{verifier, other}},
	} {
		if got := withKiosk(x.given); !slices.Equal(got, x.want) {
			t.Errorf("%v: got %v, want %v", x.given, got, x.want)
		}
	}
}
