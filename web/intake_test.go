package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"piaojue/form"
	"piaojue/keyfile"
	"piaojue/lang"
	"piaojue/project"
	"piaojue/store"
)

// table sends the form of an import.
func (s *stage) table(role store.Role, kind, seen, csv string) answer {
	s.Helper()
	return s.post(role, "/projects/intake/import", fill{
		values: []string{"kind", kind, "seen", seen}, photos: map[string][]byte{"table": []byte(csv)},
	})
}

func seenIn(a answer) string { return between(string(a.body), `name="seen" value="`, `"`) }

// imports looks at a table and takes it in.
func (s *stage) imports(kind, csv string) {
	s.Helper()
	first := s.table(store.RoleStaffLead, kind, "", csv)
	again := s.table(store.RoleStaffLead, kind, seenIn(first), csv)
	if first.status != http.StatusOK || !strings.Contains(string(again.body), `notice good`) {
		s.Fatalf("%d %s", again.status, between(string(again.body), "<main", "</main>"))
	}
}

// A hotline's export is looked at, then taken in once, with its contacts sealed;
// a directory likewise.
func TestIntakeImport(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	identity, recipient, err := keyfile.GenerateIdentity()
	must(t, err)
	s.mustPost(store.RoleStaffLead, "/projects/intake/recipients", "name", "受理岗", "key", recipient)
	s.imports("district", "名称\n雁滩街道\n")
	var stations strings.Builder
	stations.WriteString("名称,所属镇街\n")
	for i := range 40 {
		fmt.Fprintf(&stations, "第%d代表工作站,雁滩街道\n", i)
	}
	s.imports("station", stations.String())
	s.imports("station", stations.String())
	s.imports("deputy", "姓名,所属家站\n张建国,第3代表工作站\n")
	const hotline = "诉求内容,区县,类别,来电时间,来电人,联系电话\n路灯不亮,雁滩街道,公共安全,2026-11-03 08:15:00,李秀英同志,13612345678\n路灯不亮,雁滩街道,公共安全,2026-11-03 09:15:00,,\n"
	look := s.table(store.RoleStaffLead, "hotline", "", hotline)
	state := s.server.projects.state
	if n := state.Count(project.NounSuggestion); n != 0 || look.status != http.StatusOK {
		t.Errorf("looking wrote %d wishes: %d", n, look.status)
	}
	if other := s.table(store.RoleStaffLead, "hotline", seenIn(look), hotline+"路\n"); state.Count(project.NounSuggestion) != 0 {
		t.Errorf("a table that nobody looked at is taken in: %d", other.status)
	}
	s.imports("hotline", hotline)
	s.imports("hotline", hotline)
	if n := state.Count(project.NounSuggestion); n != 2 {
		t.Errorf("%d wishes, want 2", n)
	}
	x, _ := state.Suggestion(1)
	if x.Channel != project.ChannelHotline || x.Field != project.FieldSafety || x.District != 2 || x.Held != 20261103 || !x.Contact {
		t.Errorf("%+v", x)
	}
	if u, _ := state.Unit(3); state.Units() != 42 || u.Of != project.UnitStation || u.Parent != 2 {
		t.Errorf("%d units, %+v", state.Units(), u)
	}
	if a, _ := state.Actor(3); a.Role != project.RoleDeputy || a.Unit != 6 {
		t.Errorf("%+v", a)
	}
	files, err := filepath.Glob(filepath.Join(s.folder, "db*"))
	must(t, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		must(t, err)
		if bytes.Contains(data, []byte("13612345678")) || bytes.Contains(data, []byte("李秀英同志")) {
			t.Errorf("%s holds a contact", file)
		}
	}
	ids, err := keyfile.ParseIdentities([]byte(identity), nil)
	must(t, err)
	_, err = ids.Decrypt(bytes.NewReader(s.do(store.RoleStaffLead, "GET", "/projects/wishes/1/contact.age", nil)))
	must(t, err)
}

// Hostile tables are refused with a sentence, and change nothing.
func TestIntakeImportRefused(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	book := form.RollTemplate(lang.ZH)
	for name, table := range map[string]string{
		"empty": "", "no table": "PK\x03\x04", "half a workbook": string(book[:len(book)/2]), "another table": string(book),
		"hidden": "事项\n路\u202e灯\n", "no thing": "地区\n城关\n", "no day": "事项,日期\n路,去年\n", "a page": "<html>",
	} {
		a := s.table(store.RoleStaffLead, "hotline", "", table)
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(string(a.body), `role="alert"`) {
			t.Errorf("%s: %d", name, a.status)
		}
	}
	if a := s.table(store.RoleStaffLead, "nothing", "", "事项\n路\n"); a.status != http.StatusBadRequest {
		t.Errorf("no such kind: %d", a.status)
	}
	for _, role := range []store.Role{store.RoleMember, store.RoleStaff, store.RolePresidium} {
		if a := s.table(role, "hotline", "", "事项\n路\n"); a.status != http.StatusForbidden {
			t.Errorf("%q imports: %d", role, a.status)
		}
	}
	if n := s.server.projects.state.Count(project.NounSuggestion); n != 0 {
		t.Errorf("%d wishes", n)
	}
}

// A station and a deputy type in what was said to them, each in their own name;
// a department does not.
func TestDeskWish(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	s.mustPost(store.RoleStaffLead, "/projects/do/unit", "unit_kind", "4", "name", "雁滩代表之家")
	s.mustPost(store.RoleStaffLead, "/projects/do/actor", "actor_role", "3", "unit", "2", "public_name", "雁滩代表之家", "account", string(store.RoleStaff))
	s.mustPost(store.RoleStaffLead, "/projects/do/actor", "actor_role", "4", "unit", "2", "public_name", "张建国", "account", string(store.RolePresidium))
	said := aWish("held", htmlDate(s.server.projects.today()))
	for role, status := range map[store.Role]int{
		store.RoleMember: http.StatusForbidden, store.RoleGate: http.StatusForbidden, "": http.StatusUnauthorized,
		store.RoleStaffLead: http.StatusUnprocessableEntity, // the office must say from where
	} {
		if a := s.post(role, "/projects/intake/wish", said); a.status != status {
			t.Errorf("%q: %d, want %d", role, a.status, status)
		}
	}
	for _, role := range []store.Role{store.RoleStaff, store.RolePresidium} {
		if a := s.post(role, "/projects/intake/wish", said); a.status != http.StatusOK {
			t.Errorf("%q: %d %s", role, a.status, between(string(a.body), "<main", "</main>"))
		}
	}
	office := fill{values: append([]string{"channel", "6", "station", "2"}, said.values...)}
	if a := s.post(store.RoleStaffLead, "/projects/intake/wish", office); a.status != http.StatusOK {
		t.Errorf("the office: %d", a.status)
	}
	future := aWish("held", "2099-01-01")
	if a := s.post(store.RoleStaff, "/projects/intake/wish", future); a.status != http.StatusUnprocessableEntity {
		t.Errorf("said tomorrow: %d", a.status)
	}
	var channels []project.Channel
	for n := uint32(1); n <= 3; n++ {
		x, _ := s.server.projects.state.Suggestion(n)
		channels = append(channels, x.Channel)
		if x.Station() != 2 {
			t.Errorf("wish %d came in at %d", n, x.Station())
		}
	}
	if fmt.Sprint(channels) != fmt.Sprint([]project.Channel{project.ChannelForm, project.ChannelPerson, project.ChannelForm}) {
		t.Errorf("channels %v", channels)
	}
	board := s.page(store.RoleStaffLead, "/projects/intake?view=quarters")
	if !strings.Contains(board, "雁滩代表之家</th><td class=\"num\">3</td>") {
		t.Error("the board of the quarter does not count the station's three")
	}
	posters := s.page(store.RoleStaffLead, "/projects/posters?kind=station")
	if !strings.Contains(posters, "/projects/wish?station=2<") || strings.Count(posters, `class="poster-qr"`) != 1 {
		t.Error("the station has no poster")
	}
}

// The address in a poster's code is read by a phone.
func TestPosterCode(t *testing.T) {
	const address = "https://example.org/projects/wish?station=851"
	q, err := newQRPath(address)
	must(t, err)
	if q.Size < 21 || !strings.HasPrefix(q.Path, "M0 0h7v1h-7z") {
		t.Errorf("%d modules, path %.40s", q.Size, q.Path)
	}
}

// TestIntakeKey: who acts with a key is told before the form that nothing can be
// signed here, and loses nothing; the others type in and import as before.
func TestIntakeKey(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	for _, keyed := range []bool{false, true} {
		if keyed {
			s.mustPost(store.RoleStaffLead, "/projects/do/actor?about=1", "actor_role", "2", "public_name", "市人大办", "signing_key", fmt.Sprintf("%x", public(testKey("office"))))
		}
		for path, want := range map[string]int{"/projects/intake/wish": http.StatusOK, "/projects/intake/import": http.StatusOK} {
			if keyed {
				want = http.StatusConflict
			}
			if a := s.send(store.RoleStaffLead, "GET", path, nil, "Accept", mediaHTML); a.status != want || keyed && !strings.Contains(string(a.body), "登记了签名密钥") {
				t.Errorf("key %t: GET %s: %d", keyed, path, a.status)
			}
		}
		look := s.table(store.RoleStaffLead, "district", "", "名称\n雁滩街道\n")
		if want := map[bool]int{false: http.StatusOK, true: http.StatusConflict}[keyed]; look.status != want {
			t.Errorf("key %t: import: %d", keyed, look.status)
		}
		a := s.post(store.RoleStaffLead, "/projects/intake/wish", aWish("held", "2026-01-01", "channel", "2"))
		if a.status == http.StatusInternalServerError || keyed != (a.status == http.StatusConflict) {
			t.Errorf("key %t: wish: %d", keyed, a.status)
		}
	}
}

// TestImportStations: a deputy whose station nobody knows is an error of that row,
// before anything is written; one who is there already, or whose station is, is not.
func TestImportStations(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	s.imports("station", "名称\n雁滩站\n")
	s.imports("deputy", "姓名,所属家站\n张建国,雁滩站\n")
	const wrong = "姓名,所属家站\n张建国,\n李秀英,雁滩站\n王芳,没有的站\n马明,\n"
	look := s.table(store.RoleStaffLead, "deputy", "", wrong)
	for _, want := range []string{pageText(lang.ZH, "intake.lost_station", "王芳", "没有的站"), pageText(lang.ZH, "intake.lost_station", "马明", "")} {
		if look.status != http.StatusUnprocessableEntity || !strings.Contains(string(look.body), want) {
			t.Errorf("%d, no %s", look.status, want)
		}
	}
	sum := sha256.Sum256([]byte("deputy\n" + wrong))
	if a := s.table(store.RoleStaffLead, "deputy", hex.EncodeToString(sum[:]), wrong); a.status != http.StatusUnprocessableEntity {
		t.Errorf("taken in all the same: %d", a.status)
	}
	s.imports("deputy", "姓名,所属家站\n李秀英,雁滩站\n")
	if got := toRefusal(&project.Error{Code: project.CodeUnknown}); got.code != codeConflict {
		t.Errorf("a refusal of the log is %s", got.code)
	}
	if got := toRefusal(&project.Error{Code: project.CodeRole}); got.code != codeForbidden {
		t.Errorf("a role that may not is %s", got.code)
	}
}
