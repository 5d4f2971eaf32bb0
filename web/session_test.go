package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"piaojue/pgtest"
	"piaojue/store"
)

// TestSessionFixation (S10): signing in always draws a new token, and one that
// was there before is worth nothing.
func TestSessionFixation(t *testing.T) {
	o := newOffice(t)
	d := o.join("zhang", store.RoleStaff)
	planted, _ := generateToken()
	victim := &desk{stage: o.stage, cookie: planted, secret: d.secret}
	if got := o.signIn(victim, "zhang", testPassword, o.code(d)); got.status != http.StatusOK || victim.cookie == planted {
		t.Fatalf("sign-in keeps a planted token: %d", got.status)
	}
	if who := (&desk{stage: o.stage, cookie: planted}).who(); who != "" {
		t.Errorf("the planted token is %s", who)
	}
	former := victim.cookie
	o.wait(time.Minute)
	if got := o.signIn(victim, "zhang", testPassword, o.code(d)); got.status != http.StatusOK || victim.cookie == former {
		t.Errorf("the second sign-in keeps the token: %d", got.status)
	}
	if who := (&desk{stage: o.stage, cookie: former}).who(); who != "" || victim.who() != "zhang" {
		t.Errorf("the former token is %q, the new one %q", who, victim.who())
	}
}

// TestSessionClock: a clock that is set back makes no session longer.
func TestSessionClock(t *testing.T) {
	o := newOffice(t)
	d := o.join("zhang", store.RoleStaff)
	o.wait(-sessionIdle + 2*time.Minute)
	if d.who() != "zhang" {
		t.Error("a clock that is set right ends a session")
	}
	o.wait(-48 * time.Hour)
	if who := d.who(); who != "" {
		t.Errorf("two days before it began the session is %s's", who)
	}
}

// TestSignInNext: after the sign-in one goes on to a page of this server, whatever
// the address says.
func TestSignInNext(t *testing.T) {
	o := newOffice(t)
	o.config.PlainCookies, o.config.Now = true, time.Now
	o.restart()
	token := o.invite("zhang", store.RoleGate)
	body := fmt.Sprintf(`{"token":%q,"password":%q,"code":""}`, token, testPassword)
	if got := o.send("", "PUT", "/welcome", []byte(body)); got.status != http.StatusOK {
		t.Fatalf("welcome: %d %s", got.status, got.body)
	}
	b := newBrowser(t, o.base)
	for _, next := range []string{"/.//example.invalid/", o.base + "//example.invalid/", "//example.invalid/", "/account"} {
		p := b.tab(o.base, 1280, 800, "404")
		p.open("/signin?next=" + url.QueryEscape(next))
		p.fill("#name", "zhang")
		p.fill("#password", testPassword)
		p.click("#signin [type=submit]")
		p.wait(fmt.Sprintf(`location.origin === %q && location.pathname !== "/signin"`, o.base))
	}
}

// TestSessionEnds: by signing out, by 30 minutes without use, and after 12 hours
// whatever is done; not by a restart.
func TestSessionEnds(t *testing.T) {
	o := newOffice(t)
	d := o.join("zhang", store.RoleStaff)
	enter := func() *desk {
		x := &desk{stage: o.stage, secret: d.secret}
		o.wait(time.Minute)
		if got := o.signIn(x, "zhang", testPassword, o.code(x)); got.status != http.StatusOK {
			t.Fatalf("sign-in: %d %s", got.status, got.body)
		}
		return x
	}
	x := enter()
	token := x.cookie
	o.restart()
	if x.who() != "zhang" {
		t.Error("a restart ended the session")
	}
	if got := x.browse("DELETE", "/session", ""); got.status != http.StatusNoContent || !strings.Contains(got.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("sign-out: %d %v", got.status, got.header)
	}
	if (&desk{stage: o.stage, cookie: token}).who() != "" {
		t.Error("the token lives after sign-out")
	}
	if got := x.browse("DELETE", "/session", ""); got.status != http.StatusNoContent {
		t.Errorf("sign-out again: %d", got.status)
	}
	x = enter()
	o.wait(sessionIdle)
	if x.who() != "zhang" {
		t.Error("ended before 30 minutes")
	}
	o.wait(sessionIdle + time.Second)
	if x.who() != "" {
		t.Error("lives after 30 minutes without use")
	}
	x = enter()
	for range sessionLife / (20 * time.Minute) {
		o.wait(20 * time.Minute)
		if x.who() != "zhang" {
			t.Fatal("ended although it is used")
		}
	}
	o.wait(time.Second)
	if x.who() != "" {
		t.Error("lives after 12 hours")
	}
	if got := x.browse("GET", "/persons", ""); got.code() != codeUnauthorized {
		t.Errorf("an ended session: %d %s", got.status, got.code())
	}
}

// TestCookie (S9): scripts and other hosts cannot reach it, and it does not
// travel without TLS but on a machine of its own.
func TestCookie(t *testing.T) {
	o := newOffice(t)
	d := o.join("zhang", store.RoleStaff)
	for _, plain := range []bool{false, true} {
		o.config.PlainCookies = plain
		o.restart()
		o.wait(time.Minute)
		line := o.signIn(d, "zhang", testPassword, o.code(d)).header.Get("Set-Cookie")
		c, err := http.ParseSetCookie(line)
		must(t, err)
		if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" || c.Secure == plain || strings.HasPrefix(c.Name, "__Host-") == plain {
			t.Errorf("plain %t: %s", plain, line)
		}
		if len(c.Value) != 43 || d.who() != "zhang" {
			t.Errorf("plain %t: token of %d characters, of %q", plain, len(c.Value), d.who())
		}
		chosen := o.send("", "GET", "/signin?lang=en", nil)
		if c, err = http.ParseSetCookie(chosen.header.Get("Set-Cookie")); err != nil || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Secure == plain || strings.HasPrefix(c.Name, "__Host-") == plain {
			t.Errorf("plain %t: language %v, %v", plain, c, err)
		}
		if again := o.send("", "GET", "/signin", nil, "Cookie", c.Name+"="+c.Value); !strings.Contains(string(again.body), `<html lang="en">`) {
			t.Errorf("plain %t: the language is forgotten", plain)
		}
	}
}

// TestSessionRights: a session may what the role may, as an API key does; two
// cookies are none, and a wrong key beside a good session is refused.
func TestSessionRights(t *testing.T) {
	o := newOffice(t)
	staff, admin := o.join("zhang", store.RoleStaff), o.join("li", store.RoleAdmin)
	for _, x := range []struct {
		d    *desk
		path string
		want int
	}{
		{admin, "/persons", http.StatusOK}, {admin, "/votes/v1/draft", http.StatusForbidden},
		{staff, "/persons", http.StatusForbidden}, {staff, "/votes/v1/draft", http.StatusNotFound},
		{&desk{stage: o.stage}, "/persons", http.StatusUnauthorized},
		{&desk{stage: o.stage, cookie: "x"}, "/persons", http.StatusUnauthorized},
	} {
		if got := x.d.browse("GET", x.path, ""); got.status != x.want {
			t.Errorf("%s: %d, want %d", x.path, got.status, x.want)
		}
	}
	name := o.server.cookieName()
	if got := o.send("", "GET", "/persons", nil, "Cookie", name+"="+admin.cookie+"; "+name+"="+staff.cookie); got.status != http.StatusUnauthorized {
		t.Errorf("two cookies: %d", got.status)
	}
	key, _ := GenerateKey()
	if got := admin.browse("GET", "/persons", "", "Authorization", "Bearer "+key); got.status != http.StatusUnauthorized {
		t.Errorf("a wrong key beside a session: %d", got.status)
	}
	if got := admin.browse("GET", "/persons", "", "Authorization", "Bearer "+o.people[store.RoleGate]); got.status != http.StatusForbidden {
		t.Errorf("a key of less rights beside a session: %d", got.status)
	}
	var x sessionJSON
	must(t, json.Unmarshal(staff.browse("GET", "/session", "").body, &x))
	if x.By != "session" || !x.Code || strings.Contains(strings.Join(x.May, " "), "/persons") || !strings.Contains(strings.Join(x.May, " "), "PUT /votes/{vote}/rules") {
		t.Errorf("session %+v", x)
	}
	must(t, json.Unmarshal(o.do(store.RoleAdmin, "GET", "/session", nil), &x))
	if x.By != "key" || x.Person.ID != "admin" || x.Ends != 0 {
		t.Errorf("key %+v", x)
	}
}

// TestForeignPage (S9): a page of another origin does nothing with the session,
// should a browser send it.
func TestForeignPage(t *testing.T) {
	o := newOffice(t)
	admin := o.join("li", store.RoleAdmin)
	body := `{"id":"x","name":"乙","role":"gate","staff_number":"9"}`
	for _, header := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://example.org"}} {
		for _, x := range [][2]string{{"POST", "/persons"}, {"DELETE", "/session"}, {"POST", "/session"}, {"PUT", "/welcome"}} {
			if got := admin.browse(x[0], x[1], body, header...); got.status != http.StatusForbidden {
				t.Errorf("%s %s with %s: %d %s", x[0], x[1], header, got.status, got.code())
			}
		}
	}
	if got := admin.browse("POST", "/persons", body, "Sec-Fetch-Site", "same-origin"); got.status != http.StatusCreated {
		t.Errorf("our own page: %d %s", got.status, got.body)
	}
	if got := admin.browse("POST", "/box/v1/ballots", ""); got.code() != codeWrongChannel {
		t.Errorf("a session at the ballot box: %d %s", got.status, got.code())
	}
}

// TestSessionLive: a live screen opens with a session, and closes when it ends.
func TestSessionLive(t *testing.T) {
	recheck = 10 * time.Millisecond
	t.Cleanup(func() { recheck = pingEvery })
	o := newOffice(t)
	o.draft()
	d := o.join("li", store.RolePresidium)
	header := func(token string) http.Header {
		return http.Header{"Cookie": {o.server.cookieName() + "=" + token}}
	}
	if _, resp, err := o.watch("podium", "", header("x")); err == nil || resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("without a session: %v", err)
	}
	conn, _, err := o.watch("podium", "", header(d.cookie))
	must(t, err)
	defer conn.Close()
	next(t, conn)
	time.Sleep(50 * time.Millisecond)
	o.do(store.RoleStaff, "PUT", o.path("/rules"), o.rulesJSON())
	d.browse("DELETE", "/session", "")
	must(t, conn.SetReadDeadline(time.Now().Add(5*time.Second)))
	for err == nil {
		_, _, err = conn.ReadMessage()
	}
	if e, ok := err.(interface{ Timeout() bool }); ok && e.Timeout() {
		t.Error("the screen stays open after sign-out")
	}
}

func (s *stage) rulesJSON() []byte {
	rules, err := json.Marshal(s.rules)
	must(s, err)
	return rules
}

// TestNoSecretKept (S9): passwords, tokens and secrets of devices are neither in
// the database, nor in the log of requests, nor in that of the administration.
func TestNoSecretKept(t *testing.T) {
	pgtest.SQLiteOnly(t)
	o := newOffice(t)
	var said bytes.Buffer
	o.config.Log = slog.New(slog.NewTextHandler(&said, nil))
	o.restart()
	token := o.invite("zhang", store.RoleStaff)
	d, _ := o.look(token)
	body := fmt.Sprintf(`{"token":%q,"password":%q,"code":%q}`, token, testPassword, o.code(d))
	if got := d.browse("PUT", "/welcome", body); got.status != http.StatusOK {
		t.Fatalf("welcome: %d", got.status)
	}
	o.signIn(&desk{stage: o.stage}, "zhang", "my secret typo", "654321")
	session := d.cookie
	acts := o.do(store.RoleAuditor, "GET", "/admin/log", nil)
	persons := o.do(store.RoleAuditor, "GET", "/persons", nil)
	o.close()
	var files bytes.Buffer
	must(t, filepath.WalkDir(o.folder, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		files.Write(data)
		return err
	}))
	places := map[string][]byte{"files": files.Bytes(), "request log": said.Bytes(), "acts": acts, "persons": persons}
	for name, secret := range map[string]string{"password": testPassword, "typo": "my secret typo", "link": token, "session": session, "device": d.secret} {
		for where, text := range places {
			if bytes.Contains(text, []byte(secret)) {
				t.Errorf("the %s is in the %s", name, where)
			}
		}
	}
	for where, text := range places {
		if known := map[string]string{"files": "zhang", "request log": "/welcome", "acts": "zhang", "persons": "zhang"}[where]; !bytes.Contains(text, []byte(known)) {
			t.Errorf("the %s do not hold what they should: the test looks at the wrong place", where)
		}
	}
	o.open()
}
