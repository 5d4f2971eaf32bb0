package keyfile

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestWriteRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "总监票人.key")
	if err := Write(path, []byte("one")); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode: got %04o, want 0600", got)
	}
	if err := Write(path, []byte("two")); !errors.Is(err, os.ErrExist) {
		t.Errorf("overwriting: got %v, want %v", err, os.ErrExist)
	}
	got, err := Read(path)
	if err != nil || string(got) != "one" {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestWriteThroughLink: a link put in the way must not make us overwrite or
// create what it points at.
func TestWriteThroughLink(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	if err := Write(link, []byte("key")); !errors.Is(err, os.ErrExist) {
		t.Errorf("got %v, want %v", err, os.ErrExist)
	}
	if _, err := os.Stat(target); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("target: got %v", err)
	}
}

func TestReadRefuses(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "staff.key")
	if err := Write(path, []byte("key")); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o660, 0o610, 0o700, 0o644} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path); err == nil || !strings.Contains(err.Error(), "chmod 600 "+path) {
			t.Errorf("mode %04o: got %v", mode, err)
		}
	}
	for _, mode := range []os.FileMode{0o600, 0o400} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path); err != nil {
			t.Errorf("mode %04o: got %v", mode, err)
		}
	}
	if _, err := Read(dir); err == nil {
		t.Error("read a folder")
	}
	if _, err := Read(filepath.Join(dir, "nothing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	large := filepath.Join(dir, "large")
	if err := Write(large, bytes.Repeat([]byte{'a'}, maxFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(large); err != nil {
		t.Errorf("largest file: %v", err)
	}
	if err := os.WriteFile(large, make([]byte, maxFile+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(large); err == nil {
		t.Error("read a file of more than the largest size")
	}
}

func TestWriteKeyReadKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.key")
	want := &Secret{Kind: Log, Values: map[string][]byte{"key": bytes.Repeat([]byte{7}, 64)}}
	if err := WriteKey(path, want); err != nil {
		t.Fatal(err)
	}
	got, err := ReadKey(path, Log)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %#v, %v", got, err)
	}
	if _, err := ReadKey(path, Promise); err == nil {
		t.Error("the log key was taken for the promise key")
	}
	if err := WriteKey(path, want); !errors.Is(err, os.ErrExist) {
		t.Errorf("got %v, want %v", err, os.ErrExist)
	}
	other := filepath.Join(t.TempDir(), "other.key")
	if err := WriteKey(other, &Secret{Kind: Log}); err == nil {
		t.Error("wrote a secret without values")
	}
	if err := Write(other, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadKey(other, Log); err == nil {
		t.Error("read a file of another kind")
	}
}

// systemd hands credentials over with an access list, which shows as bits of the
// group; nowhere else are they allowed, and others may never read.
func TestReadCredential(t *testing.T) {
	dir := t.TempDir()
	read := func(name string, mode os.FileMode) error {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("secret"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, err := Read(path)
		return err
	}
	if err := read("a", 0o440); err == nil {
		t.Error("a file that the group may read, without systemd: no error")
	}
	t.Setenv("CREDENTIALS_DIRECTORY", filepath.Join(dir, "c"))
	for name, x := range map[string]struct {
		mode os.FileMode
		good bool
	}{"c/a": {0o440, true}, "c/b": {0o400, true}, "c/c": {0o444, false}, "c/d": {0o460, false}, "c/e/f": {0o440, false}, "g": {0o440, false}} {
		if err := read(name, x.mode); (err == nil) != x.good {
			t.Errorf("%s with mode %o: %v", name, x.mode, err)
		}
	}
}
