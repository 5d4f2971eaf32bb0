package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"piaojue/pgtest"
	"piaojue/store"
)

// clock is a clock that tests set.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time { return time.Unix(c.at.Load(), 0) }

func (c *clock) add(d time.Duration) { c.at.Add(int64(d / time.Second)) }

// newClock gives the stage a clock of its own.
func (s *stage) newClock() *clock {
	c := &clock{}
	c.at.Store(1_800_000_000)
	s.config.Now = c.now
	s.restart()
	return c
}

func (s *stage) terminalCode() string {
	s.Helper()
	var c terminalCodeJSON
	must(s, json.Unmarshal(s.do(store.RoleStaff, "POST", s.path("/terminals/codes"), nil), &c))
	return c.Code
}

func (s *stage) register(code, kind, label string) answer {
	s.Helper()
	return s.send("", "POST", "/terminals", fmt.Appendf(nil, `{"code":%q,"kind":%q,"zone":"一区","label":%q}`, code, kind, label))
}

// terminal registers one, and returns it with its header.
func (s *stage) terminal(kind, label string) (registeredJSON, []string) {
	s.Helper()
	got := s.register(s.terminalCode(), kind, label)
	if got.status != http.StatusCreated {
		s.Fatalf("terminal %s: %d %s", label, got.status, got.body)
	}
	var r registeredJSON
	must(s, json.Unmarshal(got.body, &r))
	return r, []string{"Authorization", "Terminal " + r.Key}
}

func (s *stage) beat(help bool, header ...string) (b beatJSON) {
	s.Helper()
	got := s.send("", "POST", "/terminals/beat", fmt.Appendf(nil, `{"help":%t}`, help), header...)
	if got.status != http.StatusOK {
		s.Fatalf("beat: %d %s", got.status, got.body)
	}
	must(s, json.Unmarshal(got.body, &b))
	return b
}

// states are those of the vote's terminals, by label.
func (s *stage) states() map[string]string {
	s.Helper()
	var list terminalsJSON
	must(s, json.Unmarshal(s.do(store.RoleStaff, "GET", s.path("/terminals"), nil), &list))
	states := map[string]string{}
	for _, t := range list.Terminals {
		states[t.Label] = t.State
	}
	return states
}

func (s *stage) wantState(label, want string) {
	s.Helper()
	if got := s.states()[label]; got != want {
		s.Errorf("terminal %s is %q, want %q", label, got, want)
	}
}

// TestTerminalStates: what operations see follows beats and time.
func TestTerminalStates(t *testing.T) {
	s := newStage(t)
	c := s.newClock()
	s.draft()
	one, header := s.terminal("seat", "10")
	s.terminal("seat", "9")
	s.wantState("10", stateUnreachable)
	b := s.beat(false, header...)
	if !b.Registered || b.Vote != s.vote || b.Phase != "draft" || b.Open || b.Label != "10" || b.Every != 5 || b.Manifest != "" {
		t.Errorf("beat answers %+v", b)
	}
	s.wantState("10", stateReady)
	s.beat(true, header...)
	s.wantState("10", stateHelp)
	c.add(beatLost)
	s.wantState("10", stateHelp)
	c.add(time.Second)
	s.wantState("10", stateUnreachable)
	s.beat(false, header...)
	s.wantState("9", stateUnreachable)
	got := string(s.do(store.RoleGate, "GET", s.path("/terminals"), nil))
	if strings.Index(got, `"9"`) > strings.Index(got, `"10"`) || !strings.Contains(got, `"counts":{"ready":1,"in_use":0,"help":0,"unreachable":1}`) {
		t.Errorf("operations see %s", got)
	}
	s.restart()
	if b := s.beat(false, header...); !b.Registered {
		t.Error("a restart has forgotten the terminal")
	}
	s.do(store.RoleStaff, "DELETE", s.path("/terminals/"+one.ID), nil)
	for _, h := range [][]string{header, nil, {"Authorization", "Terminal x"}} {
		if b := s.beat(false, h...); b.Registered || b.Vote != "" {
			t.Errorf("%v: beat answers %+v", h, b)
		}
	}
	if got := s.send(store.RoleStaff, "DELETE", s.path("/terminals/"+one.ID), nil); got.code() != codeNotFound {
		t.Errorf("removed twice: %d %s", got.status, got.body)
	}
}

// TestBeatWritesNothing: neither file of the database changes by beats.
func TestBeatWritesNothing(t *testing.T) {
	pgtest.SQLiteOnly(t)
	s := newStage(t)
	s.draft()
	_, header := s.terminal("seat", "1")
	files := func() (all [][]byte) {
		for _, suffix := range []string{"", "-wal"} {
			data, err := os.ReadFile(filepath.Join(s.folder, "db"+suffix))
			must(t, err)
			all = append(all, data)
		}
		return all
	}
	before := files()
	for range 20 {
		s.beat(true, header...)
	}
	if !slices.EqualFunc(before, files(), bytes.Equal) {
		t.Error("beats are in the database")
	}
	s.terminal("seat", "2")
	if slices.EqualFunc(before, files(), bytes.Equal) {
		t.Error("the test looks at the wrong files")
	}
}

// TestTerminalDemanded: seeds and issuances need a terminal of this vote, if it
// says so; the ballot box takes nothing that names one.
func TestTerminalDemanded(t *testing.T) {
	s := newStage(t)
	s.terminals = terminalsRequired
	s.begin()
	_, header := s.terminal("seat", "1")
	gone, old := s.terminal("seat", "2")
	s.do(store.RoleStaff, "DELETE", s.path("/terminals/"+gone.ID), nil)
	unknown, _ := GenerateKey()
	a := s.asker(0)
	body := a.body(nil)
	seed := s.seedBody(1, 1, a.badge)
	for _, h := range [][]string{nil, old, {"Authorization", "Terminal " + unknown}, {"Authorization", "Terminal x"}} {
		if got := s.send("", "PUT", s.path(fmt.Sprintf("/seeds/%d", a.leaf.Index)), seed, h...); got.code() != codeNoTerminal {
			t.Errorf("seed with %v: %d %s", h, got.status, got.body)
		}
		if got := s.send("", "POST", s.path("/issuances"), body, h...); got.code() != codeNoTerminal {
			t.Errorf("issuance with %v: %d %s", h, got.status, got.body)
		}
	}
	if got := s.send("", "PUT", s.path(fmt.Sprintf("/seeds/%d", a.leaf.Index)), seed, header...); got.status != http.StatusOK {
		t.Errorf("seed: %d %s", got.status, got.body)
	}
	if got := s.send("", "POST", s.path("/issuances"), body, header...); got.status != http.StatusOK {
		t.Errorf("issuance: %d %s", got.status, got.body)
	}
	if got := s.send("", "POST", "/box/v1/queries", nil, header...); got.code() != codeWrongChannel {
		t.Errorf("the box takes a terminal's key: %d %s", got.status, got.body)
	}
	if got := s.send("", "POST", "/box/v1/queries", nil); got.code() != codeBadForm {
		t.Errorf("the box without one: %d %s", got.status, got.body)
	}
	if got := s.send("", "GET", s.path("/register"), nil, header...); got.code() != codeUnauthorized {
		t.Errorf("a terminal is a person: %d %s", got.status, got.body)
	}
}

// TestInUse (V14): a terminal is in use from the badge to the close, or for a
// fixed time; what is between, casting above all, changes nothing that
// operations see.
func TestInUse(t *testing.T) {
	s := newStage(t)
	c := s.newClock()
	s.terminals = terminalsRequired
	s.begin()
	_, seat := s.terminal("seat", "seat")
	_, shared := s.terminal("shared", "shared")
	use := func(i int, header []string) func() {
		s.terminalHeader = header
		v := s.device(i)
		must(t, v.Identify())
		must(t, v.Obtain())
		return func() {
			_, err := v.Seal(marks(0))
			must(t, err)
			must(t, v.Cast())
		}
	}
	s.beat(false, seat...)
	s.wantState("seat", stateReady)
	cast, castShared := use(0, seat), use(1, shared)
	s.beat(false, seat...)
	s.beat(false, shared...)
	before := s.do(store.RoleStaff, "GET", s.path("/terminals"), nil)
	cast()
	castShared()
	s.beat(false, seat...)
	s.beat(false, shared...)
	if after := s.do(store.RoleStaff, "GET", s.path("/terminals"), nil); !bytes.Equal(before, after) {
		t.Errorf("casting shows:\n%s%s", before, after)
	}
	s.wantState("seat", stateInUse)
	s.wantState("shared", stateInUse)
	c.add(sharedUse)
	s.beat(false, seat...)
	s.beat(false, shared...)
	s.wantState("seat", stateInUse)
	s.wantState("shared", stateReady)
	s.order()
	s.wantState("seat", stateReady)
	if got := s.send(store.RoleStaff, "POST", s.path("/terminals/codes"), nil); got.code() != codePhase {
		t.Errorf("a terminal after the close order: %d %s", got.status, got.body)
	}
}

// TestPartedConnections (V14): no connection outlives a request with a badge, a
// terminal's key or a ballot; others do.
func TestPartedConnections(t *testing.T) {
	s := newStage(t)
	s.begin()
	for _, tt := range []struct {
		method, path string
		closes       bool
	}{
		{"GET", s.path("/roll/" + strings.Repeat("0", 64)), true},
		{"PUT", s.path("/seeds/0"), true},
		{"POST", s.path("/issuances"), true},
		{"POST", "/terminals/beat", true},
		{"POST", "/box/v1/ballots", true},
		{"POST", "/box/v1/queries", true},
		{"GET", "/votes", false},
		{"GET", "/board/v1/checkpoint", false},
	} {
		req, err := http.NewRequest(tt.method, s.base+tt.path, nil)
		must(t, err)
		resp, err := http.DefaultClient.Do(req)
		must(t, err)
		resp.Body.Close()
		if resp.Close != tt.closes {
			t.Errorf("%s %s: closes %t, want %t", tt.method, tt.path, resp.Close, tt.closes)
		}
	}
}

// TestTerminalRule: who must be registered is settled with the draft.
func TestTerminalRule(t *testing.T) {
	for kind, want := range map[string]string{"real": terminalsRequired, "rehearsal": terminalsRequired, "demo": terminalsOpen} {
		d := &draft{draftBasics: draftBasics{Kind: kind}}
		if got := d.terminals(); got != want {
			t.Errorf("%s: %s, want %s", kind, got, want)
		}
	}
	s := newStage(t)
	s.draft()
	if got := s.send(store.RoleStaffLead, "POST", "/votes", []byte(`{"id":"v2","origin":"o","congress":"C","session":"S","title":"T","date":"D","kind":"demo","n":3,"t":2,"min_ballots":2,"terminals":"some"}`)); got.code() != codeBadForm {
		t.Errorf("an unknown rule: %d %s", got.status, got.body)
	}
	if got := s.send(store.RoleStaff, "PUT", s.path("/terminals"), []byte(`{"terminals":"some"}`)); got.code() != codeBadForm {
		t.Errorf("an unknown rule: %d %s", got.status, got.body)
	}
	s.do(store.RoleStaff, "PUT", s.path("/terminals"), []byte(`{"terminals":"required"}`))
	if got := string(s.do(store.RoleStaff, "GET", s.path(""), nil)); !strings.Contains(got, `"terminals":"required"`) {
		t.Errorf("the vote says %s", got)
	}
	s.freeze()
	if got := s.send(store.RoleStaff, "PUT", s.path("/terminals"), []byte(`{"terminals":"open"}`)); got.code() != codePhase {
		t.Errorf("after the freeze: %d %s", got.status, got.body)
	}
}

// TestMoveTerminals: the next vote takes the terminals over, from none that is
// open.
func TestMoveTerminals(t *testing.T) {
	s := newStage(t)
	s.draft()
	_, header := s.terminal("seat", "1")
	move := func(from string) answer {
		return s.send(store.RoleStaff, "POST", s.path("/terminals"), fmt.Appendf(nil, `{"from":%q}`, from))
	}
	s.vote = "v2"
	s.draft()
	for _, from := range []string{"none", "v2", ""} {
		if got := move(from); got.code() != codeNotFound {
			t.Errorf("from %q: %d %s", from, got.status, got.body)
		}
	}
	if got := move("v1"); string(bytes.TrimSpace(got.body)) != `{"moved":1}` {
		t.Errorf("moved: %d %s", got.status, got.body)
	}
	if b := s.beat(false, header...); b.Vote != "v2" {
		t.Errorf("the terminal is of %q", b.Vote)
	}
	s.wantState("1", stateReady)
	s.vote = "v1"
	s.wantState("1", "")
	s.freeze()
	s.approve()
	s.ceremony()
	s.checkIn(0, 1, 2)
	s.opening(1, 0)
	s.vote = "v2"
	if got := move("v1"); got.code() != codePhase {
		t.Errorf("from an open vote: %d %s", got.status, got.body)
	}
}

func TestCompareLabels(t *testing.T) {
	sorted := []string{"", "1", "2排9座", "2排10座", "2排010座x", "10", "10a", "A1", "A02", "A10", "B"}
	for i := range sorted {
		for j := range sorted {
			if got, want := compareNatural(sorted[i], sorted[j]), compareInts(i, j); got != want {
				t.Errorf("%q and %q: %d, want %d", sorted[i], sorted[j], got, want)
			}
		}
	}
}

func compareInts(i, j int) int {
	switch {
	case i < j:
		return -1
	case i > j:
		return 1
	}
	return 0
}
