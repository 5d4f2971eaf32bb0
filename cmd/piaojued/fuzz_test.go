package main

import (
	"archive/tar"
	"bytes"
	"crypto/x509"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzUnpack: whatever a backup holds, nothing is written but what a backup has,
// below the folder, readable by nobody else.
func FuzzUnpack(f *testing.F) {
	var good bytes.Buffer
	w := tar.NewWriter(&good)
	must(f, addTo(w, backupMark, strings.NewReader(backupText), int64(len(backupText))))
	must(f, addTo(w, "keys/v-1.log.key", strings.NewReader("x"), 1))
	must(f, addTo(w, "piaojue.db", strings.NewReader("database"), 8))
	must(f, w.Close())
	f.Add(good.Bytes())
	f.Add(bytes.ReplaceAll(good.Bytes(), []byte("keys/v-1"), []byte("../v-1.l")))
	f.Add(good.Bytes()[:1024])
	f.Fuzz(func(t *testing.T, data []byte) {
		top := t.TempDir()
		dir := filepath.Join(top, "new")
		unpack(bytes.NewReader(data), dir)
		must(t, filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			name, err := filepath.Rel(dir, path)
			if err != nil || !archived.MatchString(filepath.ToSlash(name)) {
				t.Errorf("it wrote %s, %v", path, err)
			}
			info, err := d.Info()
			if err == nil && info.Mode() != 0o600 {
				t.Errorf("%s has mode %v", name, info.Mode())
			}
			return err
		}))
	})
}

// FuzzSettings: files and flags of whoever starts the program: understood or refused.
func FuzzSettings(f *testing.F) {
	path := filepath.Join(f.TempDir(), "file")
	f.Add("# settings\nlisten = 127.0.0.1:8443\n")
	f.Add("https://vote.example.org")
	f.Add("postgres://piaojue@db.example.org/piaojue?sslmode=verify-full")
	f.Add("postgres://piaojue:secret@db.example.org/piaojue")
	f.Add(strings.Repeat("ab", 32))
	f.Add("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n")
	f.Add(`{"status":"ready","votes":[{"vote":"v1","zh":"表决"}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		must(t, os.WriteFile(path, []byte(text), 0o600))
		settings, err := readSettings(path)
		if _, odd := settings[""]; err == nil && odd {
			t.Errorf("%q: a setting without a name", text)
		}
		if pool, err := readRoots(path); err == nil && pool == nil {
			t.Errorf("%q: no certificates and no error", text)
		}
		readPrivate(path)
		certificateEnd(path)
		parseCertificate([]byte(text))
		healthLines([]byte(text))
		newTransport(text, "")
		checkParsed(t, text)
	})
}

func checkParsed(t *testing.T, text string) {
	if _, err := parseHash(text); err == nil && len(strings.Join(strings.Fields(text), "")) != 64 {
		t.Errorf("%q is a hash", text)
	}
	if u, err := parseSite(text); err == nil && (u.User != nil || u.Hostname() == "") {
		t.Errorf("%q is a site", text)
	}
	(&authority{cert: &x509.Certificate{}}).permits(text)
	u, err := url.Parse(text)
	if err == nil && u.User != nil {
		_, has := u.User.Password()
		if has && checkDatabaseURL(text) == nil {
			t.Error(errors.New("an address with a password passes"))
		}
	}
}
