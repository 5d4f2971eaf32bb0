package web

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"piaojue/election"
	"piaojue/porttest"
	"piaojue/store"
)

// roomForTest is how many connections the server of a test takes, in the
// environment.
const roomForTest = "PIAOJUE_TEST_ROOM"

// TestLoad (S8): three times as many silent connections and slow requests as a
// server has room for, and every ballot of the hall comes in meanwhile; descriptors
// and memory stay within bounds. BenchmarkLoad has the times and the rest.
func TestLoad(t *testing.T) {
	const room = 1000
	s := newStage(t)
	s.begin()
	_, seat := s.terminal("seat", "1")
	entries := s.sealed(20)
	s.close()
	s.base = "http://" + porttest.Address()
	t.Setenv(roomForTest, "1000")
	server := s.spawn()
	defer server.kill()
	if b := s.beat(false, seat...); !b.Registered {
		t.Fatal("the terminal is not known")
	}
	slow := [][]byte{requestText("GET", "/", "", nil), requestText("POST", "/session", mediaJSON, make([]byte, 1000))}
	address := strings.TrimPrefix(s.base, "http://")
	silent := (&attack{Kind: "idle", Address: address, Conns: 2 * room}).begin(t)
	dripping := (&attack{Kind: "drip", Address: address, Conns: room, Texts: slow}).begin(t)
	pid := server.cmd.Process.Pid
	await(t, "the attack does not fill the server", func() bool { return openFiles(pid) >= room })
	files := 0
	client := &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for i, e := range entries {
		if err := castOne(client, s.base+"/box/"+s.vote+"/ballots", e); err != nil {
			t.Errorf("ballot %d: %v", i, err)
		}
		files = max(files, openFiles(pid))
		time.Sleep(25 * time.Millisecond)
	}
	if most := room + 100; files > most {
		t.Errorf("%d descriptors, more than %d", files, most)
	}
	if got, most := peakMemory(pid)/1024, 768; got > most || got == 0 {
		t.Errorf("%d MiB of memory, more than %d", got, most)
	}
	if r := dripping.end(t); r.Sent < room/2 {
		t.Errorf("only %d slow requests", r.Sent)
	}
	if r := silent.end(t); r.Refused == 0 {
		t.Error("no silent connection made room")
	}
}

// TestLiveFull (S8): who finds all places of live screens taken is told so, in
// words; staff have places of their own.
func TestLiveFull(t *testing.T) {
	s := newStage(t)
	s.begin()
	x := s.server.audience
	x.mu.Lock()
	x.count = maxWatchers
	x.mu.Unlock()
	conn, resp, err := s.watch("hall", "", nil)
	if err == nil {
		conn.Close()
		t.Fatal("there was a place")
	}
	body, _ := io.ReadAll(resp.Body)
	var refused refusedJSON
	must(t, json.Unmarshal(body, &refused))
	if resp.StatusCode != http.StatusServiceUnavailable || refused.Error.Code != codeManyScreens || !strings.Contains(refused.Error.ZH, "请") {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	conn, _, err = s.watch("operations", "admin", nil)
	must(t, err)
	defer conn.Close()
	next(t, conn)
	conn.Close()
	x.mu.Lock()
	x.count = 0
	x.mu.Unlock()
	conn, _, err = s.watch("hall", "", nil)
	must(t, err)
	next(t, conn)
	x.mu.Lock()
	for _, all := range x.public {
		close(all[0].leave)
		x.drop(all[0])
	}
	x.mu.Unlock()
	must(t, conn.SetReadDeadline(time.Now().Add(5*time.Second)))
	for err == nil {
		_, _, err = conn.ReadMessage()
	}
	if !websocket.IsCloseError(err, websocket.CloseTryAgainLater) {
		t.Errorf("who made room was told %v", err)
	}
}

// TestReplayCheap (S8): a ballot that is in the box is promised again without a
// look at it, also twice at once; another one of its key is refused before its
// elements are read.
func TestReplayCheap(t *testing.T) {
	s := newStage(t)
	s.begin()
	h := s.holder()
	good := h.finish(t, h.seal(t))
	first := s.put("/ballots", good)
	if o := s.config.DB.HandedIn(s.vote, 1, h.cred.Key, election.HashEntry(good)); o != store.Same {
		t.Errorf("the ballot is known as %v", o)
	}
	if again := s.put("/ballots", good); !bytes.Equal(again.body, first.body) {
		t.Errorf("again: %d %s", again.status, again.body)
	}
	broken := h.resign(t, good, func(b []byte) { clear(b[32+64+384 : 32+64+384+32]) })
	if got := s.put("/ballots", broken); got.code() != codeSecondBallot {
		t.Errorf("another one that cannot be read: %d %s", got.status, got.body)
	}
	other := s.holder()
	sealed := other.finish(t, other.seal(t))
	broken = other.resign(t, sealed, func(b []byte) { clear(b[32+64+384 : 32+64+384+32]) })
	for range maxFalse {
		if got := s.put("/ballots", broken); got.code() != codeBadForm {
			t.Errorf("one that cannot be read: %d %s", got.status, got.body)
		}
	}
	if got := s.put("/ballots", broken); got.code() != codeFalseProofs {
		t.Errorf("after %d of them: %d %s", maxFalse, got.status, got.body)
	}
	s.restart()
	if got := s.put("/ballots", good); !bytes.Equal(got.body, first.body) {
		t.Errorf("after a restart: %d %s", got.status, got.body)
	}
	if got := s.put("/ballots", sealed); got.status != http.StatusOK {
		t.Errorf("the deputy's own, from a terminal that works: %d %s", got.status, got.body)
	}
}

// TestHallIsResident (S8): where a registered terminal was heard, or somebody signed in,
// is a place of residents; a wrong key makes none.
func TestHallIsResident(t *testing.T) {
	s := newStage(t)
	s.begin()
	_, seat := s.terminal("seat", "1")
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	d := NewDoor(ln, 100, nil)
	server := HTTPServer(s.server.Handler())
	go server.Serve(d)
	t.Cleanup(func() { server.Close() })
	ask := func(from string, header ...string) bool {
		c := dialFrom(t, d, from)
		text := requestText("POST", "/terminals/beat", mediaJSON, []byte(`{"help":false}`), append(header, "Connection: close")...)
		if _, err := c.Write(text); err != nil {
			t.Error(err)
		}
		io.ReadAll(c)
		d.mu.Lock()
		defer d.mu.Unlock()
		_, known := d.known[from]
		return known
	}
	other, _ := GenerateKey()
	if ask("127.0.0.2") || ask("127.0.0.3", "Authorization: Terminal "+other) || ask("127.0.0.4", "Authorization: Bearer "+other) {
		t.Error("a stranger is welcome")
	}
	if !ask("127.0.0.5", "Authorization: "+seat[1]) || !ask("127.0.0.6", "Authorization: Bearer "+s.people["gate"]) {
		t.Error("a resident is not")
	}
}
