package store

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"piaojue/pgtest"
)

// TestBlame: SQLite calls a file malformed of which a page could not be read, too. If
// the files are whole when they are looked at again, the disk is at fault: then an
// older copy is no remedy.
func TestBlame(t *testing.T) {
	pgtest.SQLiteOnly(t)
	good := openVote(t)
	must(t, good.checkpoint(t.Context(), good.writer, true))
	path := filepath.Join(t.TempDir(), "torn.db")
	text, err := os.ReadFile(good.path)
	must(t, err)
	for i := 100; i < len(text); i++ { // all but the header
		text[i] = 0xa5
	}
	must(t, os.WriteFile(path, text, 0o600))
	torn := sqliteMain(path, "sqlite")
	conn, err := torn.openWriter()
	must(t, err)
	defer conn.Close()
	var n int
	malformed := conn.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM votes").Scan(&n)
	if !torn.isFatal(malformed) {
		t.Fatalf("a torn file: %v", malformed)
	}
	whole := part{good.engine, good.writer}
	if got := blame(t.Context(), malformed, whole, part{}); !errors.Is(got, ErrDisk) {
		t.Errorf("with whole files: %v", got)
	}
	if got := blame(t.Context(), malformed, whole, part{torn, conn}); !errors.Is(got, ErrDamaged) {
		t.Errorf("with a torn file: %v", got)
	}
	stopped := &handle{engine: good.engine, writer: good.writer, stopped: make(chan struct{})}
	stopped.stop(malformed)
	if got := stopped.blame(t.Context(), stopped.alive()); !errors.Is(got, ErrDisk) {
		t.Errorf("of a database that stopped itself: %v", got)
	}
	if got := blame(t.Context(), errBusy, part{torn, conn}); got != errBusy {
		t.Errorf("of an error that says nothing of files: %v", got)
	}
}
