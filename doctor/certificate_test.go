package doctor

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// authority makes certificates for a test.
type authority struct {
	*testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	dir  string
	made int // certificates
}

func newAuthority(t *testing.T) *authority {
	a := &authority{T: t, dir: t.TempDir()}
	a.key = a.drawn()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "a"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(10, 0, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, a.key.Public(), a.key)
	a.must(err)
	a.cert, err = x509.ParseCertificate(der)
	a.must(err)
	a.write("ca.crt", "CERTIFICATE", der)
	return a
}

func (a *authority) drawn() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	a.must(err)
	return key
}

func (a *authority) must(err error) {
	a.Helper()
	if err != nil {
		a.Fatal(err)
	}
}

func (a *authority) write(name, kind string, der []byte) string {
	path := filepath.Join(a.dir, name)
	a.must(os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
	return path
}

// issue makes a certificate of vote.example.org from one time to another.
func (a *authority) issue(from, to time.Time) Patient {
	key := a.drawn()
	template := &x509.Certificate{SerialNumber: big.NewInt(2), DNSNames: []string{"vote.example.org"}, IPAddresses: []net.IP{net.IPv4(10, 0, 0, 1)}, NotBefore: from, NotAfter: to}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	a.must(err)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	a.must(err)
	roots := x509.NewCertPool()
	roots.AddCert(a.cert)
	a.made++
	name := fmt.Sprint(a.made)
	return Patient{Cert: a.write(name+".crt", "CERTIFICATE", der), Key: a.write(name+".key", "PRIVATE KEY", secret), Site: "https://vote.example.org", Roots: roots}
}

// TestCertificate: a sound certificate, and one for each thing that can be wrong.
func TestCertificate(t *testing.T) {
	a, now := newAuthority(t), time.Now()
	day := 24 * time.Hour
	sound := func() Patient { return a.issue(now.Add(-time.Hour), now.Add(90*day)) }
	want(t, "time", pick(sound().certificate(now), "certificate", "lasts"), Well, "lasts")
	want(t, "chain", pick(sound().certificate(now), "chain", "whole"), Well, "whole")
	for seen, p := range map[string]Patient{
		"expired": a.issue(now.Add(-90*day), now.Add(-day)),
		"ends":    a.issue(now.Add(-90*day), now.Add(6*day)),
		"future":  a.issue(now.Add(day), now.Add(90*day)),
	} {
		want(t, seen, pick(p.certificate(now), "certificate", seen), Wrong, seen)
	}
	p := sound()
	want(t, "named", pick(p.certificate(now), "certificate", "named"), Well, "named")
	p.Site = "https://other.example.org:8443/"
	want(t, "name", pick(p.certificate(now), "certificate", "name"), Wrong, "name")
	p.Roots = x509.NewCertPool()
	want(t, "chain", pick(p.certificate(now), "chain", "unknown"), Wrong, "unknown")
	p.CA = filepath.Join(a.dir, "ca.crt")
	want(t, "own authority", pick(p.certificate(now), "chain", "own"), Careful, "own")
	a.must(os.WriteFile(p.CA, []byte("x"), 0o600))
	want(t, "no authority", pick(p.certificate(now), "chain", "unreadable"), Wrong, "unreadable")
	a.must(os.Chmod(p.Key, 0o644))
	want(t, "open key", pick(p.certificate(now), "certificate", "open"), Wrong, "open")
	p.Cert = sound().Cert
	want(t, "another key", p.certificate(now)[0], Wrong, "unusable")
	want(t, "no file", Patient{Cert: "/none", Key: "/none"}.certificate(now)[0], Wrong, "unusable")
	if got := (Patient{}).certificate(now); got != nil {
		t.Errorf("no certificate: %+v", got)
	}
}

// pick finds a finding; one that says so if it is not there.
func pick(all []Finding, check, seen string) Finding {
	for _, f := range all {
		if f.Check == check && f.Case == seen {
			return f
		}
	}
	return Finding{Case: "not " + seen, Check: check}
}
