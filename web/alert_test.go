package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"piaojue/store"
)

// alerts lists what a person is told, as kind and times.
func (o *office) alerts(person string) (list []string) {
	o.Helper()
	o.server.jobs.Wait()
	all, err := o.config.DB.Alerts(o.Context(), person, o.clock.Load())
	must(o, err)
	for _, a := range all {
		list = append(list, fmt.Sprint(a.Kind, " ", a.Times))
	}
	slices.Sort(list)
	return list
}

// TestAlerts: people hear of tries and of changes that may not have been theirs, on
// the pages that they open, until they say that they have seen it.
func TestAlerts(t *testing.T) {
	o := newOffice(t)
	d := o.join("zhang", store.RoleStaff)
	o.join("li", store.RoleStaff)
	want := func(what string, list ...string) {
		t.Helper()
		slices.Sort(list)
		if got := o.alerts("zhang"); !slices.Equal(got, list) {
			t.Errorf("%s: %q, want %q", what, got, list)
		}
	}
	page := func() string { t.Helper(); return string(d.browse("GET", "/", "", "Accept", "text/html").body) }
	stranger := func(password, code string) {
		t.Helper()
		o.wait(time.Minute)
		o.signIn(&desk{stage: o.stage}, "zhang", password, code)
	}
	want("one who has just joined")
	if strings.Contains(page(), "account-alerts") {
		t.Error("a bar without alerts")
	}

	stranger("wrong password 1", "000000")
	stranger("wrong password 2", "000000")
	want("strangers", "wrong 2")
	wrong := "000000"
	if o.code(d) == wrong {
		wrong = "000001"
	}
	stranger(testPassword, wrong)
	want("one who knows the password", "wrong 2", "half 1")
	o.wait(time.Minute)
	other := &desk{stage: o.stage, secret: d.secret}
	mark := other.markOf(o.signIn(other, "zhang", testPassword, o.code(d)))
	want("a new browser", "wrong 2", "half 1", "new_browser 1")

	// In that browser a slip of the fingers is the owner's.
	for _, password := range []string{"wrong password", testPassword} {
		o.wait(time.Minute)
		o.send("", "POST", "/session", fmt.Appendf(nil, `{"name":"zhang","password":%q,"code":%q}`, password, o.code(d)), "Cookie", mark)
	}
	want("a known browser", "wrong 2", "half 1", "new_browser 1")
	if got := o.alerts("li"); len(got) > 0 {
		t.Errorf("somebody else is told %q", got)
	}

	for _, text := range []string{"account-alerts", "2 次", "密码对了，动态码不对", "在新的浏览器上登录成功"} {
		if !strings.Contains(page(), text) {
			t.Errorf("no %s on the page", text)
		}
	}
	shownBy := func(d *desk) string {
		t.Helper()
		_, after, _ := strings.Cut(string(d.browse("GET", "/", "", "Accept", "text/html").body), `data-alerts="`)
		shown, _, _ := strings.Cut(after, `"`)
		return shown
	}
	see := func(d *desk, shown string) string {
		t.Helper()
		got := d.browse("PUT", "/account/alerts", fmt.Sprintf(`{"shown":%q}`, shown))
		c, err := http.ParseSetCookie(got.header.Get("Set-Cookie"))
		if got.status != http.StatusNoContent || err != nil {
			t.Fatalf("seen: %d %s, %v", got.status, got.body, err)
		}
		return c.Name + "=" + c.Value
	}
	bar := func(seen string) bool {
		t.Helper()
		got := o.send("", "GET", "/", nil, "Accept", "text/html", "Cookie", o.server.cookieName()+"="+d.cookie+"; "+seen)
		return strings.Contains(string(got.body), "account-alerts")
	}
	if o.send(store.RoleStaff, "PUT", "/account/alerts", []byte(`{"shown":""}`)).code() != codeNoSession {
		t.Error("a key has seen them")
	}
	shown := shownBy(d)
	if seen := see(d, shown); bar(seen) {
		t.Error("a bar of what was seen")
	} else if stranger("wrong password 3", "000000"); !bar(seen) {
		t.Error("what came later was not told")
	}
	if bar(see(d, shown)) != true { // made before the last try
		t.Error("what was not shown counts as seen")
	}
	if seen := see(d, "wrong.3.9/nothing/\r\n; a=b"); strings.Contains(seen, "a=b") || !bar(seen) {
		t.Errorf("what was never shown is seen: %q", seen)
	}
	// Who got in has seen them elsewhere, and the owner reads of it.
	see(other, shownBy(other))
	if !bar("") {
		t.Error("seen in one browser, hidden in another")
	}
	if page := string(d.browse("GET", "/account", "", "Accept", "text/html").body); !strings.Contains(page, `id="recent"`) || strings.Count(page, "在新的浏览器上登录成功 <small>") != 2 {
		t.Error("the page of the account does not have it")
	}
	if page := string(d.browse("GET", "/verify", "", "Accept", "text/html").body); strings.Contains(page, "account-alerts") {
		t.Error("on a page that is for everybody")
	}
	o.wait(store.AlertLife * time.Second)
	want("after a month")
}

// TestAlertsOfChanges: changes of how somebody signs in are told, not the first link.
func TestAlertsOfChanges(t *testing.T) {
	o := newOffice(t)
	d := o.join("zhang", store.RoleStaff)
	o.do(store.RoleAdmin, "PUT", "/persons/zhang/role", []byte(`{"role":"teller"}`))
	o.signIn(d, "zhang", testPassword, o.code(d)) // its sessions have ended
	o.wait(time.Minute)
	if got := d.browse("POST", "/account/password", fmt.Sprintf(`{"password":%q,"code":%q,"new_password":"a better 好密码 2026"}`, testPassword, o.code(d))); got.status != http.StatusNoContent {
		t.Fatalf("password: %d %s", got.status, got.body)
	}
	for range maxFailures {
		o.wait(time.Minute)
		o.signIn(&desk{stage: o.stage}, "zhang", "wrong password", "000000")
	}
	o.do(store.RoleAdmin, "POST", "/persons/zhang/links", []byte(`{}`))
	o.do(store.RoleAdmin, "POST", "/persons/zhang/links", []byte(`{}`)) // nobody has been in since
	got := o.alerts("zhang")
	for _, kind := range []string{actRoleChanged, actPasswordChanged, actAccountLocked, actLinkIssued} {
		if !slices.Contains(got, kind+" 1") {
			t.Errorf("no %s among %q", kind, got)
		}
	}
}

// TestAlertTexts: there is a sentence for each kind.
func TestAlertTexts(t *testing.T) {
	for _, kind := range append([]string{alertWrong, alertHalf, alertBrowser}, alertActs...) {
		if chineseTexts()["account.alert_"+kind] == "" || englishTexts()["account.alert_"+kind] == "" {
			t.Errorf("no sentence for %s", kind)
		}
	}
}

// TestFreshSession: who changes accounts of others has signed in not long ago, and
// not with a key alone.
func TestFreshSession(t *testing.T) {
	o := newOffice(t)
	for _, rt := range allRoutes() {
		if changes := slices.Equal(rt.who.roles, admins.roles) && rt.method != "GET"; changes != rt.fresh {
			t.Errorf("%s %s: fresh %t", rt.method, rt.path, rt.fresh)
		}
	}
	d := o.join("wang", store.RoleAdmin)
	add := func(id string) answer {
		t.Helper()
		return d.browse("POST", "/persons", fmt.Sprintf(`{"id":%q,"name":"李","role":"staff","staff_number":%q}`, id, id))
	}
	if got := add("a"); got.status != http.StatusCreated {
		t.Errorf("just signed in: %d %s", got.status, got.body)
	}
	o.wait(freshness)
	for _, x := range [][3]string{
		{"POST", "/persons", `{"id":"b","name":"李","role":"staff","staff_number":"b"}`}, {"POST", "/persons/a/links", `{}`},
		{"PUT", "/persons/a/role", `{"role":"teller"}`}, {"DELETE", "/persons/a", ""},
	} {
		if got := d.browse(x[0], x[1], x[2]); got.code() != codeSignInAgain || got.status != http.StatusForbidden {
			t.Errorf("%s %s after %v: %d %s", x[0], x[1], freshness, got.status, got.body)
		}
		if got := o.send("", x[0], x[1], []byte(x[2]), "Authorization", "Bearer "+o.people[store.RoleAdmin]); got.code() != codeNoSession {
			t.Errorf("%s %s with a key: %d %s", x[0], x[1], got.status, got.body)
		}
	}
	o.wait(-2*freshness - 5*time.Minute)
	if got := add("b"); got.code() != codeSignInAgain {
		t.Errorf("with a session of the future: %d %s", got.status, got.body)
	}
	o.wait(2*freshness + 5*time.Minute)
	if got := d.browse("GET", "/persons", ""); got.status != http.StatusOK {
		t.Errorf("looking: %d %s", got.status, got.body)
	}
	if got := o.signIn(d, "wang", testPassword, o.code(d)); got.status != http.StatusOK {
		t.Fatalf("again: %d %s", got.status, got.body)
	}
	if got := add("b"); got.status != http.StatusCreated {
		t.Errorf("signed in again: %d %s", got.status, got.body)
	}
}
