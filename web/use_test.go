package web

import (
	"net/http"
	"testing"
	"time"

	"piaojue/store"
)

// TestSessionPolls: what an open page asks by itself does not keep a session; what
// a person does, and the screens on the wall, do. Who does not say which it is
// counts as a person.
func TestSessionPolls(t *testing.T) {
	o := newOffice(t)
	o.draft()
	staff := o.join("zhang", store.RoleStaffLead)
	const cors = "cors"
	for _, x := range []struct {
		method, path, mode string
		kept               bool
	}{
		{"GET", o.path("/proposals"), cors, false},
		{"GET", o.path("/terminals"), cors, false},
		{"GET", o.path("/register"), cors, false},
		{"GET", o.path("/cards"), cors, false},
		{"GET", o.path("/snapshot?view=hall"), cors, false},
		{"GET", o.path(""), cors, false},
		{"GET", "/session", cors, false},
		{"GET", "/console/v1", cors, false},
		{"GET", "/console/v1", "navigate", true},
		{"GET", "/session", "", true},
		{"POST", o.path("/proposals"), cors, true},
		{"GET", o.path("/snapshot?view=podium"), cors, true},
		{"GET", o.path("/snapshot?view=operations"), cors, true},
		{"GET", o.path("/cards?view=podium"), cors, false},
	} {
		d := &desk{stage: o.stage, secret: staff.secret}
		o.wait(time.Minute)
		if got := o.signIn(d, "zhang", testPassword, o.code(d)); got.status != http.StatusOK {
			t.Fatalf("sign-in: %d %s", got.status, got.body)
		}
		for range 4 { // an hour
			o.wait(sessionIdle / 2)
			var header []string
			if x.mode != "" {
				header = []string{"Sec-Fetch-Mode", x.mode}
			}
			d.browse(x.method, x.path, "", header...)
		}
		if kept := d.who() == "zhang"; kept != x.kept {
			t.Errorf("%s %s %q: kept %t", x.method, x.path, x.mode, kept)
		}
	}
}
