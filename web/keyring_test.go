package web

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"piaojue/keyfile"
)

// The key of a box is drawn with the vote, is the same after a restart, and ends
// with the box.
func TestKeyring(t *testing.T) {
	folder := t.TempDir()
	if _, err := NewKeyring(folder).BoxKey("lanzhou"); err == nil {
		t.Error("a key that was never drawn")
	}
	must(t, MakeBoxKey(folder, "lanzhou"))
	must(t, MakeBoxKey(folder, "baiyin"))
	first := NewKeyring(folder)
	key, err := first.BoxKey("lanzhou")
	must(t, err)
	must(t, MakeBoxKey(folder, "lanzhou")) // a creation that begins anew
	if again, err := NewKeyring(folder).BoxKey("lanzhou"); err != nil || again != key {
		t.Errorf("after a restart: another key, %v", err)
	}
	if other, err := first.BoxKey("baiyin"); err != nil || other == key {
		t.Errorf("two votes have one key, %v", err)
	}
	for range 2 {
		must(t, first.EraseBoxKey("lanzhou"))
	}
	if _, err := first.BoxKey("lanzhou"); err == nil {
		t.Error("the key outlived the box in memory")
	}
	if _, err := os.Stat(keyPath(folder, "lanzhou", keyfile.Box)); !os.IsNotExist(err) {
		t.Errorf("the key outlived the box: %v", err)
	}
}

// TestMakeBoxKeyAfterMark (V14): where nodes have marked that the key of a box is
// destroyed, none is drawn: they would destroy it, and all ballots with it.
func TestMakeBoxKeyAfterMark(t *testing.T) {
	folder := t.TempDir()
	must(t, os.WriteFile(filepath.Join(folder, "lanzhou"+goneSuffix), nil, 0o600))
	if err := MakeBoxKey(folder, "lanzhou"); !errors.Is(err, ErrBoxGone) {
		t.Errorf("got %v, want %v", err, ErrBoxGone)
	}
	if _, err := os.Stat(keyPath(folder, "lanzhou", keyfile.Box)); !os.IsNotExist(err) {
		t.Errorf("a key was drawn: %v", err)
	}
	must(t, MakeBoxKey(folder, "lanzhou-2"))
	if got, want := toRefusal(ErrBoxGone).code, codeExists; got != want {
		t.Errorf("an official is told %q, want %q", got, want)
	}
}
