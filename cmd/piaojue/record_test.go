package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/election"
	"piaojue/lang"
	"piaojue/testvectors"
)

// vector writes a record of the vectors into a folder, and returns it with its
// manifest hash.
func vector(t *testing.T, name string) (dir string, manifest [32]byte) {
	t.Helper()
	records, err := testvectors.Records(testvectors.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		if r.Name != name {
			continue
		}
		files, err := r.Files()
		if err != nil {
			t.Fatal(err)
		}
		dir = t.TempDir()
		write := folderWriter(dir)
		for path, data := range files {
			if err := write(path, data); err != nil {
				t.Fatal(err)
			}
		}
		manifest, err = parseHash(r.Manifest)
		if err != nil {
			t.Fatal(err)
		}
		return dir, manifest
	}
	t.Fatalf("no record %s", name)
	return "", manifest
}

// readFolder returns all files below dir.
func readFolder(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := make(map[string][]byte)
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files[path], err = os.ReadFile(filepath.Join(dir, path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestFetchRecord: what is downloaded is the record, in a folder and in an
// archive, with a closing checkpoint or without.
func TestFetchRecord(t *testing.T) {
	tool := newTestTool(lang.EN)
	for _, name := range []string{"record", "wide", "voided"} {
		dir, _ := vector(t, name)
		send, vote, done, err := recordTransport(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer done()
		want := readFolder(t, dir)
		if want["closing"] == nil { // registers could be ahead of such a record
			maps.DeleteFunc(want, func(path string, _ []byte) bool { return strings.HasPrefix(path, "issuer/") })
		}
		copied := filepath.Join(t.TempDir(), "copy")
		if err := tool.downloadFolder(notFound(send), vote, copied); err != nil {
			t.Fatal(err)
		}
		archive := filepath.Join(t.TempDir(), "copy.zip")
		if err := tool.downloadArchive(notFound(send), vote, archive); err != nil {
			t.Fatal(err)
		}
		inside, done2, err := openFiles(archive)
		if err != nil {
			t.Fatal(err)
		}
		defer done2()
		got := readFolder(t, copied)
		if len(got) != len(want) {
			t.Errorf("%s: %d files, want %d", name, len(got), len(want))
		}
		for path, data := range want {
			zipped, err := fs.ReadFile(inside, path)
			if err != nil || !bytes.Equal(got[path], data) || !bytes.Equal(zipped, data) {
				t.Errorf("%s: %s differs, %v", name, path, err)
			}
		}
		if err := tool.downloadFolder(send, vote, copied); err == nil {
			t.Error("overwrites a folder")
		}
		if err := tool.downloadArchive(send, vote, archive); err == nil {
			t.Error("overwrites an archive")
		}
	}
}

// notFound answers as a server does where a file is missing.
func notFound(send client.Transport) client.Transport {
	return func(r client.Request) ([]byte, error) {
		data, err := send(r)
		if errors.Is(err, fs.ErrNotExist) {
			err = &client.Refusal{Status: 404, Code: "not_found"}
		}
		return data, err
	}
}

// testKey is a key of the vectors.
func testKey(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("piaojue test key " + name))
	return ed25519.NewKeyFromSeed(seed[:])
}

// TestVerifyPromise: a promise that was kept, one of a former epoch, one of a
// vote that was voided or is not closed, and one that was broken, which is
// evidence (attack S3).
func TestVerifyPromise(t *testing.T) {
	t.Chdir(t.TempDir()) // where the evidence goes
	for _, tt := range []struct {
		record string
		epoch  uint32
		kept   bool // the entry is the first ballot of the log
		want   string
	}{
		{"record", 1, true, "The ballot is in the log, as entry"},
		{"record", 1, false, "the server signed the promise, but the ballot is not in the log"},
		{"second_opening", 1, false, "that epoch no longer counts"},
		{"second_opening", 3, false, "the server signed the promise, but the ballot is not in the log"},
		{"voided", 1, false, "the vote was voided"},
		{"incomplete", 1, false, "the server signed the promise, but the ballot is not in the log"},
	} {
		dir, manifest := vector(t, tt.record)
		entry := [32]byte{7}
		if tt.kept {
			entry = firstBallot(t, dir, manifest)
		}
		p := audit.NewPromise(testKey("promise"), manifest, tt.epoch, entry)
		got := verifyFile(t, dir, manifest, promiseHeader+base64.StdEncoding.EncodeToString(p.Marshal())+"\n")
		if !strings.Contains(got, tt.want) {
			t.Errorf("%s epoch %d: got %s, want %s", tt.record, tt.epoch, got, tt.want)
		}
		_, file, written := strings.Cut(got, "the evidence is in ")
		if broken := strings.Contains(tt.want, "not in the log"); written != broken {
			t.Errorf("%s epoch %d: evidence is written: %v, broken: %v", tt.record, tt.epoch, written, broken)
		} else if broken {
			checkBreachFile(t, strings.Split(file, ";")[0], manifest)
		}
	}
}

// checkBreachFile judges the evidence as a stranger does, who has nothing but the
// file and the paper, and as one who holds another vote's paper.
func checkBreachFile(t *testing.T, path string, manifest [32]byte) {
	t.Helper()
	for _, test := range []struct {
		manifest [32]byte
		want     string
		status   int
	}{{manifest, "PROVEN", exitDone}, {[32]byte{1}, "of another vote", exitFailed}} {
		var out strings.Builder
		tool := newTestTool(lang.EN)
		tool.out, tool.err = &out, &out
		got := tool.run(t.Context(), []string{"board", "evidence", path, "--manifest", hexOf(test.manifest), "--lang", "en"})
		if got != test.status || !strings.Contains(out.String(), test.want) {
			t.Errorf("%s: status %d\n%s", path, got, &out)
		}
	}
}

func TestVerifyPromiseRefuses(t *testing.T) {
	dir, manifest := vector(t, "record")
	good := audit.NewPromise(testKey("promise"), manifest, 1, firstBallot(t, dir, manifest))
	otherKey := audit.NewPromise(testKey("log"), manifest, 1, good.Entry)
	otherVote := audit.NewPromise(testKey("promise"), [32]byte{1}, 1, good.Entry)
	address := "https://vote.example/track/v1#" + base64.RawURLEncoding.EncodeToString(good.Marshal())
	for address, want := range map[string]string{address: "The ballot is in the log", address[:99]: "not the file of a promise"} {
		if got := verifyPath(t, dir, manifest, address); !strings.Contains(got, want) {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
	short := good.Marshal()[:100]
	for want, data := range map[string][]byte{
		"no valid signature of the server": otherKey.Marshal(), "of another vote": otherVote.Marshal(), "not the file of a promise": short,
	} {
		got := verifyFile(t, dir, manifest, promiseHeader+base64.StdEncoding.EncodeToString(data)+"\n")
		if !strings.Contains(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// verifyFile runs receipt verify on a file, and returns all it says.
func verifyFile(t *testing.T, record string, manifest [32]byte, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "promise.txt")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return verifyPath(t, record, manifest, path)
}

func verifyPath(t *testing.T, record string, manifest [32]byte, path string) string {
	t.Helper()
	var out strings.Builder
	tool := newTestTool(lang.EN)
	tool.out, tool.err = &out, &out
	tool.run(t.Context(), []string{"receipt", "verify", path, "--record", record, "--manifest", hexOf(manifest), "--lang", "en"})
	return out.String()
}

func firstBallot(t *testing.T, dir string, manifest [32]byte) [32]byte {
	t.Helper()
	b := boardOf(t, dir, manifest)
	for _, raw := range b.Entries() {
		if raw[0] == byte(election.KindBallot) {
			return election.HashEntry(raw)
		}
	}
	t.Fatal("no ballot")
	return [32]byte{}
}
