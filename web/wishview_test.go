package web

import (
	"bytes"
	"encoding/hex"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"piaojue/keyfile"
	"piaojue/lang"
	"piaojue/pgtest"
	"piaojue/project"
	"piaojue/store"
)

// page shows a page as text.
func (s *stage) page(role store.Role, path string) string {
	s.Helper()
	return string(s.do(role, "GET", path, nil))
}

// Who sees the words of a wish that nobody has moderated: the office, whoever
// has its code, and the department once it has it in its hands. Nobody else.
func TestWishSeen(t *testing.T) {
	const secret = "只有办理的人能看到的话"
	s := newStage(t)
	s.beginProjects()
	s.mustPost(store.RoleStaffLead, "/projects/do/unit", "unit_kind", "2", "name", "市教育局")
	s.mustPost(store.RoleStaffLead, "/projects/do/actor", "actor_role", "6", "unit", "2", "public_name", "市教育局", "account", string(store.RoleStaff))
	code := s.mustWish("/projects/wish", aWish("why", secret))
	see := func(role store.Role, want bool) {
		t.Helper()
		if got := strings.Contains(s.page(role, "/projects/wishes/1"), secret); got != want {
			t.Errorf("%q sees it: %t", role, got)
		}
	}
	see("", false)
	see(store.RoleScrutineer, false)
	see(store.RoleMember, false)
	see(store.RolePresidium, false)
	see(store.RoleStaffLead, true)
	if strings.Contains(s.page(store.RoleMember, "/projects/intake"), "红绿灯") {
		t.Error("a department sees in its list what is not in its hands")
	}
	s.mustPost(store.RoleStaffLead, "/projects/do/transfer?about=1", "department", "1")
	see(store.RoleMember, true)
	see(store.RoleStaff, false) // another department
	see("", false)
	if strings.Contains(s.page("", "/projects/wishes"), "红绿灯") {
		t.Error("a wish is published before anybody looked at it")
	}
	if a := s.post("", "/projects/track", fill{values: []string{"code", strings.ToLower(code)}}); !strings.Contains(string(a.body), secret) || a.status != http.StatusOK {
		t.Errorf("the code shows nothing: %d", a.status)
	}
	wrong := []byte(code)
	wrong[0] ^= 'A' ^ 'B'
	for _, other := range []string{string(wrong), code[:10], "", "<b>"} {
		if a := s.post("", "/projects/track", fill{values: []string{"code", other}}); strings.Contains(string(a.body), secret) || a.status != http.StatusUnprocessableEntity {
			t.Errorf("%q: %d", other, a.status)
		}
	}
	s.mustPost(store.RoleStaffLead, "/projects/do/moderation?about=1", "shown", "1", "next", "moderate")
	see("", true)
	if !strings.Contains(s.page("", "/projects/wishes"), "红绿灯") {
		t.Error("a published wish is not in the list")
	}
}

// Guessing codes is limited.
func TestTrackLimit(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	last := 0
	for range maxCodeTries + 1 {
		last = s.post("", "/projects/track", fill{values: []string{"code", "ABCDE-23456"}}).status
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("%d tries: %d", maxCodeTries+1, last)
	}
}

// A contact is nowhere in clear: in no file, in no answer; and the officer whose
// key it is sealed to opens it.
func TestContactSealed(t *testing.T) {
	pgtest.SQLiteOnly(t)
	const phone, name = "13987654321", "王秀兰女士"
	s := newStage(t)
	s.beginProjects()
	identity, recipient, err := keyfile.GenerateIdentity()
	must(t, err)
	for _, bad := range []string{"", "age1", identity, "ssh-ed25519 AAAA"} {
		if a := s.post(store.RoleStaffLead, "/projects/intake/recipients", fill{values: []string{"name", "张", "key", bad}}); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%.10q as a recipient: %d", bad, a.status)
		}
	}
	if a := s.post(store.RoleMember, "/projects/intake/recipients", fill{values: []string{"name", "张", "key", recipient}}); a.status != http.StatusForbidden {
		t.Errorf("a department decides who reads contacts: %d", a.status)
	}
	s.mustPost(store.RoleStaffLead, "/projects/intake/recipients", "name", "受理岗", "key", recipient)
	if !strings.Contains(s.page("", "/projects/wish"), `name="phone"`) {
		t.Error("the form asks for no contact")
	}
	f := aWish("person", name, "phone", phone, "why", "看得见的话")
	f.id = newFormID()
	id, err := hex.DecodeString(f.id)
	must(t, err)
	code := s.mustWish("/projects/wish", f)
	visible := false
	for _, pattern := range []string{"db*", "keys/*"} {
		files, err := filepath.Glob(filepath.Join(s.folder, pattern))
		must(t, err)
		for _, file := range files {
			data, err := os.ReadFile(file)
			must(t, err)
			visible = visible || bytes.Contains(data, []byte("看得见的话"))
			for _, never := range []string{phone, name, string(id), code, strings.ReplaceAll(code, "-", "")} {
				if bytes.Contains(data, []byte(never)) {
					t.Errorf("%s holds %q", file, never)
				}
			}
		}
	}
	if !visible {
		t.Error("the test looks at the wrong files")
	}
	for _, role := range []store.Role{"", store.RoleMember, store.RoleStaff, store.RolePresidium, store.RoleAdmin} {
		if a := s.send(role, "GET", "/projects/wishes/1/contact.age", nil); a.status == http.StatusOK {
			t.Errorf("%q gets the contact", role)
		}
	}
	ids, err := keyfile.ParseIdentities([]byte(identity), nil)
	must(t, err)
	r, err := ids.Decrypt(bytes.NewReader(s.do(store.RoleStaffLead, "GET", "/projects/wishes/1/contact.age", nil)))
	must(t, err)
	var text bytes.Buffer
	_, err = text.ReadFrom(r)
	must(t, err)
	if want := "意见编号：1\n称呼：" + name + "\n电话：" + phone + "\n"; text.String() != want {
		t.Errorf("sealed is %q", text.String())
	}
}

// Wishes that ask for the same are found, and bundled with ticks; all go one way.
func TestWishSimilar(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	s.mustWish("/projects/wish", fill{values: []string{"thing", "雁滩小学门口路口装红绿灯", "field", "5"}})
	s.mustWish("/projects/wish", fill{values: []string{"thing", "请在雁滩小学门口装红绿灯", "field", "5"}})
	s.mustWish("/projects/wish", fill{values: []string{"thing", "请在雁滩小学门口装红绿灯", "field", "9"}}) // another field
	s.mustWish("/projects/wish", fill{values: []string{"thing", "老旧小区加装电梯", "field", "5"}})
	page := s.page(store.RoleStaffLead, "/projects/wishes/1")
	if !strings.Contains(page, `name="members" value="2"`) || strings.Contains(page, `name="members" value="3"`) || strings.Contains(page, `name="members" value="4"`) {
		t.Error("the similar wishes are others")
	}
	if strings.Contains(s.page(store.RoleMember, "/projects/wishes/1"), `name="members"`) {
		t.Error("a department is shown others' wishes")
	}
	s.mustPost(store.RoleStaffLead, "/projects/do/bundle?about=1", "members", "2", "members", "4")
	s.mustPost(store.RoleStaffLead, "/projects/do/study?about=1")
	if page := s.page("", "/projects/wishes/2"); !strings.Contains(page, pageText(lang.ZH, "wish.bundled", 3)) {
		t.Error("a bundled wish does not show whose way it goes")
	}
}

// Markup in a wish is text, wherever it is shown (S5).
func TestWishInert(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	code := s.mustWish("/projects/wish", aWish("why", planted, "place", planted))
	s.mustPost(store.RoleStaffLead, "/projects/do/verdict?about=1", "reason", "14", "answer", planted)
	s.mustPost(store.RoleStaffLead, "/projects/do/moderation?about=1", "shown", "1")
	track := s.post("", "/projects/track", fill{values: []string{"code", code}})
	for name, page := range map[string]string{
		"wish": s.page("", "/projects/wishes/1"), "list": s.page("", "/projects/wishes"), "track": string(track.body),
		"intake": s.page(store.RoleStaffLead, "/projects/intake"),
	} {
		if strings.Contains(page, "<b class=planted") {
			t.Errorf("%s: markup", name)
		}
	}
	if !strings.Contains(string(track.body), "&lt;b class=planted") {
		t.Error("what was planted is not shown")
	}
}

// TestOwnPhotos: who has the code of a wish sees its photos before anybody else
// does, those of no other wish, and that one was erased.
func TestOwnPhotos(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	f := aWish("why", "看照片")
	f.photos = map[string][]byte{"photos": aPhoto(t)}
	code := s.mustWish("/projects/wish", f)
	other := s.mustWish("/projects/wish", aWish("why", "没有照片"))
	const picture = `<img src="data:image/jpeg;base64,`
	track := func(code string) string {
		return string(s.post("", "/projects/track", fill{values: []string{"code", code}}).body)
	}
	if got := track(code); strings.Count(got, picture) != 1 || strings.Contains(got, "/projects/blob/") {
		t.Errorf("own photo: %s", between(got, "<main", "</main>"))
	}
	if strings.Contains(track(other), picture) {
		t.Error("the code of another wish shows the photo")
	}
	var photo project.Blob
	s.seen(func(state *project.State) {
		x, _ := state.Suggestion(1)
		photo = x.Photos[0]
	})
	path := "/projects/blob/" + hex.EncodeToString(photo[:])
	if strings.Contains(s.page("", "/projects/wishes/1"), hex.EncodeToString(photo[:])) || s.send("", "GET", path, nil).status != http.StatusNotFound {
		t.Error("everybody sees a photo that waits for the office")
	}
	s.mustPost(store.RoleStaffLead, "/projects/do/moderation?about=1", "shown", "2")
	if got := track(code); !strings.Contains(got, path) || strings.Contains(got, picture) {
		t.Error("a published photo is not shown as everybody sees it")
	}
	_, err := s.server.projects.record(t.Context(), &deed{actor: officeActor, body: func(*project.State) (project.Body, error) {
		return &project.Withdrawal{Blobs: []project.Blob{photo}, Ground: project.GroundRequest}, nil
	}})
	must(t, err)
	if got := track(code); !strings.Contains(got, "照片1已经撤下") || strings.Contains(got, path) {
		t.Errorf("an erased photo: %s", between(got, "<main", "</main>"))
	}
}
