package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"piaojue/election"
	"piaojue/lang"
	"piaojue/store"
)

const newBasics = `{"congress":"某县人民代表大会","session":"第五次会议","title":"2027年实事项目","date":"2027-02-01","n":5,"t":3,"min_ballots":7}`

// TestBasics: what the creation decided may change until the freeze, and all else
// stays as it was; the manifest that is signed is made of it.
func TestBasics(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.do(store.RoleStaffLead, "PUT", s.path("/basics"), []byte(newBasics))
	m, err := election.ParseManifest(s.do(store.RoleStaffLead, "GET", s.path("/draft"), nil))
	must(t, err)
	if m.Congress != "某县人民代表大会" || m.Session != "第五次会议" || m.Title != "2027年实事项目" || m.Date != "2027-02-01" || m.Trustees != 5 || m.Threshold != 3 || m.MinBallots != 7 {
		t.Errorf("the manifest: %+v", m)
	}
	if m.Origin != "example.org/v1" || m.Kind != election.Demonstration || m.Deputies != 4 {
		t.Errorf("other things changed: %s, %s, %d", m.Origin, m.Kind, m.Deputies)
	}
	s.do(store.RoleStaffLead, "PUT", s.path("/basics"), []byte(`{"congress":"C","session":"S","title":"T","date":"D","n":3,"t":2,"min_ballots":2}`))
	s.freeze()
	if got := s.send(store.RoleStaffLead, "PUT", s.path("/basics"), []byte(newBasics)); got.code() != codePhase {
		t.Errorf("after the freeze: %d %s", got.status, got.body)
	}
}

// TestBadBasics: a wrong value is refused with a sentence about its field, and
// keeps nothing of the rest.
func TestBadBasics(t *testing.T) {
	s := newStage(t)
	s.draft()
	for _, x := range []struct{ field, old, new, id string }{
		{"congress", `"某县人民代表大会"`, `""`, "field.congress"},
		{"session", `"第五次会议"`, `""`, "field.session"},
		{"title", `"2027年实事项目"`, `""`, "field.title"},
		{"title", `"2027年实事项目"`, `"` + strings.Repeat("长", 86) + `"`, "field.title"},
		{"title", `"2027年`, `"2027\u202e年`, "field.hidden"},
		{"date", `"2027-02-01"`, `""`, "field.date"},
		{"t", `"t":3`, `"t":2`, "field.threshold"}, // not more than half
		{"t", `"t":3`, `"t":6`, "field.threshold"},
		{"t", `"n":5`, `"n":2`, "field.threshold"},
		{"min_ballots", `"min_ballots":7`, `"min_ballots":1`, "field.min_ballots"},
	} {
		body := strings.Replace(newBasics, x.old, x.new, 1)
		a := s.send(store.RoleStaffLead, "PUT", s.path("/basics"), []byte(body))
		var refused refusedJSON
		must(t, json.Unmarshal(a.body, &refused))
		if p := refused.Error; p.Code != codeBadForm || len(p.Fields) != 1 || p.Fields[0].Field != x.field || p.Fields[0].ZH != lang.ZH.Text(x.id) {
			t.Errorf("%s: %d %+v", body, a.status, p)
		}
	}
	d, err := s.server.votes["v1"].draft(t.Context())
	must(t, err)
	if d.Title != "民生实事项目票决" || d.N != 3 {
		t.Errorf("kept: %+v", d.draftTerms)
	}
}

// TestBadIssuers: an issuer needs a name, an address and a key of its own.
func TestBadIssuers(t *testing.T) {
	s := newStage(t)
	s.draft()
	card := func(name, url string, key int) string {
		issuer, err := testIssuerKeys(key)
		must(t, err)
		modulus, register := issuer.Public()
		return fmt.Sprintf(`{"name":%q,"url":%q,"modulus":"%x","key":"%x"}`, name, url, modulus, register)
	}
	good := card("监票人", "https://issuer.example.org:8443", 1)
	for _, x := range []struct{ cards, field, id string }{
		{card("", "https://a.example.org", 1), "[0].name", "field.issuers.name"},
		{card(strings.Repeat("长", 86), "https://a.example.org", 1), "[0].name", "field.issuers.name"},
		{card("监票\u200b人", "https://a.example.org", 1), "[0].name", "field.hidden"},
		{good + "," + card("另一个", "a.example.org", 2), "[1].url", "field.url"},
		{good + "," + card("另一个", "http://a.example.org", 2), "[1].url", "field.url"},
		{good + "," + good, "[1].modulus", "field.issuers.modulus"},
	} {
		a := s.send(store.RoleStaffLead, "PUT", s.path("/issuers"), []byte("["+x.cards+"]"))
		var refused refusedJSON
		must(t, json.Unmarshal(a.body, &refused))
		if p := refused.Error; a.status/100 != 4 || len(p.Fields) != 1 || p.Fields[0].Field != x.field || p.Fields[0].ZH != lang.ZH.Text(x.id) {
			t.Errorf("%.60s: %d %+v", x.cards, a.status, p)
		}
	}
	s.do(store.RoleStaffLead, "PUT", s.path("/issuers"), []byte("["+good+"]"))
	if got := s.send(store.RoleStaff, "PUT", s.path("/issuers"), []byte("["+good+"]")); got.status != http.StatusForbidden {
		t.Errorf("staff: %d", got.status)
	}
}

// TestBasicsPage: the staff lead changes the basics and the issuers on the page;
// what is wrong is said at its field, where the focus goes.
func TestBasicsPage(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.draft()
	b := newBrowser(t, s.base)
	k := s.staffTab(b, store.RoleStaffLead, 1366, 768, "400")
	k.open("/console/v1/basics")
	k.fill("#title", "")
	k.fill("#n", "9")
	k.click("#basics [type=submit]")
	k.shown("#basics [role=alert]")
	for id, want := range map[string]string{"title": "field.title", "t": "field.threshold"} {
		if got := k.text("#" + id + " ~ .error"); got != lang.ZH.Text(want) {
			t.Errorf("%s: %q", id, got)
		}
	}
	if f := k.focus(); f.ID != "title" || f.Bad != "" {
		t.Errorf("the focus: %+v", f)
	}
	k.whole("console-basics-wrong", 1366, 768)
	k.fill("#title", "2027年实事项目")
	k.fill("#t", "5")
	k.click("#basics [type=submit]")
	k.wait(`document.querySelector("#basics-saved")?.textContent === "已保存"`)
	if got := k.text("#t") + k.text(".crumbs"); !strings.Contains(got, "2027年实事项目") {
		t.Errorf("saved: %q", got)
	}

	issuer, err := testIssuerKeys(1)
	must(t, err)
	modulus, register := issuer.Public()
	card := fmt.Sprintf("{\n  \"name\": \"监票人发票机\",\n  \"modulus\": \"%x\",\n  \"key\": \"%x\",\n  \"url\": \"issuer.example.org\"\n}", modulus, register)
	k.fill("#cards", "no card")
	k.click("#issuers > .actions [type=submit]")
	k.shown("#cards ~ .error")
	k.eval(fmt.Sprintf(`document.querySelector("#cards").value = %q`, card), nil)
	k.click("#issuers > .actions [type=submit]")
	k.shown(".issuer .error")
	if got := k.text(".issuer .error"); got != lang.ZH.Text("field.url") {
		t.Errorf("address: %q", got)
	}
	k.fill(".issuer [data-part=url]", "https://issuer.example.org")
	k.click("#issuers > .actions [type=submit]")
	k.wait(`document.querySelector("#issuers-saved")?.textContent === "已保存"`)
	k.whole("console-basics", 1366, 768)
	d, err := s.server.votes["v1"].draft(t.Context())
	must(t, err)
	if len(d.Issuers) != 1 || d.Issuers[0].URL != "https://issuer.example.org" || d.N != 9 || d.T != 5 {
		t.Errorf("kept: %+v, %d of %d", d.Issuers, d.T, d.N)
	}
	k.click("[data-remove]")
	k.click("#issuers > .actions [type=submit]")
	k.wait(`document.querySelector("#issuers-saved")?.textContent === "已保存" && !document.querySelector(".issuer")`)
	d, err = s.server.votes["v1"].draft(t.Context())
	must(t, err)
	if len(d.Issuers) != 0 {
		t.Errorf("removed: %+v", d.Issuers)
	}
}
