package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"piaojue/store"
)

// markOf is the cookie with which an answer marks a browser as known.
func (d *desk) markOf(a answer) (cookie string) {
	d.Helper()
	for _, line := range a.header.Values("Set-Cookie") {
		c, err := http.ParseSetCookie(line)
		must(d, err)
		if !strings.Contains(c.Name, "-known-") {
			continue
		}
		if !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || !strings.HasPrefix(c.Name, "__Host-") {
			d.Errorf("the mark is not kept safe: %s", line)
		}
		cookie = c.Name + "=" + c.Value
	}
	return cookie
}

// TestKnownBrowser (S10): who guesses at an account from elsewhere locks it for
// strangers, and not for its owner in a browser that has signed in before; that
// browser has five tries of its own.
func TestKnownBrowser(t *testing.T) {
	o := newOffice(t)
	zhang, li := o.join("zhang", store.RoleStaff), o.join("li", store.RoleStaff)
	try := func(mark, password string) answer {
		o.wait(time.Minute)
		return o.send("", "POST", "/session", []byte(`{"name":"zhang","password":"`+password+`","code":"`+o.code(zhang)+`"}`), "Cookie", mark)
	}
	mark := zhang.markOf(try("", testPassword))
	if mark == "" {
		t.Fatal("a sign-in does not mark the browser")
	}
	liMark := li.markOf(o.signIn(li, "li", testPassword, o.code(li)))
	_, liValue, _ := strings.Cut(liMark, "=")
	name, _, _ := strings.Cut(mark, "=")
	for range maxFailures {
		try("", "wrong password")
	}
	for who, cookie := range map[string]string{
		"a stranger": "", "another person's mark": name + "=" + liValue, "a changed mark": mark[:len(mark)-2] + "AA",
		"two marks": mark + "; " + mark, "a short mark": mark[:len(mark)-4],
	} {
		if got := try(cookie, testPassword); got.code() != codeLocked {
			t.Errorf("%s: %d %s", who, got.status, got.code())
		}
	}
	if got := try(mark, testPassword); got.status != http.StatusOK || zhang.markOf(got) != mark {
		t.Errorf("the owner: %d %s", got.status, got.code())
	}
	if got := try("", testPassword); got.code() != codeLocked {
		t.Errorf("a stranger after the owner: %d %s", got.status, got.code())
	}
	o.restart() // marks are not of one run of the server
	for i := range maxFailures {
		if got := try(mark, "wrong password"); (got.code() == codeLocked) != (i == maxFailures-1) {
			t.Errorf("wrong try %d in the known browser: %d %s", i+1, got.status, got.code())
		}
	}
	if got := try(mark, testPassword); got.code() != codeLocked {
		t.Errorf("the known browser has more than its tries: %d %s", got.status, got.code())
	}
	o.wait(firstLock)
	if got := try(mark, testPassword); got.status != http.StatusOK {
		t.Errorf("after the lock: %d %s", got.status, got.code())
	}
}

// TestNewPasswordForgetsBrowsers: a mark is worth nothing once the password that
// it was given for is changed.
func TestNewPasswordForgetsBrowsers(t *testing.T) {
	o := newOffice(t)
	s := o.server
	a := store.Account{}
	a.ID, a.Password = "zhang", "hash of one"
	nonce := make([]byte, nonceSize)
	before := s.mark(a, nonce)
	if string(before) != string(s.mark(a, nonce)) {
		t.Error("one mark has two values")
	}
	a.Password = "hash of another"
	if string(before) == string(s.mark(a, nonce)) {
		t.Error("the mark outlives the password")
	}
}
