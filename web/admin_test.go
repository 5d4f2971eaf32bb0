package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/lang"
	"piaojue/pgtest"
	"piaojue/store"
)

// TestDuties: nobody gets duties of two of the groups, neither by another role
// nor by a second account.
func TestDuties(t *testing.T) {
	o := newOffice(t)
	o.join("zhang", store.RoleStaff)
	put := func(id, role string) answer {
		return o.send(store.RoleAdmin, "PUT", "/persons/"+id+"/role", fmt.Appendf(nil, `{"role":%q}`, role))
	}
	for _, role := range []string{"admin", "auditor"} {
		if got := put("zhang", role); got.code() != codeTwoDuties {
			t.Errorf("staff becomes %s: %d %s", role, got.status, got.code())
		}
	}
	if got := put("zhang", "king"); got.code() != codeBadForm {
		t.Errorf("a role there is not: %d %s", got.status, got.code())
	}
	if got := put("zhang", "presidium"); got.status != http.StatusOK {
		t.Errorf("staff becomes presidium: %d %s", got.status, got.body)
	}
	for _, number := range []string{"N-zhang", " n-ZHANG", "Ｎ－zhang", "n- zhang"} {
		for _, role := range []string{"admin", "auditor", "staff"} {
			body := fmt.Appendf(nil, `{"id":"second","name":"张三","role":%q,"staff_number":%q}`, role, number)
			if got := o.send(store.RoleAdmin, "POST", "/persons", body); got.code() != codeNumberTaken {
				t.Errorf("a second account as %s, %q: %d %s", role, number, got.status, got.code())
			}
		}
	}
	if got := o.send(store.RoleAdmin, "POST", "/persons/auditor/links", []byte(`{"staff_number":"N-ZHANG"}`)); got.code() != codeNumberTaken {
		t.Errorf("an account for a key's person: %d %s", got.status, got.code())
	}
	if got := o.send(store.RoleAdmin, "POST", "/persons/zhang/links", []byte(`{"staff_number":"N-OTHER"}`)); got.code() != codeBadForm {
		t.Errorf("another number for an account: %d %s", got.status, got.code())
	}
	if got := o.send(store.RoleAdmin, "POST", "/persons/auditor/links", []byte(`{"staff_number":"A-1"}`)); got.status != http.StatusCreated {
		t.Errorf("a number of one's own: %d %s", got.status, got.body)
	}
	groups := map[duty]int{}
	for _, r := range Roles() {
		groups[dutyOf(r)]++
	}
	if groups[dutySystem] != 1 || groups[dutyAudit] != 1 || groups[dutyBusiness] != len(Roles())-2 {
		t.Errorf("groups %v", groups)
	}
}

// TestRoleChange: it ends sessions, and who comes to change votes without a code
// device gets a link first.
func TestRoleChange(t *testing.T) {
	o := newOffice(t)
	token := o.invite("zhang", store.RoleGate)
	d, in := o.look(token)
	if in.Needed {
		t.Error("a gate needs a code device")
	}
	if got := d.browse("PUT", "/welcome", fmt.Sprintf(`{"token":%q,"password":%q,"code":""}`, token, testPassword)); got.status != http.StatusOK {
		t.Fatalf("welcome without a device: %d %s", got.status, got.body)
	}
	if got := o.signIn(d, "zhang", testPassword, ""); got.status != http.StatusOK {
		t.Fatalf("sign-in without a device: %d %s", got.status, got.body)
	}
	var l linkJSON
	must(t, json.Unmarshal(o.do(store.RoleAdmin, "PUT", "/persons/zhang/role", []byte(`{"role":"teller"}`)), &l))
	if l.Link == "" || l.Person.Role != store.RoleTeller || d.who() != "" {
		t.Errorf("teller without a device: %+v", l)
	}
	if got := o.signIn(d, "zhang", testPassword, ""); got.code() != codeWrongSignIn {
		t.Errorf("a teller signs in without a code: %d %s", got.status, got.code())
	}
	li := o.join("li", store.RoleStaff)
	must(t, json.Unmarshal(o.do(store.RoleAdmin, "PUT", "/persons/li/role", []byte(`{"role":"staff_lead"}`)), &l))
	if l.Link != "" || li.who() != "" {
		t.Errorf("who has a device: %+v, session of %q", l, li.who())
	}
	if got := o.signIn(li, "li", testPassword, o.code(li)); got.status != http.StatusOK {
		t.Errorf("sign-in after it: %d %s", got.status, got.code())
	}
}

// TestTwoPersons: who has signed in one role does not sign in another, though
// the administrator changed it and the key file is at hand.
func TestTwoPersons(t *testing.T) {
	o := newOffice(t)
	o.draft()
	zhang, li := o.join("zhang", store.RoleStaffLead), o.join("li", store.RolePresidium)
	body := o.do(store.RolePresidium, "GET", o.path("/draft"), nil)
	sign := func(d *desk, as election.Role) answer {
		e := &election.Entry{Kind: election.KindManifest, Body: body}
		key := o.staff
		if as == election.RolePresidium {
			key = o.presidium
		}
		e.Sign(as, 0, key, sha256.Sum256(body))
		return d.browse("POST", o.path("/proposals"), string(e.Marshal()))
	}
	if got := sign(zhang, election.RoleStaff); got.status != http.StatusOK {
		t.Fatalf("staff lead: %d %s", got.status, got.body)
	}
	if got := sign(zhang, election.RolePresidium); got.code() != codeForbidden {
		t.Errorf("both as staff lead: %d %s", got.status, got.code())
	}
	o.do(store.RoleAdmin, "PUT", "/persons/zhang/role", []byte(`{"role":"presidium"}`))
	o.signIn(zhang, "zhang", testPassword, o.code(zhang))
	if got := sign(zhang, election.RolePresidium); got.code() != codeSamePerson {
		t.Errorf("the same person in another role: %d %s", got.status, got.body)
	}
	if v, err := o.config.DB.Vote(t.Context(), o.vote); err != nil || v.Frozen {
		t.Errorf("one person froze the vote: %t, %v", v.Frozen, err)
	}
	if got := sign(li, election.RolePresidium); got.status != http.StatusOK || !bytes.Contains(got.body, []byte(`"index":0`)) {
		t.Errorf("another person: %d %s", got.status, got.body)
	}
}

// TestPersons: what administrators do to persons, and what they cannot.
func TestPersons(t *testing.T) {
	o := newOffice(t)
	for body, want := range map[string]code{
		`{"id":"Zhang","name":"张","role":"staff","staff_number":"1"}`:       codeBadForm,
		`{"id":"../x","name":"张","role":"staff","staff_number":"1"}`:        codeBadForm,
		`{"id":"zhang","name":"","role":"staff","staff_number":"1"}`:        codeBadForm,
		`{"id":"zhang","name":"张","role":"king","staff_number":"1"}`:        codeBadForm,
		`{"id":"zhang","name":"张","role":"staff","staff_number":""}`:        codeBadForm,
		`{"id":"","name":"张","role":"staff","staff_number":"工号1"}`:          codeBadForm,
		`{"id":"admin","name":"张","role":"staff","staff_number":"1"}`:       codeExists,
		`{"id":"zhang","name":"张","role":"staff","staff_number":"1","x":1}`: codeUnknownField,
	} {
		if got := o.send(store.RoleAdmin, "POST", "/persons", []byte(body)); got.code() != want {
			t.Errorf("%s: %d %s, want %s", body, got.status, got.code(), want)
		}
	}
	var l linkJSON
	must(t, json.Unmarshal(o.do(store.RoleAdmin, "POST", "/persons", []byte(`{"id":"","name":"张","role":"staff","staff_number":"GH-7"}`)), &l))
	if l.Person.ID != "gh-7" || l.Person.State != "invited" || !strings.HasPrefix(l.Link, "/welcome#") || l.Ends != o.now().Add(linkLife).Unix() {
		t.Errorf("%+v", l)
	}
	o.wait(linkLife)
	var list personsJSON
	must(t, json.Unmarshal(o.do(store.RoleAuditor, "GET", "/persons", nil), &list))
	states := map[string]string{}
	for _, p := range list.Persons {
		states[p.ID] = p.State
	}
	if states["gh-7"] != "expired" || states["gate"] != "key" || len(list.Roles) != len(Roles()) {
		t.Errorf("states %v", states)
	}
	d := o.join("wang", store.RoleAdmin)
	o.do(store.RoleAdmin, "DELETE", "/persons/gh-7", nil)
	if got := o.send(store.RoleAdmin, "DELETE", "/persons/gh-7", nil); got.code() != codeNotFound {
		t.Errorf("removed twice: %d %s", got.status, got.code())
	}
	if got := d.browse("DELETE", "/persons/admin", ""); got.status != http.StatusNoContent {
		t.Errorf("one of two administrators: %d %s", got.status, got.code())
	}
	if got := d.browse("DELETE", "/persons/wang", ""); got.code() != codeLastAdmin {
		t.Errorf("the last administrator: %d %s", got.status, got.code())
	}
	key, hash := GenerateKey()
	must(t, o.server.admin.IssueKey(t.Context(), ByCommand, store.Person{ID: "tool", Name: "工具", Role: store.RoleAdmin}, hash))
	if got := o.send("", "GET", "/persons", nil, "Authorization", "Bearer "+key); got.status != http.StatusOK {
		t.Errorf("a tool: %d %s", got.status, got.code())
	}
	if got := d.browse("DELETE", "/persons/wang", ""); got.code() != codeLastAdmin {
		t.Errorf("the last administrator beside a tool, which changes no accounts: %d %s", got.status, got.code())
	}
	if got := o.send(store.RoleAdmin, "GET", "/persons", nil); got.status != http.StatusUnauthorized {
		t.Errorf("a removed person's key: %d", got.status)
	}
}

// TestPeopleLog: the page of persons shows the newest acts, however long the log:
// nobody hides one behind a thousand others.
func TestPeopleLog(t *testing.T) {
	defer func(n uint64) { maxActs = n }(maxActs)
	maxActs = 3
	s := newStage(t)
	s.config.PlainCookies = true
	s.restart()
	for i := range 5 {
		s.do(store.RoleAdmin, "POST", "/persons", fmt.Appendf(nil, `{"id":"p%d","name":"张","role":"staff","staff_number":"%d"}`, i, i))
	}
	s.do(store.RoleAdmin, "DELETE", "/persons/p0", nil)
	p := newBrowser(t, s.base).tab(s.base, 1280, 800)
	p.signIn(s, store.RoleAuditor)
	p.open("/people")
	p.wait(`document.querySelector("#log tr")?.innerText.includes("p0")`)
}

// TestAdministrationLog: what administrators did can be recomputed from the
// entries to the root that is signed, survives a restart, and has no place among
// votes.
func TestAdministrationLog(t *testing.T) {
	o := newOffice(t)
	o.join("zhang", store.RoleStaff)
	o.restart()
	o.do(store.RoleAdmin, "DELETE", "/persons/zhang", nil)
	var page adminLogJSON
	must(t, json.Unmarshal(o.do(store.RoleAdmin, "GET", "/admin/log", nil), &page))
	want := []string{"log_opened ", "person_added zhang", "link_used zhang", "person_removed zhang"}
	if got := o.acts(); !slices.Equal(got, want) {
		t.Errorf("acts %q, want %q", got, want)
	}
	if page.Entries[1].By != "admin" || page.Entries[2].By != "zhang" || page.Entries[0].By != ByCommand {
		t.Error("it does not say who did it")
	}
	var texts [][]byte
	for _, e := range page.Entries {
		texts = append(texts, []byte(e.Text))
		if !lang.ZH.Has("act." + e.Act) {
			t.Errorf("act %s has no sentence", e.Act)
		}
	}
	key, err := audit.ParseKey(page.Key)
	must(t, err)
	if _, err := note.Open([]byte(page.Checkpoint), note.VerifierList(key)); err != nil {
		t.Errorf("checkpoint: %v", err)
	}
	c, err := audit.ReadCheckpoint([]byte(page.Checkpoint))
	must(t, err)
	if c.Size != uint64(len(texts)) || c.Root != rootOf(t, texts) {
		t.Error("the checkpoint is of other entries")
	}
	texts[1] = bytes.Replace(texts[1], []byte("staff"), []byte("admin"), 1)
	if c.Root == rootOf(t, texts) {
		t.Error("a changed entry has the same root")
	}
	var rest adminLogJSON
	must(t, json.Unmarshal(o.do(store.RoleAuditor, "GET", "/admin/log?from=3", nil), &rest))
	if len(rest.Entries) != 1 || rest.Entries[0].Index != 3 || rest.Size != 4 {
		t.Errorf("from 3: %+v", rest)
	}
	if got := o.send(store.RoleAdmin, "GET", "/admin/log?from=-1", nil); got.code() != codeBadForm {
		t.Errorf("from -1: %d", got.status)
	}
	if got := o.send(store.RoleStaffLead, "POST", "/votes", []byte(strings.Replace(createSample(), `"v1"`, `"administration"`, 1))); got.code() != codeExists {
		t.Errorf("a vote of that name: %d %s", got.status, got.code())
	}
	for _, path := range []string{"/votes/administration", "/board/administration/checkpoint", "/board/administration/tile/entries/000.p/4"} {
		if got := o.send(store.RoleAdmin, "GET", path, nil); got.code() != codeNotFound {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	if got := o.do(store.RoleStaff, "GET", "/votes", nil); bytes.Contains(got, []byte("administration")) {
		t.Errorf("votes: %s", got)
	}
}

func createSample() string {
	for _, rt := range routes {
		if rt.method == "POST" && rt.path == "/votes" {
			return rt.sample
		}
	}
	return ""
}

func rootOf(t *testing.T, texts [][]byte) tlog.Hash {
	t.Helper()
	var hashes []tlog.Hash
	read := tlog.HashReaderFunc(func(at []int64) (out []tlog.Hash, err error) {
		for _, i := range at {
			out = append(out, hashes[i])
		}
		return out, nil
	})
	for i, text := range texts {
		more, err := tlog.StoredHashes(int64(i), text, read)
		must(t, err)
		hashes = append(hashes, more...)
	}
	root, err := tlog.TreeHash(int64(len(texts)), read)
	must(t, err)
	return root
}

// TestOldAdministration (S2): a database from before something was logged is
// refused, also one that knows of no administration.
func TestOldAdministration(t *testing.T) {
	pgtest.SQLiteOnly(t)
	o := newOffice(t)
	backup := filepath.Join(o.folder, "backup")
	must(t, o.config.DB.Backup(t.Context(), backup))
	o.invite("zhang", store.RoleStaff)
	o.close()
	for name, replace := range map[string]func(path string) error{
		"backup": func(path string) error { return os.Rename(backup, path) },
		"empty":  func(string) error { return nil },
	} {
		for _, suffix := range []string{"", "-wal", "-shm"} {
			os.Remove(filepath.Join(o.folder, "db") + suffix)
		}
		must(t, replace(filepath.Join(o.folder, "db")))
		db, err := store.OpenDB(t.Context(), filepath.Join(o.folder, "db"))
		must(t, err)
		config := o.config
		config.DB = db
		if _, err := Open(t.Context(), config); !errors.Is(err, ErrStale) {
			t.Errorf("%s: %v", name, err)
		}
		must(t, db.Close())
	}
}

// TestKeyOfAnother: the key file of another scrutineer is not enough to sign in
// that one's name: the key on somebody's card is that person's to hand in.
func TestKeyOfAnother(t *testing.T) {
	o := newOffice(t)
	o.draft()
	o.freeze()
	o.approve()
	o.ceremony()
	zhang, li := o.join("zhang", store.RoleScrutineer), o.join("li", store.RoleScrutineer)
	for i, person := range []string{"zhang", "li"} {
		must(t, o.config.DB.PutCard(t.Context(), o.vote, store.Card{
			Person: person, Kind: "scrutineer", RoleKey: [32]byte(public(o.scrutineers[i].role)), StaticKey: &[32]byte{byte(i)},
		}))
	}
	sign := func(d *desk, e *election.Entry, i int) answer {
		one := &election.Entry{Kind: e.Kind, Body: e.Body}
		one.Sign(election.RoleScrutineer, uint8(i), o.scrutineers[i-1].role, o.manifest)
		return d.browse("POST", o.path("/proposals"), string(one.Marshal()))
	}
	attendance := func(i int) *election.Entry {
		e, err := election.NewEntry(&election.Attendance{Chain: o.chain(), Indexes: []uint32{o.named(number(i)).Index}, Present: min(uint32(i), 1) + 1})
		must(t, err)
		return e
	}
	for _, i := range []int{0, 1} {
		o.do(store.RoleGate, "POST", o.path("/checkins"), o.badgeOf(i))
	}
	if got := sign(zhang, attendance(2), 1); got.code() != codeConflict {
		t.Errorf("a deputy who never came: %d %s", got.status, got.body)
	}
	e := attendance(0)
	if got := sign(zhang, e, 1); got.status != http.StatusOK {
		t.Fatalf("one's own key: %d %s", got.status, got.body)
	}
	if got := sign(zhang, e, 2); got.code() != codeKeyOfAnother {
		t.Errorf("another's key: %d %s", got.status, got.body)
	}
	if got := sign(li, e, 2); got.status != http.StatusOK || bytes.Contains(got.body, []byte(`"index":null`)) {
		t.Errorf("the other, with that key: %d %s", got.status, got.body)
	}
	if got := sign(li, attendance(1), 3); got.status != http.StatusOK {
		t.Errorf("a key on nobody's card: %d %s", got.status, got.body)
	}
}
