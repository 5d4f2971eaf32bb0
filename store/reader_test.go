package store

import (
	"bytes"
	"context"
	"database/sql"
	"math/rand/v2"
	"os"
	"testing"

	"piaojue/pgtest"
)

// TestOpenUnderReader: whoever reads the files, such as a backup, is no reason not to
// open them. What was erased is taken out of them afterwards.
func TestOpenUnderReader(t *testing.T) {
	pgtest.SQLiteOnly(t)
	type database interface {
		Unclean() bool
		Scrub(context.Context) error
		Close() error
	}
	seed := testSeed(1)
	for name, x := range map[string]struct {
		part, table string
		erase       func(*testing.T, *DB) error
		open        func(path string) (database, error)
	}{
		"votes": {"", "issuances",
			func(t *testing.T, db *DB) error { return closeBox(t, db) },
			func(path string) (database, error) { return OpenDB(context.Background(), path) }},
		"projects": {"-projects", "blobs",
			func(t *testing.T, db *DB) error {
				projects := projectsOf(t, db)
				_, err := projects.writer.Exec(`PRAGMA busy_timeout = 10`)
				must(t, err)
				return projects.Update(t.Context(), func(tx *ProjectsTx) error { return tx.EraseBlob([32]byte{1}) })
			},
			func(path string) (database, error) { return OpenProjects(context.Background(), path) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // a checkpoint waits for five seconds
			db := openVote(t)
			session(t, db, rand.Perm(5))
			_, err := db.writer.Exec(`PRAGMA busy_timeout = 10`)
			must(t, err)
			must(t, projectsOf(t, db).Update(t.Context(), func(tx *ProjectsTx) error { return tx.PutBlob([32]byte{1}, seed[:], nil) }))
			readers, err := sqliteMain(db.path+x.part, "").openReaders(t.Context())
			must(t, err)
			defer readers.Close()
			backup, err := readers.BeginTx(t.Context(), &sql.TxOptions{ReadOnly: true})
			must(t, err)
			var n int
			must(t, backup.QueryRow(`SELECT COUNT(*) FROM `+x.table).Scan(&n))
			wantErr(t, "erasing under a reader", x.erase(t, db), ErrUnclean)
			again, err := x.open(db.path)
			must(t, err)
			defer again.Close()
			if !again.Unclean() || !stillThere(t, db.path+x.part, seed[:32]) {
				t.Error("it takes itself for clean, or is so")
			}
			must(t, backup.Rollback())
			must(t, again.Scrub(t.Context()))
			if again.Unclean() || stillThere(t, db.path+x.part, seed[:32]) {
				t.Error("it is not clean without the reader")
			}
		})
	}
}

// stillThere says whether bytes are in a file of SQLite or its write-ahead log.
func stillThere(t *testing.T, path string, b []byte) bool {
	t.Helper()
	file, err := os.ReadFile(path)
	must(t, err)
	log, err := os.ReadFile(path + "-wal")
	must(t, err)
	return bytes.Contains(append(file, log...), b)
}
