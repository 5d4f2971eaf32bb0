package store

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"piaojue/election"
	"piaojue/pgtest"
)

// TestCopyWhileCasting (S2, S3): another process casts all the time; each copy
// holds every ballot that was promised before it began, and passes the checks of
// a start.
func TestCopyWhileCasting(t *testing.T) {
	pgtest.SQLiteOnly(t)
	db := openVote(t)
	openBox(t, db)
	path := db.path
	must(t, db.Close())
	cmd := exec.Command(os.Args[0], "-test.run=none")
	cmd.Env = append(os.Environ(), castEnv+"="+path)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	defer func() {
		cmd.Process.Kill()
		cmd.Wait()
	}()
	promised := bufio.NewScanner(out)
	for range 3 {
		var last string
		for range 40 {
			if !promised.Scan() {
				t.Fatal("the other process has stopped")
			}
			last = promised.Text()
		}
		to := filepath.Join(t.TempDir(), "copy.db")
		must(t, Copy(t.Context(), path, to))
		wantInBox(t, to, last)
	}
}

// wantInBox looks for a ballot by its hash.
func wantInBox(t *testing.T, path, hash string) {
	t.Helper()
	db := openAt(t, path)
	want, err := hex.DecodeString(hash)
	must(t, err)
	found := false
	must(t, db.Update(t.Context(), testVote, func(tx *Tx) error {
		return tx.EachInBox(func(raw []byte) error {
			found = found || election.HashEntry(raw) == [32]byte(want)
			return nil
		})
	}))
	if !found {
		t.Errorf("a ballot that was promised is not in the copy")
	}
}

// TestCopyBetween: a count between the copies of the two files would promise
// more than the older box holds. Such a pair is refused.
func TestCopyBetween(t *testing.T) {
	pgtest.SQLiteOnly(t)
	db := openVote(t)
	openBox(t, db)
	to := filepath.Join(t.TempDir(), "copy.db")
	must(t, copyFile(t.Context(), boxPath(db.path), boxPath(to)))
	castOne(t, db, testCast(1))
	must(t, grow(t, db, [][]byte{promises(1)}))
	must(t, copyFile(t.Context(), db.path, to))
	wantErr(t, "the pair", checkCopy(t.Context(), to), ErrDamaged)
	must(t, Erase(to))
	must(t, Copy(t.Context(), db.path, to))
}

// TestCopyAcrossClose: a box that was emptied into the log after it was copied
// is no contradiction.
func TestCopyAcrossClose(t *testing.T) {
	pgtest.SQLiteOnly(t)
	db := openVote(t)
	openBox(t, db)
	castOne(t, db, testCast(1))
	to := filepath.Join(t.TempDir(), "copy.db")
	must(t, copyFile(t.Context(), boxPath(db.path), boxPath(to)))
	must(t, grow(t, db, [][]byte{entry(election.KindVoid, []byte("void"))}, (*Tx).DiscardBox))
	must(t, copyFile(t.Context(), db.path, to))
	must(t, checkCopy(t.Context(), to))
}

// TestCopyDamaged: a contradiction that stays is told, and leaves no copy.
func TestCopyDamaged(t *testing.T) {
	pgtest.SQLiteOnly(t)
	db := openVote(t)
	openBox(t, db)
	must(t, grow(t, db, [][]byte{promises(1)}))
	to := filepath.Join(t.TempDir(), "copy.db")
	wantErr(t, "Copy", Copy(context.Background(), db.path, to), ErrDamaged)
	left, err := filepath.Glob(filepath.Join(filepath.Dir(to), "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left: %s %v", strings.Join(left, " "), err)
	}
	wantErr(t, "no database", Copy(t.Context(), to, to+"2"), os.ErrNotExist)
}

// TestErase: nothing of the files is left in what was their blocks.
func TestErase(t *testing.T) {
	pgtest.SQLiteOnly(t)
	db := openVote(t)
	path := db.path
	must(t, db.Close())
	must(t, os.Link(path, path+".link"))
	must(t, Erase(path))
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	data, err := os.ReadFile(path + ".link")
	must(t, err)
	for i, b := range data {
		if b != 0 {
			t.Fatalf("byte %d is %d", i, b)
		}
	}
}
