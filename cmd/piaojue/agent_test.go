package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"piaojue/client"
	"piaojue/kiosk"
	"piaojue/lang"
)

// newTestAgent is an agent before a server that handle plays; its own handler is
// asked without a browser.
func newTestAgent(t *testing.T, handle http.HandlerFunc) *agent {
	t.Helper()
	s, _ := newTestServer(t, handle)
	tool := newTestTool(lang.EN)
	m, err := openMemory(filepath.Join(t.TempDir(), "state"))
	if err != nil {
		t.Fatal(err)
	}
	return &agent{tool: tool, server: s, memory: m, manifest: [32]byte{7}, address: "127.0.0.1:8765"}
}

// ask sends what a page would, with all that a browser might add.
func (a *agent) ask(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://"+a.address+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Terminal key")
	r.Header.Set("Piaojue-Pin", "123456")
	r.Header.Set("Cookie", "seat=17")
	r.Header.Set("User-Agent", "Chromium of seat 17")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	a.handler().ServeHTTP(w, r)
	return w
}

// TestAgentForwards (V14): the page reaches what a visit needs, and nothing else;
// nothing that goes to the ballot box says which device it comes from, and each
// has a connection of its own.
func TestAgentForwards(t *testing.T) {
	var mu sync.Mutex
	seen, from := make(map[string]http.Header), make(map[string]int)
	a := newTestAgent(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		seen[r.Method+" "+r.URL.String()] = r.Header
		from[r.RemoteAddr]++
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Set-Cookie", "seat=17")
		io.Copy(w, r.Body)
	})
	for _, x := range []struct {
		method, path string
		names        bool // the device
	}{
		{"POST", "/terminals/beat", true},
		{"GET", "/votes/v1/roll/00ff", false},
		{"PUT", "/votes/v1/seeds/7", true},
		{"POST", "/box/v1/ballots", false},
		{"POST", "/box/v1/unused", false},
		{"POST", "/box/v1/challenges", false},
		{"POST", "/box/v1/queries", false},
		{"GET", "/board/v1/checkpoint", false},
		{"GET", "/board/v1/closing", false},
		{"GET", "/board/v1/tile/entries/x001/234.p/7", false},
	} {
		w := a.ask(x.method, x.path+"?seat=17", "body")
		if w.Code != http.StatusOK || w.Body.String() != "body" && x.method != "GET" || w.Header().Get("Set-Cookie") != "" {
			t.Errorf("%s: %d %q", x.path, w.Code, w.Body)
		}
		h := seen[x.method+" "+x.path]
		if h == nil || h.Get("Cookie") != "" || h.Get("User-Agent") != "piaojue" || len(h.Values("Origin")) > 0 {
			t.Errorf("%s: sent with %v", x.path, h)
		}
		if got := h.Get("Authorization") != "" || h.Get("Piaojue-Pin") != ""; got != x.names {
			t.Errorf("%s: names the device %t, want %t", x.path, got, x.names)
		}
	}
	if len(from) < 5 {
		t.Errorf("four casts and the rest came on %d connections", len(from))
	}
	n := len(seen)
	for _, x := range []string{
		"GET /votes/v1", "GET /votes/v2/roll/00", "POST /box/v2/ballots", "GET /box/v1/ballots", "POST /session", "GET /people",
		"DELETE /votes/v1/seeds/7", "GET /board/v1/head", "GET /static/js/hall.js", "GET /hall/v1", "POST /votes/v1/proposals", "GET /board/v1/../../people",
		"GET /board/v1/tile/..%2f..%2f..%2fpeople", "GET /board/v1/tile/%2e%2e/%2e%2e/%2e%2e/people", "GET /votes/v1/roll/..%2f..%2f..%2fpeople", "PUT /votes/v1/seeds/..%2f..%2fpeople",
	} {
		method, path, _ := strings.Cut(x, " ")
		if w := a.ask(method, path, ""); w.Code/100 == 2 {
			t.Errorf("%s: %d", x, w.Code)
		}
	}
	if len(seen) != n {
		t.Errorf("more went out: %v", seen)
	}
}

// TestAgentGuard (S9): pages of others cannot use a terminal that runs beside
// them.
func TestAgentGuard(t *testing.T) {
	a := newTestAgent(t, func(http.ResponseWriter, *http.Request) {})
	for name, x := range map[string]struct {
		headers []string
		want    int
	}{
		"own":             {nil, http.StatusOK},
		"own, with names": {[]string{"Origin", "http://127.0.0.1:8765", "Sec-Fetch-Site", "same-origin"}, http.StatusOK},
		"other page":      {[]string{"Origin", "https://example.invalid", "Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		"old browser":     {[]string{"Origin", "https://example.invalid"}, http.StatusForbidden},
	} {
		if w := a.ask("POST", "/terminals/beat", "{}", x.headers...); w.Code != x.want {
			t.Errorf("%s: %d, want %d", name, w.Code, x.want)
		}
	}
	r := httptest.NewRequest("GET", "http://example.invalid:8765/agent", nil)
	w := httptest.NewRecorder()
	a.handler().ServeHTTP(w, r)
	if w.Code != http.StatusMisdirectedRequest {
		t.Errorf("rebound name: %d", w.Code)
	}
	if _, err := loopbackAddress("127.0.0.1:0"); err != nil {
		t.Error(err)
	}
	for _, address := range []string{"0.0.0.0:80", ":80", "192.0.2.1:80", "hall:80", "127.0.0.1"} {
		if _, err := loopbackAddress(address); err == nil {
			t.Errorf("%s was taken", address)
		}
	}
}

// TestAgentShows: page, parts and list are those of package kiosk, under its
// policy, whatever the server would hand out.
func TestAgentShows(t *testing.T) {
	a := newTestAgent(t, func(w http.ResponseWriter, r *http.Request) { t.Errorf("the server was asked for %s", r.URL) })
	for _, f := range kiosk.Files() {
		w := a.ask("GET", "/"+f.Name, "")
		if sha256.Sum256(w.Body.Bytes()) != f.Sum || w.Header().Get("Content-Type") != f.Media || w.Header().Get("Content-Security-Policy") != kiosk.Policy() {
			t.Errorf("%s: %d %v", f.Name, w.Code, w.Header())
		}
	}
	if w := a.ask("GET", "/"+kiosk.ListName, ""); !bytes.Equal(w.Body.Bytes(), kiosk.List()) {
		t.Errorf("list: %s", w.Body)
	}
}

// TestAgentMedia (S4): whatever a server calls its answer, the page gets neither a
// page nor a script from it.
func TestAgentMedia(t *testing.T) {
	named := ""
	a := newTestAgent(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", named)
		io.WriteString(w, "body")
	})
	for name, want := range map[string]string{
		"application/octet-stream": mediaBinary, "application/json": mediaJSON, "application/json; charset=utf-8": mediaJSON, "text/plain; charset=utf-8": mediaText,
		"text/html": mediaBinary, "text/javascript": mediaBinary, "application/wasm": mediaBinary, "image/svg+xml": mediaBinary, "": mediaBinary, "application/json, text/html": mediaBinary,
	} {
		named = name
		w := a.ask("GET", "/board/v1/checkpoint", "")
		if got := w.Header().Get("Content-Type"); got != want || w.Code != http.StatusOK || w.Body.String() != "body" {
			t.Errorf("%q: %d %q %q, want %q", name, w.Code, got, w.Body, want)
		}
	}
}

// TestAgentRegisters: the key of this device survives a start, but not that of
// another vote.
func TestAgentRegisters(t *testing.T) {
	vote := "v2"
	a := newTestAgent(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", mediaJSON)
		w.WriteHeader(http.StatusCreated)
		json.NewEncoder(w).Encode(map[string]string{"vote": vote, "key": "k-" + vote})
	})
	device := func() string {
		var d deviceJSON
		if err := json.Unmarshal(a.ask("GET", "/agent", "").Body.Bytes(), &d); err != nil || d.Vote != "v1" || d.Manifest != hexOf([32]byte{7}) {
			t.Fatalf("%+v, %v", d, err)
		}
		return string(d.Device)
	}
	if got := device(); got != "null" {
		t.Errorf("before: %s", got)
	}
	if w := a.ask("POST", "/terminals", "{}"); w.Code != http.StatusConflict || device() != "null" {
		t.Errorf("other vote: %d, %s", w.Code, device())
	}
	vote = "v1"
	for range 2 { // again, when the server has forgotten the first
		if w := a.ask("POST", "/terminals", "{}"); w.Code != http.StatusCreated || !strings.Contains(device(), "k-v1") {
			t.Errorf("%d, %s", w.Code, device())
		}
	}
	if info, err := os.Stat(a.memory.devicePath("v1")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}

// TestAgentOfTwoVotes: after a rehearsal, the same machine registers for the real
// vote, and is what it was if the rehearsal goes on.
func TestAgentOfTwoVotes(t *testing.T) {
	vote := "v1"
	a := newTestAgent(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusCreated)
		json.NewEncoder(w).Encode(map[string]string{"vote": vote, "key": "k-" + vote})
	})
	for _, x := range []struct{ vote, before string }{{"v1", "null"}, {"v2", "null"}, {"v1", "k-v1"}, {"v2", "k-v2"}} {
		vote, a.server.vote = x.vote, x.vote
		if w := a.ask("GET", "/agent", ""); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), x.before) {
			t.Errorf("%s: %d %s, want %s", x.vote, w.Code, w.Body, x.before)
		}
		if w := a.ask("POST", "/terminals", "{}"); w.Code != http.StatusCreated {
			t.Errorf("%s: %d", x.vote, w.Code)
		}
	}
	long := json.RawMessage(`{"vote":"v2","key":"` + strings.Repeat("k", maxDocument) + `"}`)
	if err := a.memory.keepDevice("v2", long); err == nil {
		t.Error("keeps what it cannot read again")
	}
	if w := a.ask("GET", "/agent", ""); !strings.Contains(w.Body.String(), "k-v2") {
		t.Errorf("the key before is gone: %s", w.Body)
	}
}

// TestAgentServer: a server that others in the hall could read along with is
// refused, and so is a start without a program.
func TestAgentServer(t *testing.T) {
	tool := newTestTool(lang.EN)
	tool.settings.vote, tool.settings.manifest = "v1", hexOf([32]byte{1})
	for address, ok := range map[string]bool{"http://192.0.2.1:8080": false, "https://192.0.2.1": true, "http://127.0.0.1:8080": true} {
		tool.settings.server = address
		_, err := tool.newAgent(t.Context(), agentOptions{listen: "127.0.0.1:0", state: t.TempDir()})
		if (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// TestAgentKeyed: no deputy gets a credential before the agent has verified who
// holds the joint key.
func TestAgentKeyed(t *testing.T) {
	asked := 0
	a := newTestAgent(t, func(w http.ResponseWriter, r *http.Request) {
		asked++
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	a.board = client.NewBoard(a.server.transport(t.Context()), "v1", a.manifest)
	if w := a.ask("POST", "/votes/v1/issuances", "body"); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "have not made their key") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if asked != 1 {
		t.Errorf("%d requests went out, want the one for the checkpoint", asked)
	}
}
