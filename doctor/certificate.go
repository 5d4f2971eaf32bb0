package doctor

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"
)

// certificate looks at the files that the server shows browsers.
func (p Patient) certificate(now time.Time) []Finding {
	if p.Cert == "" {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(p.Cert, p.Key)
	if err != nil {
		return []Finding{found(Wrong, "certificate", "unusable", p.Cert)}
	}
	leaf, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		return []Finding{found(Wrong, "certificate", "unusable", p.Cert)}
	}
	all := []Finding{checkTime(leaf, now)}
	if u, err := url.Parse(p.Site); err == nil && u.Scheme == "https" && u.Hostname() != "" {
		all = append(all, checkName(leaf, u.Hostname()))
	}
	if info, err := os.Stat(p.Key); err == nil && info.Mode().Perm()&0o077 != 0 {
		all = append(all, found(Wrong, "certificate", "open", p.Key))
	}
	return append(all, p.checkChain(pair, now)...)
}

const lastWeek = 7 * 24 * time.Hour

func checkTime(leaf *x509.Certificate, now time.Time) Finding {
	end := leaf.NotAfter.Local().Format("2006-01-02")
	switch {
	case now.Before(leaf.NotBefore):
		return found(Wrong, "certificate", "future", leaf.NotBefore.Local().Format("2006-01-02 15:04"))
	case now.After(leaf.NotAfter):
		return found(Wrong, "certificate", "expired", end)
	case leaf.NotAfter.Sub(now) < lastWeek:
		return found(Wrong, "certificate", "ends", end)
	}
	return found(Well, "certificate", "lasts", end)
}

func checkName(leaf *x509.Certificate, host string) Finding {
	if leaf.VerifyHostname(host) != nil {
		return found(Wrong, "certificate", "name", host, strings.Join(namesOf(leaf), ", "))
	}
	return found(Well, "certificate", "named", host)
}

func namesOf(leaf *x509.Certificate) []string {
	names := leaf.DNSNames
	for _, ip := range leaf.IPAddresses {
		names = append(names, ip.String())
	}
	return names
}

// checkChain: browsers find from the certificate to an authority that they trust,
// either the system's, or the one that the server has made, whose fingerprint the
// operator compares.
func (p Patient) checkChain(pair tls.Certificate, now time.Time) []Finding {
	own, err := os.ReadFile(p.CA)
	if p.CA != "" && err == nil {
		block, _ := pem.Decode(own)
		if block == nil {
			return []Finding{found(Wrong, "chain", "unreadable", p.CA)}
		}
		sum := sha256.Sum256(block.Bytes)
		return []Finding{found(Careful, "chain", "own", strings.ReplaceAll(fmt.Sprintf("% X", sum), " ", ":"))}
	}
	leaf, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		return []Finding{found(Wrong, "certificate", "unusable", p.Cert)}
	}
	between := x509.NewCertPool()
	for _, der := range pair.Certificate[1:] {
		if c, err := x509.ParseCertificate(der); err == nil {
			between.AddCert(c)
		}
	}
	if _, err := leaf.Verify(x509.VerifyOptions{Intermediates: between, Roots: p.Roots, CurrentTime: now}); err != nil {
		if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
			return []Finding{found(Wrong, "chain", "unknown")}
		}
		return nil // its time, which is a finding already
	}
	return []Finding{found(Well, "chain", "whole")}
}

// reason puts an error of a connection into a case with a remedy of its own.
func reason(err error) string {
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "untrusted"
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return "misnamed"
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		return "expired"
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return "nowhere"
	}
	return "silent"
}
