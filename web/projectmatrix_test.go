package web

import (
	"context"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"piaojue/project"
	"piaojue/store"
)

// projectRoutes are all GET routes about projects, with numbers from 1 to 2 where
// they have one.
func projectRoutes() (all []string) {
	for _, rt := range allRoutes() {
		if rt.method != http.MethodGet || !strings.HasPrefix(rt.path, "/projects") || strings.Contains(rt.path, "{hash}") {
			continue
		}
		if strings.Contains(rt.path, "{kind}") {
			for _, k := range project.Kinds() {
				all = append(all, strings.ReplaceAll(rt.path, "{kind}", k.String())+"?about=1")
			}
			continue
		}
		for n := range 2 {
			path := strings.ReplaceAll(rt.path, "{number}", strconv.Itoa(n+1))
			if n == 0 || path != rt.path {
				all = append(all, path)
			}
		}
	}
	return all
}

// secretWorld is a world in which somebody said something that not everybody may
// read.
type secretWorld struct {
	*worldBuilder
	secrets []secretText
}

// secretText is such a text, and the actors who may read it.
type secretText struct {
	text string
	hash project.Blob
	may  []uint32
}

func (w *secretWorld) secret(text string, may ...uint32) project.Blob {
	hash := w.words(text)
	w.secrets = append(w.secrets, secretText{text, hash, append(may, officeActor)})
	return hash
}

// newSecretWorld has two projects of two departments, two wishes, and a secret of
// each kind.
func newSecretWorld(t *testing.T) *secretWorld {
	s := newStage(t)
	s.config.PerMinute = 1_000_000
	x := &secretWorld{}
	s.world(3, func(w *worldBuilder) {
		x.worldBuilder = w
		today := w.server.projects.day()
		w.do(worldGovernment, &project.Offer{Project: 1, Lead: worldSchools})
		w.do(worldSchoolsClerk, &project.Answer{Project: 1, Text: x.secret("教育局的异议", worldSchoolsClerk, worldGovernment, worldCommitteeClerk, worldDeputy)})
		w.work(1)
		w.report(1, 100, 10)
		w.do(worldRoadsClerk, &project.Request{Project: 1, For: project.RuledAdjust, Text: x.secret("交通委的申请", worldRoadsClerk, worldStanding, worldCommitteeClerk, worldDeputy)})
		w.do(worldDeputy, &project.Inspection{Number: 1, Project: 1, Held: today, Progress: 3, Quality: 3, Effect: 3, Text: x.secret("视察时群众说的话", worldRoadsClerk, worldCommitteeClerk, worldDeputy)})
		w.do(worldGovernment, &project.Offer{Project: 2, Lead: worldSchools})
		w.do(worldSchoolsClerk, &project.Answer{Project: 2, Text: x.secret("另一份异议", worldSchoolsClerk, worldGovernment)})
		wish := func(n uint32, text string, may ...uint32) {
			w.do(serverActor, &project.Suggestion{Number: n, Channel: project.ChannelWeb, Field: 1, Held: today, Text: x.secret(text, may...)})
		}
		wish(1, "还没有审核的点单", worldGovernment)
		wish(2, "转给教育局的点单", worldGovernment, worldSchoolsClerk)
		w.do(officeActor, &project.Transfer{Suggestion: 2, Unit: worldSchools})
	})
	return x
}

// may reports whether an actor may read a secret.
func (x secretText) readBy(actor uint32) bool {
	for _, n := range x.may {
		if n == actor {
			return true
		}
	}
	return false
}

// TestProjectSecrets is the matrix of all pages about projects and all roles of
// the log: on none of them does anybody read what is not for him, above all no
// department what another one wrote. The office reads each secret on some page,
// so that the walk would see it if it were there.
func TestProjectSecrets(t *testing.T) {
	w := newSecretWorld(t)
	paths := projectRoutes()
	found := map[string]bool{}
	for actor := uint32(0); actor <= worldOutsider; actor++ {
		if actor == worldDeputy+1 || actor == worldDeputy+2 { // are as worldDeputy
			continue
		}
		for _, path := range paths {
			got := w.as(actor, path)
			if got.Code >= http.StatusInternalServerError {
				t.Errorf("%s as actor %d: %d", path, actor, got.Code)
			}
			body := got.Body.String()
			for _, x := range w.secrets {
				switch there := strings.Contains(body, x.text) || strings.Contains(body, hex.EncodeToString(x.hash[:])); {
				case there && !x.readBy(actor):
					t.Errorf("%s shows actor %d: %s", path, actor, x.text)
				case there:
					found[x.text] = true
				}
			}
		}
	}
	for _, x := range w.secrets {
		if !found[x.text] {
			t.Errorf("no page shows anybody: %s", x.text)
		}
	}
}

// TestProjectDoors: what is not open to everybody is closed to who is nobody in
// the log, whatever the account's role is; and open to somebody.
func TestProjectDoors(t *testing.T) {
	w := newSecretWorld(t)
	visit := func(method, path string, role store.Role) int {
		r := httptest.NewRequest(method, path, nil)
		if role != "" {
			r.Header.Set("Authorization", "Bearer "+w.people[role])
		}
		rec := httptest.NewRecorder()
		w.server.Handler().ServeHTTP(rec, r)
		return rec.Code
	}
	for _, rt := range allRoutes() {
		if !strings.HasPrefix(rt.path, "/projects") || rt.who.anyone {
			continue
		}
		path := strings.NewReplacer("{number}", "1", "{kind}", "unit", "{hash}", strings.Repeat("0", 64)).Replace(rt.path)
		if got := visit(rt.method, path, ""); got != http.StatusUnauthorized && got != http.StatusSeeOther {
			t.Errorf("%s %s as nobody: %d", rt.method, path, got)
		}
		if rt.path == "/projects/directory" || rt.path == "/projects/begin" { // which are there before the log
			continue
		}
		for _, role := range Roles() {
			if role == store.RoleStaffLead { // who is the office here
				continue
			}
			if got := visit(rt.method, path, role); got != http.StatusForbidden && got != http.StatusNotFound {
				t.Errorf("%s %s as %s, who is nobody in the log: %d", rt.method, path, role, got)
			}
		}
	}
	must(t, w.server.projects.db.SetMember(context.Background(), string(store.RoleMember), worldRoadsClerk))
	for _, path := range []string{"/projects/plans", "/projects/problems", "/projects/do/report?about=1"} {
		if got := visit("GET", path, store.RoleMember); got != http.StatusOK {
			t.Errorf("%s as a department: %d", path, got)
		}
	}
}
