package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"piaojue/keyfile"
)

// A server that others reach needs TLS from its first start, and a county has
// no certificate at hand. So it makes an authority of its own, whose fingerprint
// people compare, and a certificate from it.

const (
	caLife = 10 * 365 * 24 * time.Hour
	// certLife is what browsers take at the most, less an hour for clocks.
	certLife  = 397*24*time.Hour - time.Hour
	certRenew = 60 * 24 * time.Hour // before the end
)

// serverCert is what a server shows.
type serverCert struct {
	cert, key string // files
	ca        []byte // PEM
}

// authority signs certificates of one server.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  []byte
}

func (h home) tls(name string) string { return filepath.Join(h.dir, "tls", name) }

// certificate returns the server's own certificate for its names. It makes one
// if there is none, if it ends soon, or if a name is missing.
func (h home) certificate(wanted []string, now time.Time) (*serverCert, error) {
	if err := os.MkdirAll(filepath.Join(h.dir, "tls"), 0o700); err != nil {
		return nil, err
	}
	a, err := h.authority(wanted, now)
	if err != nil {
		return nil, err
	}
	names, err := a.permitted(wanted)
	if err != nil {
		return nil, err
	}
	c := &serverCert{cert: h.tls("server.crt"), key: h.tls("server.key"), ca: a.pem}
	if a.serves(c, names, now) {
		return c, nil
	}
	return c, a.issue(c, names, now)
}

// authority opens the server's authority, or makes it. Its certificate comes
// last: without it nothing was made.
func (h home) authority(wanted []string, now time.Time) (*authority, error) {
	text, err := os.ReadFile(h.tls("ca.crt"))
	if errors.Is(err, os.ErrNotExist) {
		return h.newAuthority(wanted, now)
	}
	if err != nil {
		return nil, err
	}
	cert, err := parseCertificate(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", h.tls("ca.crt"), err)
	}
	if now.After(cert.NotAfter) {
		return nil, hint(fmt.Errorf("%s has expired", h.tls("ca.crt")), "remove the folder %s; browsers have to trust the new one", h.tls(""))
	}
	key, err := readPrivate(h.tls("ca.key"))
	if err != nil {
		return nil, err
	}
	if !key.PublicKey.Equal(cert.PublicKey) {
		return nil, fmt.Errorf("%s is not the key of %s", h.tls("ca.key"), h.tls("ca.crt"))
	}
	return &authority{cert: cert, key: key, pem: text}, nil
}

func (h home) newAuthority(wanted []string, now time.Time) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:                serial(),
		Subject:                     pkix.Name{CommonName: "Piaojue " + now.UTC().Format("2006-01-02 15:04:05")},
		NotBefore:                   now.Add(-time.Hour),
		NotAfter:                    now.Add(caLife),
		KeyUsage:                    x509.KeyUsageCertSign,
		BasicConstraintsValid:       true,
		IsCA:                        true,
		MaxPathLenZero:              true,
		PermittedDNSDomainsCritical: true,
	}
	constrain(template, wanted)
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	a := &authority{key: key, pem: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		return nil, err
	}
	if err := writePrivate(h.tls("ca.key"), key); err != nil {
		return nil, err
	}
	return a, replaceFile(h.tls("ca.crt"), a.pem)
}

// private are the ranges and names that no server on the internet has.
var (
	privateRanges = []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10"}
	privateNames  = []string{"localhost", "local", "lan", "internal", "home.arpa"}
)

// constrain keeps whoever steals the authority's key from showing certificates
// for the rest of the world to the machines that trust it.
func constrain(template *x509.Certificate, wanted []string) {
	template.PermittedDNSDomains = append(template.PermittedDNSDomains, privateNames...)
	for _, r := range privateRanges {
		_, block, err := net.ParseCIDR(r)
		if err != nil {
			panic("piaojued: internal error: " + err.Error())
		}
		template.PermittedIPRanges = append(template.PermittedIPRanges, block)
	}
	for _, name := range wanted {
		ip := net.ParseIP(name)
		switch {
		case ip == nil:
			template.PermittedDNSDomains = append(template.PermittedDNSDomains, name)
		case ip.To4() != nil:
			template.PermittedIPRanges = append(template.PermittedIPRanges, &net.IPNet{IP: ip.To4(), Mask: net.CIDRMask(32, 32)})
		default:
			template.PermittedIPRanges = append(template.PermittedIPRanges, &net.IPNet{IP: ip, Mask: net.CIDRMask(128, 128)})
		}
	}
}

// permitted returns the names that a certificate will bear: those that were
// asked for, which the authority must permit, and those of the machine that it
// does.
func (a *authority) permitted(wanted []string) ([]string, error) {
	for _, name := range wanted {
		if !a.permits(name) {
			return nil, hint(fmt.Errorf("the server's certificate authority does not permit %s", name),
				"remove the folder tls to make a new one; browsers have to trust it anew")
		}
	}
	names := append([]string{}, wanted...)
	for _, name := range machineNames() {
		if a.permits(name) {
			names = append(names, name)
		}
	}
	return names, nil
}

func (a *authority) permits(name string) bool {
	if ip := net.ParseIP(name); ip != nil {
		for _, block := range a.cert.PermittedIPRanges {
			if block.Contains(ip) {
				return true
			}
		}
		return false
	}
	for _, domain := range a.cert.PermittedDNSDomains {
		if strings.EqualFold(name, domain) || strings.HasSuffix(strings.ToLower(name), "."+strings.ToLower(domain)) {
			return true
		}
	}
	return false
}

// machineNames are the names and addresses under which others find this machine.
func machineNames() []string {
	names := []string{"localhost", "127.0.0.1", "::1"}
	if name, err := os.Hostname(); err == nil && validName(name) {
		names = append(names, name, name+".local")
	}
	addresses, _ := net.InterfaceAddrs() // none: the other names remain
	for _, a := range addresses {
		if block, ok := a.(*net.IPNet); ok && block.IP.IsGlobalUnicast() {
			names = append(names, block.IP.String())
		}
	}
	return names
}

func validName(name string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-."
	return name != "" && len(name) <= 200 && strings.Trim(name, letters) == ""
}

// serves says whether the certificate on the disk will do.
func (a *authority) serves(c *serverCert, names []string, now time.Time) bool {
	text, err := os.ReadFile(c.cert)
	if err != nil {
		return false
	}
	cert, err := parseCertificate(text)
	if err != nil || now.Before(cert.NotBefore) || now.Add(certRenew).After(cert.NotAfter) || cert.CheckSignatureFrom(a.cert) != nil {
		return false
	}
	for _, name := range names {
		if cert.VerifyHostname(name) != nil {
			return false
		}
	}
	key, err := readPrivate(c.key)
	return err == nil && key.PublicKey.Equal(cert.PublicKey)
}

// issue makes a new key and certificate. If it is interrupted between the two,
// they do not fit, and the next start makes both.
func (a *authority) issue(c *serverCert, names []string, now time.Time) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: serial(),
		Subject:      pkix.Name{CommonName: "piaojued"},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.Add(certLife),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		return err
	}
	if err := writePrivate(c.key, key); err != nil {
		return err
	}
	return replaceFile(c.cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// fingerprint is what browsers show of a certificate.
func (c *serverCert) fingerprint() string {
	block, _ := pem.Decode(c.ca)
	sum := sha256.Sum256(block.Bytes)
	return strings.ReplaceAll(fmt.Sprintf("% X", sum), " ", ":")
}

func serial() *big.Int {
	raw := make([]byte, 16)
	rand.Read(raw)
	raw[0] &= 0x7f // positive
	return new(big.Int).SetBytes(raw)
}

func parseCertificate(text []byte) (*x509.Certificate, error) {
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, errors.New("is no certificate")
	}
	return x509.ParseCertificate(block.Bytes)
}

func readPrivate(path string) (*ecdsa.PrivateKey, error) {
	text, err := keyfile.Read(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "PRIVATE KEY" {
		return nil, fmt.Errorf("%s is no key", path)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s is no key", path)
	}
	sk, ok := key.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s is another kind of key", path)
	}
	return sk, nil
}

func writePrivate(path string, key *ecdsa.PrivateKey) error {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	return replaceFile(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// replaceFile writes a file that is whole at any time, for its owner only.
func replaceFile(path string, data []byte) error {
	if err := os.Remove(path + ".new"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := keyfile.Write(path+".new", data); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
