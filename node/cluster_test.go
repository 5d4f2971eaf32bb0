package node

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"piaojue/leaktest"
	"piaojue/pgtest"
	"piaojue/store"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// machine is one node of the tests, with a leader's service that says what it got.
type machine struct {
	testing.TB
	*Node
	front *httptest.Server
	stop  context.CancelFunc
	done  chan struct{}
	fail  atomic.Pointer[func()] // what happens before the service answers /fault with a fault
	lacks string                 // a file without which the service lacks a vote
	needs string                 // a file without which there is no service

	welcomed atomic.Bool // by its door somebody came who has a right to be here
}

type welcomeKey struct{}

type cluster struct {
	testing.TB
	pg  *pgtest.Server
	key *Key
}

func newCluster(t testing.TB) *cluster {
	path := filepath.Join(t.TempDir(), "node.key")
	must(t, InitKey(path))
	key, err := OpenKey(path)
	must(t, err)
	return &cluster{t, pgtest.Start(t), key}
}

func httpServer(h http.Handler) *http.Server {
	return &http.Server{Handler: h, IdleTimeout: 15 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
}

// add starts a node.
func (c *cluster) add(name string) *machine {
	c.Helper()
	m := c.machine(name)
	m.run()
	return m
}

// machine makes a node, which does not run yet.
func (c *cluster) machine(name string) *machine {
	c.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(c, err)
	m := &machine{TB: c.TB, done: make(chan struct{})}
	m.Node = New(Config{
		URL: c.pg.URL(), Name: name, Address: ln.Addr().String(), Link: ln, Key: c.key,
		Keys: c.TempDir(), Server: httpServer, Lead: m.serveHere,
		OnWelcome: func(r *http.Request, tell func()) *http.Request {
			return r.WithContext(context.WithValue(r.Context(), welcomeKey{}, tell))
		},
		Welcome: func(r *http.Request) {
			at, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
			m.welcomed.Store(at != nil && at.String() == m.front.Listener.Addr().String())
		},
	})
	m.front = httptest.NewServer(m.Node)
	return m
}

func (m *machine) run() {
	ctx, cancel := context.WithCancel(context.Background())
	m.stop = sync.OnceFunc(func() {
		cancel()
		<-m.done
		m.front.Close()
	})
	go func() {
		defer close(m.done)
		m.Run(ctx)
	}()
	m.Cleanup(m.stop)
}

// seen is what the service of a leader got.
type seen struct {
	Node, Method, Path, Query, Host, From, Cookie, Forged, Body string
}

func (m *machine) serveHere(_ context.Context, lease *store.Lease) (*Service, error) {
	if m.needs != "" && m.has(m.needs) == "" {
		return nil, ErrKeys
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/live", m.live)
	mux.HandleFunc("/box/fault", m.fault)
	mux.HandleFunc("/fault", m.fault)
	mux.HandleFunc("/welcome", func(_ http.ResponseWriter, r *http.Request) {
		if tell, ok := r.Context().Value(welcomeKey{}).(func()); ok {
			tell()
		}
	})
	mux.HandleFunc("/parted", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "close") })
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		json.NewEncoder(w).Encode(seen{m.config.Name, r.Method, r.URL.Path, r.URL.RawQuery, r.Host, r.RemoteAddr,
			r.Header.Get("Cookie"), r.Header.Get(clientHeader), string(body)})
	})
	s := &Service{Handler: mux, Stopped: make(chan struct{}), Close: func() {}}
	if m.lacks != "" && m.has(m.lacks) != "of b" {
		s.Lacking = []string{"v"}
		s.Doubts = func(name string, data []byte) bool { return name == m.lacks && string(data) != "of b" }
	}
	return s, nil
}

// fault answers as a server whose database has failed.
func (m *machine) fault(w http.ResponseWriter, _ *http.Request) {
	fail := m.fail.Load()
	if fail == nil {
		json.NewEncoder(w).Encode(seen{Node: m.config.Name})
		return
	}
	(*fail)()
	http.Error(w, "jargon", http.StatusInternalServerError)
}

// live says who leads until the other side is gone.
func (m *machine) live(w http.ResponseWriter, r *http.Request) {
	conn, err := new(websocket.Upgrader).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer conn.Close()
	conn.WriteMessage(websocket.TextMessage, []byte(m.config.Name))
	conn.ReadMessage()
}

// await waits until the node leads.
func (m *machine) await() *machine {
	m.Helper()
	m.until("the node does not lead", m.Leads)
	return m
}

// until waits for what must come.
func (m *machine) until(otherwise string, is func() bool) {
	m.Helper()
	for range 500 {
		if is() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	m.Fatal(otherwise)
}

// send is one request of a client without a memory.
func (m *machine) send(method, path string, body []byte, header ...string) (*http.Response, seen) {
	m.Helper()
	r, err := http.NewRequest(method, m.front.URL+path, bytes.NewReader(body))
	must(m, err)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	resp, err := transport.RoundTrip(r)
	must(m, err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	must(m, err)
	var s seen
	if resp.StatusCode == http.StatusOK && len(answer) > 0 {
		must(m, json.Unmarshal(answer, &s))
	} else {
		s.Body = string(answer)
	}
	return resp, s
}
