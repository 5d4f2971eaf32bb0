package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"piaojue/store"
)

// loggedOffice is an office whose log the test reads.
func loggedOffice(t *testing.T) (*office, func() []string) {
	o, said := newOffice(t), &lineLog{}
	o.config.Log = slog.New(slog.NewTextHandler(said, nil))
	o.restart()
	return o, func() []string {
		lines := strings.Split(strings.TrimSpace(string(said.bytes())), "\n")
		said.mu.Lock()
		defer said.mu.Unlock()
		said.text = nil
		return lines
	}
}

// has reports whether a line has all of some parts.
func has(lines []string, parts ...string) bool {
	for _, line := range lines {
		all := true
		for _, p := range parts {
			all = all && strings.Contains(line+" ", p+" ")
		}
		if all {
			return true
		}
	}
	return false
}

// TestSignInLogged: each try to sign in is in the log, with what came of it, and
// nothing that was typed.
func TestSignInLogged(t *testing.T) {
	o, lines := loggedOffice(t)
	d := o.join("zhang", store.RoleStaff)
	lines()
	o.signIn(d, "zhang", testPassword, o.code(d))
	if got := lines(); !has(got, "msg=sign-in", "person=zhang", "result=ok", "code_device=true", "known_browser=false") {
		t.Errorf("a sign-in: %q", got)
	}
	for i := range maxFailures {
		o.signIn(&desk{stage: o.stage}, "zhang", "my typo", "123456")
		want := "result=wrong_signin"
		if i == maxFailures-1 {
			want = "result=account_locked"
		}
		if got := lines(); !has(got, "msg=sign-in", "person=zhang", want) {
			t.Errorf("wrong try %d: %q", i+1, got)
		}
	}
	o.signIn(&desk{stage: o.stage}, "typed into\nthe wrong field level=ERROR", "x", "")
	got := lines()
	if !has(got, "msg=sign-in", `person=""`, "result=wrong_signin") || strings.Contains(strings.Join(got, " "), "wrong field") {
		t.Errorf("a name that nobody has: %q", got)
	}
	for _, line := range got {
		if !strings.HasPrefix(line, "time=20") {
			t.Errorf("what was typed made a line: %q", line)
		}
	}
	o.wait(2 * firstLock)
	d.browse("POST", "/account/password", fmt.Sprintf(`{"password":"wrong","code":"","new_password":%q}`, testPassword+"!"))
	if got := lines(); !has(got, "msg=sign-in", "person=zhang", "result=wrong_signin") {
		t.Errorf("a wrong password before a change: %q", got)
	}
}

// TestRightsLogged: who used what is not for everybody, and who was refused it, is
// in the log; who reads what everybody may is not.
func TestRightsLogged(t *testing.T) {
	o, lines := loggedOffice(t)
	staff := o.join("zhang", store.RoleStaff)
	lines()
	for _, x := range []struct {
		path string
		want int
		line []string
	}{
		{"/persons", http.StatusForbidden, []string{"route=/persons", "status=403", "person=zhang", "refused=forbidden"}},
		{"/votes/v1/draft", http.StatusNotFound, []string{"route=/votes/{vote}/draft", "status=404", "person=zhang"}},
	} {
		if got := staff.browse("GET", x.path, ""); got.status != x.want {
			t.Fatalf("%s: %d", x.path, got.status)
		}
		if got := lines(); !has(got, x.line...) {
			t.Errorf("%s: %q", x.path, got)
		}
	}
	staff.browse("GET", "/votes", "")
	if got := lines(); !has(got, "route=/votes", "status=200") || has(got, "person=zhang") {
		t.Errorf("what everybody may read: %q", got)
	}
	o.send("", "GET", "/persons", nil)
	o.send(store.RoleStaff, "PUT", "/votes/none/rules", []byte(`{"`))
	o.send("", "POST", "/session", []byte(`{}`), "Sec-Fetch-Site", "cross-site")
	got := lines()
	if !has(got, "route=/persons", "status=401", "refused=unauthorized") || !has(got, "status=403", "refused=foreign_origin") || !has(got, "person=staff", "route=/votes/{vote}/rules") {
		t.Errorf("refusals: %q", got)
	}
}

// TestPanicIsOne (S8): a fault of ours ends one request, is logged with its place,
// and the answer says nothing of it.
func TestPanicIsOne(t *testing.T) {
	o, lines := loggedOffice(t)
	broken := &route{method: "GET", path: "/broken", who: everyone, handle: func(*Server, http.ResponseWriter, *http.Request, Person) error { panic("the secret cause") }}
	for name, h := range map[string]http.HandlerFunc{"open": o.server.open([]*route{broken}), "sealed": o.server.sealed(broken)} {
		got := handle(h, "GET", "/broken")
		if got.code() != codeInternal || got.status != http.StatusInternalServerError || strings.Contains(string(got.body), "secret cause") || strings.Contains(string(got.body), "goroutine") {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
		if said := lines(); !has(said, "level=ERROR") || !strings.Contains(strings.Join(said, ""), "the secret cause") {
			t.Errorf("%s: the fault is not logged: %q", name, said)
		}
	}
	if got := o.send("", "GET", "/healthz", nil); got.status != http.StatusOK {
		t.Errorf("after the fault: %d", got.status)
	}
}

func handle(h http.Handler, method, path string) answer {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return answer{w.Code, w.Header(), w.Body.Bytes()}
}
