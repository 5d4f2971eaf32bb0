package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"piaojue/client"
	"piaojue/store"
)

// certificate writes a certificate for this machine and its key.
func certificate(t testing.TB) (cert, key string, roots *x509.CertPool) {
	t.Helper()
	sk, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotAfter:     time.Now().Add(time.Hour),
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
		DNSNames:     []string{"vote.example.org"},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, sk.Public(), sk)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(sk)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(t.TempDir(), "cert"), filepath.Join(t.TempDir(), "key")
	roots = x509.NewCertPool()
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	roots.AppendCertsFromPEM(text)
	for path, data := range map[string][]byte{cert: text, key: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key, roots
}

// buffer is what a daemon says, while it runs.
type buffer struct {
	mu sync.Mutex // guards b
	b  bytes.Buffer
}

func (x *buffer) Write(p []byte) (int, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.b.Write(p)
}

func (x *buffer) text() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.b.String()
}

func (x *buffer) find(pattern string) string {
	for range 200 {
		x.mu.Lock()
		found := regexp.MustCompile(pattern).FindString(x.b.String())
		x.mu.Unlock()
		if found != "" {
			return found
		}
		time.Sleep(10 * time.Millisecond)
	}
	return ""
}

// TestTLS: connections are encrypted, in TLS 1.3 where the client can, and else
// with authenticated ciphers and forward secrecy; nobody gets less, and no session
// is ever resumed: the box must not recognise who comes back.
func TestTLS(t *testing.T) {
	cert, key, roots := certificate(t)
	db, err := store.OpenDB(t.Context(), filepath.Join(t.TempDir(), "db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx, stop := context.WithCancel(context.Background())
	c, said := &cobra.Command{}, &buffer{}
	c.SetContext(ctx)
	c.SetErr(said)
	done := make(chan error, 1)
	o := &listenOptions{address: "127.0.0.1:0", cert: cert, key: key}
	go func() { done <- o.run(c, http.NotFoundHandler(), db) }()
	address := said.find(`https://\S+`)
	config := &tls.Config{RootCAs: roots, ClientSessionCache: tls.NewLRUClientSessionCache(8)}
	for i := range 2 {
		transport := &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}
		resp, err := (&http.Client{Transport: transport}).Get(address)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.TLS.DidResume {
			t.Errorf("connection %d resumed a session", i+1)
		}
		if resp.TLS.Version != tls.VersionTLS13 {
			t.Errorf("connection %d has TLS %x", i+1, resp.TLS.Version)
		}
	}
	checkSuites(t, strings.TrimPrefix(address, "https://"), roots)
	resp, err := http.Get(strings.Replace(address, "https://", "http://", 1))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest || resp.Header.Get("Location") != "" {
		t.Errorf("without TLS: %v", resp)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// checkSuites tries what a server must refuse, each with a twin that it takes.
func checkSuites(t *testing.T, address string, roots *x509.CertPool) {
	t.Helper()
	const gcm = tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
	for name, x := range map[string]struct {
		version uint16
		suite   uint16
		want    bool
	}{
		"TLS 1.2":                           {tls.VersionTLS12, gcm, true},
		"TLS 1.1":                           {tls.VersionTLS11, tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, false},
		"TLS 1.2 without authentication":    {tls.VersionTLS12, tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, false},
		"TLS 1.2 without authentication, 2": {tls.VersionTLS12, tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, false},
		"TLS 1.2 without forward secrecy":   {tls.VersionTLS12, tls.TLS_RSA_WITH_AES_128_GCM_SHA256, false},
	} {
		config := &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS10, MaxVersion: x.version, CipherSuites: []uint16{x.suite}}
		conn, err := tls.Dial("tcp", address, config)
		if (err == nil) != x.want {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			conn.Close()
		}
	}
}

// TestNoRedirect: an issuer or witness that follows a board asks the server that it
// was told, and nobody that this one names.
func TestNoRedirect(t *testing.T) {
	asked := false
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer other.Close()
	board := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusFound))
	defer board.Close()
	for address, want := range map[string]bool{board.URL: false, other.URL: true} {
		send, err := newTransport(address, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err = send(client.Request{Method: "GET", Path: "/"}); (err == nil) != want || asked != want {
			t.Errorf("%s: %v, the other was asked: %t", address, err, asked)
		}
		asked = false
	}
}
