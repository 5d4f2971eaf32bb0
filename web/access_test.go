package web

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"piaojue/store"
)

// sampleURL fills the parameters of a route's path.
func (s *stage) sampleURL(rt *route) string {
	path := strings.NewReplacer(
		"{vote}", s.vote,
		"{hash}", strings.Repeat("0", 64),
		"{key}", strings.Repeat("0", 64),
		"{index}", "0",
		"{number}", "1",
		"{id}", "nobody",
		"{kind}", "unit",
		"*", "0/000.p/1",
	).Replace(rt.path)
	if rt.query != "" {
		path += "?" + rt.query
	}
	return path
}

// TestAccess walks the table: each route, as each role and as nobody. Who has
// the right gets any answer but 401 and 403; all others get exactly these.
func TestAccess(t *testing.T) {
	s := newStage(t)
	s.config.PerMinute = 1_000_000
	s.restart()
	s.draft()
	s.freeze()
	for i := range routes {
		rt := &routes[i]
		for _, role := range append(Roles(), "") {
			if rt.box && role != "" {
				continue // see TestBoxIdentity
			}
			status := s.touch(rt, role)
			allowed := rt.who.anyone || slices.Contains(rt.who.roles, role)
			want := http.StatusForbidden
			if role == "" {
				want = http.StatusUnauthorized
			}
			refused := status == http.StatusUnauthorized || status == http.StatusForbidden
			if allowed && refused || !allowed && status != want {
				t.Errorf("%s %s as %q: %d", rt.method, rt.path, role, status)
			}
			if status >= http.StatusInternalServerError {
				t.Errorf("%s %s as %q: %d", rt.method, rt.path, role, status)
			}
		}
	}
}

// touch makes a sample request and returns its status. It goes past the
// network: a websocket that is refused there would be no answer.
func (s *stage) touch(rt *route, role store.Role) int {
	s.Helper()
	r := httptest.NewRequest(rt.method, s.sampleURL(rt), bytes.NewReader([]byte(rt.sample)))
	s.identify(r, role)
	w := httptest.NewRecorder()
	s.server.Handler().ServeHTTP(w, r)
	return w.Code
}

// TestAccessTable: the table says of each route who may use it, and what is
// open to everybody is meant to be.
func TestAccessTable(t *testing.T) {
	open := []string{
		"GET /healthz", "GET /readyz", "GET /openapi.json", "GET /ca.crt",
		"GET /session", "POST /session", "DELETE /session", "POST /welcome", "PUT /welcome",
		"GET /votes", "GET /votes/{vote}", "POST /terminals", "POST /terminals/beat",
		"GET /votes/{vote}/roll/{key}", "PUT /votes/{vote}/seeds/{index}", "POST /votes/{vote}/issuances",
		"GET /votes/{vote}/live", "GET /votes/{vote}/snapshot",
		"POST /box/{vote}/ballots", "POST /box/{vote}/unused", "POST /box/{vote}/challenges", "POST /box/{vote}/queries",
		"GET /board/{vote}/checkpoint", "GET /board/{vote}/head", "GET /board/{vote}/closing", "GET /board/{vote}/tile/*",
		"GET /log/{vote}/result.xlsx", "GET /log/{vote}/result.csv", "GET /log/{vote}/result.json", "GET /log/{vote}/result.pb",
		"GET /log/{vote}/announcement.pdf", "GET /log/{vote}/announcement.xlsx",
		"GET /projects/data.json",
		"GET /board/{vote}/receipts/{hash}", "POST /board/{vote}/cosignatures",
		"GET /board/{vote}/issuer/{number}/checkpoint", "GET /board/{vote}/issuer/{number}/entries",
	}
	for _, rt := range routes {
		name := rt.method + " " + rt.path
		if rt.who.anyone != slices.Contains(open, name) && rt.query != "view=podium" && rt.query != "view=operations" {
			t.Errorf("%s: open to everybody: %t", name, rt.who.anyone)
		}
		if !rt.who.anyone && len(rt.who.roles) == 0 {
			t.Errorf("%s: nobody may use it", name)
		}
		if rt.box != strings.HasPrefix(rt.path, "/box/") {
			t.Errorf("%s: is it a route of the box?", name)
		}
		if rt.doc == "" || rt.status == 0 {
			t.Errorf("%s: documents nothing", name)
		}
	}
}

// TestWrongKey (S9, S10): a wrong API key is refused everywhere, guessing is
// limited, and a right key passes still.
func TestWrongKey(t *testing.T) {
	s := newStage(t)
	right := "Bearer " + s.people[store.RoleAdmin]
	if got := s.send("", "GET", "/votes", nil, "Authorization", right); got.status != http.StatusOK {
		t.Fatalf("right key: %d", got.status)
	}
	other, _ := GenerateKey()
	for _, header := range []string{
		"Bearer " + other, "Bearer", "Bearer ", "bearer " + s.people[store.RoleAdmin], "Basic " + s.people[store.RoleAdmin],
		right + "=", right + "A", right[:len(right)-1], s.people[store.RoleAdmin],
	} {
		if got := s.send("", "GET", "/votes", nil, "Authorization", header); got.code() != codeUnauthorized {
			t.Errorf("%q: %d %s", header, got.status, got.code())
		}
	}
	limited := false
	for range maxStrikes + 1 {
		limited = s.send("", "GET", "/votes", nil, "Authorization", "Bearer "+other).code() == codeRateLimited
	}
	if !limited {
		t.Error("guessing is not limited")
	}
	if got := s.send("", "GET", "/votes", nil, "Authorization", right); got.status != http.StatusOK {
		t.Errorf("right key after others guessed: %d", got.status)
	}
}

// TestKeyHashed: the database holds no API key.
func TestKeyHashed(t *testing.T) {
	key, hash := GenerateKey()
	if other, _ := GenerateKey(); other == key {
		t.Error("two keys are the same")
	}
	if hash != hashKey(key) || strings.Contains(string(hash[:]), key) {
		t.Error("hash is not that of the key")
	}
}

// TestRateLimit: one address cannot take all, whatever it says it is; the ballot box
// counts nobody.
func TestRateLimit(t *testing.T) {
	s := newStage(t)
	s.config.PerMinute = 20
	s.restart()
	var got answer
	for i := range 25 {
		got = s.send("", "GET", "/healthz", nil, "X-Forwarded-For", fmt.Sprint("192.0.2.", i), "X-Real-IP", fmt.Sprint("192.0.2.", i))
	}
	if got.code() != codeRateLimited {
		t.Errorf("25 requests of 20: %d", got.status)
	}
	for range 25 {
		if got := s.send("", "POST", "/box/v1/ballots", nil); got.code() != codeNotFound {
			t.Fatalf("box: %d %s", got.status, got.code())
		}
	}
}

// TestHeaders (S4, S5, S9): every answer bears the headers that keep pages in
// their place, and none lets a foreign origin read it.
func TestHeaders(t *testing.T) {
	s := newStage(t)
	for _, path := range []string{"/healthz", "/none", "/votes/none", "/box/none/ballots"} {
		a := s.send("", "GET", path, nil, "Origin", "https://example.org")
		checkPolicy(t, path, a)
		if a.header.Get("X-Content-Type-Options") != "nosniff" || a.header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: headers %v", path, a.header)
		}
		if a.header.Get("Strict-Transport-Security") != "max-age=31536000; includeSubDomains" || a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: headers %v", path, a.header)
		}
		for name := range a.header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s: %s", path, name)
			}
		}
		if len(a.header.Values("Set-Cookie")) > 0 {
			t.Errorf("%s sets a cookie", path)
		}
	}
	for _, path := range []string{"/signin", "/terminal", "/static/style.css", "/static/js/signin.js"} {
		a := s.send("", "GET", path, nil)
		checkPolicy(t, path, a)
		if a.status != http.StatusOK || a.header.Get("Strict-Transport-Security") == "" || a.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d, headers %v", path, a.status, a.header)
		}
	}
	for _, method := range []string{"OPTIONS", "TRACE"} {
		if a := s.send("", method, "/votes", nil, "X-Echo", "echo"); a.code() != codeMethod || strings.Contains(string(a.body), "echo") {
			t.Errorf("%s: %d", method, a.status)
		}
	}
	a := s.send(store.RoleStaffLead, "POST", "/votes", []byte(`{}`), "Origin", "https://example.org", "Sec-Fetch-Site", "cross-site")
	if a.code() != codeForeign {
		t.Errorf("a foreign page writes: %d", a.status)
	}
}

// checkPolicy demands that nothing is loaded but what is named, nothing frames an
// answer, and no script comes from a string.
func checkPolicy(t *testing.T, path string, a answer) {
	t.Helper()
	csp := a.header.Get("Content-Security-Policy")
	if !strings.HasPrefix(csp, "default-src 'none'") || !strings.Contains(csp, "base-uri 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") ||
		strings.Contains(csp, "unsafe-inline") || strings.Contains(csp, "'unsafe-eval'") || strings.Contains(csp, "object-src") {
		t.Errorf("%s: policy %q", path, csp)
	}
}
