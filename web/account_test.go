package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"piaojue/store"
)

// TestOwnAccount: people change what is theirs, having shown again who they are;
// an API key does not.
func TestOwnAccount(t *testing.T) {
	o := newOffice(t)
	d := o.join("zhang", store.RoleStaff)
	other := &desk{stage: o.stage, secret: d.secret}
	o.signIn(other, "zhang", testPassword, o.code(d))
	password := func(old, code, next string) answer {
		body, err := json.Marshal(passwordRequest{proveRequest{old, code}, next})
		must(t, err)
		return d.browse("POST", "/account/password", string(body))
	}
	o.wait(time.Minute)
	const next = "a better 好密码 2026"
	for _, x := range []struct {
		old, code, next string
		want            code
	}{
		{"wrong", o.code(d), next, codeWrongSignIn}, {testPassword, "000000", next, codeWrongSignIn}, {testPassword, o.code(d), "short", codeWeakPassword},
	} {
		if got := password(x.old, x.code, x.next); got.code() != x.want {
			t.Errorf("%q: %d %s, want %s", x, got.status, got.code(), x.want)
		}
	}
	if got := o.send(store.RoleStaff, "POST", "/account/password", []byte(`{"password":"","code":"","new_password":""}`)); got.code() != codeNoSession {
		t.Errorf("with an API key: %d %s", got.status, got.code())
	}
	former := d.cookie
	if got := password(testPassword, o.code(d), next); got.status != http.StatusNoContent || d.who() != "zhang" || d.cookie == former {
		t.Errorf("change: %d %s", got.status, got.body)
	}
	if other.who() != "" || (&desk{stage: o.stage, cookie: former}).who() != "" {
		t.Error("sessions outlive the password")
	}
	o.wait(time.Minute)
	if got := o.signIn(&desk{stage: o.stage}, "zhang", testPassword, o.code(d)); got.code() != codeWrongSignIn {
		t.Errorf("the former password: %d %s", got.status, got.code())
	}
	if got := o.signIn(d, "zhang", next, o.code(d)); got.status != http.StatusOK {
		t.Errorf("the new password: %d %s", got.status, got.code())
	}
}

// TestPasswordUnlocks: wrong tries of strangers do not keep people out of their other
// browsers, which a new password has made strangers.
func TestPasswordUnlocks(t *testing.T) {
	o := newOffice(t)
	d := o.join("zhang", store.RoleStaff)
	o.wait(time.Minute)
	mark := d.markOf(o.signIn(d, "zhang", testPassword, o.code(d)))
	for range maxFailures {
		o.wait(time.Minute)
		o.signIn(&desk{stage: o.stage}, "zhang", "wrong password", "000000")
	}
	stranger := &desk{stage: o.stage, secret: d.secret}
	if got := o.signIn(stranger, "zhang", testPassword, o.code(d)); got.code() != codeLocked {
		t.Errorf("a stranger: %d %s", got.status, got.body)
	}
	const next = "a better 好密码 2026"
	body := fmt.Appendf(nil, `{"password":%q,"code":%q,"new_password":%q}`, testPassword, o.code(d), next)
	if got := o.send("", "POST", "/account/password", body, "Cookie", o.server.cookieName()+"="+d.cookie+"; "+mark); got.status != http.StatusNoContent {
		t.Fatalf("new password: %d %s", got.status, got.body)
	}
	o.wait(time.Minute)
	if got := o.signIn(stranger, "zhang", next, o.code(d)); got.status != http.StatusOK {
		t.Errorf("another browser, with the new password: %d %s", got.status, got.body)
	}
}

// TestDeviceNotFresh: a code device that somebody left on the screen proves nothing:
// the session of who pairs it is as old as before.
func TestDeviceNotFresh(t *testing.T) {
	o := newOffice(t)
	d := o.join("wang", store.RoleAdmin)
	o.invite("li", store.RoleStaff)
	var offer deviceJSON
	must(t, json.Unmarshal(d.browse("POST", "/account/code", fmt.Sprintf(`{"password":%q,"code":%q}`, testPassword, o.code(d))).body, &offer))
	passer := &desk{stage: o.stage, secret: strings.ReplaceAll(offer.Secret, " ", "")}
	link := func() code { return d.browse("POST", "/persons/li/links", `{}`).code() }
	if got := link(); got != "" {
		t.Errorf("fresh: %s", got)
	}
	o.wait(freshness)
	if got := d.browse("PUT", "/account/code", fmt.Sprintf(`{"code":%q}`, o.code(passer))); got.status != http.StatusNoContent || d.who() != "wang" {
		t.Fatalf("paired: %d %s", got.status, got.body)
	}
	if got := link(); got != codeSignInAgain {
		t.Errorf("after the pairing: %s, want %s", got, codeSignInAgain)
	}
}

// TestDeviceGuessed: who has come by a session finds no code of a device that its
// owner has asked for and left.
func TestDeviceGuessed(t *testing.T) {
	o := newOffice(t)
	d := o.join("zhang", store.RoleStaff)
	var offer deviceJSON
	must(t, json.Unmarshal(d.browse("POST", "/account/code", fmt.Sprintf(`{"password":%q,"code":%q}`, testPassword, o.code(d))).body, &offer))
	fresh := &desk{stage: o.stage, secret: strings.ReplaceAll(offer.Secret, " ", "")}
	try := func(code string) answer { return d.browse("PUT", "/account/code", fmt.Sprintf(`{"code":%q}`, code)) }
	wrong := "000000"
	if wrong == o.code(fresh) {
		wrong = "000001"
	}
	for range maxFailures {
		if got := try(wrong); got.code() != codeWrongCode {
			t.Errorf("a guess: %d %s", got.status, got.code())
		}
	}
	if got := try(o.code(fresh)); got.code() != codeLocked {
		t.Errorf("after %d guesses: %d %s", maxFailures, got.status, got.code())
	}
	o.wait(firstLock)
	if got := try(o.code(fresh)); got.status != http.StatusNoContent {
		t.Errorf("the owner, later: %d %s", got.status, got.body)
	}
}

// TestDeviceLate: a device that was offered and left is offered no more.
func TestDeviceLate(t *testing.T) {
	o := newOffice(t)
	d := o.join("zhang", store.RoleStaff)
	offer := func() *desk {
		var offer deviceJSON
		must(t, json.Unmarshal(d.browse("POST", "/account/code", fmt.Sprintf(`{"password":%q,"code":%q}`, testPassword, o.code(d))).body, &offer))
		return &desk{stage: o.stage, secret: strings.ReplaceAll(offer.Secret, " ", "")}
	}
	put := func(x *desk) answer { return d.browse("PUT", "/account/code", fmt.Sprintf(`{"code":%q}`, o.code(x))) }
	late := offer()
	o.wait(deviceLife - time.Minute)
	d.who() // the session is in use
	o.wait(time.Minute)
	if got := put(late); got.code() != codeLateDevice {
		t.Errorf("offered %v ago: %d %s", deviceLife, got.status, got.body)
	}
	soon := offer()
	o.wait(deviceLife - time.Minute)
	if got := put(soon); got.status != http.StatusNoContent {
		t.Errorf("offered a minute less ago: %d %s", got.status, got.body)
	}
}

// TestOwnDevice: a new device counts once it has shown a code; only who may do
// without has none.
func TestOwnDevice(t *testing.T) {
	o := newOffice(t)
	d, gate := o.join("zhang", store.RoleStaff), o.join("gao", store.RoleGate)
	prove := func(x *desk) string { return fmt.Sprintf(`{"password":%q,"code":%q}`, testPassword, o.code(x)) }
	if got := d.browse("PUT", "/account/code", fmt.Sprintf(`{"code":%q}`, o.code(d))); got.code() != codeWrongCode {
		t.Errorf("a device that was not offered: %d %s", got.status, got.code())
	}
	var offer deviceJSON
	must(t, json.Unmarshal(d.browse("POST", "/account/code", prove(d)).body, &offer))
	fresh := &desk{stage: o.stage, secret: strings.ReplaceAll(offer.Secret, " ", "")}
	if fresh.secret == d.secret || len(fresh.secret) != 32 {
		t.Fatalf("offer %q", offer.Secret)
	}
	o.wait(time.Minute)
	if got := d.browse("PUT", "/account/code", fmt.Sprintf(`{"code":%q}`, o.code(d))); got.code() != codeWrongCode {
		t.Errorf("a code of the former device: %d %s", got.status, got.code())
	}
	if got := d.browse("PUT", "/account/code", fmt.Sprintf(`{"code":%q}`, o.code(fresh))); got.status != http.StatusNoContent {
		t.Errorf("the new device: %d %s", got.status, got.body)
	}
	o.wait(time.Minute)
	if got := o.signIn(&desk{stage: o.stage}, "zhang", testPassword, o.code(d)); got.code() != codeWrongSignIn {
		t.Errorf("sign-in with the former device: %d %s", got.status, got.code())
	}
	if got := o.signIn(d, "zhang", testPassword, o.code(fresh)); got.status != http.StatusOK {
		t.Errorf("sign-in with the new device: %d %s", got.status, got.code())
	}
	o.wait(time.Minute)
	if got := d.browse("DELETE", "/account/code", prove(fresh)); got.code() != codeCodeDemanded {
		t.Errorf("staff without a device: %d %s", got.status, got.code())
	}
	if got := gate.browse("DELETE", "/account/code", `{"password":"wrong","code":""}`); got.code() != codeWrongSignIn {
		t.Errorf("without the password: %d %s", got.status, got.code())
	}
	if got := gate.browse("DELETE", "/account/code", prove(gate)); got.status != http.StatusNoContent {
		t.Errorf("a gate without a device: %d %s", got.status, got.body)
	}
	if got := o.signIn(gate, "gao", testPassword, ""); got.status != http.StatusOK {
		t.Errorf("sign-in without a device: %d %s", got.status, got.code())
	}
}

// TestOwnSessions: people see where they are signed in, and end all but here, having
// shown again who they are.
func TestOwnSessions(t *testing.T) {
	o := newOffice(t)
	d := o.join("zhang", store.RoleStaff)
	other := &desk{stage: o.stage, secret: d.secret}
	o.signIn(other, "zhang", testPassword, o.code(d))
	o.wait(time.Minute)
	lines := func() int {
		return strings.Count(string(d.browse("GET", "/account?lang=en", "").body), "<li>Signed in 2027-01-15")
	}
	if got := lines(); got != 2 {
		t.Errorf("%d sessions are shown", got)
	}
	prove := func(password string) answer {
		return d.browse("DELETE", "/account/sessions", fmt.Sprintf(`{"password":%q,"code":%q}`, password, o.code(d)))
	}
	if got := prove("wrong"); got.code() != codeWrongSignIn || other.who() != "zhang" {
		t.Errorf("with a wrong password: %d %s", got.status, got.code())
	}
	if got := o.send(store.RoleStaff, "DELETE", "/account/sessions", []byte(`{"password":"","code":""}`)); got.code() != codeNoSession {
		t.Errorf("with an API key: %d %s", got.status, got.code())
	}
	if got := prove(testPassword); got.status != http.StatusNoContent || other.who() != "" || d.who() != "zhang" || lines() != 1 {
		t.Errorf("end: %d %s, the other is %q, %d are shown", got.status, got.code(), other.who(), lines())
	}
	if acts := o.acts(); acts[len(acts)-1] != "sessions_ended zhang" {
		t.Errorf("log: %q", acts)
	}
}
