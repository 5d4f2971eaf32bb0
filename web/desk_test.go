package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"piaojue/store"
)

// desk is a browser of a member of staff.
type desk struct {
	*stage
	cookie string // token
	secret string // of the code device
}

// office is a stage whose clock stands still.
type office struct {
	*stage
	clock *atomic.Int64 // Unix seconds
}

func newOffice(t testing.TB) *office {
	o := &office{stage: newStage(t), clock: &atomic.Int64{}}
	o.clock.Store(1_800_000_000)
	o.config.Now = o.now
	o.restart()
	return o
}

func (o *office) now() time.Time { return time.Unix(o.clock.Load(), 0) }

func (o *office) wait(d time.Duration) { o.clock.Add(int64(d / time.Second)) }

// code is what the device shows.
func (o *office) code(d *desk) string {
	o.Helper()
	c, err := totp.GenerateCode(d.secret, o.now())
	must(o, err)
	return c
}

// browse sends a request with the desk's cookie, and keeps the one that comes.
func (d *desk) browse(method, path, body string, header ...string) answer {
	d.Helper()
	if d.cookie != "" {
		header = append(header, "Cookie", d.server.cookieName()+"="+d.cookie)
	}
	a := d.send("", method, path, []byte(body), header...)
	for _, line := range a.header.Values("Set-Cookie") {
		c, err := http.ParseSetCookie(line)
		must(d, err)
		if c.Name == d.server.cookieName() {
			d.cookie = c.Value
		}
	}
	return a
}

const testPassword = "兰州 horse battery 91"

// token of a link.
func tokenOf(link string) string {
	_, token, _ := strings.Cut(link, "#")
	return token
}

// invite adds a person as the administrator with an API key does.
func (o *office) invite(id string, role store.Role) (token string) {
	o.Helper()
	body := fmt.Sprintf(`{"id":%q,"name":"张三%s","role":%q,"staff_number":"N-%s"}`, id, id, role, id)
	var l linkJSON
	must(o, json.Unmarshal(o.do(store.RoleAdmin, "POST", "/persons", []byte(body)), &l))
	return tokenOf(l.Link)
}

// look opens a link.
func (o *office) look(token string) (*desk, invitation) {
	o.Helper()
	d := &desk{stage: o.stage}
	a := d.browse("POST", "/welcome", fmt.Sprintf(`{"token":%q}`, token))
	if a.status != http.StatusOK {
		o.Fatalf("link: %d %s", a.status, a.body)
	}
	var in invitation
	must(o, json.Unmarshal(a.body, &in))
	d.secret = strings.ReplaceAll(in.Code.Secret, " ", "")
	return d, in
}

// join invites somebody, who uses the link.
func (o *office) join(id string, role store.Role) *desk {
	o.Helper()
	token := o.invite(id, role)
	d, _ := o.look(token)
	a := d.browse("PUT", "/welcome", fmt.Sprintf(`{"token":%q,"password":%q,"code":%q}`, token, testPassword, o.code(d)))
	if a.status != http.StatusOK {
		o.Fatalf("welcome: %d %s", a.status, a.body)
	}
	o.wait(time.Minute)
	return d
}

func (o *office) signIn(d *desk, name, password, code string) answer {
	o.Helper()
	body, err := json.Marshal(signInRequest{name, password, code})
	must(o, err)
	return d.browse("POST", "/session", string(body))
}

// who asks, by the session.
func (d *desk) who() string {
	d.Helper()
	var x sessionJSON
	must(d, json.Unmarshal(d.browse("GET", "/session", "").body, &x))
	if x.Person == nil {
		return ""
	}
	return x.Person.ID
}

// acts lists the administration log.
func (o *office) acts() (list []string) {
	o.Helper()
	var page adminLogJSON
	must(o, json.Unmarshal(o.do(store.RoleAuditor, "GET", "/admin/log", nil), &page))
	for _, e := range page.Entries {
		list = append(list, e.Act+" "+e.Person)
	}
	return list
}
