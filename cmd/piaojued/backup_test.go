package main

import (
	"archive/tar"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"piaojue/keyfile"
	"piaojue/store"
)

// backupTo seals a folder to the key in a file, whose recipient is its first
// line: backup DIR KEYFILE OUT.
func backupTo(ts *testscript.TestScript, neg bool, args []string) {
	first, _, _ := strings.Cut(ts.ReadFile(args[1]), "\n")
	err := ts.Exec("piaojued", "backup", "--dir", args[0], "--to", strings.TrimPrefix(first, "# public: "), "--out", args[2])
	if (err != nil) != neg {
		ts.Fatalf("%v", err)
	}
}

// alter changes one byte in the middle of a file: alter FROM TO.
func alter(ts *testscript.TestScript, _ bool, args []string) {
	data, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	data[len(data)/2] ^= 1
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), data, 0o600))
}

// archiveOf seals files under names of the caller's choice.
func archiveOf(t *testing.T, mark string, files ...tar.Header) ([]byte, *keyfile.Identities) {
	t.Helper()
	identity, recipient, err := keyfile.GenerateIdentity()
	must(t, err)
	var out bytes.Buffer
	sealed, err := keyfile.EncryptTo(&out, recipient)
	must(t, err)
	archive := tar.NewWriter(sealed)
	must(t, addTo(archive, backupMark, strings.NewReader(mark), int64(len(mark))))
	for _, f := range files {
		must(t, archive.WriteHeader(&f))
	}
	must(t, errors.Join(archive.Close(), sealed.Close()))
	ids, err := keyfile.ParseIdentities([]byte(identity), nil)
	must(t, err)
	return out.Bytes(), ids
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestUnseal: an archive cannot write outside the folder, twice, or what a
// backup does not hold.
func TestUnseal(t *testing.T) {
	file := func(name string) tar.Header { return tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o777} }
	dir := filepath.Join(t.TempDir(), "new")
	data, ids := archiveOf(t, backupText, file("piaojue.db"), file("keys/v-1.log.key"), file("keys/v-1.head"), file("tls/ca.crt"))
	must(t, unseal(bytes.NewReader(data), ids, dir))
	info, err := os.Stat(filepath.Join(dir, "keys", "v-1.log.key"))
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %o", info.Mode().Perm())
	}
	for name, files := range map[string][]tar.Header{
		"outside":     {file("../piaojue.db")},
		"absolute":    {file("/piaojue.db")},
		"hidden":      {file("keys/../../x.key")},
		"another":     {file("config")},
		"link":        {{Typeflag: tar.TypeSymlink, Name: "piaojue.db", Linkname: "/etc/passwd"}},
		"twice":       {file("piaojue.db"), file("piaojue.db")},
		"restored":    {file("keys/v1.restored")},
		"subfolder":   {file("keys/x/y.key")},
		"certificate": {file("tls/ca.crt.key")},
	} {
		data, ids := archiveOf(t, backupText, files...)
		if err := unseal(bytes.NewReader(data), ids, filepath.Join(t.TempDir(), "new")); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	data, ids = archiveOf(t, "piaojue-backup-v2\n")
	if err := unseal(bytes.NewReader(data), ids, dir); !errors.Is(err, errArchive) {
		t.Errorf("another version: %v", err)
	}
}

// A backup is neither made nor restored of projects that were altered.
func TestInspectProjects(t *testing.T) {
	h := home{dir: t.TempDir()}
	db, err := store.OpenDB(t.Context(), h.db())
	must(t, errors.Join(err, db.Close(), os.Mkdir(h.keys(), 0o700)))
	projects, err := store.OpenProjects(t.Context(), h.db())
	must(t, errors.Join(err, projects.Close()))
	if _, err := h.inspect(t.Context()); err != nil {
		t.Fatalf("as it is: %v", err)
	}
	data, err := os.ReadFile(h.projects())
	must(t, err)
	for i := len(data) / 4; i < len(data)/2; i++ {
		data[i] ^= 0x5a
	}
	must(t, os.WriteFile(h.projects(), data, 0o600))
	if _, err := h.inspect(t.Context()); err == nil {
		t.Error("an altered file passes")
	}
}
