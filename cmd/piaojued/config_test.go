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
