package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"piaojue/web"
)

var certNow = time.Unix(1_800_000_000, 0)

// leaf reads the certificate, and verifies it as a browser does that trusts the
// authority.
func leaf(t *testing.T, c *serverCert, name string, now time.Time) (*x509.Certificate, error) {
	t.Helper()
	text, err := os.ReadFile(c.cert)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := parseCertificate(text)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(c.ca) {
		t.Fatal("no authority")
	}
	_, err = cert.Verify(x509.VerifyOptions{DNSName: name, Roots: roots, CurrentTime: now})
	return cert, err
}

func own(t *testing.T, h home, now time.Time, names ...string) *serverCert {
	t.Helper()
	c, err := h.certificate(names, now)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestCertificate: a browser that trusts the authority accepts the server under
// each of its names and no other, for 397 days at the most; keys are the
// owner's only.
func TestCertificate(t *testing.T) {
	h := home{dir: t.TempDir()}
	c := own(t, h, certNow, "vote.example.org", "203.0.113.7")
	for _, name := range []string{"vote.example.org", "203.0.113.7", "localhost", "127.0.0.1", "::1"} {
		cert, err := leaf(t, c, name, certNow)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if life := cert.NotAfter.Sub(cert.NotBefore); life > 397*24*time.Hour {
			t.Errorf("it lasts %s", life)
		}
	}
	for _, name := range []string{"example.org", "www.bank.example", "203.0.113.8"} {
		if _, err := leaf(t, c, name, certNow); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	for _, name := range []string{"ca.key", "ca.crt", "server.key", "server.crt"} {
		info, err := os.Stat(h.tls(name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v", name, info.Mode(), err)
		}
	}
	if f := c.fingerprint(); len(f) != 32*3-1 || strings.Count(f, ":") != 31 || strings.Contains(string(c.ca), "PRIVATE") {
		t.Errorf("fingerprint %s", f)
	}
}

// TestCertificateKept: the next start shows the same certificate, until it ends
// soon, lacks a name, or is damaged; the authority stays.
func TestCertificateKept(t *testing.T) {
	h := home{dir: t.TempDir()}
	first := own(t, h, certNow, "vote.example.org")
	serial := func(now time.Time, names ...string) string {
		t.Helper()
		c := own(t, h, now, names...)
		if string(c.ca) != string(first.ca) {
			t.Fatal("another authority")
		}
		cert, err := leaf(t, c, "localhost", now)
		if err != nil {
			t.Error(err)
		}
		return cert.SerialNumber.String()
	}
	kept := serial(certNow, "vote.example.org")
	if got := serial(certNow.Add(certLife-certRenew-time.Hour), "vote.example.org"); got != kept {
		t.Error("it is made anew though it lasts")
	}
	later := serial(certNow.Add(certLife-certRenew+time.Hour), "vote.example.org")
	if later == kept {
		t.Error("it is not made anew before it ends")
	}
	named := serial(certNow.Add(certLife), "vote.example.org", "hall.lan", "192.168.3.4")
	if named == later {
		t.Error("it is not made anew for more names")
	}
	if err := os.WriteFile(h.tls("server.crt"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if serial(certNow.Add(certLife), "vote.example.org") == named {
		t.Error("half a file serves")
	}
}

// TestCertificateConstraints: the authority signs for this server and private
// networks only, whoever has its key; another name needs another authority.
func TestCertificateConstraints(t *testing.T) {
	h := home{dir: t.TempDir()}
	c := own(t, h, certNow, "vote.example.org")
	if _, err := h.certificate([]string{"www.bank.example"}, certNow); err == nil || !strings.Contains(err.Error(), "does not permit") {
		t.Errorf("a foreign name: %v", err)
	}
	a, err := h.authority(nil, certNow)
	if err != nil {
		t.Fatal(err)
	}
	forged := &serverCert{cert: filepath.Join(t.TempDir(), "crt"), key: filepath.Join(t.TempDir(), "key"), ca: c.ca}
	for _, name := range []string{"www.bank.example", "8.8.8.8"} {
		if err := a.issue(forged, []string{name}, certNow); err != nil {
			t.Fatal(err)
		}
		if _, err := leaf(t, forged, name, certNow); err == nil {
			t.Errorf("a certificate for %s is accepted", name)
		}
	}
	if err := a.issue(forged, []string{"hall.lan"}, certNow); err != nil {
		t.Fatal(err)
	}
	if _, err := leaf(t, forged, "hall.lan", certNow); err != nil {
		t.Errorf("a private name: %v", err)
	}
}

// TestCertificateRefuses: keys that others can read, another's key, and an
// authority that has ended.
func TestCertificateRefuses(t *testing.T) {
	h := home{dir: t.TempDir()}
	own(t, h, certNow)
	if _, err := h.certificate(nil, certNow.Add(caLife+time.Hour)); err == nil || !strings.Contains(err.Error(), "has expired") {
		t.Errorf("an old authority: %v", err)
	}
	if err := os.Chmod(h.tls("ca.key"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := h.certificate(nil, certNow); err == nil || !strings.Contains(err.Error(), "open to other users") {
		t.Errorf("a key that others can read: %v", err)
	}
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := writePrivate(h.tls("ca.key"), other); err != nil {
		t.Fatal(err)
	}
	if _, err := h.certificate(nil, certNow); err == nil || !strings.Contains(err.Error(), "is not the key of") {
		t.Errorf("another's key: %v", err)
	}
	for _, bad := range []string{"", "a b", "x_y", "名字"} {
		if validName(bad) {
			t.Errorf("%q is a name", bad)
		}
	}
	if net.ParseIP("::1") == nil || !validName("vote-1.example.org") {
		t.Error("names are refused")
	}
}

// TestSecure: sessions travel without TLS only where nobody else listens; a
// server that others reach has a certificate, unless a proxy has it.
func TestSecure(t *testing.T) {
	for _, x := range []struct {
		o        listenOptions
		plain, c bool
	}{
		{listenOptions{address: "127.0.0.1:8080"}, true, false},
		{listenOptions{address: "[::1]:8080"}, true, false},
		{listenOptions{address: "localhost:8080"}, true, false},
		{listenOptions{address: ":8443"}, false, true},
		{listenOptions{address: "0.0.0.0:8443"}, false, true},
		{listenOptions{address: "192.168.1.2:8443"}, false, true},
		{listenOptions{address: "127.0.0.1:8080", plain: true}, false, false},
		{listenOptions{address: ":8443", cert: "c", key: "k"}, false, false},
	} {
		c, s := &cobra.Command{}, &web.Config{}
		c.SetErr(io.Discard)
		h := home{dir: t.TempDir()}
		if err := x.o.secure(c, h, s); err != nil {
			t.Fatal(err)
		}
		if s.PlainCookies != x.plain || (s.CA != nil) != x.c || x.c && x.o.cert != h.tls("server.crt") {
			t.Errorf("%+v: plain cookies %t, authority %t", x.o, s.PlainCookies, s.CA != nil)
		}
	}
}
