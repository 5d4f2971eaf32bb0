package web

import (
	"encoding/json"
	"net/http"
	"testing"

	"piaojue/pgtest"
)

// ready asks GET /readyz.
func (s *stage) ready(status int) (p problem) {
	s.Helper()
	got := s.send("", "GET", "/readyz", nil)
	if got.status != status {
		s.Errorf("readyz: %d %s, want %d", got.status, got.body, status)
	}
	var r refusedJSON
	must(s, json.Unmarshal(got.body, &r))
	return r.Error
}

// TestReady: a sound server is ready; one whose disk fills, whose vote is stopped or
// whose projects cannot be used is not, and says why in words, while requests still
// belong there.
func TestReady(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.ready(http.StatusOK)
	for name, x := range map[string]struct {
		spoil, mend func()
		want        string
	}{
		"disk":  {func() { s.server.leastFree = 1 << 62 }, func() { s.server.leastFree = leastReady }, "disk"},
		"vote":  {func() { s.server.votes[s.vote].halt.Store(&halt{Code: codeForked}) }, func() { s.server.votes[s.vote].halt.Store(nil) }, "votes/" + s.vote},
		"other": {func() { s.server.config.ProjectsDown = http.ErrAbortHandler }, func() { s.server.config.ProjectsDown = nil }, "projects"},
	} {
		if name == "disk" && pgtest.Used() {
			continue // it is another machine's
		}
		x.spoil()
		p := s.ready(http.StatusServiceUnavailable)
		if p.Code != codeNotReady || len(p.Fields) != 1 || p.Fields[0].Field != x.want || p.Fields[0].ZH == "" || p.Fields[0].EN == p.Fields[0].ZH {
			t.Errorf("%s: %+v", name, p)
		}
		if got := s.send("", "GET", "/healthz", nil); got.status != http.StatusOK {
			t.Errorf("%s: health %d: a balancer would keep everybody out", name, got.status)
		}
		x.mend()
	}
	s.ready(http.StatusOK)
}
