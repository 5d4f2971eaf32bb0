package doctor

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"piaojue/election"
	"piaojue/testvectors"
)

// entry answers what a server's front door does, as far as is looked at.
func entry(t *testing.T) *http.ServeMux {
	t.Helper()
	mux := http.NewServeMux()
	say := func(path, media, body string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			for _, name := range guards {
				w.Header().Set(name, "x")
			}
			w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'")
			w.Header().Set("Content-Type", media)
			w.Write([]byte(body))
		})
	}
	say("/healthz", "application/json", `{"status":"ok"}`)
	say("/readyz", "application/json", `{"status":"ready"}`)
	say("/terminal", "text/html; charset=utf-8", "<!doctype html>")
	say("/static/wasm/terminal.wasm", "application/wasm", "\x00asm\x01")
	say("/votes", "application/json", `{"votes":[{"id":"old","phase":"archived"},{"id":"v1","phase":"voting"}]}`)
	up := websocket.Upgrader{}
	mux.HandleFunc("GET /votes/v1/live", func(w http.ResponseWriter, r *http.Request) {
		c, err := up.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer c.Close()
		c.WriteMessage(websocket.TextMessage, []byte(`{"phase":"voting"}`))
	})
	return mux
}

// spoilt is a proxy that does something wrong on one path.
func spoilt(t *testing.T, path string, wrong http.HandlerFunc) *way {
	t.Helper()
	sound := entry(t)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == path {
			wrong(w, r)
			return
		}
		sound.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return Patient{}.way(s.URL, false)
}

func status(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		w.Write([]byte(body))
	}
}

// TestSite: the way of a browser through a proxy that leaves all as it is, and through
// ones that do not.
func TestSite(t *testing.T) {
	ctx := t.Context()
	sound := spoilt(t, "/none", nil)
	site := func(w *way) Finding {
		f, _ := w.checkSite(ctx)
		return f
	}
	want(t, "site", site(sound), Careful, "plain")
	want(t, "page", sound.checkPage(ctx), Well, "whole")
	want(t, "program", sound.checkProgram(ctx), Well, "whole")
	want(t, "live", sound.checkLive(ctx, "v1"), Well, "speaks")
	want(t, "ready", sound.checkReady(ctx), Well, "yes")
	want(t, "peer", sound.checkPeer(ctx), Well, "serves")
	want(t, "another program", site(spoilt(t, "/healthz", status(200, "welcome to nginx"))), Wrong, "other")
	want(t, "a node without a leader", spoilt(t, "/healthz", status(503, `{"status":"waiting"}`)).checkPeer(ctx), Wrong, "waiting")
	want(t, "no page", spoilt(t, "/terminal", status(404, "")).checkPage(ctx), Wrong, "missing")
	want(t, "no program", spoilt(t, "/static/wasm/terminal.wasm", status(502, "")).checkProgram(ctx), Wrong, "missing")
	want(t, "another type", spoilt(t, "/static/wasm/terminal.wasm", status(200, "\x00asm")).checkProgram(ctx), Wrong, "type")
	want(t, "altered", spoilt(t, "/static/wasm/terminal.wasm", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/wasm")
		w.Write([]byte("<html>"))
	}).checkProgram(ctx), Wrong, "altered")
	want(t, "no websockets", spoilt(t, "/votes/v1/live", status(400, "")).checkLive(ctx, "v1"), Wrong, "refused")
	want(t, "another origin", spoilt(t, "/votes/v1/live", status(403, "")).checkLive(ctx, "v1"), Wrong, "origin")
	want(t, "mute", spoilt(t, "/votes/v1/live", func(w http.ResponseWriter, r *http.Request) {
		if c, err := (&websocket.Upgrader{}).Upgrade(w, r, nil); err == nil {
			c.Close()
		}
	}).checkLive(ctx, "v1"), Wrong, "mute")
	for field, seen := range map[string]string{"disk": "disk", "storage": "storage", "projects": "projects", "votes/v1": "vote", "x": "waiting"} {
		w := spoilt(t, "/readyz", status(503, `{"error":{"code":"not_ready","fields":[{"field":"`+field+`"}]}}`))
		want(t, "not ready: "+field, w.checkReady(ctx), Wrong, seen)
	}
	want(t, "no leader", spoilt(t, "/readyz", status(503, "")).checkReady(ctx), Wrong, "waiting")
}

// TestGuards: a header that is dropped, doubled or weakened is found.
func TestGuards(t *testing.T) {
	for name, change := range map[string]func(http.Header){
		"dropped": func(h http.Header) { h.Del("X-Frame-Options") },
		"doubled": func(h http.Header) { h.Add("Content-Security-Policy", "default-src *") },
		"another": func(h http.Header) { h.Set("Content-Security-Policy", "default-src *") },
		"weaker": func(h http.Header) {
			h.Set("Content-Security-Policy", "default-src 'none'; script-src 'unsafe-inline'")
		},
	} {
		sound := entry(t)
		w := spoilt(t, "/terminal", func(w http.ResponseWriter, r *http.Request) {
			rec := httptest.NewRecorder()
			sound.ServeHTTP(rec, r)
			change(rec.Header())
			for k, v := range rec.Header() {
				w.Header()[k] = v
			}
			w.Write(rec.Body.Bytes())
		})
		want(t, name, w.checkPage(t.Context()), Wrong, "bare")
	}
}

// TestListen: the port is free, the server's, another program's, or not of this
// machine.
func TestListen(t *testing.T) {
	ctx := t.Context()
	s := httptest.NewServer(entry(t))
	defer s.Close()
	at := func(address string) []Finding { return Patient{Listen: address, Plain: true}.checkListen(ctx) }
	here := at(s.Listener.Addr().String())
	want(t, "the server", here[0], Well, "serves")
	want(t, "the server", here[1], Well, "yes")
	other := httptest.NewServer(status(200, "another program"))
	defer other.Close()
	want(t, "another program", at(other.Listener.Addr().String())[0], Wrong, "taken")
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free := ln.Addr().String()
	ln.Close()
	want(t, "nobody", at(free)[0], Careful, "free")
	want(t, "another machine's address", at("192.0.2.7:8080")[0], Wrong, "nowhere")
	var all []string
	for _, f := range (Patient{Listen: s.Listener.Addr().String(), Plain: true, Site: s.URL + "/", Peers: []string{s.URL}}).network(ctx) {
		all = append(all, f.Check+" "+f.Case)
	}
	if want := []string{"listen serves", "ready yes", "site plain", "page whole", "program whole", "peer serves", "live speaks"}; !slices.Equal(all, want) {
		t.Errorf("got %q, want %q", all, want)
	}
}

// TestSiteTLS: over TLS the certificate that browsers are shown is looked at too, which
// may be a proxy's; who vouches for it must be known.
func TestSiteTLS(t *testing.T) {
	s := httptest.NewUnstartedServer(entry(t))
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // it hears of those who do not know it
	s.StartTLS()
	defer s.Close()
	p := Patient{Site: s.URL, Roots: x509.NewCertPool()}
	want(t, "unknown", p.network(t.Context())[0], Wrong, "untrusted")
	p.Roots.AddCert(s.Certificate())
	all := p.network(t.Context())
	want(t, "site", all[0], Well, "serves")
	want(t, "its certificate", all[1], Well, "lasts")
	if got := all[len(all)-1]; got.Case != "speaks" {
		t.Errorf("live screens over TLS: %+v", got)
	}
}

// TestOthers: issuers and witnesses that answer, fail, are silent, are not who they say,
// or have another time.
func TestOthers(t *testing.T) {
	ctx := t.Context()
	w := Patient{}.way("", false)
	ask := func(handler http.HandlerFunc) []Finding {
		s := httptest.NewServer(handler)
		defer s.Close()
		return w.checkOther(ctx, other{"issuer", "甲", s.URL})
	}
	dated := func(off time.Duration) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Date", time.Now().Add(off).UTC().Format(http.TimeFormat))
		}
	}
	want(t, "it answers", ask(status(404, ""))[0], Well, "answers")
	want(t, "it fails", ask(status(502, ""))[0], Wrong, "faulty")
	if got := ask(dated(0)); len(got) != 1 {
		t.Errorf("the same time: %+v", got)
	}
	want(t, "another time", ask(dated(-time.Hour))[1], Wrong, "apart")
	want(t, "another time", ask(dated(time.Hour))[1], Wrong, "apart")
	s := httptest.NewUnstartedServer(status(200, ""))
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // it hears of those who do not know it
	s.StartTLS()
	defer s.Close()
	want(t, "unknown", w.checkOther(ctx, other{"witness", "乙", s.URL})[0], Wrong, "untrusted")
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	known := Patient{Roots: roots}.way("", false)
	want(t, "known", known.checkOther(ctx, other{"witness", "乙", s.URL})[0], Well, "answers")
	want(t, "silent", w.checkOther(ctx, other{"witness", "乙", "http://127.0.0.1:1"})[0], Wrong, "silent")
	for seen, err := range map[string]error{
		"misnamed": &url.Error{Err: &tls.CertificateVerificationError{Err: x509.HostnameError{Certificate: s.Certificate(), Host: "x"}}},
		"expired":  x509.CertificateInvalidError{Reason: x509.Expired},
		"nowhere":  &net.OpError{Err: &net.DNSError{}},
		"silent":   errTest,
	} {
		if got := reason(err); got != seen {
			t.Errorf("%v: %s, want %s", err, got, seen)
		}
	}
}

// TestVotes: issuers and witnesses are read from what a server says of its votes to
// everybody; a log that cannot be read is left alone.
func TestVotes(t *testing.T) {
	ctx := t.Context()
	records, err := testvectors.Records(testvectors.Files)
	if err != nil {
		t.Fatal(err)
	}
	files, err := records[0].Files()
	if err != nil {
		t.Fatal(err)
	}
	mux := entry(t)
	mux.HandleFunc("GET /board/v1/", func(w http.ResponseWriter, r *http.Request) {
		body, ok := files[strings.TrimPrefix(r.URL.Path, "/board/v1/")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Write(body)
	})
	s := httptest.NewServer(mux)
	defer s.Close()
	mux.HandleFunc("GET /votes/v1", status(200, `{"issuers":[{"name":"自己","url":""},{"name":"甲","url":"http://127.0.0.1:1"}]}`))
	w := Patient{}.way(s.URL, false)
	if m := w.manifest(ctx, "v1"); m == nil || m.Deputies == 0 {
		t.Errorf("manifest: %+v", m)
	}
	if m := w.manifest(ctx, "none"); m != nil {
		t.Errorf("a vote that is not there: %+v", m)
	}
	all := w.votes(ctx)
	want(t, "live", all[0], Well, "speaks")
	want(t, "issuer", all[1], Wrong, "silent")
	const policy = "witness w1 witness.example/w1+4f53880c+BEzNZBfABYTXtJPL4acv1tuzcCQSHQwUbOl2g8bliKrw https://w1.example/\n" +
		"witness w2 witness.example/w2+dd4d1bd8+BGQHDab1mZLCkm5zRXo8MhMkXq747jBMvyBdtqPtKOsV\nquorum w1\n"
	if got := witnessesOf(&election.Manifest{Policy: policy}); len(got) != 1 || got[0] != (other{"witness", "w1", "https://w1.example"}) {
		t.Errorf("witnesses: %+v", got)
	}
	want(t, "no list", spoilt(t, "/votes", status(500, "")).votes(ctx)[0], Careful, "unreadable")
	want(t, "no vote", spoilt(t, "/votes", status(200, `{"votes":[]}`)).votes(ctx)[0], Careful, "none")
}
