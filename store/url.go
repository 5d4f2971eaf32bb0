package store

import (
	"crypto/tls"
	"errors"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

var (
	errURL   = errors.New("the address of the database is no postgres:// URL") // its text may hold a password
	errPlain = errors.New("the address of the database leads to another machine without a certificate that is checked; add ?sslmode=verify-full")
)

// CheckURL refuses what is no address of a database, or one that would be reached
// without TLS. It connects to nothing, and no error shows the password.
func CheckURL(url string) error {
	_, err := parseURL(url)
	return err
}

// parseURL reads the address of a database. What goes to another machine goes by TLS,
// to a server whose certificate was checked; what goes to this one needs none.
func parseURL(url string) (*pgx.ConnConfig, error) {
	c, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, errURL
	}
	ways := []*pgconn.FallbackConfig{{Host: c.Host, TLSConfig: c.TLSConfig}}
	for _, way := range append(ways, c.Fallbacks...) {
		if !isHere(way.Host) && !verifies(way.TLSConfig) {
			return nil, errPlain
		}
	}
	return c, nil
}

// isHere reports whether a host is this machine: a socket of its files, or its own
// address.
func isHere(host string) bool {
	ip := net.ParseIP(host)
	return strings.HasPrefix(host, "/") || host == "localhost" || ip != nil && ip.IsLoopback()
}

// verifies reports whether TLS looks at the certificate: with sslmode=verify-ca pgx
// does so by a function of its own, but for the name, so that only authorities that
// were named will do; with require it does not.
func verifies(c *tls.Config) bool {
	return c != nil && (!c.InsecureSkipVerify || c.VerifyPeerCertificate != nil && c.RootCAs != nil)
}
