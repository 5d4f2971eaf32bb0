package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
)

// FuzzBodies: whatever is posted to a route for bytes, the answer is a refusal
// by name, no fault of ours, and neither log nor box changes.
func FuzzBodies(f *testing.F) {
	s := newStage(f)
	s.config.PerMinute = 1 << 30
	s.restart()
	s.begin()
	h := s.holder()
	entry := h.finish(f, h.seal(f))
	unused, err := h.params.NewUnused(h.cred, h.key)
	must(f, err)
	challenge, err := h.params.NewChallenge([32]byte{1}, h.cred, h.key)
	must(f, err)
	seeds := [][]byte{
		entry[:len(entry)-1],
		append((&election.Entry{Kind: election.KindUnused, Body: unused}).Marshal(), 0),
		challenge[1:],
		make([]byte, 96),
		make([]byte, seedRequest),
		s.asker(0).body(nil)[2:],
		{byte(election.KindVoid), 0, 0, 0},
	}
	for i := range binaryPaths {
		for _, seed := range seeds {
			f.Add(uint8(i), seed)
		}
	}
	size, count := s.update().Size(), s.inBox()
	f.Fuzz(func(t *testing.T, at uint8, body []byte) {
		path := binaryPaths[int(at)%len(binaryPaths)]
		r := httptest.NewRequest(path[0], path[1], bytes.NewReader(body))
		if path[2] != "" {
			r.Header.Set("Authorization", "Bearer "+s.people["scrutineer"])
		}
		w := httptest.NewRecorder()
		s.server.Handler().ServeHTTP(w, r)
		_, err := verdict(answer{w.Code, w.Header(), w.Body.Bytes()})
		refused, ok := err.(*client.Refusal)
		if !ok || refused.Code == "" || w.Code >= http.StatusInternalServerError {
			t.Errorf("%s: %d %s", path[1], w.Code, w.Body)
		}
		in, err := s.config.DB.CountBox(t.Context(), "v1")
		must(t, err)
		if now := s.server.votes["v1"].view.Load(); now.size != size || in != count {
			t.Errorf("%s has changed something", path[1])
		}
	})
}

var binaryPaths = [][3]string{
	{"POST", "/box/v1/ballots"},
	{"POST", "/box/v1/unused"},
	{"POST", "/box/v1/challenges"},
	{"POST", "/box/v1/queries"},
	{"POST", "/votes/v1/issuances"},
	{"PUT", "/votes/v1/seeds/0"},
	{"POST", "/votes/v1/proposals", "key"},
	{"POST", "/votes/v1/entries", "key"},
	{"POST", "/board/v1/cosignatures"},
}

// FuzzDocument: a body that is accepted says the same to package json, and what
// is written of it is accepted and says the same again.
func FuzzDocument(f *testing.F) {
	for _, body := range []string{
		createSampleBody, `{"staff":"","presidium":""}`, `[]`, `{`, `{"id":1,"id":2}`, `"\ud800"`, `{"n":1e2,"parent":null,"\u0000":[[[[[[[[[`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var c, again createRequest
		if err := parseJSON(body, &c); err != nil {
			if r := toRefusal(err); len(r.fields) == 0 || r.code != codeBadForm && r.code != codeUnknownField {
				t.Fatalf("%q: %v", body, err)
			}
			return
		}
		written, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if err := parseJSON(written, &again); err != nil || !reflect.DeepEqual(c, again) {
			t.Fatalf("%q: %s, %v", body, written, err)
		}
	})
}

const createSampleBody = `{"id":"v1","origin":"o","congress":"C","session":"S","title":"T","date":"D","kind":"demo","round":1,"n":3,"t":2,"min_ballots":2}`

// FuzzRoutes: whatever comes to any route of the tables, in its path, its query
// or its body, from whom it is for, no answer is a fault of ours.
func FuzzRoutes(f *testing.F) {
	s := newStage(f)
	s.config.PerMinute = 1 << 30
	s.restart()
	s.draft()
	s.freeze()
	s.beginProjects()
	all, admin := allRoutes(), s.freshAdmin()
	for i, rt := range all {
		body := []byte(rt.sample)
		if rt.media == mediaForm {
			body = formSeed()
		}
		f.Add(uint16(i), "", rt.query, body)
		f.Add(uint16(i), "9", "number=4294967296&page=-1&about=x&vote=v1&from=9e9&lang=zz", bytes.TrimSuffix(body, []byte("}")))
	}
	f.Fuzz(func(t *testing.T, at uint16, in, query string, body []byte) {
		rt := &all[int(at)%len(all)]
		path, _, _ := strings.Cut(s.sampleURL(rt), "?")
		if in != "" {
			path = hostilePath(rt.path, s.vote, in)
		}
		r := httptest.NewRequest(rt.method, path, bytes.NewReader(body))
		r.URL.RawQuery = query
		if rt.fresh {
			r.AddCookie(admin)
		} else if len(rt.who.roles) > 0 {
			r.Header.Set("Authorization", "Bearer "+s.people[rt.who.roles[0]])
		}
		if rt.media == mediaForm {
			r.Header.Set("Content-Type", mediaForm+"; boundary="+formBoundary)
		} else if rt.media != "" {
			r.Header.Set("Content-Type", rt.media)
		}
		if isForm(r) != (rt.media == mediaForm) {
			t.Errorf("%s %s is taken for another kind of body", rt.method, path)
		}
		w := httptest.NewRecorder()
		s.server.Handler().ServeHTTP(w, r)
		if w.Code >= http.StatusInternalServerError && w.Code != http.StatusServiceUnavailable {
			t.Errorf("%s %s?%s: %d %s", rt.method, path, query, w.Code, w.Body)
		}
	})
}

// hostilePath fills all parameters of a path but the vote.
func hostilePath(path, vote, in string) string {
	in = strings.ReplaceAll(url.PathEscape(in), ".", "%2E")
	return parameter.ReplaceAllStringFunc(path, func(name string) string {
		if name == "{vote}" {
			return vote
		}
		return in
	})
}

var parameter = regexp.MustCompile(`\{[a-z]+\}|\*`)

const formBoundary = "b"

// formSeed is a form with a field of most kinds.
func formSeed() []byte {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	if err := w.SetBoundary(formBoundary); err != nil {
		panic(err)
	}
	for _, field := range [][2]string{
		{"id", strings.Repeat("1", 32)}, {"vote", "v1"}, {"name", "市住建局"}, {"unit", "1"}, {"unit_kind", "2"}, {"date", "2026-11-22"},
		{"amount", "12.5"}, {"number", "1"}, {"words", "路灯"}, {"code", "AB12"}, {"password", "x"}, {"next", "/"},
	} {
		if err := w.WriteField(field[0], field[1]); err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return body.Bytes()
}

// FuzzIssuer: what comes to an issuer outside the server is read whole or refused
// by name.
func FuzzIssuer(f *testing.F) {
	s := newStage(f)
	s.begin()
	good := s.asker(0).body(nil)
	if _, err := parseRequest(good, s.manifest); err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:len(good)-1])
	f.Add([]byte{0, 0, 1})
	f.Fuzz(func(t *testing.T, body []byte) {
		q, err := parseRequest(body, s.manifest)
		if refused, ok := errors.AsType[*refusal](err); err != nil && (!ok || refused.code != codeBadForm) {
			t.Fatalf("%x: %v", body, err)
		}
		if err == nil && (q.manifest != s.manifest || len(q.blinded) < 1 || len(q.blinded) > ballot.MaxIssuers) {
			t.Errorf("%x: %+v", body, q)
		}
	})
}
