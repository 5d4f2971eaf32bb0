package node

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"piaojue/store"
)

// TestAnyNodeServes: a request is the same wherever it comes in, and nobody can
// say for whom it comes but a node.
func TestAnyNodeServes(t *testing.T) {
	c := newCluster(t)
	a := c.add("a").await()
	b := c.add("b")
	for _, m := range []*machine{a, b} {
		_, got := m.send("POST", "/x%2Fy/z?q=1&r;s", []byte("body"), "Cookie", "session=1",
			clientHeader, "https 192.0.2.9:1", "Connection", clientHeader)
		want := seen{"a", "POST", "/x/y/z", "q=1&r;s", m.front.Listener.Addr().String(), got.From, "session=1", "", "body"}
		if got != want || !strings.HasPrefix(got.From, "127.0.0.1:") {
			t.Errorf("by %s: got %+v, want %+v", m.config.Name, got, want)
		}
		long := bytes.Repeat([]byte("x"), 2*maxKept)
		if _, got := m.send("PUT", "/long", long); got.Body != string(long) {
			t.Errorf("by %s: %d bytes came of a long body", m.config.Name, len(got.Body))
		}
	}
}

// TestWelcome (S8): the door of the node by which somebody came hears that this one
// has a right to be here; nobody else's request says so, and no answer shows it.
func TestWelcome(t *testing.T) {
	c := newCluster(t)
	c.add("a").await()
	b := c.add("b")
	for path, want := range map[string]bool{"/other": false, "/welcome": true} {
		resp, _ := b.send("GET", path, nil, welcomed, "1")
		if got := b.welcomed.Swap(false); got != want {
			t.Errorf("%s: the door hears of it: %t, want %t", path, got, want)
		}
		if resp.Header.Get(welcomed) != "" {
			t.Errorf("%s: the answer shows it", path)
		}
	}
}

// TestPartedConnections (V14): where the leader ends a connection with the answer,
// a follower does.
func TestPartedConnections(t *testing.T) {
	c := newCluster(t)
	c.add("a").await()
	b := c.add("b")
	for path, want := range map[string]bool{"/parted": true, "/box/v/ballots": true, "/other": false} {
		resp, _ := b.send("POST", path, nil)
		if resp.Close != want {
			t.Errorf("%s: the connection ends: %t, want %t", path, resp.Close, want)
		}
	}
}

// TestTakeOver: when the leader ends, a request that waits is served by the next
// one, live screens break so that they come back, and readiness follows.
func TestTakeOver(t *testing.T) {
	c := newCluster(t)
	a := c.add("a").await()
	b := c.add("b")
	third := c.add("c")
	conn, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(b.front.URL, "http")+"/live", nil)
	must(t, err)
	defer conn.Close()
	if _, name, err := conn.ReadMessage(); err != nil || string(name) != "a" {
		t.Fatalf("live: %q, %v", name, err)
	}
	waiting := make(chan *http.Response, 1)
	go func() {
		resp, _ := b.send("POST", "/box/v/ballots", []byte("ballot"))
		waiting <- resp
	}()
	<-waiting
	begun := time.Now()
	a.stop()
	conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, _, err := conn.ReadMessage(); err == nil {
		t.Error("a live screen goes on without its leader")
	}
	for _, m := range []*machine{b, third} {
		resp, got := m.send("POST", "/box/v/ballots", []byte("ballot"))
		if resp.StatusCode != http.StatusOK || got.Node == "a" || got.Body != "ballot" {
			t.Errorf("by %s: %d %+v", m.config.Name, resp.StatusCode, got)
		}
	}
	t.Logf("served after %v", time.Since(begun))
	if b.Leads() == third.Leads() {
		t.Error("both or neither lead")
	}
}

// TestFaultOfTheFallen: a fault that comes of losing the lead is not shown; what a
// terminal asked, the next leader answers. A fault of who goes on leading is shown.
func TestFaultOfTheFallen(t *testing.T) {
	c := newCluster(t)
	a := c.add("a").await()
	b := c.add("b")
	a.fail.Store(new(func() {}))
	for _, m := range []*machine{a, b} {
		if resp, got := m.send("POST", "/box/fault", []byte("x")); resp.StatusCode != http.StatusInternalServerError || got.Body != "jargon\n" {
			t.Errorf("by %s: %d %q", m.config.Name, resp.StatusCode, got.Body)
		}
	}
	depose := func(m *machine) {
		m.fail.Store(new(func() {
			m.fail.Store(nil)
			c.pg.SQL(t, `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted`)
		}))
	}
	depose(a)
	if resp, got := b.send("POST", "/fault", []byte("x")); resp.StatusCode != http.StatusServiceUnavailable || strings.Contains(got.Body, "jargon") {
		t.Errorf("what may not be sent twice: %d %q", resp.StatusCode, got.Body)
	}
	for _, m := range []*machine{a, b} {
		a.until("nobody leads", func() bool { return a.Leads() || b.Leads() })
		depose(map[bool]*machine{true: a, false: b}[a.Leads()])
		if resp, got := m.send("POST", "/box/fault", []byte("x")); resp.StatusCode != http.StatusOK || got.Node == "" {
			t.Errorf("by %s: %d %q", m.config.Name, resp.StatusCode, got.Body)
		}
	}
}

// TestLackingKeys: a leader that lacks the keys of a vote serves the others, and
// all of them once another node has brought those.
func TestLackingKeys(t *testing.T) {
	c := newCluster(t)
	a := c.machine("a")
	a.lacks = "v.log.key"
	a.run()
	a.await()
	if got := a.serving().Lacking; len(got) != 1 {
		t.Fatalf("it lacks %q", got)
	}
	b := c.machine("b")
	b.put("v.log.key", "of b")
	b.run()
	a.until("nobody serves the vote", func() bool {
		s := a.serving()
		return b.Leads() || s != nil && len(s.Lacking) == 0
	})
	if got, want := a.has("v.log.key"), "of b"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestNoLeader: without a database nobody leads; people get a sentence in Chinese,
// and a balancer is told.
func TestNoLeader(t *testing.T) {
	c := newCluster(t)
	a := c.add("a").await()
	b := c.add("b")
	b.until("the follower is not ready", func() bool {
		resp, _ := b.send("GET", "/healthz", nil)
		return resp.StatusCode == http.StatusOK
	})
	if x, y := a.Standing(), b.Standing(); !x.Leads || !x.Reaches || x.Epoch == 0 || y.Leads || !y.Reaches || y.Epoch != x.Epoch || y.Followers != 0 {
		t.Errorf("they stand at %+v and %+v", x, y)
	}
	c.pg.Kill(t)
	a.until("a leader without a database", func() bool { return !a.Leads() })
	begun := time.Now()
	resp, got := b.send("POST", "/box/v/ballots", []byte("x"))
	if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" ||
		!strings.Contains(got.Body, `"code":"unavailable"`) || !strings.Contains(got.Body, "请稍候再试") {
		t.Errorf("%d %v %s", resp.StatusCode, resp.Header, got.Body)
	}
	if waited := time.Since(begun); waited > 8*time.Second {
		t.Errorf("it took %v", waited)
	}
	if resp, got := b.send("GET", "/healthz", nil); resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("healthz: %d %s", resp.StatusCode, got.Body)
	}
	if x := b.Standing(); x.Leads || x.Reaches {
		t.Errorf("without a leader it stands at %+v", x)
	}
}

// TestHalfServed: a request of which nobody knows what became is sent again only
// if that does no harm.
func TestHalfServed(t *testing.T) {
	for _, x := range []struct {
		method, path string
		want         bool
	}{
		{"GET", "/x", true}, {"POST", "/box/v/ballots", true}, {"POST", "/votes/v/issuances", true},
		{"POST", "/votes/v/proposals", false}, {"PUT", "/x", false}, {"DELETE", "/x", false},
	} {
		if got := repeatable(httptest.NewRequest(x.method, x.path, nil)); got != x.want {
			t.Errorf("%s %s: %t, want %t", x.method, x.path, got, x.want)
		}
	}
	var asked int
	to := &target{Leader: store.Leader{Address: "leader"}, ctx: context.Background()}
	broken := func(k *kept) (sent bool) {
		r := httptest.NewRequest("POST", "/x", nil)
		_, sent, _ = to.send(roundTrip(func(r *http.Request) (*http.Response, error) {
			asked++
			return nil, fmt.Errorf("broken")
		}), r, k)
		return sent
	}
	if broken(&kept{whole: true}) || asked != 1 {
		t.Error("what was not sent counts as sent")
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestLinkKeepsStrangersOut: who lacks the key asks nothing there, and a
// connection for requests gets no file of keys.
func TestLinkKeepsStrangersOut(t *testing.T) {
	c := newCluster(t)
	a := c.add("a").await()
	other := newKey(t)
	ask := func(key *Key, role string) (int, error) {
		transport := newTransport(key, role)
		defer transport.CloseIdleConnections()
		r, err := http.NewRequest("GET", "https://"+a.config.Address+"/keys", nil)
		must(t, err)
		r.Header.Set(clientHeader, "https 192.0.2.1:1")
		resp, err := transport.RoundTrip(r)
		if err != nil {
			return 0, err
		}
		defer resp.Body.Close()
		if body, _ := io.ReadAll(resp.Body); role == roleForward && !strings.Contains(string(body), `"Path":"/keys"`) {
			t.Errorf("a forwarded request is answered with %s", body)
		}
		return resp.StatusCode, nil
	}
	for _, role := range []string{roleForward, roleKeys} {
		if status, err := ask(c.key, role); err != nil || status != http.StatusOK {
			t.Errorf("%s: %d, %v", role, status, err)
		}
		if _, err := ask(other, role); err == nil {
			t.Errorf("%s: another key is let in", role)
		}
	}
	if _, err := ask(c.key, roleLeader); err == nil {
		t.Error("the leader's key asks as a follower")
	}
}

func newKey(t testing.TB) *Key {
	t.Helper()
	path := filepath.Join(t.TempDir(), "node.key")
	must(t, InitKey(path))
	key, err := OpenKey(path)
	must(t, err)
	return key
}
