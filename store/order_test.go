package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"piaojue/election"
	"piaojue/pgtest"
)

// randomCast is a ballot of as many random bytes as a real one.
func randomCast() Cast {
	c := Cast{Epoch: 1}
	body := make([]byte, 6500)
	for _, b := range [][]byte{c.Key[:], c.Seal[:], c.Alpha[:], c.Commitment[:], body} {
		rand.Read(b)
	}
	c.Entry = entry(election.KindBallot, body)
	return c
}

// traces are the bytes of one ballot that somebody can look for in a file, by
// what they are.
func traces(c Cast) map[string][]byte {
	hash := election.HashEntry(c.Entry)
	n := len(c.Entry)
	return map[string][]byte{
		"key": c.Key[:], "seal": c.Seal[:], "alpha": c.Alpha[:], "commitment": c.Commitment[:], "hash": hash[:],
		"head of the entry": c.Entry[8:40], "middle of the entry": c.Entry[n/2 : n/2+32], "tail of the entry": c.Entry[n-40 : n-8],
	}
}

// rankScore says by how many standard deviations the number of pairs in
// ascending order differs from that of a random order (Kendall's test).
func rankScore(offsets []int) float64 {
	n := float64(len(offsets))
	ascending := 0
	for i, a := range offsets {
		for _, b := range offsets[i+1:] {
			if a < b {
				ascending++
			}
		}
	}
	pairs := n * (n - 1) / 2
	return (float64(ascending) - pairs/2) / math.Sqrt(n*(n-1)*(2*n+5)/72)
}

// offsets finds each in a file, where it must be once.
func offsets(t *testing.T, file []byte, needles [][]byte) []int {
	t.Helper()
	var all []int
	for _, needle := range needles {
		if n := bytes.Count(file, needle); n != 1 {
			t.Fatalf("found %d times, want once", n)
		}
		all = append(all, bytes.Index(file, needle))
	}
	return all
}

// From all files of a running vote, copied, nobody learns in which order ballots
// and challenges came, nor between which issuances (attack V14). The twin is the
// table with random row numbers that was here before: it is found out.
func TestOrderIsHidden(t *testing.T) {
	pgtest.SQLiteOnly(t)
	const n = 300
	db := openVote(t)
	must(t, db.PutRoll(t.Context(), testVote, testRoll(n)))
	openBox(t, db)
	naive := newNaiveBox(t)
	needles := map[string][][]byte{}
	for i := range n {
		issueOne(t, db, i)
		c := randomCast()
		wantOutcome(t, "ballot", castOne(t, db, c), Stored)
		naive.cast(t, c)
		for what, b := range traces(c) {
			needles[what] = append(needles[what], b)
		}
		var spent [32]byte
		rand.Read(spent[:])
		o, err := db.SpendSeal(t.Context(), testVote, spent)
		must(t, err)
		wantOutcome(t, "challenge", o, Stored)
		needles["spent"] = append(needles["spent"], spent[:])
	}
	box, others := snapshot(t, db)
	for what, all := range needles {
		for _, b := range all {
			if bytes.Contains(others, b) {
				t.Fatalf("%s is in another file than the box", what)
			}
		}
		if z := rankScore(offsets(t, box, all)); math.Abs(z) > 5 {
			t.Errorf("%s: the file tells the order of casting, %.1f standard deviations", what, z)
		} else {
			t.Logf("%s: %.1f standard deviations", what, z)
		}
	}
	if seed := testSeed(0); !bytes.Contains(others, seed[:]) {
		t.Error("the test does not look at the files of the issuances")
	}
	z := rankScore(offsets(t, naive.file(t), needles["tail of the entry"]))
	if t.Logf("naive box: %.1f standard deviations", z); math.Abs(z) < 5 {
		t.Error("the statistic does not find the order that there is")
	}
}

func issueOne(t *testing.T, db *DB, i int) {
	t.Helper()
	_, err := db.KeepSeed(t.Context(), testVote, 1, uint32(i), testSeed(i))
	must(t, err)
	_, err = db.Issue(t.Context(), testVote, Issuance{Epoch: 1, Index: uint32(i), Vector: hashOf("vector %d", i), Answer: testAnswer(i)})
	must(t, err)
}

// snapshot copies the files as they are: the box, and all others.
func snapshot(t *testing.T, db *DB) (box, others []byte) {
	t.Helper()
	for _, suffix := range suffixes {
		b, err := os.ReadFile(db.path + suffix)
		must(t, err)
		if suffix == "-box" {
			box = b
		} else {
			others = append(others, b...)
		}
	}
	return box, others
}

// naiveBox is a table of ballots with random row numbers.
type naiveBox struct {
	path string
	db   *sql.DB
}

func newNaiveBox(t *testing.T) *naiveBox {
	t.Helper()
	b := &naiveBox{path: filepath.Join(t.TempDir(), "naive.db")}
	var err error
	b.db, err = sqliteMain(b.path, "").openWriter()
	must(t, err)
	t.Cleanup(func() { b.db.Close() })
	_, err = b.db.Exec(`CREATE TABLE box (random INTEGER PRIMARY KEY, entry BLOB) STRICT`)
	must(t, err)
	return b
}

func (b *naiveBox) cast(t *testing.T, c Cast) {
	t.Helper()
	_, err := b.db.Exec(`INSERT INTO box (random, entry) VALUES ($1, $2)`, int64(randomBelow(math.MaxInt)), c.Entry)
	must(t, err)
}

func (b *naiveBox) file(t *testing.T) []byte {
	t.Helper()
	must(t, sqliteMain(b.path, "").checkpoint(t.Context(), b.db, true))
	file, err := os.ReadFile(b.path)
	must(t, err)
	return file
}

// Whatever the length of the ballots: a cast changes the pages of its slot, which
// held zeros, and the count of changes on the first page. Nothing moves, and
// while the transaction lasts the journal holds nothing of another ballot.
func TestCastWritesInPlace(t *testing.T) {
	pgtest.SQLiteOnly(t)
	for _, size := range []int{100, 3884, 3885, 4000, 6500, 7976, 7977, 9600, 20_000, maxEntry} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			db := openVote(t)
			openBox(t, db)
			cast := func(n int) Cast {
				c := testCast(n)
				c.Entry = bytes.Repeat(hashBytes("entry %d", n), size/32+1)[:size]
				wantOutcome(t, "ballot", castOne(t, db, c), Stored)
				return c
			}
			first := cast(0)
			before, err := os.ReadFile(boxPath(db.path))
			must(t, err)
			cast(1)
			after, err := os.ReadFile(boxPath(db.path))
			must(t, err)
			wantOneSlotChanged(t, before, after, pagesOf(size))
			journal := journalOfCast(t, db)
			if len(journal) < 4096 || bytes.Contains(journal, first.Key[:]) || bytes.Contains(journal, first.Entry[len(first.Entry)-32:]) {
				t.Errorf("the journal of %d bytes holds another ballot", len(journal))
			}
		})
	}
}

func hashBytes(format string, args ...any) []byte {
	h := hashOf(format, args...)
	return h[:]
}

// pagesOf is how many pages a slot for an entry takes.
func pagesOf(size int) int { return (sqliteFile{}.slotSize(slipHead+size)+5-4061+4091)/4092 + 1 }

func wantOneSlotChanged(t *testing.T, before, after []byte, pages int) {
	t.Helper()
	const pageSize = 4096
	if len(before) != len(after) {
		t.Fatalf("the file had %d bytes, and has %d", len(before), len(after))
	}
	changed := 0
	for at := pageSize; at < len(after); at += pageSize {
		x, y := before[at:at+pageSize], after[at:at+pageSize]
		if bytes.Equal(x, y) {
			continue
		}
		changed++
		// A page of an empty slot says where the next one is, and no more.
		if used := len(x) - bytes.Count(x, []byte{0}); used > 40 {
			t.Errorf("page %d held %d bytes before", at/pageSize+1, used)
		}
	}
	if changed < 1 || changed > pages {
		t.Errorf("%d pages have changed, a slot has %d", changed, pages)
	}
	if !bytes.Equal(before[100:pageSize], after[100:pageSize]) {
		t.Error("the first page has changed")
	}
}

// journalOfCast returns the journal in the middle of a transaction.
func journalOfCast(t *testing.T, db *DB) (journal []byte) {
	t.Helper()
	tx, err := db.box.conn.BeginTx(t.Context(), nil)
	must(t, err)
	b := &batch{box: db.box, vote: Vote{ID: testVote, Box: BoxOpen, Epoch: 1}, tray: db.box.tray(testVote), fresh: newIndex()}
	b.put(&slip{kind: election.KindUnused, epoch: 1, key: hashOf("k"), hash: election.HashEntry([]byte("unused")), entry: []byte("unused")})
	must(t, b.store(t.Context(), tx, noLeaves))
	journal, err = os.ReadFile(boxPath(db.path) + "-journal")
	must(t, err)
	must(t, tx.Rollback())
	return journal
}

func noLeaves(context.Context, string) (RollCount, error) { return RollCount{}, nil }
