package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"piaojue/election"
	"piaojue/pgtest"
)

// session casts ballots in the given order and leaves the box ready to be
// closed.
func session(t testing.TB, db *DB, order []int) {
	t.Helper()
	openBox(t, db)
	ctx := t.Context()
	for i, n := range order {
		_, err := db.KeepSeed(ctx, testVote, 1, uint32(i), testSeed(n))
		must(t, err)
		_, err = db.Issue(ctx, testVote, Issuance{Epoch: 1, Index: uint32(i), Vector: hashOf("vector %d", n), Answer: testAnswer(n)})
		must(t, err)
		wantOutcome(t, "ballot", castOne(t, db, testCast(n)), Stored)
	}
	for n := range 5 {
		_, err := db.SpendSeal(ctx, testVote, hashOf("seal of challenge %d", n))
		must(t, err)
	}
	must(t, grow(t, db, [][]byte{entry(election.KindOrder, []byte("order"))}, (*Tx).ShutBox))
	for n := range 5 {
		_, err := db.PutUnused(ctx, testVote, testUnused(len(order)+n))
		must(t, err)
	}
}

func testSeed(n int) SealedSeed {
	a, b, c := hashOf("seed %d a", n), hashOf("seed %d b", n), hashOf("seed %d c", n)
	return SealedSeed(slices.Concat(a[:], b[:], c[:8]))
}

func testAnswer(n int) []byte {
	a := hashOf("answer %d", n)
	return bytes.Repeat(a[:], 12)
}

func closeBox(t testing.TB, db *DB) error {
	t.Helper()
	return db.Update(t.Context(), testVote, func(tx *Tx) error { return closeTx(t, tx) })
}

func closeTx(t testing.TB, tx *Tx) error {
	t.Helper()
	c, err := inBox(tx)
	if err != nil {
		return err
	}
	entries := slices.Concat(c.Ballots, c.Spent, c.Unused, [][]byte{entry(election.KindClose, []byte("close"))})
	return growTx(t, tx, entries, (*Tx).CloseBox)
}

// A file too large for a copy in memory is rewritten over one beside it, and the
// connection keeps its temporary tables in memory all the same.
func TestRewriteOnDisk(t *testing.T) {
	pgtest.SQLiteOnly(t)
	before := vacuumAbove
	vacuumAbove = 0
	t.Cleanup(func() { vacuumAbove = before })
	db := openVote(t)
	session(t, db, rand.Perm(3))
	must(t, closeBox(t, db))
	var temp, free int
	must(t, db.writer.QueryRow(`PRAGMA temp_store`).Scan(&temp))
	must(t, db.writer.QueryRow(`PRAGMA freelist_count`).Scan(&free))
	if temp != 2 || free != 0 {
		t.Errorf("temp_store is %d, want 2; %d pages are free, want none", temp, free)
	}
	_, err := reopen(t, db)
	must(t, err)
}

// contents is what lies in the box, as entries.
type contents struct{ Ballots, Spent, Unused [][]byte }

func inBox(tx *Tx) (c contents, err error) {
	err = tx.EachInBox(func(raw []byte) error {
		switch election.Kind(raw[0]) {
		case election.KindBallot:
			c.Ballots = append(c.Ballots, raw)
		case election.KindSpent:
			c.Spent = append(c.Spent, raw)
		default:
			c.Unused = append(c.Unused, raw)
		}
		return nil
	})
	return c, err
}

func TestCloseBox(t *testing.T) {
	db := openVote(t)
	const deputies = 20
	session(t, db, rand.Perm(deputies))
	must(t, closeBox(t, db))
	ctx := t.Context()
	if c, err := db.CountBox(ctx, testVote); err != nil || c != (BoxCount{}) {
		t.Errorf("CountBox = %+v, %v; want nothing", c, err)
	}
	for table, file := range map[string]*sql.DB{
		"seeds": db.writer, "issuances": db.writer, "chunks": db.box.conn, "slots": db.box.conn,
	} {
		var n int
		must(t, file.QueryRow(`SELECT COUNT(*) FROM `+table).Scan(&n))
		if n != 0 {
			t.Errorf("%d rows left in %s", n, table)
		}
	}
	log := db.Log(testVote)
	size, err := log.Size(ctx)
	must(t, err)
	entries, err := log.ReadEntries(ctx, 3, size-1)
	must(t, err)
	wantGroups(t, entries, deputies)
	wantOutcome(t, "retry after the close", castOne(t, db, testCast(1)), Same)
	wantOutcome(t, "a new ballot after the close", castOne(t, db, testCast(99)), Shut)
	_, err = db.KeepSeed(ctx, testVote, 1, 0, SealedSeed{1})
	wantErr(t, "a seed after the close", err, ErrBoxShut)
	wantErr(t, "close twice", closeBox(t, db), ErrBoxShut)
	_, err = reopen(t, db)
	must(t, err)
}

// wantGroups checks the order of PROTOCOL.md, Section 9.
func wantGroups(t *testing.T, entries [][]byte, deputies int) {
	t.Helper()
	want := map[byte]int{byte(election.KindBallot): deputies, byte(election.KindSpent): 5, byte(election.KindUnused): 5}
	got := map[byte]int{}
	for i, e := range entries {
		got[e[0]]++
		if i == 0 || entries[i-1][0] < e[0] {
			continue
		}
		a, b := election.HashEntry(entries[i-1]), election.HashEntry(e)
		if entries[i-1][0] > e[0] || bytes.Compare(a[:], b[:]) >= 0 {
			t.Errorf("entries %d and %d are not in order", i-1, i)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("kinds %v, want %v", got, want)
	}
}

// A box is never closed over something that is not in the log (attack S3).
func TestCloseBoxKeepsPromises(t *testing.T) {
	for name, drop := range map[string]func(*contents){
		"ballot": func(c *contents) { c.Ballots = c.Ballots[1:] },
		"spent":  func(c *contents) { c.Spent = c.Spent[1:] },
		"unused": func(c *contents) { c.Unused = c.Unused[1:] },
	} {
		t.Run(name, func(t *testing.T) {
			db := openVote(t)
			session(t, db, rand.Perm(3))
			err := db.Update(t.Context(), testVote, func(tx *Tx) error {
				c, err := inBox(tx)
				if err != nil {
					return err
				}
				drop(&c)
				return growTx(t, tx, slices.Concat(c.Ballots, c.Spent, c.Unused), (*Tx).CloseBox)
			})
			wantErr(t, "CloseBox", err, errNotLogged)
			if c, err := db.CountBox(t.Context(), testVote); err != nil || c != (BoxCount{3, 5, 5}) {
				t.Errorf("CountBox = %+v, %v; want all", c, err)
			}
			must(t, closeBox(t, db))
		})
	}
}

// suffixes of the files of a database.
var suffixes = []string{"", "-wal", "-shm", "-box", "-box-journal"}

// files returns all bytes of the database.
func files(t *testing.T, db *DB) []byte {
	t.Helper()
	var all []byte
	for _, suffix := range suffixes {
		b, err := os.ReadFile(db.path + suffix)
		if !errors.Is(err, os.ErrNotExist) {
			must(t, err)
		}
		all = append(all, b...)
	}
	return all
}

// After the close sealed seeds and answers are gone from the files, and each
// credential stands in them once: in its entry of the log (attack V14).
func TestNothingLeftOver(t *testing.T) {
	pgtest.SQLiteOnly(t)
	db := openVote(t)
	order := rand.Perm(60)
	session(t, db, order)
	before := files(t, db)
	must(t, closeBox(t, db))
	after := files(t, db)
	for _, n := range order {
		seed, answer, c := testSeed(n), testAnswer(n), testCast(n)
		if bytes.Count(before, seed[:]) == 0 || bytes.Count(before, answer) == 0 {
			t.Fatal("the test looks for the wrong bytes")
		}
		if bytes.Contains(after, seed[:32]) || bytes.Contains(after, answer[:32]) {
			t.Error("a seed or an answer is still in the file")
		}
		if got := bytes.Count(after, c.Key[:]); got != 1 {
			t.Errorf("a one-time key is in the file %d times, want 1", got)
		}
	}
	for n := 60; n < 65; n++ {
		if u := testUnused(n); bytes.Count(after, u.Key[:]) != 1 {
			t.Error("an unused credential is not in the file once")
		}
	}
	for _, file := range []*sql.DB{db.writer, db.box.conn} {
		var free int
		must(t, file.QueryRow(`PRAGMA freelist_count`).Scan(&free))
		if free != 0 {
			t.Errorf("%d free pages, want none", free)
		}
	}
}

// Whatever the order of casting, the closed file is the same to the byte: it
// cannot tell the order, not by pages, gaps or free lists either (attack V14).
func TestClosedFileForgetsOrder(t *testing.T) {
	pgtest.SQLiteOnly(t)
	const pageSize = 4096
	closed := func(order []int) ([]byte, int) {
		db := openVote(t)
		session(t, db, order)
		must(t, closeBox(t, db))
		var goose int // the one table that has a time: when the schema was made
		must(t, db.writer.QueryRow(`SELECT rootpage FROM sqlite_schema WHERE name = 'goose_db_version'`).Scan(&goose))
		file, err := os.ReadFile(db.path)
		must(t, err)
		return file, goose
	}
	order := rand.Perm(60)
	a, goose := closed(order)
	slices.Reverse(order)
	b, _ := closed(order)
	if len(a) != len(b) || len(a)%pageSize != 0 {
		t.Fatalf("files of %d and %d bytes", len(a), len(b))
	}
	for page := 1; page <= len(a)/pageSize; page++ {
		x, y := a[(page-1)*pageSize:page*pageSize], b[(page-1)*pageSize:page*pageSize]
		if page == 1 { // the file header counts changes
			x, y = x[100:], y[100:]
		}
		if page != goose && !bytes.Equal(x, y) {
			t.Errorf("page %d of %d tells the order of casting", page, len(a)/pageSize)
		}
	}
}

// A crash between the commit of the close and the rewriting of the file, or a
// reader in the way, only puts it off.
func TestScrubAgain(t *testing.T) {
	db := openVote(t)
	session(t, db, rand.Perm(5))
	must(t, db.write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		x := &Tx{logTx: logTx{&db.handle, tx, ctx, testVote}, db: db} // Update, up to the crash
		return errors.Join(x.DiscardBox(), x.noteErased())
	}))
	seed := testSeed(1)
	db, err := reopen(t, db)
	must(t, err)
	if bytes.Contains(files(t, db), seed[:32]) {
		t.Error("a seed is still in the file after opening again")
	}
	var unclean int
	must(t, db.writer.QueryRow(`SELECT COUNT(*) FROM votes WHERE unclean = 1`).Scan(&unclean))
	if unclean != 0 {
		t.Error("the vote is still marked as unclean")
	}
}

func TestScrubWaitsForReaders(t *testing.T) {
	pgtest.SQLiteOnly(t)
	db := openVote(t)
	session(t, db, rand.Perm(5))
	_, err := db.writer.Exec(`PRAGMA busy_timeout = 10`)
	must(t, err)
	tx, err := db.readers.BeginTx(t.Context(), &sql.TxOptions{ReadOnly: true})
	must(t, err)
	var n int
	must(t, tx.QueryRow(`SELECT COUNT(*) FROM issuances`).Scan(&n))
	wantErr(t, "closing under a reader", closeBox(t, db), ErrUnclean)
	v, err := db.Vote(t.Context(), testVote)
	if err != nil || v.Box != BoxEmptied {
		t.Errorf("Vote = %+v, %v; the close must be committed", v, err)
	}
	must(t, tx.Rollback())
	must(t, db.Scrub(t.Context()))
	if seed := testSeed(1); bytes.Contains(files(t, db), seed[:32]) {
		t.Error("a seed is still in the file")
	}
}

// TestSweepAgain (V14): a sweep that stops half way, with the ballots overwritten and
// their slots still there, is taken up by the next, up to the end of the key.
func TestSweepAgain(t *testing.T) {
	pgtest.SQLiteOnly(t)
	db := openVote(t)
	session(t, db, rand.Perm(5))
	exec := func(statement string) {
		_, err := db.box.conn.Exec(statement)
		must(t, err)
	}
	exec(`CREATE TRIGGER stopped BEFORE DELETE ON chunks BEGIN SELECT RAISE(ABORT, 'not now'); END`)
	wantErr(t, "a close of which the sweep fails", closeBox(t, db), ErrUnclean)
	var there, full int
	must(t, db.box.conn.QueryRow(`SELECT COUNT(*), COUNT(*) FILTER (WHERE body <> zeroblob(length(body))) FROM slots`).Scan(&there, &full))
	if there == 0 || full > 0 {
		t.Errorf("of %d slots that wait for their end %d have something in them", there, full)
	}
	if err := db.Scrub(t.Context()); err == nil || !strings.Contains(err.Error(), "not now") {
		t.Errorf("again: %v", err)
	}
	exec(`DROP TRIGGER stopped`)
	must(t, db.Scrub(t.Context()))
	if len(db.box.dead) > 0 || db.box.stale {
		t.Errorf("%d slots are to be emptied, stale %v", len(db.box.dead), db.box.stale)
	}
	var slots int
	must(t, db.box.conn.QueryRow(`SELECT COUNT(*) FROM slots`).Scan(&slots))
	if slots > 0 {
		t.Errorf("%d slots are still in the file", slots)
	}
}

// TestNoTurn: who waited to write when the database stopped gets no turn, though it
// has been revived by the time it looks.
func TestNoTurn(t *testing.T) {
	db := openVote(t)
	must(t, db.takeTurn(t.Context()))
	defer db.endTurn()
	db.mu.Lock()
	close(db.stopped) // as when it stops, and is revived before anybody looks
	db.mu.Unlock()
	wantErr(t, "a turn that another has", db.takeTurn(t.Context()), ErrStopped)
}

// TestSortLying: what begins alike stands in the order of the whole hash, and what
// cannot be read is an error.
func TestSortLying(t *testing.T) {
	hashes := [][32]byte{{2}, {1, 11: 7, 12: 9}, {1, 11: 7, 31: 1}, {1, 11: 8}, {1, 11: 7, 12: 9, 31: 5}, {0}}
	var all []lying
	for slot, h := range hashes {
		all = append(all, lying{[12]byte(h[:]), uint32(slot)})
	}
	asked := 0
	must(t, sortLying(all, func(l lying) ([32]byte, error) {
		asked++
		return hashes[l.slot], nil
	}))
	var slots []uint32
	for _, l := range all {
		slots = append(slots, l.slot)
	}
	if want := []uint32{5, 2, 1, 4, 3, 0}; !slices.Equal(slots, want) || asked != 3 {
		t.Errorf("slots %v after %d questions, want %v after 3", slots, asked, want)
	}
	if err := sortLying(all, func(lying) ([32]byte, error) { return [32]byte{}, ErrDamaged }); !errors.Is(err, ErrDamaged) {
		t.Errorf("error %v, want ErrDamaged", err)
	}
}
