package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/store"
)

// compared demands of every answer in the tests that it is what openapi.json
// says of it.
func (s *stage) compared(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &copied{ResponseWriter: w, status: http.StatusOK}
		h.ServeHTTP(c, r)
		if strings.HasPrefix(w.Header().Get("Content-Type"), mediaJSON) {
			s.compare(r.Method, r.URL.RequestURI(), c.status, c.body.Bytes())
		}
	})
}

// copied keeps a copy of an answer.
type copied struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (c *copied) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func (c *copied) WriteHeader(status int) {
	c.status = status
	c.ResponseWriter.WriteHeader(status)
}

func (c *copied) Write(b []byte) (int, error) {
	c.body.Write(b)
	return c.ResponseWriter.Write(b)
}

// answered are the rows of which a good answer was compared.
var answered sync.Map

func (s *stage) compare(method, path string, status int, body []byte) {
	sample := any(refusedJSON{})
	if status/100 == 2 {
		rt := routeOf(method, path)
		if rt == nil || rt.status != status || rt.out == nil {
			s.Errorf("%s %s: %d is documented nowhere", method, path, status)
			return
		}
		sample = rt.out
		answered.Store(rt, true)
	}
	for _, p := range faults(sample, body) {
		s.Errorf("%s %s: %d: field %q: %s", method, path, status, p.Field, p.EN)
	}
}

// unanswered names the routes that answer with JSON and have not, once all tests
// have run.
func unanswered() []string {
	var names []string
	for i := range routes {
		rt := &routes[i]
		if _, ok := answered.Load(rt); !ok && rt.answer == mediaJSON {
			names = append(names, strings.TrimSpace(rt.method+" "+rt.path+" "+rt.query))
		}
	}
	return names
}

// faults compares a body with the schema of a sample.
func faults(sample any, body []byte) []fieldProblem {
	d := &document{deepest: 100}
	if value, ok := d.parse(body); ok {
		d.check(schemaOf(sample), value, "")
	}
	return d.problems
}

// routeOf finds the row of a request.
func routeOf(method, path string) *route {
	path, query, _ := strings.Cut(path, "?")
	for i := range routes {
		rt := &routes[i]
		pattern := regexp.MustCompile(`\{\w+\}`).ReplaceAllString(rt.path, "[^/]+")
		if rt.method == method && (rt.query == "" || rt.query == query) && regexp.MustCompile("^"+pattern+"$").MatchString(path) {
			return rt
		}
	}
	return nil
}

// TestAnswers: a whole vote, with a result in all its shapes, gives answers as
// their schemas demand.
func TestAnswers(t *testing.T) {
	s := newStage(t)
	s.config.Grace = time.Millisecond
	s.restart()
	s.begin()
	for _, path := range []string{"/healthz", "/openapi.json", "/votes", s.path("")} {
		s.do("", "GET", path, nil)
	}
	s.cast(0, marks(0))
	s.cast(1, ballot.Choice{Spoil: true})
	s.organizeByHash()
	s.order()
	s.collect()
	s.share(1, 2)
	s.await(election.PhaseCounted)
	s.certify()
	for i := range routes {
		rt := &routes[i]
		if rt.method == "GET" && rt.answer == mediaJSON {
			s.send(allowed(rt), "GET", s.sampleURL(rt), nil)
		}
	}
}

// organizeByHash has a proposal wait, and somebody sign it by its hash.
func (s *stage) organizeByHash() {
	s.Helper()
	e, err := election.NewEntry(&election.Attendance{Chain: s.chain(), Present: uint32(s.deputies)})
	must(s, err)
	p := s.signScrutineers(e, 1)
	s.do(store.RoleScrutineer, "GET", s.path("/proposals"), nil)
	e.Sign(election.RoleScrutineer, 1, s.scrutineers[0].role, s.manifest)
	one := append([]byte{byte(election.RoleScrutineer), 1}, e.Signatures[0].Sig[:]...)
	s.do(store.RoleScrutineer, "POST", s.path("/proposals/"+p.Hash+"/signatures"), one)
}

func allowed(rt *route) store.Role {
	if rt.who.anyone {
		return ""
	}
	return rt.who.roles[0]
}

// TestSchemasSaySomething: no JSON body has an empty schema, and every other
// body says where it is specified.
func TestSchemasSaySomething(t *testing.T) {
	for i := range routes {
		rt := &routes[i]
		for _, b := range []struct {
			media  string
			sample any
		}{{rt.media, rt.in}, {rt.answer, rt.out}} {
			name := fmt.Sprintf("%s %s: %s", rt.method, rt.path, b.media)
			about, isOctets := b.sample.(octets)
			switch {
			case b.media == "" || strings.HasPrefix(rt.path, "/static/"):
			case b.media != mediaJSON:
				if !isOctets || b.media == mediaBinary && !strings.Contains(string(about), "PROTOCOL.md, Section ") {
					t.Errorf("%s: %q does not say what it is", name, about)
				}
			case b.sample == nil || isOctets || empty(schemaOf(b.sample)):
				t.Errorf("%s: empty schema", name)
			}
		}
	}
	if !empty(&schema{}) || empty(schemaOf(healthJSON{})) {
		t.Error("empty is wrong")
	}
}

func empty(s *schema) bool {
	return s.Type == nil || s.Type.has("object") && len(s.Properties) == 0 || s.Type.has("array") && empty(s.Items)
}

// TestSchemaRefuses keeps the comparison of answers from being vacuous.
func TestSchemaRefuses(t *testing.T) {
	good := `{"hash":"00","index":1}`
	if got := faults(loggedJSON{}, []byte(good)); got != nil {
		t.Errorf("%s: %v", good, got)
	}
	for _, bad := range []string{
		`{"hash":"00"}`, `{"hash":1,"index":1}`, `{"hash":"00","index":1.5}`, `{"hash":"00","index":-1}`,
		`{"hash":"00","index":1,"more":1}`, `{"hash":"00","hash":"00","index":1}`, `{"hash":"00","Index":1}`, `[]`, `null`, `1`, ``,
		`{"hash":"00","index":18446744073709551616}`, `{"hash":"00","index":true}`, `{"hash":null,"index":1}`,
	} {
		if faults(loggedJSON{}, []byte(bad)) == nil {
			t.Errorf("%s is accepted", bad)
		}
	}
}

// anyKey is a field of an issuer that is right in form.
const anyKey = `"key":"1111111111111111111111111111111111111111111111111111111111111111",`

// TestFieldsNamed: what is wrong with a body is said of the field where it is,
// in both languages, all of it at once.
func TestFieldsNamed(t *testing.T) {
	s := newStage(t)
	s.draft()
	good := `{"id":"v9","origin":"o","congress":"c","session":"s","title":"t","date":"d","kind":"demo","n":3,"t":2,"min_ballots":2}`
	change := func(from, to string) string { return strings.Replace(good, from, to, 1) }
	for name, x := range map[string]struct {
		method, path, body string
		code               code
		fields, zh         string
	}{
		"unknown":       {"POST", "/votes", change(`"n":3`, `"n":3,"trustes":1`), codeUnknownField, "trustes", "没有这个名称"},
		"other case":    {"POST", "/votes", change(`"n":3`, `"n":3,"N":3`), codeUnknownField, "N", "没有这个名称"},
		"control":       {"POST", "/votes", change(`"n":3`, `"n":3,"a\u001bb":3`), codeUnknownField, "a?b", ""},
		"twice":         {"POST", "/votes", change(`"n":3`, `"n":3,"n":3`), codeBadForm, "n", "出现了两次"},
		"type":          {"POST", "/votes", change(`"n":3`, `"n":"3"`), codeBadForm, "n", "0 到 255 的整数"},
		"text":          {"POST", "/votes", change(`"title":"t"`, `"title":1`), codeBadForm, "title", "文字"},
		"too large":     {"POST", "/votes", change(`"n":3`, `"n":300`), codeBadForm, "n", "0 到 255 的整数"},
		"fraction":      {"POST", "/votes", change(`"n":3`, `"n":3.5`), codeBadForm, "n", "整数"},
		"null":          {"POST", "/votes", change(`"n":3`, `"n":null`), codeBadForm, "n", "整数"},
		"missing":       {"POST", "/votes", change(`"n":3,"t":2,`, ``), codeBadForm, "n t", "缺少"},
		"threshold":     {"POST", "/votes", change(`"t":2`, `"t":1`), codeBadForm, "t", "启封人数"},
		"half":          {"POST", "/votes", change(`"n":3`, `"n":4`), codeBadForm, "t", "总数的一半"},
		"minimum":       {"POST", "/votes", change(`"min_ballots":2`, `"min_ballots":1`), codeBadForm, "min_ballots", "最低启封票数"},
		"kind":          {"POST", "/votes", change(`demo`, `test`), codeBadForm, "kind", "real, rehearsal, demo"},
		"id":            {"POST", "/votes", change(`v9`, `V9`), codeBadForm, "id", "小写字母"},
		"several":       {"POST", "/votes", change(`"title":"t","date":"d"`, `"title":"","date":""`), codeBadForm, "title date", "要填写"},
		"syntax":        {"POST", "/votes", good[:20], codeBadForm, "", "字节起无法读出"},
		"list":          {"POST", "/votes", `[]`, codeBadForm, "", "大括号"},
		"no UTF-8":      {"POST", "/votes", change(`"t"`, "\"\xff\""), codeBadForm, "", "通用编码"},
		"deep":          {"POST", "/votes", strings.Repeat("[", 100), codeBadForm, "", "太深"},
		"hash":          {"POST", "/votes", change(`"n":3`, `"n":3,"parent":"AB"`), codeBadForm, "parent", "64 位"},
		"rules":         {"PUT", "/votes/v1/rules", `{"quorum":{"rul":"x"}}`, codeUnknownField, "quorum.rul", "没有这个名称"},
		"key":           {"PUT", "/votes/v1/keys", `{"staff":"00","presidium":7}`, codeBadForm, "presidium staff", ""},
		"url":           {"PUT", "/votes/v1/issuers", `[` + s.issuerCard(1, "x") + `]`, codeBadForm, "[0].url", "网址应当完整"},
		"modulus":       {"PUT", "/votes/v1/issuers", `[{"name":"x","modulus":"00",` + anyKey + `"url":"http://x"}]`, codeBadKey, "[0].modulus", "发票机的公钥"},
		"digits":        {"PUT", "/votes/v1/issuers", `[{"name":"x","modulus":"0",` + anyKey + `"url":"http://x"}]`, codeBadForm, "[0].modulus", "双数"},
		"policy":        {"PUT", "/votes/v1/policy", "quorum all\n", codeBadForm, "policy", "见证规则"},
		"badge":         {"PUT", "/votes/v1/badges", "代表证号,公钥\nZ9," + hexOf(public(testKey("z"))) + "\n", codeNotFound, "Z9", "没有这个代表证号"},
		"number, index": {"POST", "/votes/v1/checkins", `{"present":true}`, codeBadForm, "number", "只填一个"},
		"reason":        {"POST", "/votes/v1/checkins", `{"index":0,"present":true,"reason":"` + strings.Repeat("x", 256) + `"}`, codeBadForm, "reason", "太长"},
		"draft":         {"GET", "/votes/v1/snapshot?view=zzz", "", codeBadForm, "view", "hall, podium, operations"},
	} {
		role := store.RoleStaffLead
		if strings.HasSuffix(x.path, "checkins") {
			role = store.RoleGate
		}
		got := s.send(role, x.method, x.path, []byte(x.body))
		var p refusedJSON
		must(t, json.Unmarshal(got.body, &p))
		var names []string
		texts := ""
		for _, f := range p.Error.Fields {
			names = append(names, f.Field)
			texts += f.ZH
			if f.ZH == "" || f.EN == "" || f.ZH == f.EN || strings.HasPrefix(f.EN, "field.") {
				t.Errorf("%s: %+v is not in both languages", name, f)
			}
		}
		if got.code() != x.code || strings.Join(names, " ") != x.fields || len(names) == 0 || !strings.Contains(texts, x.zh) {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	if got := s.send(store.RoleStaffLead, "POST", "/votes", []byte(good)); got.status != http.StatusCreated {
		t.Errorf("a good one: %d %s", got.status, got.body)
	}
}

// issuerCard is an issuer in JSON.
func (s *stage) issuerCard(i int, url string) string {
	s.Helper()
	issuer, err := testIssuer(i)
	must(s, err)
	return fmt.Sprintf(`{"name":"x","modulus":"%x","key":"%x","url":%q}`, issuer.PublicKey().Modulus(), public(testKey("register")), url)
}
