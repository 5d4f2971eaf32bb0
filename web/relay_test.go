package web

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"piaojue/client"
	"piaojue/store"
)

// relayed is a stage whose second issuer is behind an address, and asked
// through the server.
type relayed struct {
	*stage
	mu      sync.Mutex
	bodies  [][]byte
	headers []http.Header
}

func newRelayed(t *testing.T) *relayed {
	x := &relayed{stage: newStage(t)}
	issuer, path := x.second()
	behind := httptest.NewServer(http.HandlerFunc(x.serveIssuer))
	t.Cleanup(behind.Close)
	x.others[0].URL = behind.URL + "/"
	x.begin()
	x.startIssuer(issuer, path)
	return x
}

// serveIssuer notes what comes to the issuer.
func (x *relayed) serveIssuer(w http.ResponseWriter, r *http.Request) {
	body, _ := readBody(w, r, maxBody)
	x.mu.Lock()
	x.bodies, x.headers = append(x.bodies, body), append(x.headers, r.Header)
	x.mu.Unlock()
	again := httptest.NewRequest(r.Method, r.URL.Path, bytes.NewReader(body))
	x.issuers[1].ServeHTTP(w, again)
}

func (x *relayed) ask(number string, body []byte, header ...string) answer {
	return x.send("", "POST", x.path("/issuances?issuer="+number), body, header...)
}

// TestRelay: the very bytes go to the other issuer, nothing beside them does,
// and its signature comes back.
func TestRelay(t *testing.T) {
	x := newRelayed(t)
	a := x.asker(0)
	body := a.body(nil)
	own := x.issue(body)
	if got := x.ask("0", body); !bytes.Equal(got.body, own.body) {
		t.Errorf("the server's own: %d %s", got.status, got.body)
	}
	got := x.ask("1", body, pinHeader, "123456", "Cookie", "a=b", "Authorization", "Terminal x")
	if got.status != http.StatusOK || !client.AnswersFor(got.body, 1) {
		t.Fatalf("the other: %d %s", got.status, got.body)
	}
	if _, err := a.request.Finalize([][]byte{own.body[9:], got.body[9:]}); err != nil {
		t.Errorf("credential: %v", err)
	}
	if len(x.bodies) != 1 || !bytes.Equal(x.bodies[0], body) {
		t.Error("other bytes came to the issuer")
	}
	for name := range x.headers[0] {
		if !slices.Contains([]string{"Accept-Encoding", "Content-Length", "Content-Type", "User-Agent"}, name) {
			t.Errorf("header %s came to the issuer", name)
		}
	}
}

// TestRelayRefuses: what the issuer cannot answer never reaches it; what it
// refuses or fails to say has its name.
func TestRelayRefuses(t *testing.T) {
	x := newRelayed(t)
	a := x.asker(0)
	body := a.body(nil)
	for _, tt := range []struct {
		number string
		body   []byte
		want   code
	}{
		{"2", body, codeNotFound}, {"-1", body, codeNotFound}, {"x", body, codeNotFound}, {"256", body, codeNotFound},
		{"00", body, codeNotFound}, {"01", body, codeNotFound}, {"+1", body, codeNotFound},
		{"1", []byte("x"), codeBadForm}, {"1", nil, codeBadForm},
	} {
		if got := x.ask(tt.number, tt.body); got.code() != tt.want {
			t.Errorf("issuer %s: %d %s", tt.number, got.status, got.body)
		}
	}
	forged := *a
	forged.badge = x.asker(1).badge
	if got := x.ask("1", forged.body(nil)); got.code() != codeBadBadge {
		t.Errorf("signed by another badge: %d %s", got.status, got.body)
	}
	if len(x.bodies) != 0 {
		t.Errorf("%d requests came to the issuer", len(x.bodies))
	}
	named := func(what string, got answer, want code) {
		t.Helper()
		if got.code() != want || !strings.Contains(string(got.body), `"issuer":"监票人发票机"`) {
			t.Errorf("%s: %d %s", what, got.status, got.body)
		}
	}
	named("not in the log", x.ask("1", body), codeNoIssuer)
	x.issue(body)
	if got := x.ask("1", body); got.status != http.StatusOK {
		t.Errorf("in the log: %d %s", got.status, got.body)
	}
	a.draw()
	if got := x.ask("1", a.body(nil)); got.code() != codeIssued {
		t.Errorf("other messages: %d %s", got.status, got.body)
	}
	x.stopIssuer()
	named("stopped", x.ask("1", body), codeNoIssuer)
	for what, h := range map[string]http.HandlerFunc{
		"own words":    func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("<script>")) },
		"own code":     func(w http.ResponseWriter, _ *http.Request) { http.Error(w, `{"error":{"code":"<b>"}}`, 400) },
		"other number": func(w http.ResponseWriter, _ *http.Request) { w.Write(client.MarshalAnswer(0, 1, make([]byte, 384))) },
		"elsewhere": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, x.base+x.path("/issuances"), http.StatusTemporaryRedirect)
		},
		"too long": func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, maxRelayed+1)) },
	} {
		x.issuers[1] = h
		named(what, x.ask("1", body), codeNoIssuer)
	}
	x.order()
	if got := x.ask("1", body); got.code() != codeClosed {
		t.Errorf("after the order: %d %s", got.status, got.body)
	}
}

// TestRelayNotForBallots: the ballot box knows no other issuer.
func TestRelayNotForBallots(t *testing.T) {
	x := newRelayed(t)
	for _, path := range []string{"ballots", "unused", "challenges", "queries"} {
		x.send("", "POST", "/box/"+x.vote+"/"+path+"?issuer=1", []byte("x"))
	}
	if len(x.bodies) != 0 {
		t.Error("the box hands requests on")
	}
	x.terminalHeader = nil
	if got := x.ask("1", x.asker(0).body(nil)); got.code() != codeNoIssuer || len(x.bodies) != 1 {
		t.Errorf("the test looks at the wrong issuer: %d %s", got.status, got.body)
	}
}

// TestRelayTLS: an issuer that the given certificates do not vouch for is not
// asked.
func TestRelayTLS(t *testing.T) {
	asked := 0
	behind := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { asked++ }))
	behind.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	behind.StartTLS()
	defer behind.Close()
	if _, err := newRelay(&Config{IssuerRoots: x509.NewCertPool()}).send(t.Context(), behind.URL, []byte("x")); err == nil || asked > 0 {
		t.Errorf("an issuer nobody vouches for: %v, asked %d times", err, asked)
	}
	roots := x509.NewCertPool()
	roots.AddCert(behind.Certificate())
	if _, err := newRelay(&Config{IssuerRoots: roots}).send(t.Context(), behind.URL, []byte("x")); err != nil || asked != 1 {
		t.Errorf("one that is vouched for: %v, asked %d times", err, asked)
	}
}

// hangUp asks for a signature by the second issuer, and is gone before it comes.
func (x *relayed) hangUp(body []byte) {
	x.Helper()
	ctx, cancel := context.WithCancel(x.Context())
	working := x.issuers[1]
	x.issuers[1] = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { cancel() })
	r := httptest.NewRequestWithContext(ctx, "POST", x.path("/issuances?issuer=1"), bytes.NewReader(body))
	r.Header.Set("Content-Type", mediaBinary)
	x.server.Handler().ServeHTTP(httptest.NewRecorder(), r)
	if ctx.Err() == nil {
		x.Error("the issuer was not asked")
	}
	x.issuers[1] = working
}

// TestIssuerWatched: operations see which issuer does not answer, and when it
// does again.
func TestIssuerWatched(t *testing.T) {
	x := newRelayed(t)
	state := func() issuerStateJSON {
		var list terminalsJSON
		must(t, json.Unmarshal(x.do(store.RoleStaff, "GET", x.path("/terminals"), nil), &list))
		if len(list.Issuers) != 1 || list.Issuers[0].Name != "监票人发票机" || list.Issuers[0].Number != 1 {
			t.Fatalf("issuers %+v", list.Issuers)
		}
		return list.Issuers[0]
	}
	if got := state(); got.State != issuerUnasked {
		t.Errorf("before: %+v", got)
	}
	body := x.asker(0).body(nil)
	x.issue(body)
	working := x.issuers[1]
	x.stopIssuer()
	x.ask("1", body)
	x.ask("1", body)
	if got := state(); got.State != issuerSilent || got.Failures != 2 || got.Answered != nil {
		t.Errorf("stopped: %+v", got)
	}
	x.issuers[1] = working
	x.hangUp(body)
	if got := state(); got.Failures != 2 {
		t.Errorf("who hung up was counted: %+v", got)
	}
	x.ask("1", body)
	if got := state(); got.State != issuerWell || got.Failures != 0 || got.Answered == nil {
		t.Errorf("working: %+v", got)
	}
	a := x.asker(0)
	x.ask("1", a.body(nil)) // refused: an answer, too
	if got := state(); got.State != issuerWell {
		t.Errorf("refusing: %+v", got)
	}
}
