package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/spf13/cobra"
)

// TestSettings: a flag goes before the environment, and that before the file.
func TestSettings(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings")
	if err := os.WriteFile(path, []byte("# settings\n\nlisten = file\ngrace=1m\ntls-cert = from file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"PIAOJUED_LISTEN": "env", "PIAOJUED_TLS_CERT": "env"}
	c := command(t, "serve", "--config", path, "--tls-cert", "flag")
	err := configure(c, func(name string) (string, bool) { v, ok := env[name]; return v, ok })
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"tls-cert": "flag", "listen": "env", "grace": "1m0s", "tls-key": ""} {
		if got := c.Flags().Lookup(name).Value.String(); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func command(t *testing.T, args ...string) *cobra.Command {
	t.Helper()
	root := newRoot(&bytes.Buffer{}, &bytes.Buffer{})
	c, rest, err := root.Find(args)
	if err == nil {
		err = c.ParseFlags(rest)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestBadSettings: what a file says wrongly is refused, with its line.
func TestBadSettings(t *testing.T) {
	for _, text := range []string{"listen\n", "= x\n", "listen = a\nlisten = b\n", "no-such-flag = 1\n", "grace = soon\n"} {
		path := filepath.Join(t.TempDir(), "settings")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c := command(t, "serve", "--config", path)
		if err := configure(c, func(string) (string, bool) { return "", false }); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
}

// TestEnvironment: a variable of ours that is no setting is refused; those of
// others are none of our business.
func TestEnvironment(t *testing.T) {
	root := newRoot(&bytes.Buffer{}, &bytes.Buffer{})
	for _, line := range []string{"PIAOJUED_LISTN=x", "PIAOJUED_=x", "PIAOJUED_listen=x", "PIAOJUED_TLS-CERT=x"} {
		if err := checkEnvironment(root, []string{line}); err == nil {
			t.Errorf("%s was accepted", line)
		}
	}
	good := []string{"PIAOJUED_LISTEN=x", "PIAOJUED_TLS_CERT=x", "PIAOJUED_STAFF_NUMBER=1", "PIAOJUED_CONFIG=f", "PIAOJUED_PASSPHRASE=p", "PIAOJUE_SERVER=x", "HOME=/"}
	if err := checkEnvironment(root, good); err != nil {
		t.Error(err)
	}
}
