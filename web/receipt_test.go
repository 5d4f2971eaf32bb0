package web

import (
	"context"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"piaojue/form"
	"piaojue/lang"
	"piaojue/pgtest"
	"piaojue/project"
	"piaojue/store"
)

// The number of a form is good for who drew it: under that of a clerk nobody
// else learns where it led, nor gets the code of a wish; and what the public
// sends keeps no clerk from writing.
func TestReceiptOfAnother(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	unit := fill{id: newFormID(), values: []string{"unit_kind", "4", "name", "雁滩代表之家"}}
	if a := s.post(store.RoleStaffLead, "/projects/do/unit", unit); a.status != http.StatusSeeOther {
		t.Fatal(a.status)
	}
	wish := aWish()
	wish.id = newFormID()
	s.mustWish("/projects/wish", wish)
	desk := aWish("held", htmlDate(s.server.projects.day()), "channel", "8")
	desk.id = newFormID()
	if a := s.post(store.RoleStaffLead, "/projects/intake/wish", desk); a.status != http.StatusOK {
		t.Fatal(a.status)
	}
	under := func(f fill, id string) fill { f.id = id; return f }
	for _, c := range []struct {
		name string
		role store.Role
		path string
		fill fill
		want int
	}{
		{"a member, a clerk's form", store.RoleMember, "/projects/do/unit", unit, http.StatusConflict},
		{"a citizen, a clerk's wish", "", "/projects/wish", desk, http.StatusConflict},
		{"a clerk, a citizen's wish", store.RoleStaffLead, "/projects/intake/wish", under(desk, wish.id), http.StatusConflict},
		{"another form of one's own", store.RoleStaffLead, "/projects/do/actor", unit, http.StatusBadRequest},
		{"one's own again", store.RoleStaffLead, "/projects/do/unit", unit, http.StatusSeeOther},
		{"a clerk's wish again", store.RoleStaffLead, "/projects/intake/wish", desk, http.StatusOK},
		{"a citizen's wish again", "", "/projects/wish", wish, http.StatusOK},
	} {
		a := s.post(c.role, c.path, c.fill)
		if a.status != c.want || c.want >= 400 && shownCode.Match(a.body) {
			t.Errorf("%s: %d, want %d", c.name, a.status, c.want)
		}
	}
}

// A form that is sent twice at once is one wish, and both get its code.
func TestWishTwiceAtOnce(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	f := aWish()
	f.id = newFormID()
	f.photos = map[string][]byte{"photos": aPhoto(t)}
	var codes [4]string
	var all sync.WaitGroup
	publicTurns <- struct{}{} // all of them have looked for the receipt when the first goes on
	for i := range codes {
		all.Go(func() { codes[i] = s.mustWish("/projects/wish", f) })
	}
	time.Sleep(300 * time.Millisecond)
	<-publicTurns
	all.Wait()
	for _, code := range codes {
		if code != codes[0] {
			t.Errorf("codes %v", codes)
		}
	}
	if n := s.server.projects.state.Count(project.NounSuggestion); n != 1 {
		t.Errorf("%d wishes", n)
	}
}

// Who knows what a caller said to the hotline cannot take the name of its row
// before the export comes, so that it would be left out.
func TestImportNames(t *testing.T) {
	row := form.Wish{Thing: "路灯不亮", District: "雁滩街道", Field: "公共安全", Day: 20261103}
	one := wishRowID([]byte("key of a server"), row, 1)
	if one != wishRowID([]byte("key of a server"), row, 1) {
		t.Error("the same row has two names")
	}
	if one == wishRowID([]byte("key of another"), row, 1) || one == wishRowID([]byte("key of a server"), row, 2) {
		t.Error("the name can be computed, or is that of two rows")
	}
}

// Which accounts there are is the office's business alone, also on a form that
// came back.
func TestAccountsUnseen(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	option := `value="` + string(store.RoleScrutineer) + `"`
	if a := s.post(store.RoleStaffLead, "/projects/do/actor", fill{}); !strings.Contains(string(a.body), option) {
		t.Error("the office cannot choose an account")
	}
	if a := s.post(store.RoleMember, "/projects/do/actor", fill{}); a.status != http.StatusUnprocessableEntity || strings.Contains(string(a.body), option) {
		t.Errorf("a department reads the accounts: %d", a.status)
	}
}

// A clerk stays with the unit whose papers the clerk has read and written, and
// who is retired reads nothing more. Deputies go to other stations.
func TestActorChanges(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	s.mustPost(store.RoleStaffLead, "/projects/do/unit", "unit_kind", "2", "name", "市教育局")
	s.mustPost(store.RoleStaffLead, "/projects/do/unit", "unit_kind", "4", "name", "甲站")
	s.mustPost(store.RoleStaffLead, "/projects/do/unit", "unit_kind", "4", "name", "乙站")
	s.mustPost(store.RoleStaffLead, "/projects/do/actor", "actor_role", "4", "unit", "3", "public_name", "张代表")
	s.mustPost(store.RoleStaffLead, "/projects/do/actor?about=2", "actor_role", "6", "unit", "2", "public_name", "市住建局")
	s.mustPost(store.RoleStaffLead, "/projects/do/actor?about=3", "actor_role", "4", "unit", "4", "public_name", "张代表")
	state := s.server.projects.state
	for actor, want := range map[uint32]uint32{2: 1, 3: 4} {
		if a, _ := state.Actor(actor); a.Unit != want {
			t.Errorf("actor %d is of unit %d, want %d", actor, a.Unit, want)
		}
	}
	for _, want := range []int{http.StatusOK, http.StatusForbidden} {
		for _, path := range []string{"/projects/desk", "/projects/intake", "/projects/candidates", "/projects/problems"} {
			if got := s.send(store.RoleMember, "GET", path, nil).status; got != want {
				t.Errorf("%s: %d, want %d", path, got, want)
			}
		}
		if want == http.StatusOK {
			s.mustPost(store.RoleStaffLead, "/projects/do/actor?about=2", "actor_role", "6", "public_name", "市住建局", "retired", "yes")
		}
	}
}

// What waits for a signature holds no photos as they came (attack S8).
func TestDraftIsSmall(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	key := public(s.server.projects.key)
	s.mustPost(store.RoleStaffLead, "/projects/do/actor", "actor_role", "2", "public_name", "办公室",
		"signing_key", hex.EncodeToString(key[:]), "account", string(store.RoleStaffLead))
	to := s.mustPost(store.RoleStaffLead, "/projects/do/unit", "unit_kind", "2", "name", "某局")
	if !strings.HasPrefix(to, "/projects/drafts/") || len(s.server.drafts.all) != 1 {
		t.Fatalf("led to %s", to)
	}
	for _, d := range s.server.drafts.all {
		if d.what.body != nil {
			t.Error("the draft keeps the form of which it was made")
		}
	}
}

// A clock that is set back stops nobody, and pages ask for the day while entries
// are written (run with -race).
func TestProjectsDay(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	p := s.server.projects
	today := p.day()
	p.now = func() time.Time { return time.Now().AddDate(0, 0, -10) }
	var all sync.WaitGroup
	all.Go(func() {
		for range 100 {
			if p.day() != today {
				t.Error("the day went back")
			}
		}
	})
	s.mustPost(store.RoleStaffLead, "/projects/do/unit", "unit_kind", "2", "name", "某局")
	all.Wait()
	s.restart()
	s.server.projects.now = p.now
	if got := s.server.projects.day(); got != today {
		t.Errorf("after a restart: %s, want %s", got, today)
	}
}

// A wish that comes in between the index and the page has no text yet.
func TestIndexBehind(t *testing.T) {
	x := &similarIndex{texts: []string{"路灯"}}
	if x.text(1) != "路灯" || x.text(2) != "" {
		t.Errorf("%q %q", x.text(1), x.text(2))
	}
}

// A fault in what follows from a vote is an error, not the end of the server.
func TestFollowSurvives(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	if _, err := s.server.follow(context.Background(), &vote{}); err == nil || !strings.Contains(err.Error(), "panic") {
		t.Errorf("%v", err)
	}
}

// Staff fill the disk as little as citizens do.
func TestDeedFullDisk(t *testing.T) {
	pgtest.SQLiteOnly(t)
	s := newStage(t)
	s.beginProjects()
	s.server.projects.limits.leastFree = 1 << 62
	f := fill{values: []string{"unit_kind", "2", "name", "某局"}, photos: map[string][]byte{"photos": aPhoto(t)}}
	if a := s.post(store.RoleStaffLead, "/projects/do/unit", f); a.status != http.StatusServiceUnavailable || !strings.Contains(string(a.body), lang.ZH.Text("error.storage")) {
		t.Errorf("%d", a.status)
	}
	f.photos = nil // words are small
	if a := s.post(store.RoleStaffLead, "/projects/do/unit", f); a.status != http.StatusSeeOther {
		t.Errorf("%d", a.status)
	}
}
