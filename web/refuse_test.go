package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"piaojue/election"
	"piaojue/store"
)

// TestBadInput: what is malformed gets one code, and changes nothing.
func TestBadInput(t *testing.T) {
	s := newStage(t)
	s.draft()
	before := s.do(store.RoleStaff, "GET", s.path("/draft"), nil)
	many := `{"id":"v9","origin":"o","congress":"c","session":"s","title":"t","date":"d","kind":"demo","n":3,"t":2,"min_ballots":2`
	for name, x := range map[string]struct {
		method, path, body string
		status             int
		code               code
	}{
		"empty body":        {"POST", "/votes", ``, 400, codeBadForm},
		"no JSON":           {"POST", "/votes", `{`, 400, codeBadForm},
		"two values":        {"POST", "/votes", `{} {}`, 400, codeBadForm},
		"unknown field":     {"POST", "/votes", many + `,"x":1}`, 400, codeUnknownField},
		"bad id":            {"POST", "/votes", strings.Replace(many, "v9", "V 9", 1) + `}`, 400, codeBadForm},
		"path as id":        {"POST", "/votes", strings.Replace(many, "v9", "../v9", 1) + `}`, 400, codeBadForm},
		"no such kind":      {"POST", "/votes", strings.Replace(many, "demo", "test", 1) + `}`, 400, codeBadForm},
		"one trustee":       {"POST", "/votes", strings.Replace(many, `"t":2`, `"t":1`, 1) + `}`, 400, codeBadForm},
		"empty title":       {"POST", "/votes", strings.Replace(many, `"title":"t"`, `"title":""`, 1) + `}`, 400, codeBadForm},
		"taken":             {"POST", "/votes", strings.Replace(many, "v9", "v1", 1) + `}`, 409, codeExists},
		"oversized":         {"POST", "/votes", strings.Repeat(" ", maxBody+1), 413, codeTooLarge},
		"rules, no JSON":    {"PUT", "/votes/v1/rules", `[`, 400, codeBadForm},
		"rules, unknown":    {"PUT", "/votes/v1/rules", `{"quorom":{}}`, 400, codeUnknownField},
		"rules, conflict":   {"PUT", "/votes/v1/rules", `{"candidates_n":3,"winners_k":4}`, 400, codeBadRules},
		"roll, no column":   {"PUT", "/votes/v1/roll", "姓名\n甲\n", 400, codeRows},
		"roll, no table":    {"PUT", "/votes/v1/roll", "", 400, codeRows},
		"candidates, twice": {"PUT", "/votes/v1/candidates", "编号,名称\n01,甲\n01,乙\n", 400, codeRows},
		"badges, unknown":   {"PUT", "/votes/v1/badges", "代表证号,公钥\nZ9," + hexOf(public(testKey("z"))) + "\n", 404, codeNotFound},
		"badges, bad key":   {"PUT", "/votes/v1/badges", "代表证号,公钥\nA000,00\n", 400, codeRows},
		"keys, same":        {"PUT", "/votes/v1/keys", fmt.Sprintf(`{"staff":"%x","presidium":"%[1]x"}`, public(s.staff)), 400, codeBadKey},
		"keys, small order": {"PUT", "/votes/v1/keys", `{"staff":"` + strings.Repeat("00", 32) + `","presidium":"` + strings.Repeat("00", 32) + `"}`, 400, codeBadKey},
		"keys, upper case":  {"PUT", "/votes/v1/keys", fmt.Sprintf(`{"staff":"%X","presidium":"%x"}`, public(s.staff), public(s.presidium)), 400, codeBadForm},
		"keys, short":       {"PUT", "/votes/v1/keys", `{"staff":"00","presidium":"00"}`, 400, codeBadForm},
		"issuers, modulus":  {"PUT", "/votes/v1/issuers", `[{"name":"x","modulus":"00",` + anyKey + `"url":"http://x"}]`, 400, codeBadKey},
		"policy":            {"PUT", "/votes/v1/policy", "quorum all\n", 400, codeBadForm},
		"proposal":          {"POST", "/votes/v1/proposals", "x", 400, codeBadForm},
		"signature":         {"POST", "/votes/v1/proposals/" + strings.Repeat("0", 64) + "/signatures", "x", 400, codeBadForm},
		"no such proposal":  {"POST", "/votes/v1/proposals/" + strings.Repeat("0", 64) + "/signatures", strings.Repeat("x", 66), 404, codeNotFound},
		"no such vote":      {"PUT", "/votes/v8/rules", `{}`, 404, codeNotFound},
		"no such route":     {"PUT", "/votes/v1/nothing", `{}`, 404, codeNotFound},
		"wrong method":      {"DELETE", "/votes/v1", ``, 405, codeMethod},
	} {
		got := s.send(store.RoleStaffLead, x.method, x.path, []byte(x.body))
		if got.status != x.status || got.code() != x.code {
			t.Errorf("%s: %d %s, want %d %s: %s", name, got.status, got.code(), x.status, x.code, got.body)
		}
	}
	if after := s.do(store.RoleStaff, "GET", s.path("/draft"), nil); !bytes.Equal(before, after) {
		t.Error("the draft has changed")
	}
}

// TestSentences: a refusal has its sentence in both languages, and nothing of
// the cause.
func TestSentences(t *testing.T) {
	s := newStage(t)
	got := s.send("", "GET", "/none", nil)
	var p struct{ Error problem }
	must(t, json.Unmarshal(got.body, &p))
	if p.Error.ZH == "" || p.Error.EN == "" || p.Error.ZH == p.Error.EN || strings.HasPrefix(p.Error.EN, "error.") {
		t.Errorf("sentences: %s", got.body)
	}
	if got.header.Get("Content-Type") != "application/json; charset=utf-8" {
		t.Errorf("content type %q", got.header.Get("Content-Type"))
	}
}

// TestRowErrors: a table with several faults names each row and column.
func TestRowErrors(t *testing.T) {
	s := newStage(t)
	s.draft()
	got := s.send(store.RoleStaff, "PUT", s.path("/roll"), []byte("姓名,代表证号\n甲,A1\n乙,\n丙,A1\n"))
	var p struct {
		Error struct {
			Rows []struct {
				Row    int
				Column string
				ZH, EN string
			}
		}
	}
	must(t, json.Unmarshal(got.body, &p))
	if len(p.Error.Rows) != 2 || p.Error.Rows[0].Row != 3 || p.Error.Rows[1].Row != 4 || p.Error.Rows[1].Column != "代表证号" {
		t.Errorf("rows: %s", got.body)
	}
}

// TestUnsupported: a body that says it is something else is refused.
func TestUnsupported(t *testing.T) {
	s := newStage(t)
	s.draft()
	got := s.send(store.RoleStaff, "PUT", s.path("/rules"), []byte(`{}`), "Content-Type", "text/html")
	if got.code() != codeUnsupported {
		t.Errorf("got %d %s", got.status, got.code())
	}
	got = s.send(store.RoleStaff, "PUT", s.path("/rules"), []byte(`{"candidates_n":3,"winners_k":2,"max_marks":2}`), "Content-Type", "application/json; charset=utf-8")
	if got.status != http.StatusNoContent {
		t.Errorf("got %d %s", got.status, got.body)
	}
}

// TestMissing: the draft says what is missing, one by one.
func TestMissing(t *testing.T) {
	s := newStage(t)
	s.do(store.RoleStaffLead, "POST", "/votes", []byte(`{"id":"v1","origin":"o/v1","congress":"c","session":"s","title":"t","date":"d","kind":"real","n":3,"t":2,"min_ballots":2}`))
	got := s.send(store.RoleStaff, "GET", s.path("/draft"), nil)
	var p struct {
		Error struct{ Fields []fieldProblem }
	}
	must(t, json.Unmarshal(got.body, &p))
	var fields []string
	for _, f := range p.Error.Fields {
		fields = append(fields, f.Field)
	}
	if got.code() != codeMissing || strings.Join(fields, " ") != "rules roll candidates keys policy" {
		t.Errorf("got %d %s", got.status, got.body)
	}
}

// TestFrozen: what the manifest was made of does not change any more, and a
// manifest that is not the draft's cannot be signed.
func TestFrozen(t *testing.T) {
	s := newStage(t)
	s.draft()
	body := s.do(store.RoleStaffLead, "GET", s.path("/draft"), nil)
	m, err := election.ParseManifest(body)
	must(t, err)
	m.Title = "另一个"
	e := &election.Entry{Kind: election.KindManifest, Body: m.Marshal()}
	e.Sign(election.RoleStaff, 0, s.staff, m.Hash())
	if got := s.send(store.RoleStaffLead, "POST", s.path("/proposals"), e.Marshal()); got.code() != codeConflict {
		t.Errorf("another manifest: %d %s", got.status, got.code())
	}
	p := s.sign(&election.Entry{Kind: election.KindManifest, Body: body}, store.RoleStaffLead)
	s.do(store.RoleStaff, "PUT", s.path("/candidates"), []byte("编号,名称\n01,甲\n02,乙\n03,丙\n"))
	sig := &election.Entry{Kind: election.KindManifest, Body: body}
	hash := [32]byte(mustManifest(t, body).Hash())
	sig.Sign(election.RolePresidium, 0, s.presidium, hash)
	raw := append([]byte{byte(election.RolePresidium), 0}, sig.Signatures[0].Sig[:]...)
	if got := s.send(store.RolePresidium, "POST", s.path("/proposals/"+p.Hash+"/signatures"), raw); got.code() != codeConflict {
		t.Errorf("a draft that changed after the first signature: %d %s", got.status, got.code())
	}
	s.freeze()
	for _, path := range []string{"/rules", "/roll", "/candidates", "/badges", "/keys", "/issuers", "/pins", "/policy"} {
		body := map[string]string{
			"/rules": `{"candidates_n":3,"winners_k":2,"max_marks":2}`, "/roll": "姓名,代表证号\n甲,A1\n", "/candidates": "编号,名称\n01,甲\n",
			"/badges": "代表证号,公钥\nA000," + hexOf(public(testKey("z"))) + "\n",
			"/keys":   fmt.Sprintf(`{"staff":"%x","presidium":"%x"}`, public(testKey("x")), public(testKey("y"))), "/issuers": `[]`, "/pins": `[]`, "/policy": "quorum none\n",
		}[path]
		if got := s.send(store.RoleStaffLead, "PUT", s.path(path), []byte(body)); got.code() != codePhase {
			t.Errorf("%s after the freeze: %d %s", path, got.status, got.code())
		}
	}
	if got := s.send(store.RoleGate, "POST", s.path("/checkins"), []byte(`{"number":"Z","present":true}`)); got.code() != codeNotFound {
		t.Errorf("unknown deputy: %d", got.status)
	}
}

func mustManifest(t *testing.T, body []byte) *election.Manifest {
	t.Helper()
	m, err := election.ParseManifest(body)
	must(t, err)
	return m
}

// TestWrongPhase: entries that come too early or too late, and orders that were
// overtaken, are refused by name.
func TestWrongPhase(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.freeze()
	opening, err := election.NewEntry(&election.Opening{Chain: s.chain(), Epoch: 1, Issuers: []uint8{0}})
	must(t, err)
	opening.Sign(election.RoleStaff, 0, s.staff, s.manifest)
	if got := s.send(store.RoleStaffLead, "POST", s.path("/proposals"), opening.Marshal()); got.code() != codePhase {
		t.Errorf("opening before the ceremony: %d %s", got.status, got.code())
	}
	s.approve()
	s.ceremony()
	stale, err := election.NewEntry(&election.Opening{Chain: s.chain(), Epoch: 1, Issuers: []uint8{0}})
	must(t, err)
	s.noQuorum(stale)
	s.checkIn(0, 1, 2)
	stale.Sign(election.RoleStaff, 0, s.staff, s.manifest)
	if got := s.send(store.RoleStaffLead, "POST", s.path("/proposals"), stale.Marshal()); got.code() != codeBadChain {
		t.Errorf("an order that was overtaken: %d %s", got.status, got.code())
	}
	s.opening(1, 0)
	wrong, err := election.NewEntry(&election.Opening{Chain: s.chain(), Epoch: 7, Issuers: []uint8{0}})
	must(t, err)
	s.sign(wrong, store.RoleStaffLead)
	two := &election.Entry{Kind: wrong.Kind, Body: wrong.Body}
	two.Sign(election.RolePresidium, 0, s.presidium, s.manifest)
	if got := s.send(store.RolePresidium, "POST", s.path("/proposals"), two.Marshal()); got.code() != codeConflict {
		t.Errorf("wrong epoch: %d %s", got.status, got.code())
	}
}

// noQuorum: an opening with all its signatures waits for the quorum.
func (s *stage) noQuorum(e *election.Entry) {
	s.Helper()
	s.sign(&election.Entry{Kind: e.Kind, Body: e.Body}, store.RoleStaffLead)
	two := &election.Entry{Kind: e.Kind, Body: e.Body}
	two.Sign(election.RolePresidium, 0, s.presidium, s.manifest)
	got := s.send(store.RolePresidium, "POST", s.path("/proposals"), two.Marshal())
	if got.code() != codeNoQuorum || !bytes.Contains(got.body, []byte("opening.quorum")) {
		s.Errorf("no quorum: %d %s", got.status, got.body)
	}
}

// TestBadSignature: a signature that does not verify is not kept, and neither
// is one by somebody who must not sign.
func TestBadSignature(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.freeze()
	e, err := election.NewEntry(election.NewVoid(s.chain(), "因故作废"))
	must(t, err)
	good := &election.Entry{Kind: e.Kind, Body: e.Body}
	good.Sign(election.RoleStaff, 0, s.staff, s.manifest)
	bad := &election.Entry{Kind: e.Kind, Body: e.Body}
	bad.Sign(election.RoleStaff, 0, s.presidium, s.manifest)
	if got := s.send(store.RoleStaffLead, "POST", s.path("/proposals"), bad.Marshal()); got.code() != codeBadSignature {
		t.Errorf("another's key: %d %s", got.status, got.code())
	}
	alien := &election.Entry{Kind: e.Kind, Body: e.Body}
	alien.Sign(election.RoleScrutineer, 1, s.scrutineers[0].role, s.manifest)
	if got := s.send(store.RoleScrutineer, "POST", s.path("/proposals"), alien.Marshal()); got.code() != codeForbidden {
		t.Errorf("a role that must not sign: %d %s", got.status, got.code())
	}
	if got := s.send(store.RoleStaffLead, "POST", s.path("/proposals"), good.Marshal()); got.status != http.StatusOK {
		t.Errorf("a good one: %d %s", got.status, got.body)
	}
	s.do(store.RoleStaffLead, "POST", s.path("/proposals"), good.Marshal()) // again is harmless
	s.sign(e, store.RolePresidium)
	if got := s.update().Phase(); got != election.PhaseVoided {
		t.Errorf("phase %s", got)
	}
}

// TestSupersede: who proposes again takes the place of what only he has signed.
// What others have signed stays, and so does what is of another kind.
func TestSupersede(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.freeze()
	void := func(time uint64) *election.Entry {
		c := s.chain()
		c.Time = time
		e, err := election.NewEntry(election.NewVoid(c, "作废"))
		must(t, err)
		return e
	}
	waiting := func() int {
		var list struct{ Proposals []proposalJSON }
		must(t, json.Unmarshal(s.do(store.RoleAuditor, "GET", s.path("/proposals"), nil), &list))
		return len(list.Proposals)
	}
	for i := range uint64(5) {
		s.do(store.RoleStaff, "POST", s.path("/proposals"), void(i).Marshal()) // without signature
		s.sign(void(100+i), store.RoleStaffLead)
		s.sign(void(200+i), store.RolePresidium)
	}
	if got := waiting(); got != 2 {
		t.Errorf("%d proposals wait, want one of each signer", got)
	}
	s.sign(void(300), store.RoleStaffLead)
	s.sign(void(300), store.RolePresidium)
	if got := s.update().Phase(); got != election.PhaseVoided || waiting() != 0 {
		t.Errorf("phase %s, %d proposals", got, waiting())
	}
}
