package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"piaojue/store"
)

// TestWelcome: a link leads to an account once, and what is chosen badly does
// not use it up.
func TestWelcome(t *testing.T) {
	o := newOffice(t)
	token := o.invite("zhang", store.RoleStaffLead)
	d, in := o.look(token)
	if in.ID != "zhang" || in.Role != store.RoleStaffLead || in.Naming || !in.Needed || len(in.Code.QR) < 21 || !strings.HasPrefix(in.Code.URL, "otpauth://totp/") {
		t.Fatalf("invitation %+v", in)
	}
	before := d // the administrator, who looks before handing the link over
	d, _ = o.look(token)
	if before.secret == d.secret {
		t.Error("two looks show the same secret of a code device (S10)")
	}
	put := func(password, code string) answer {
		return d.browse("PUT", "/welcome", fmt.Sprintf(`{"token":%q,"password":%q,"code":%q}`, token, password, code))
	}
	for _, weak := range []string{"short", "1234567890", "aaaaaaaaaaaaaa", "0987654321", "my name zhang", "N-ZHANG is mine", "张三zhang 的密码密码", strings.Repeat("ab1!", 40), "ｚｈａｎｇ 2026 xyz", "bad\xffbytes12345"} {
		body, err := json.Marshal(acceptRequest{Token: token, Password: weak, Code: o.code(d)})
		must(t, err)
		if got := d.browse("PUT", "/welcome", string(body)); got.code() != codeWeakPassword && !strings.Contains(weak, "\xff") {
			t.Errorf("password %q: %d %s", weak, got.status, got.body)
		}
	}
	for _, code := range []string{"", "000000", "12345", "abcdef"} {
		if got := put(testPassword, code); got.code() != codeWrongCode {
			t.Errorf("code %q: %d %s", code, got.status, got.body)
		}
	}
	if d.cookie != "" || d.who() != "" {
		t.Error("signed in before the link is used")
	}
	if got := put(testPassword, o.code(before)); got.code() != codeWrongCode {
		t.Errorf("a code of the device that was shown before: %d %s", got.status, got.body)
	}
	if got := put(testPassword, o.code(d)); got.status != http.StatusOK || d.who() != "zhang" {
		t.Fatalf("welcome: %d %s", got.status, got.body)
	}
	if got := put(testPassword, o.code(d)); got.code() != codeLinkUsed {
		t.Errorf("the link again: %d %s", got.status, got.code())
	}
	if got := d.browse("POST", "/welcome", fmt.Sprintf(`{"token":%q}`, token)); got.code() != codeLinkUsed {
		t.Errorf("looking at it again: %d %s", got.status, got.code())
	}
	if got := d.browse("POST", "/welcome", `{"token":""}`); got.code() != codeLinkUsed {
		t.Errorf("no token: %d %s", got.status, got.code())
	}
}

// TestWelcomeRace: of two who use a link at the same time, one gets in.
func TestWelcomeRace(t *testing.T) {
	o := newOffice(t)
	token := o.invite("zhang", store.RoleStaff)
	d, _ := o.look(token)
	body := fmt.Sprintf(`{"token":%q,"password":%q,"code":%q}`, token, testPassword, o.code(d))
	got := make(chan int, 4)
	for range cap(got) {
		go func() { got <- o.send("", "PUT", "/welcome", []byte(body)).status }()
	}
	in := 0
	for range cap(got) {
		if status := <-got; status == http.StatusOK {
			in++
		} else if status != http.StatusGone {
			t.Errorf("status %d", status)
		}
	}
	if in != 1 {
		t.Errorf("%d used the link", in)
	}
}

// TestLinkEnds: a link serves for 24 hours, and until there is a newer one.
func TestLinkEnds(t *testing.T) {
	o := newOffice(t)
	first := o.invite("zhang", store.RoleGate)
	o.wait(linkLife - time.Second)
	o.look(first)
	o.wait(time.Second)
	ended := &desk{stage: o.stage}
	if got := ended.browse("POST", "/welcome", fmt.Sprintf(`{"token":%q}`, first)); got.code() != codeLinkUsed {
		t.Errorf("after 24 hours: %d %s", got.status, got.code())
	}
	var second, third linkJSON
	must(t, json.Unmarshal(o.do(store.RoleAdmin, "POST", "/persons/zhang/links", []byte(`{}`)), &second))
	must(t, json.Unmarshal(o.do(store.RoleAdmin, "POST", "/persons/zhang/links", []byte(`{}`)), &third))
	if got := ended.browse("POST", "/welcome", fmt.Sprintf(`{"token":%q}`, tokenOf(second.Link))); got.code() != codeLinkUsed {
		t.Errorf("a replaced link: %d %s", got.status, got.code())
	}
	o.look(tokenOf(third.Link))
}

// TestFirstAdministrator: the first link asks who it is, and gives the account
// to a person that may be there already with an API key.
func TestFirstAdministrator(t *testing.T) {
	o := newOffice(t)
	link, err := o.server.admin.InviteFirst(context.Background(), Person{ID: "admin", Name: "管理员", Role: store.RoleAdmin})
	must(t, err)
	d, in := o.look(tokenOf(link.Path))
	if !in.Naming || !in.Needed {
		t.Errorf("invitation %+v", in)
	}
	put := func(name, number string) answer {
		body, err := json.Marshal(acceptRequest{tokenOf(link.Path), testPassword, o.code(d), name, number})
		must(t, err)
		return d.browse("PUT", "/welcome", string(body))
	}
	for _, bad := range [][2]string{{"", "7"}, {"王五", ""}, {"王\n五", "7"}, {strings.Repeat("王", 41), "7"}} {
		if got := put(bad[0], bad[1]); got.code() != codeBadForm {
			t.Errorf("%q: %d %s", bad, got.status, got.code())
		}
	}
	if got := put("王五", "007"); got.status != http.StatusOK || d.who() != "admin" {
		t.Fatalf("welcome: %d %s", got.status, got.body)
	}
	if got := d.browse("GET", "/persons", ""); !bytes.Contains(got.body, []byte(`"name":"王五","role":"admin","group":"system","staff_number":"007"`)) {
		t.Errorf("persons: %s", got.body)
	}
	if got := d.browse("POST", "/persons", `{"id":"li","name":"李","role":"staff","staff_number":"8"}`); got.status != http.StatusCreated {
		t.Errorf("the first administrator adds somebody: %d %s", got.status, got.body)
	}
}

// TestReset: a new link ends password, device, sessions and lock, and nobody
// sees a password; it is logged.
func TestReset(t *testing.T) {
	o := newOffice(t)
	d := o.join("zhang", store.RoleStaff)
	for range maxFailures {
		o.signIn(&desk{stage: o.stage}, "zhang", "wrong password", "")
	}
	if d.who() != "zhang" {
		t.Error("a lock ends a session that is there: anybody could end it")
	}
	var l linkJSON
	must(t, json.Unmarshal(o.do(store.RoleAdmin, "POST", "/persons/zhang/links", []byte(`{}`)), &l))
	if l.Person.State != "invited" || d.who() != "" {
		t.Errorf("after a reset: %+v, session of %q", l.Person, d.who())
	}
	if got := o.signIn(d, "zhang", testPassword, o.code(d)); got.code() != codeWrongSignIn {
		t.Errorf("the former password: %d %s", got.status, got.code())
	}
	again, _ := o.look(tokenOf(l.Link))
	if again.secret == d.secret {
		t.Error("the former device is offered again")
	}
	body := fmt.Sprintf(`{"token":%q,"password":%q,"code":%q}`, tokenOf(l.Link), testPassword, o.code(again))
	if got := again.browse("PUT", "/welcome", body); got.status != http.StatusOK {
		t.Errorf("the new link: %d %s", got.status, got.body)
	}
	for _, want := range []string{"person_added zhang", "link_used zhang", "account_locked zhang", "link_issued zhang"} {
		if !slices.Contains(o.acts(), want) {
			t.Errorf("%q is not logged: %q", want, o.acts())
		}
	}
}
