package main

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
)

// TestLeftovers (V14): a server erases what a backup and a check that were killed have
// left in its folder, and leaves the copy of a backup that is under way alone.
func TestLeftovers(t *testing.T) {
	h := home{dir: t.TempDir()}
	left := func(name string) bool {
		_, err := os.Stat(filepath.Join(h.dir, name))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		return err == nil
	}
	for _, name := range []string{backupCopy, checkCopy} {
		twin, _, err := h.twin(name)
		must(t, err)
		must(t, os.WriteFile(twin.db()+"-box", []byte("ballots"), 0o600))
	}
	if !locks {
		t.Skip("nobody can tell whether a backup is under way")
	}
	var log bytes.Buffer
	tend := func() { h.tendCopies(slog.New(slog.NewTextHandler(&log, nil)))() }
	unlock, err := lockFile(h.dir, backupLock)
	must(t, err)
	tend()
	if !left(backupCopy) || left(checkCopy) {
		t.Errorf("during a backup: its copy is left: %v, that of a check: %v", left(backupCopy), left(checkCopy))
	}
	unlock()
	tend()
	if left(backupCopy) {
		t.Error("the copy of a backup that was killed is left")
	}
	tend()
	if log.Len() != 0 {
		t.Errorf("it says %s", &log)
	}
}
