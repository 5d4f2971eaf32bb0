package main

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"piaojue/client"
	"piaojue/lang"
)

// newTestServer starts an HTTPS server and returns what speaks to it.
func newTestServer(t *testing.T, handle http.HandlerFunc) (*server, *httptest.Server) {
	t.Helper()
	h := httptest.NewUnstartedServer(handle)
	h.Config.ErrorLog = log.New(io.Discard, "", 0)
	h.StartTLS()
	t.Cleanup(h.Close)
	roots := x509.NewCertPool()
	roots.AddCert(h.Certificate())
	s, err := newServer(h.URL, "v1", "secret-key", roots, lang.EN)
	if err != nil {
		t.Fatal(err)
	}
	return s, h
}

// TestBoxRequests: what goes to the ballot box comes on a connection of its
// own, resumes no TLS session and bears no identity; other requests share one.
func TestBoxRequests(t *testing.T) {
	var mu sync.Mutex
	ports := make(map[string][]string)
	s, _ := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		ports[r.URL.Path] = append(ports[r.URL.Path], r.RemoteAddr)
		if r.TLS.DidResume {
			t.Errorf("%s: resumed a TLS session", r.URL.Path)
		}
		if r.Header.Get("Authorization") != "" || r.Header.Get("Cookie") != "" {
			t.Errorf("%s: bears an identity", r.URL.Path)
		}
		http.SetCookie(w, &http.Cookie{Name: "seat", Value: "17"})
	})
	send := s.transport(t.Context())
	for range 3 {
		for _, r := range []client.Request{
			{Method: "POST", Path: "/votes/v1/issuances", Body: []byte("x"), Issuer: client.Server},
			{Method: "POST", Path: "/box/v1/ballots", Body: []byte("x"), Issuer: client.Server, Box: true},
		} {
			if _, err := send(r); err != nil {
				t.Fatal(err)
			}
		}
	}
	seen := make(map[string]bool)
	for _, from := range ports["/box/v1/ballots"] {
		if seen[from] || from == ports["/votes/v1/issuances"][0] {
			t.Errorf("connection %s was used before", from)
		}
		seen[from] = true
	}
	for _, from := range ports["/votes/v1/issuances"] {
		if from != ports["/votes/v1/issuances"][0] {
			t.Error("other requests do not share a connection")
		}
	}
	if len(seen) != 3 {
		t.Errorf("%d box requests arrived", len(seen))
	}
}

// TestAPIKey: the key goes with what a person does, and nowhere else.
func TestAPIKey(t *testing.T) {
	var got string
	s, _ := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Get("Authorization")
		fmt.Fprint(w, `{"proposals":[]}`)
	})
	if _, err := s.proposals(t.Context()); err != nil || got != "Bearer secret-key" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := s.transport(t.Context())(client.Request{Method: "GET", Path: "/board/v1/checkpoint", Issuer: client.Server}); err != nil || got != "" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestRefusals(t *testing.T) {
	for _, tt := range []struct {
		status int
		body   string
		code   string
		text   string
	}{
		{409, `{"error":{"code":"phase","zh":"阶段","en":"the phase","check":"entry.phase"}}`, "phase", "the phase [entry.phase]"},
		{400, `{"error":{"code":"row_errors","zh":"表","en":"the table","rows":[{"row":3,"column":"name","zh":"缺","en":"missing"}]}}`,
			"row_errors", "the table\nrow 3, name: missing"},
		{409, `{"error":{"code":"missing","zh":"缺","en":"missing","fields":[{"field":"roll"},{"field":"badges","reason":"2 of 9"}]}}`,
			"missing", "missing\nroll\nbadges: 2 of 9"},
		{502, `<html>bad gateway`, "", "HTTP 502 Bad Gateway"},
		{404, `{"error":"no"}`, "", "HTTP 404 Not Found"},
		{302, ``, "", "HTTP 302 Found"},
	} {
		s, _ := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "https://elsewhere.example/") // is not followed
			w.WriteHeader(tt.status)
			fmt.Fprint(w, tt.body)
		})
		_, err := s.call(t.Context(), "GET", "/votes", "", nil)
		r, ok := errors.AsType[*client.Refusal](err)
		if !ok || r.Status != tt.status || r.Code != tt.code || r.Text != tt.text {
			t.Errorf("%s: got %#v, %v", tt.body, r, err)
		}
	}
}

// TestNoAnswer: an error that is no refusal leaves open whether the request
// arrived, and shows no path, which may hold a badge's key.
func TestNoAnswer(t *testing.T) {
	s, h := newTestServer(t, func(http.ResponseWriter, *http.Request) {})
	h.Close()
	_, err := s.call(t.Context(), "GET", "/votes/v1/roll/00ff", "", nil)
	if _, refused := errors.AsType[*client.Refusal](err); err == nil || refused || strings.Contains(err.Error(), "00ff") {
		t.Errorf("got %v", err)
	}
	s, _ = newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		w.Write(make([]byte, maxAnswer+1))
	})
	if _, err := s.call(t.Context(), "GET", "/votes", "", nil); err == nil {
		t.Error("takes an answer without end")
	}
	if s.roots = x509.NewCertPool(); true {
		s.shared = s.client(false)
	}
	if _, err := s.call(t.Context(), "GET", "/votes", "", nil); err == nil {
		t.Error("takes any certificate")
	}
}

func TestIssuerAddress(t *testing.T) {
	second := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.URL.Path) }))
	defer second.Close()
	s, _ := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"issuers":[{"number":0,"name":"own"},{"number":1,"name":"second","url":%q}]}`, second.URL)
	})
	send := s.transport(t.Context())
	got, err := send(client.Request{Method: "POST", Path: "/votes/v1/issuances", Issuer: 1})
	if err != nil || string(got) != "/votes/v1/issuances" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := send(client.Request{Method: "POST", Path: "/votes/v1/issuances", Issuer: 2}); err == nil {
		t.Error("finds an issuer that is not there")
	}
}

func TestAddresses(t *testing.T) {
	for address, ok := range map[string]bool{
		"http://127.0.0.1:8080": true, "https://hall.example/": true, "127.0.0.1:8080": false, "ftp://x": false, "http://": false, "": false,
	} {
		if _, err := newServer(address, "v", "", nil, lang.EN); (err == nil) != ok {
			t.Errorf("%q: got %v", address, err)
		}
	}
	for address, private := range map[string]bool{
		"http://127.0.0.1:1": true, "http://localhost": true, "http://[::1]:1": true, "https://hall": true, "http://hall": false, "http://127.example": false,
	} {
		s, err := newServer(address, "v", "", nil, lang.EN)
		if err != nil || s.private() != private {
			t.Errorf("%s: private is %v, %v", address, s.private(), err)
		}
	}
	s, _ := newServer("https://hall:8443/", "v1", "", nil, lang.EN)
	if got, want := s.live("hall"), "wss://hall:8443/votes/v1/live?view=hall"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
