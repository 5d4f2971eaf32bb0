package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"piaojue/client"
)

// TestOpened: what a trustee has opened is remembered, and nothing else is
// opened after it (attack K5).
func TestOpened(t *testing.T) {
	path := openedPath(filepath.Join(t.TempDir(), "zhang.age"), [32]byte{9})
	manifest, closing := [32]byte{9}, client.Closing{Size: 32, Root: [32]byte{1, 2}}
	if got, err := readOpened(path, manifest); got != nil || err != nil {
		t.Fatalf("got %v, %v", got, err)
	}
	for range 2 { // the same again is the retry after a lost answer
		if err := recordOpened(path, closing, manifest); err != nil {
			t.Fatal(err)
		}
	}
	got, err := readOpened(path, manifest)
	if err != nil || got == nil || *got != closing {
		t.Errorf("got %v, %v", got, err)
	}
	for _, other := range []client.Closing{{Size: 33, Root: closing.Root}, {Size: 32, Root: [32]byte{1, 3}}} {
		if err := recordOpened(path, other, manifest); !errors.Is(err, client.ErrOtherRoot) {
			t.Errorf("%v: got %v", other, err)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v", info.Mode(), err)
	}
}

// TestOpenedDamaged: a file that cannot be read is not the same as none.
func TestOpenedDamaged(t *testing.T) {
	manifest := [32]byte{9}
	good := client.Closing{Size: 32, Root: [32]byte{1}}
	for _, bad := range [][]byte{nil, good.Marshal([32]byte{8}), append(good.Marshal(manifest), 'x')} {
		path := filepath.Join(t.TempDir(), "opened")
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := readOpened(path, manifest); err == nil {
			t.Errorf("%q: got %v", bad, got)
		}
		if err := recordOpened(path, good, manifest); err == nil {
			t.Errorf("%q: recorded", bad)
		}
	}
}
