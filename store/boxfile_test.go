package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"piaojue/election"
	"piaojue/pgtest"
)

// image copies the files of a database as a crash would leave them.
func image(t *testing.T, db *DB) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "image.db")
	for _, suffix := range suffixes {
		b, err := os.ReadFile(db.path + suffix)
		if errors.Is(err, os.ErrNotExist) || suffix == "-shm" {
			continue
		}
		must(t, err)
		must(t, os.WriteFile(path+suffix, b, 0o600))
	}
	return path
}

// tamperBox changes the box as somebody with the sqlite3 tool can.
func tamperBox(t *testing.T, db *DB, statements ...string) error {
	t.Helper()
	box := ownerOf(t, db.box.engine, db.box.conn)
	for _, s := range statements {
		if _, err := box.Exec(native(db, s)); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	_, err := reopen(t, db)
	return err
}

const (
	taken = `(SELECT min(slot) FROM slots WHERE body <> zeroblob(length(body)))`
	empty = `(SELECT min(slot) FROM slots WHERE body = zeroblob(length(body)))`
)

// A box that is not what it was is refused, wherever it is touched (S2).
func TestBoxIntegrity(t *testing.T) {
	must(t, tamperBox(t, votingDB(t)))
	must(t, tamperBox(t, votingDB(t), `UPDATE chunks SET count = count`))
	for name, statement := range map[string]string{
		"ballot lost":       `UPDATE slots SET body = zeroblob(length(body)) WHERE slot = ` + taken,
		"box emptied":       `UPDATE slots SET body = zeroblob(length(body))`,
		"no chunks":         `DELETE FROM chunks`,
		"no slots":          `DELETE FROM slots`,
		"slot lost":         `DELETE FROM slots WHERE slot = ` + empty,
		"slot cut":          `UPDATE slots SET body = substr(body, 1, 4000) WHERE slot = ` + empty,
		"ballot cut":        `UPDATE slots SET body = CAST(substr(body, 1, 400) || zeroblob(length(body) - 400) AS BLOB) WHERE slot = ` + taken,
		"no ballot":         `UPDATE slots SET body = CAST(x'63' || substr(body, 2) AS BLOB) WHERE slot = ` + taken,
		"ballot twice":      `UPDATE slots SET body = (SELECT body FROM slots WHERE slot = ` + taken + `) WHERE slot = ` + empty,
		"another vote":      `UPDATE chunks SET vote = 'other'`,
		"a coming epoch":    `UPDATE slots SET body = CAST(substr(body, 1, 4) || x'02' || substr(body, 6) AS BLOB) WHERE slot = ` + taken,
		"a bygone epoch":    `UPDATE slots SET body = CAST(substr(body, 1, 4) || x'00' || substr(body, 6) AS BLOB) WHERE slot = ` + taken,
		"chunk of half":     `UPDATE chunks SET count = 32`,
		"chunk from slot 2": `UPDATE chunks SET first = 2, count = 63`,
		"chunk in a chunk":  `INSERT INTO chunks (first, count, size, vote) SELECT 33, 32, size, vote FROM chunks`,
		"chunk of too much": `UPDATE chunks SET count = 65`,
		"chunk of 33 bits":  `UPDATE slots SET slot = slot + 4294967296; UPDATE chunks SET first = first + 4294967296`,
	} {
		t.Run(name, func(t *testing.T) {
			if strings.Contains(statement, "|| x'") {
				pgtest.SQLiteOnly(t) // a byte of what is sealed may be so by chance; see TestPostgresSlotsStay
			}
			wantErr(t, "OpenDB", tamperBox(t, votingDB(t), statement), ErrDamaged)
		})
	}
}

// The two files belong together: neither goes without the other, nor with an
// older one (S2).
func TestBoxFileOfAnotherTime(t *testing.T) {
	pgtest.SQLiteOnly(t)
	db := votingDB(t)
	before := image(t, db)
	for n := 3; n < 8; n++ {
		castOne(t, db, testCast(n))
	}
	must(t, grow(t, db, [][]byte{promises(8)}))
	swap := func(from, to string) {
		t.Helper()
		must(t, os.Remove(to))
		must(t, os.Rename(from, to))
	}
	after := image(t, db)
	must(t, openAt(t, after).Close())

	missing := image(t, db)
	must(t, os.Remove(boxPath(missing)))
	for range 2 { // the first must not make one for the second to find
		_, err := OpenDB(t.Context(), missing)
		wantErr(t, "OpenDB without the box", err, ErrDamaged)
	}
	older := image(t, db)
	swap(boxPath(before), boxPath(older))
	_, err := OpenDB(t.Context(), older)
	wantErr(t, "OpenDB with an older box", err, ErrDamaged)

	unopened := openVote(t)
	must(t, grow(t, unopened, [][]byte{entry(election.KindManifest, []byte("manifest"))}))
	must(t, unopened.Close())
	must(t, os.Rename(boxPath(after), boxPath(unopened.path)+"2"))
	swap(boxPath(unopened.path)+"2", boxPath(unopened.path))
	_, err = OpenDB(t.Context(), unopened.path)
	wantErr(t, "OpenDB of an older database", err, ErrDamaged)
}

// crashPoints are the states between the steps of emptying a box.
var crashPoints = map[string]func(t *testing.T, db *DB){
	"committed": func(*testing.T, *DB) {},
	"half swept": func(t *testing.T, db *DB) {
		tx, err := db.box.conn.BeginTx(t.Context(), nil)
		must(t, err)
		t.Cleanup(func() { tx.Rollback() })
		must(t, db.sweepDead(t.Context(), tx))
	},
	"swept": func(t *testing.T, db *DB) {
		must(t, db.transact(t.Context(), db.box.engine, db.box.conn, db.sweepDead))
	},
	"slots given up": func(t *testing.T, db *DB) {
		must(t, db.transact(t.Context(), db.box.engine, db.box.conn, db.sweepDead))
		must(t, db.transact(t.Context(), db.box.engine, db.box.conn, db.sweepChunks))
	},
	"box rewritten": func(t *testing.T, db *DB) { must(t, db.sweep(t.Context())) },
	"database rewritten": func(t *testing.T, db *DB) {
		must(t, db.sweep(t.Context()))
		must(t, db.rewrite(t.Context(), db.writer))
	},
}

// A crash between any two steps of the close leaves every ballot in the log and
// none behind, and the next start finishes it (S3, V14).
func TestCrashAtClose(t *testing.T) {
	pgtest.SQLiteOnly(t)
	for name, reach := range crashPoints {
		t.Run(name, func(t *testing.T) {
			db := openVote(t)
			session(t, db, rand.Perm(20))
			_, err := db.update(t.Context(), testVote, func(tx *Tx) error { return closeTx(t, tx) })
			must(t, err)
			reach(t, db)
			again := openAt(t, image(t, db))
			wantSwept(t, again, 0)
			log := again.Log(testVote)
			for n := range 20 {
				_, err := log.Find(t.Context(), election.HashEntry(testCast(n).Entry))
				must(t, err)
			}
			box, _ := os.ReadFile(boxPath(again.path))
			for n := range 20 {
				if c := testCast(n); bytes.Contains(box, c.Key[:]) || bytes.Contains(box, c.Seal[:]) {
					t.Fatal("a ballot is left in the box")
				}
			}
		})
	}
}

// The same at the opening of another epoch: what was spent is still spent, and
// the new epoch's ballots have room where the old ones lay.
func TestCrashAtNewEpoch(t *testing.T) {
	pgtest.SQLiteOnly(t)
	for name, reach := range crashPoints {
		t.Run(name, func(t *testing.T) {
			db := openVote(t)
			openBox(t, db)
			for n := range 20 {
				castOne(t, db, testCast(n))
			}
			_, err := db.SpendSeal(t.Context(), testVote, hashOf("seal 30"))
			must(t, err)
			_, err = db.update(t.Context(), testVote, func(tx *Tx) error { return tx.OpenBox(2) })
			must(t, err)
			reach(t, db)
			again := openAt(t, image(t, db))
			wantSwept(t, again, 1)
			for n := range 40 {
				c := testCast(n)
				c.Epoch = 2
				want := Stored
				if n == 30 {
					want = SealSpent
				}
				wantOutcome(t, "ballot of epoch 2", castOne(t, again, c), want)
			}
			if chunks := again.box.tray(testVote).chunks; len(chunks) != 2 {
				t.Errorf("%d chunks, want one of ballots and one of seals", len(chunks))
			}
		})
	}
}

// wantSwept looks for anything in the box but spent seal codes.
func wantSwept(t *testing.T, db *DB, spent uint32) {
	t.Helper()
	if c, err := db.CountBox(t.Context(), testVote); err != nil || c != (BoxCount{Spent: spent}) {
		t.Errorf("CountBox = %+v, %v; want %d spent seal codes alone", c, err, spent)
	}
	var n, unclean uint32
	must(t, db.box.conn.QueryRow(native(db, `SELECT COUNT(*) FROM slots WHERE body <> zeroblob(length(body))`)).Scan(&n))
	must(t, db.writer.QueryRow(`SELECT COUNT(*) FROM votes WHERE unclean = 1`).Scan(&unclean))
	if n != spent || unclean != 0 || len(db.box.dead) != 0 || db.box.stale {
		t.Errorf("%d slots are taken, want %d; %d votes unclean", n, spent, unclean)
	}
}

// A crash in the middle of a cast: the ballot is not there, all others are.
func TestCrashAtCast(t *testing.T) {
	pgtest.SQLiteOnly(t)
	db := votingDB(t)
	var middle string
	err := db.transact(t.Context(), db.box.engine, db.box.conn, func(ctx context.Context, tx *sql.Tx) error {
		b := &batch{box: db.box, vote: Vote{ID: testVote, Box: BoxOpen, Epoch: 1}, tray: db.box.tray(testVote), fresh: newIndex()}
		c := testCast(9)
		b.put(&slip{kind: election.KindBallot, epoch: 1, key: c.Key, hash: election.HashEntry(c.Entry), entry: c.Entry,
			alpha: c.Alpha, commitment: c.Commitment, seal: c.Seal})
		must(t, b.store(ctx, tx, noLeaves))
		middle = image(t, db)
		return errors.New("crash")
	})
	if err == nil || middle == "" {
		t.Fatal("no crash")
	}
	again := openAt(t, middle)
	if c, err := again.CountBox(t.Context(), testVote); err != nil || c.Ballots != 3 {
		t.Errorf("CountBox = %+v, %v; want 3", c, err)
	}
	wantOutcome(t, "the ballot again", castOne(t, again, testCast(9)), Stored)
}

// A batch that fails is as if it had never been: not stored, not remembered.
func TestFailedBatch(t *testing.T) {
	pgtest.SQLiteOnly(t)
	db := votingDB(t)
	_, err := db.box.conn.Exec(`CREATE TRIGGER no BEFORE UPDATE ON slots BEGIN SELECT RAISE(ABORT, 'no'); END`)
	must(t, err)
	_, err = db.CastBallots(t.Context(), testVote, []Cast{testCast(5), testCast(6)})
	if err == nil {
		t.Fatal("a write that is refused: no error")
	}
	if c, err := db.CountBox(t.Context(), testVote); err != nil || c.Ballots != 3 {
		t.Errorf("CountBox = %+v, %v; want 3", c, err)
	}
	_, err = db.Query(t.Context(), testVote, testCast(5).Key)
	wantErr(t, "Query", err, ErrNotFound)
	_, err = db.box.conn.Exec(`DROP TRIGGER no`)
	must(t, err)
	for n := 5; n < 66; n++ { // all slots that there are
		wantOutcome(t, "ballot", castOne(t, db, testCast(n)), Stored)
	}
	if chunks := db.box.tray(testVote).chunks; len(chunks) != 1 {
		t.Errorf("%d chunks, want 1: slots were lost", len(chunks))
	}
	_, err = reopen(t, db)
	must(t, err)
}

func TestStopsWhenBoxIsFull(t *testing.T) {
	pgtest.SQLiteOnly(t)
	db := openVote(t)
	openBox(t, db)
	_, err := db.box.conn.Exec(`PRAGMA max_page_count = 1`)
	must(t, err)
	_, err = db.CastBallots(t.Context(), testVote, []Cast{testCast(1)})
	wantErr(t, "a ballot larger than the disk", err, ErrStopped)
	_, err = db.Query(t.Context(), testVote, testCast(1).Key)
	wantErr(t, "Query", err, ErrStopped)
	wantStopped(t, db)
}

// Two processes must not serve one database. If they do, a credential still has
// one ballot (B5).
func TestTwoProcesses(t *testing.T) {
	a := openVote(t)
	b := openAt(t, sourceOf(a)) // it does not see the opening
	openBox(t, a)
	wantOutcome(t, "b", castOne(t, b, testCast(5)), Stored)
	wantOutcome(t, "another at b", castOne(t, b, otherBallot(testCast(5), 6)), OtherBallot)
	one := testCast(1)
	wantOutcome(t, "a", castOne(t, a, one), Stored)
	wantOutcome(t, "the same at b", castOne(t, b, one), Same)
	wantOutcome(t, "another at b", castOne(t, b, otherBallot(one, 2)), OtherBallot)
	wantOutcome(t, "b", castOne(t, b, testCast(3)), Stored)
	wantOutcome(t, "another at a", castOne(t, a, otherBallot(testCast(3), 4)), OtherBallot)
	must(t, grow(t, a, [][]byte{entry(election.KindOpening, []byte("opening 2"))}, func(tx *Tx) error { return tx.OpenBox(2) }))
	again := testCast(1)
	again.Epoch = 2
	wantOutcome(t, "epoch 2 at b", castOne(t, b, again), Stored)
	must(t, b.Scrub(t.Context()))
	wantOutcome(t, "the same at a", castOne(t, a, again), Same)
}

// Votes share the file, and nothing else.
func TestTwoVotesInTheBox(t *testing.T) {
	db := votingDB(t)
	must(t, db.CreateVote(t.Context(), "other", nil))
	must(t, db.Update(t.Context(), "other", func(tx *Tx) error { return tx.OpenBox(1) }))
	outcomes, err := db.CastBallots(t.Context(), "other", []Cast{testCast(0), testCast(7)})
	must(t, err)
	wantOutcome(t, "the same in another vote", outcomes[0], Stored)
	must(t, db.Update(t.Context(), testVote, (*Tx).DiscardBox))
	var slots int
	must(t, db.box.conn.QueryRow(`SELECT COUNT(*) FROM slots`).Scan(&slots))
	if slots != minChunk {
		t.Errorf("%d slots, want one vote's", slots)
	}
	c, err := db.CountBox(t.Context(), "other")
	if err != nil || c.Ballots != 2 {
		t.Errorf("CountBox = %+v, %v; want 2", c, err)
	}
	db, err = reopen(t, db)
	must(t, err)
	if e, err := db.Query(t.Context(), "other", testCast(7).Key); err != nil || !bytes.Equal(e, testCast(7).Entry) {
		t.Errorf("Query = %d bytes, %v", len(e), err)
	}
}

// Who reads sees what is durable, while others cast: counts do not go down, and
// what was acknowledged is there.
func TestReadWhileCasting(t *testing.T) {
	db := openVote(t)
	openBox(t, db)
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			var before uint32
			for {
				c, err := db.CountBox(t.Context(), testVote)
				if err != nil || c.Ballots < before {
					t.Errorf("CountBox = %+v, %v after %d", c, err, before)
				}
				before = c.Ballots
				for n := range before {
					want := testCast(int(n))
					if e, err := db.Query(t.Context(), testVote, want.Key); err != nil || !bytes.Equal(e, want.Entry) {
						t.Errorf("Query of ballot %d = %d bytes, %v", n, len(e), err)
					}
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for n := range 80 { // a second chunk, too
		wantOutcome(t, "ballot", castOne(t, db, testCast(n)), Stored)
	}
	close(done)
	wg.Wait()
}
