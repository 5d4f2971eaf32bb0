package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"

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
