package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"piaojue/porttest"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// startRelay runs a relay and returns its address.
func startRelay(t *testing.T, to string) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- relay(ctx, ln, to) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return ln.Addr().String()
}

// seat is a terminal with an address of its own, which dials the relay for the
// server's name.
func seat(from, relay string, roots *x509.CertPool) *http.Client {
	d := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	return &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return d.DialContext(ctx, network, relay)
		},
		TLSClientConfig: &tls.Config{RootCAs: roots}, DisableKeepAlives: true,
	}}
}

// TestRelay (V14): the server sees one address for all terminals, and each cast
// on a connection of its own; the terminals check the server's certificate, not
// the relay's.
func TestRelay(t *testing.T) {
	var mu sync.Mutex
	hosts, conns := make(map[string]int), make(map[string]int)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		host, _, _ := net.SplitHostPort(r.RemoteAddr)
		mu.Lock()
		defer mu.Unlock()
		hosts[host]++
		conns[r.RemoteAddr]++
		w.Write(bytes.ToUpper(body))
	}))
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	address := startRelay(t, server.Listener.Addr().String())
	long := strings.Repeat("ballot ", 40_000)
	for i := range 4 {
		for _, ballot := range []string{"ballot", long} {
			answer, err := seat(fmt.Sprintf("127.0.0.%d", 10+i), address, roots).Post(server.URL, "text/plain", strings.NewReader(ballot))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(answer.Body); err != nil || string(got) != strings.ToUpper(ballot) {
				t.Errorf("got %d bytes of %d, %v", len(got), len(ballot), err)
			}
			answer.Body.Close()
		}
	}
	if len(hosts) != 1 || hosts["127.0.0.1"] != 8 || len(conns) != 8 {
		t.Errorf("the server saw %v on %d connections", hosts, len(conns))
	}
	direct := seat("127.0.0.10", server.Listener.Addr().String(), roots)
	if answer, err := direct.Get(server.URL); err != nil || hosts["127.0.0.10"] != 1 {
		t.Errorf("without a relay: %v, %v", hosts, err)
	} else {
		answer.Body.Close()
	}
	if _, err := seat("127.0.0.10", address, x509.NewCertPool()).Get(server.URL); err == nil {
		t.Error("a server whose certificate nobody vouches for was taken")
	}
}

// TestRelayReadsNothing: what goes through a relay tells it nothing.
func TestRelayReadsNothing(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "the promise") }))
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	var seen tape
	tapped := tap(t, server.Listener.Addr().String(), &seen)
	answer, err := seat("127.0.0.1", startRelay(t, tapped), roots).Post(server.URL+"/box/v1/ballots", "text/plain", strings.NewReader("the ballot"))
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(answer.Body)
	answer.Body.Close()
	if string(body) != "the promise" {
		t.Errorf("got %q", body)
	}
	all := seen.bytes()
	if len(all) < 500 {
		t.Fatalf("only %d bytes were seen: the test looks in the wrong place", len(all))
	}
	for _, secret := range []string{"ballot", "promise", "POST", "/box/"} {
		if bytes.Contains(all, []byte(secret)) {
			t.Errorf("%q went through in the clear", secret)
		}
	}
}

// tape is all that went over a line.
type tape struct {
	mu  sync.Mutex // guards all
	all []byte
}

func (p *tape) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = append(p.all, b...)
	return len(b), nil
}

func (p *tape) bytes() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return bytes.Clone(p.all)
}

// tap is a line that writes down what goes over it.
func tap(t *testing.T, to string, seen io.Writer) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			from, err := ln.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", to)
			if err != nil {
				from.Close()
				return
			}
			go func() { io.Copy(io.MultiWriter(server, seen), from); server.Close() }()
			go func() { io.Copy(io.MultiWriter(from, seen), server); from.Close() }()
		}
	}()
	return ln.Addr().String()
}

// TestRelayEnds: a server that is not there, and the end of the relay, end the
// connections that came.
func TestRelayEnds(t *testing.T) {
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	c, err := net.Dial("tcp", startRelay(t, gone.Addr().String()))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprint(c, "hello")
	c.SetDeadline(time.Now().Add(10 * time.Second))
	if n, err := c.Read(make([]byte, 1)); err == nil {
		t.Errorf("read %d bytes of nobody", n)
	}
	still, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer still.Close()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- relay(ctx, ln, still.Addr().String()) }()
	open, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	fmt.Fprint(open, "hello")
	if _, err := still.Accept(); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	open.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := open.Read(make([]byte, 1)); err == nil {
		t.Error("the connection outlived the relay")
	}
}

// fullListener has no files left, the first time it is asked.
type fullListener struct {
	net.Listener
	asked int
}

func (l *fullListener) Accept() (net.Conn, error) {
	if l.asked++; l.asked == 1 {
		return nil, &net.OpError{Op: "accept", Net: "tcp", Err: os.NewSyscallError("accept4", syscall.EMFILE)}
	}
	return l.Listener.Accept()
}

// TestRelayFull (S8): a relay whose machine had no files left goes on; one whose
// listener is gone ends.
func TestRelayFull(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- relay(t.Context(), &fullListener{Listener: ln}, server.Addr().String()) }()
	c, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprint(c, "hello")
	server.(*net.TCPListener).SetDeadline(time.Now().Add(10 * time.Second))
	passed, err := server.Accept()
	if err != nil {
		t.Fatal(err)
	}
	passed.Close()
	ln.Close()
	if err := <-done; !errors.Is(err, net.ErrClosed) {
		t.Errorf("without a listener: %v", err)
	}
}

// TestRelaySilent: the relay says where it listens, and nothing about who comes.
func TestRelaySilent(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	var out, errs bytes.Buffer
	root := newRoot(&out, &errs)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	address := porttest.Address()
	root.SetArgs([]string{"relay", "--listen", address, "--to", server.Listener.Addr().String()})
	done := make(chan error, 1)
	go func() { done <- root.ExecuteContext(ctx) }()
	for range 3 {
		for range 100 {
			answer, err := seat("127.0.0.9", address, roots).Get(server.URL)
			if err == nil {
				answer.Body.Close()
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if said := errs.String() + out.String(); strings.Contains(said, "127.0.0.9") || strings.Count(said, "\n") != 1 {
		t.Errorf("it said %q", said)
	}
}
