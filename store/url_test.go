package store

import (
	"encoding/pem"
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

// TestURL: what goes to another machine goes by TLS, to a server whose certificate was
// checked, on every way that the address allows.
func TestURL(t *testing.T) {
	for _, name := range []string{"PGHOST", "PGHOSTADDR", "PGPORT", "PGSSLMODE", "PGSSLROOTCERT", "PGSERVICE"} {
		t.Setenv(name, "")
	}
	server := httptest.NewTLSServer(nil) // has a certificate
	server.Close()
	authority := filepath.Join(t.TempDir(), "authority.pem")
	must(t, os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600))
	for url, want := range map[string]error{
		"postgres://u@db1/x?sslmode=verify-full":                        nil,
		"postgres://u@db1,db2/x?sslmode=verify-full":                    nil,
		"postgres://u@db1/x?sslmode=verify-ca&sslrootcert=" + authority: nil,
		"postgres://u@db1/x?sslmode=verify-ca":                          errPlain,
		"postgres://u@127.0.0.1/x":                                      nil,
		"postgres://u@[::1]:5433/x?sslmode=disable":                     nil,
		"postgres://u@localhost/x":                                      nil,
		"postgres:///x?host=/run/postgresql":                            nil,
		"postgres://u@127.0.0.1,localhost/x?sslmode=disable":            nil,
		"postgres://u@db1/x":                                            errPlain,
		"postgres://u@db1/x?sslmode=prefer":                             errPlain,
		"postgres://u@db1/x?sslmode=allow":                              errPlain,
		"postgres://u@db1/x?sslmode=require":                            errPlain,
		"postgres://u@db1/x?sslmode=disable":                            errPlain,
		"postgres://u@192.0.2.1/x?sslmode=disable":                      errPlain,
		"postgres://u@127.0.0.1,db2/x?sslmode=disable":                  errPlain,
		"postgres://u@127.0.0.1.example.org/x":                          errPlain,
		"postgres://u@127.0.0.1/x?host=db1":                             errPlain,
		"postgres://u:geheim@db1:port/x":                                errURL,
		"postgres://u@db1/x?sslmode=maybe":                              errURL,
	} {
		if err := CheckURL(url); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", url, err, want)
		}
	}
	t.Setenv("PGSSLMODE", "verify-full")
	if err := CheckURL("postgres://u@db1/x"); err != nil {
		t.Errorf("by the variable: %v", err)
	}
	t.Setenv("PGSSLMODE", "disable")
	if err := CheckURL("postgres://u@db1/x"); !errors.Is(err, errPlain) {
		t.Errorf("against it by the variable: %v", err)
	}
}
