package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/election"
	"piaojue/store"
)

// TestTiles: tiles are served as they are, for ever; what the tree does not
// have is not there.
func TestTiles(t *testing.T) {
	s := newStage(t)
	s.draft()
	if got := s.send("", "GET", "/board/v1/checkpoint", nil); got.code() != codeNotFound {
		t.Errorf("checkpoint of a draft: %d", got.status)
	}
	s.freeze()
	s.approve()
	tile := s.send("", "GET", "/board/v1/tile/0/000.p/2", nil)
	if tile.status != http.StatusOK || len(tile.body) != 64 || !strings.Contains(tile.header.Get("Cache-Control"), "immutable") {
		t.Errorf("tile: %d %v", tile.status, tile.header)
	}
	check := s.send("", "GET", "/board/v1/checkpoint", nil)
	if check.status != http.StatusOK || check.header.Get("Cache-Control") != cacheNever {
		t.Errorf("checkpoint: %d %v", check.status, check.header)
	}
	for _, path := range []string{
		"tile/0/000.p/3", "tile/0/000", "tile/1/000.p/1", "tile/0/001.p/1", "tile/entries/000.p/3", "tile/0/00.p/2",
		"tile/data/000.p/2", "tile/0/../../checkpoint", "tile/", "closing", "receipts/" + strings.Repeat("0", 64), "receipts/x",
	} {
		if got := s.send("", "GET", "/board/v1/"+path, nil); got.status != http.StatusNotFound {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
}

// TestWitness: clients are shown the newest checkpoint that enough witnesses
// cosigned; false cosignatures are refused.
func TestWitness(t *testing.T) {
	s := newStage(t)
	s.config.Grace = time.Millisecond
	s.restart()
	witness, name := testKey("witness"), "witness.example.org/w"
	key, err := audit.WitnessKey(name, public(witness))
	must(t, err)
	s.draft()
	s.do(store.RoleStaffLead, "PUT", s.path("/policy"), fmt.Appendf(nil, "witness w %s\nquorum w\n", key))
	cosign := func() {
		head := s.do("", "GET", "/board/v1/head", nil)
		line, err := audit.Cosign(head, name, witness, 1)
		must(t, err)
		s.do("", "POST", "/board/v1/cosignatures", line)
	}
	body := s.do(store.RolePresidium, "GET", s.path("/draft"), nil)
	s.organize(&election.Entry{Kind: election.KindManifest, Body: body}, nil)
	s.manifest = mustManifest(t, body).Hash()
	s.board = client.NewBoard(s.transport, s.vote, s.manifest)
	if err := s.board.Update(); err == nil {
		t.Fatal("a board without witnesses was believed")
	}
	cosign()
	s.board = client.NewBoard(s.transport, s.vote, s.manifest)
	must(t, s.board.Update())
	s.approve() // makes a checkpoint that nobody has cosigned
	if got := s.update().Size(); got != 1 {
		t.Errorf("size %d, want that of the cosigned checkpoint", got)
	}
	false_, err := audit.Cosign(s.do("", "GET", "/board/v1/head", nil), name, testKey("somebody"), 1)
	must(t, err)
	for _, lines := range []string{string(false_), "", "x", "— " + name + " AAAA\n"} {
		if got := s.send("", "POST", "/board/v1/cosignatures", []byte(lines)); got.status != http.StatusBadRequest {
			t.Errorf("%q: %d %s", lines, got.status, got.body)
		}
	}
	cosign()
	if got := s.update().Size(); got != 2 {
		t.Errorf("size %d, want 2", got)
	}
}

// TestReceipt: anybody gets the receipt of a tracking code, after the close.
func TestReceipt(t *testing.T) {
	s := newStage(t)
	s.config.Grace = time.Millisecond
	s.restart()
	s.begin()
	v := s.cast(0, marks(0))
	s.cast(1, marks(0))
	path := "/board/v1/receipts/" + hexOf(v.Promise().Entry)
	if got := s.send("", "GET", path, nil); got.code() != codeNotFound {
		t.Errorf("before the close: %d", got.status)
	}
	s.order()
	s.await(election.PhaseClosed)
	r, err := audit.ParseReceipt(s.do("", "GET", path, nil))
	must(t, err)
	if _, err := r.Verify(v.Promise().Entry, s.board.Policy()); err != nil {
		t.Error(err)
	}
}

// TestVotes: drafts are for persons only.
func TestVotes(t *testing.T) {
	s := newStage(t)
	s.draft()
	if got := s.do("", "GET", "/votes", nil); strings.TrimSpace(string(got)) != `{"votes":[]}` {
		t.Errorf("nobody sees %s", got)
	}
	if got := s.send("", "GET", s.path(""), nil); got.code() != codeNotFound {
		t.Errorf("nobody sees a draft: %d", got.status)
	}
	if got := s.do(store.RoleAuditor, "GET", "/votes", nil); !strings.Contains(string(got), `"phase":"draft"`) {
		t.Errorf("a person sees %s", got)
	}
	s.freeze()
	got := string(s.do("", "GET", s.path(""), nil))
	for _, want := range []string{`"phase":"frozen"`, hexOf(s.manifest), `"n":4`, `"quorum":3`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in %s", want, got)
		}
	}
}

// TestCheckIns: the register counts who is there, and makes the next attendance
// entry for scrutineers only.
func TestCheckIns(t *testing.T) {
	s := newStage(t)
	s.draft()
	if got := s.send(store.RoleGate, "POST", s.path("/checkins"), []byte(`{"index":0,"present":true}`)); got.code() != codePhase {
		t.Errorf("check-in of a draft: %d %s", got.status, got.body)
	}
	s.freeze()
	for _, body := range []string{`{}`, `{"number":"A000","index":0,"present":true}`, `{"present":true}`, `{"number":"A000","x":1}`} {
		if got := s.send(store.RoleGate, "POST", s.path("/checkins"), []byte(body)); got.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", body, got.status, got.body)
		}
	}
	if got := s.send(store.RoleGate, "POST", s.path("/checkins"), []byte(`{"index":99,"present":true}`)); got.code() != codeNotFound {
		t.Errorf("no such leaf: %d %s", got.status, got.body)
	}
	got := string(s.do(store.RoleGate, "POST", s.path("/checkins"), []byte(`{"number":"A001","present":true,"reason":"手动补签"}`)))
	if !strings.Contains(got, "代表1") {
		t.Errorf("the gate sees %s", got)
	}
	s.do(store.RoleGate, "POST", s.path("/checkins"), []byte(`{"number":"A001","present":false}`))
	s.do(store.RoleGate, "POST", s.path("/checkins"), s.badgeOf(2))
	s.approve()
	gate := string(s.do(store.RoleGate, "GET", s.path("/checkins"), nil))
	if !strings.Contains(gate, `"present":1,"ever":2,"p":0`) || strings.Contains(gate, "attendance") {
		t.Errorf("the gate counts %s", gate)
	}
	if x := s.screen("hall", ""); x.P != 2 {
		t.Errorf("the hall shows %d", x.P)
	}
	s.checkIn(0)
	if got := s.update().Numbers().P; got != 3 {
		t.Errorf("P is %d, want 3", got)
	}
	late := string(s.do(store.RoleScrutineer, "GET", s.path("/checkins"), nil))
	if !strings.Contains(late, `"waiting":0`) || strings.Contains(late, "attendance") {
		t.Errorf("nothing waits: %s", late)
	}
}
