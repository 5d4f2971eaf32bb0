package store

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/pgtest"
)

// tamper changes the file as somebody with the sqlite3 tool can, past the
// triggers, and opens it again.
func tamper(t *testing.T, db *DB, statements ...string) error {
	t.Helper()
	conn, err := ownerOf(t, db.engine, db.writer).Conn(t.Context())
	must(t, err)
	for _, s := range append(unguarded(db), statements...) {
		if _, err := conn.ExecContext(t.Context(), native(db, s)); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	must(t, conn.Close())
	_, err = reopen(t, db)
	return err
}

// unguarded are statements after which the database takes what it must not. They
// can be run again.
func unguarded(db *DB) []string {
	if _, ok := db.engine.(*postgres); ok {
		return []string{`SET session_replication_role = replica`} // no triggers
	}
	texts := []string{`PRAGMA foreign_keys = 0`, `PRAGMA ignore_check_constraints = 1`}
	for _, trigger := range []string{"entries_update", "entries_delete", "hashes_update", "hashes_delete", "heads_back", "heads_delete"} {
		texts = append(texts, `DROP TRIGGER IF EXISTS `+trigger)
	}
	return texts
}

func promises(n uint32) []byte { return promisesOf(1, n) }

func promisesOf(epoch, n uint32) []byte {
	return entry(election.KindCount, (&election.Promises{Epoch: epoch, Given: n}).Marshal())
}

// A vote in the middle of the voting, with three ballots, all promised.
func votingDB(t *testing.T) *DB {
	t.Helper()
	db := openVote(t)
	openBox(t, db)
	for n := range 3 {
		castOne(t, db, testCast(n))
	}
	must(t, grow(t, db, [][]byte{promises(2)}))
	must(t, grow(t, db, [][]byte{promises(3)}))
	return db
}

func TestIntegrity(t *testing.T) {
	must(t, tamper(t, votingDB(t)))
	must(t, tamper(t, votingDB(t), `UPDATE votes SET draft = x'00'`))

	nothing := signTree(t, 0, sha256.Sum256(nil))
	for name, statements := range map[string][]string{
		"entry changed":      {`UPDATE entries SET entry = x'010203' WHERE idx = 1`},
		"entry lost":         {`DELETE FROM entries WHERE idx = 1`},
		"entries swapped":    {`UPDATE entries SET idx = 9 WHERE idx = 1`, `UPDATE entries SET idx = 1 WHERE idx = 2`, `UPDATE entries SET idx = 2 WHERE idx = 9`},
		"entry added":        {`INSERT INTO entries SELECT vote, 4, hash, entry FROM entries WHERE idx = 3`},
		"leaf hash changed":  {`UPDATE hashes SET hash = zeroblob(32) WHERE idx = 0`},
		"inner hash changed": {`UPDATE hashes SET hash = zeroblob(32) WHERE idx = 2`},
		"hash lost":          {`DELETE FROM hashes WHERE idx = 6`},
		"head lost":          {`DELETE FROM heads`},
		"no longer frozen":   {`UPDATE votes SET frozen = 0`},
		"checkpoint garbled": {`UPDATE heads SET checkpoint = x'00'`},
		"checkpoint of less": {`UPDATE heads SET signed = 3`},
		"checkpoint of none": {fmt.Sprintf(`UPDATE heads SET checkpoint = x'%x'`, nothing)},
		"checkpoint lost":    {`UPDATE heads SET checkpoint = x''`},
		"log cut short (S2)": cut,
		"log replaced (S2)":  nil, // see below
	} {
		t.Run(name, func(t *testing.T) {
			db := votingDB(t)
			if statements == nil {
				replaceLog(t, db)
			}
			wantErr(t, "OpenDB", tamper(t, db, statements...), ErrDamaged)
		})
	}
}

// TestIntegrityOfEpoch (S2): what was promised in an earlier epoch counts no
// more, and what was promised in this one does, whichever count comes last.
func TestIntegrityOfEpoch(t *testing.T) {
	db := votingDB(t) // three promised in epoch 1
	must(t, grow(t, db, [][]byte{entry(election.KindOpening, []byte("opening 2"))}, func(tx *Tx) error { return tx.OpenBox(2) }))
	must(t, grow(t, db, [][]byte{promisesOf(1, 4)}))
	db, err := reopen(t, db)
	must(t, err)
	must(t, grow(t, db, [][]byte{promisesOf(2, 1)}))
	must(t, grow(t, db, [][]byte{promisesOf(1, 0)}))
	_, err = reopen(t, db)
	wantErr(t, "OpenDB without a ballot of epoch 2", err, ErrDamaged)
}

// cut takes the last entry away so that everything else fits: only the signed
// checkpoint shows that there was more.
var cut = []string{
	`DELETE FROM entries WHERE idx = 3`,
	`DELETE FROM hashes WHERE idx >= 4`,
	`UPDATE heads SET size = 3, signed = 3`,
}

// replaceLog puts another last entry in place, with the right hashes.
func replaceLog(t *testing.T, db *DB) {
	t.Helper()
	entries, err := db.Log(testVote).ReadEntries(t.Context(), 0, 4)
	must(t, err)
	entries[3] = promises(1)
	var tree tree
	var hashes []tlog.Hash
	for _, e := range entries {
		hashes = append(hashes, tree.add(election.HashEntry(e))...)
	}
	owner := ownerOf(t, db.engine, db.writer)
	for _, text := range unguarded(db) {
		_, err = owner.Exec(text)
		must(t, err)
	}
	hash := election.HashEntry(entries[3])
	_, err = owner.Exec(`UPDATE entries SET entry = $1, hash = $2 WHERE idx = 3`, entries[3], hash[:])
	must(t, err)
	for i, h := range hashes {
		_, err = owner.Exec(`UPDATE hashes SET hash = $1 WHERE idx = $2`, h[:], i)
		must(t, err)
	}
}

// Somebody restores a backup of the morning and goes on (attack S2). The file
// is whole; who saw a later checkpoint refuses it.
func TestRestoredBackup(t *testing.T) {
	pgtest.SQLiteOnly(t)
	db := votingDB(t)
	morning := t.TempDir() + "/morning.db"
	must(t, db.Backup(t.Context(), morning))
	must(t, grow(t, db, [][]byte{promises(3)}))
	root, err := audit.RootAt(t.Context(), db.Log(testVote), 5)
	must(t, err)
	seen := &audit.Checkpoint{Origin: testOrigin, Size: 5, Root: root}
	config := audit.LogConfig{Storage: db.Log(testVote), Origin: testOrigin, Key: testKey, Last: seen}
	_, err = audit.OpenLog(t.Context(), config)
	must(t, err)
	config.Storage = openAt(t, morning).Log(testVote)
	_, err = audit.OpenLog(t.Context(), config)
	wantErr(t, "OpenLog of the backup", err, audit.ErrRollback)
}

// The log cannot be rewritten through this schema, whatever the code does.
func TestAppendOnly(t *testing.T) {
	db := votingDB(t)
	for _, s := range []string{
		`UPDATE entries SET entry = x'01'`,
		`DELETE FROM entries`,
		`UPDATE hashes SET idx = idx + 100`,
		`DELETE FROM hashes`,
		`UPDATE heads SET size = size - 1`,
		`UPDATE heads SET signed = 0`,
		`DELETE FROM heads`,
		`REPLACE INTO entries SELECT vote, idx, hash, x'01' FROM entries`,
	} {
		if _, err := db.writer.Exec(s); err == nil {
			t.Errorf("%s: no error", s)
		}
	}
}

// A page of the file is overwritten.
func TestDamagedFile(t *testing.T) {
	pgtest.SQLiteOnly(t)
	db := votingDB(t)
	must(t, db.Close())
	b, err := os.ReadFile(db.path)
	must(t, err)
	whole, err := OpenDB(t.Context(), db.path)
	must(t, err)
	must(t, whole.Close())
	copy(b[len(b)-3*4096:], bytes.Repeat([]byte{0xff}, 2*4096))
	must(t, os.WriteFile(db.path, b, 0o600))
	_, err = OpenDB(t.Context(), db.path)
	if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrStopped) {
		t.Errorf("OpenDB = %v, want ErrDamaged", err)
	}
}

// TestForeignHeader: a byte of the header that makes SQLite refuse the whole file, in
// the database and in the box.
func TestForeignHeader(t *testing.T) {
	pgtest.SQLiteOnly(t)
	db := votingDB(t)
	must(t, db.Close())
	for _, path := range []string{db.path, boxPath(db.path)} {
		b, err := os.ReadFile(path)
		must(t, err)
		for at, name := range map[int]string{3: "magic", 47: "schema format"} {
			bad := bytes.Clone(b)
			bad[at] ^= 0x88
			must(t, os.WriteFile(path, bad, 0o600))
			_, err = OpenDB(t.Context(), db.path)
			wantErr(t, fmt.Sprintf("%s of %s", name, filepath.Base(path)), err, ErrDamaged)
		}
		must(t, os.WriteFile(path, b, 0o600))
	}
	whole, err := OpenDB(t.Context(), db.path)
	must(t, err)
	must(t, whole.Close())
}

// TestForeignTables: tables to which our statements do not fit, first that of the
// versions of the schema, then one of ours.
func TestForeignTables(t *testing.T) {
	pgtest.SQLiteOnly(t)
	for _, statements := range [][]string{
		{`DROP TABLE goose_db_version`, `CREATE TABLE goose_db_version (x INTEGER)`},
		{`ALTER TABLE votes RENAME COLUMN revision TO revisioN2`},
	} {
		wantErr(t, statements[0], tamper(t, votingDB(t), statements...), ErrDamaged)
	}
}

// The tree that integrity checks recompute is that of package tlog.
func TestTree(t *testing.T) {
	var got tree
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) (out []tlog.Hash, err error) {
		for _, i := range indexes {
			out = append(out, stored[i])
		}
		return out, nil
	})
	for n := range int64(300) {
		leaf := hashOf("leaf %d", n)
		want, err := tlog.StoredHashesForRecordHash(n, leaf, reader)
		must(t, err)
		if known := got.add(leaf); !equalHashes(known, want) {
			t.Fatalf("leaf %d: %v, want %v", n, known, want)
		}
		stored = append(stored, want...)
		root, err := tlog.TreeHash(n+1, reader)
		if err != nil || root != got.root() {
			t.Fatalf("root of %d: %v, want %v (%v)", n+1, got.root(), root, err)
		}
	}
}
