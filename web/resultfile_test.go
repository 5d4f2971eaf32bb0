package web

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"piaojue/election"
	"piaojue/form"
	"piaojue/lang"
	"piaojue/store"
)

// TestResultFiles: the result leaves once it is certified, in each format, and
// with the tallies that the rules let out: here to deputies, not to everybody.
func TestResultFiles(t *testing.T) {
	s := newStage(t)
	s.config.Grace = time.Millisecond
	s.restart()
	s.rules.Display.Tallies = "deputies"
	s.begin()
	s.cast(0, marks(0, 1))
	s.cast(1, marks(0))
	s.order()
	s.collect()
	s.share(3, 1)
	s.await(election.PhaseCounted)
	for _, f := range resultFiles {
		if a := s.send("", "GET", "/log/v1/result."+f.ending, nil); a.code() != codePhase {
			t.Errorf("%s before the certificate: %d %s", f.ending, a.status, a.body)
		}
	}
	if body := s.pageBody("/log/v1", lang.ZH); strings.Contains(body, "result.xlsx") {
		t.Error("files are offered before the certificate")
	}
	s.certify()
	for _, f := range resultFiles {
		public, own := s.send("", "GET", "/log/v1/result."+f.ending, nil), s.do(store.RoleStaff, "GET", "/console/v1/result."+f.ending, nil)
		if public.status != http.StatusOK || public.header.Get("Content-Type") != f.media || len(public.body) == 0 {
			t.Errorf("%s: %d %s", f.ending, public.status, public.header)
		}
		if bytes.Equal(public.body, own) {
			t.Errorf("%s: everybody gets what deputies get", f.ending)
		}
		if a := s.send("", "GET", "/console/v1/result."+f.ending, nil); a.status != http.StatusUnauthorized {
			t.Errorf("%s: deputies' file for everybody: %d", f.ending, a.status)
		}
	}
	if _, err := form.ReadAdopt(s.do(store.RoleStaff, "GET", "/console/v1/result.json", nil)); err != nil {
		t.Errorf("adopt does not read it: %v", err)
	}
	if text := string(s.send("", "GET", "/log/v1/result.json", nil).body); strings.Contains(text, `"for"`) {
		t.Errorf("tallies for everybody: %s", text)
	}
	for _, page := range []string{"/log/v1", "/console/v1"} {
		role := store.RoleStaff
		if page == "/log/v1" {
			role = ""
		}
		a := s.send(role, "GET", page, nil, "Accept", "text/html")
		for _, f := range resultFiles {
			if want := page + "/result." + f.ending; !strings.Contains(string(a.body), want) {
				t.Errorf("%s does not lead to %s", page, want)
			}
		}
	}
}
