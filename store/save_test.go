package store

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"piaojue/pgtest"
)

// held is a database of PostgreSQL with a vote that is being held, one that is
// prepared, and projects.
func held(t *testing.T) (*DB, Shared) {
	t.Helper()
	if !pgtest.Used() {
		t.Skip("reads PostgreSQL: run under .ci/postgres")
	}
	ctx := t.Context()
	s := Shared{URL: served(t), Name: "test", Keys: pgtest.NewKeys()}
	db, err := s.OpenDB(ctx)
	must(t, err)
	t.Cleanup(func() { db.Close() })
	must(t, db.CreateVote(ctx, testVote, []byte(`{}`)))
	must(t, db.CreateVote(ctx, "next", []byte(`{"title":"明年"}`)))
	must(t, db.PutRoll(ctx, "next", testRoll(4)))
	openBox(t, db)
	for i, n := range []int{2, 0, 1} {
		_, err := db.KeepSeed(ctx, testVote, 1, uint32(i), testSeed(n))
		must(t, err)
		_, err = db.Issue(ctx, testVote, Issuance{Epoch: 1, Index: uint32(i), Vector: hashOf("vector %d", n), Answer: testAnswer(n)})
		must(t, err)
		wantOutcome(t, "ballot", castOne(t, db, testCast(n)), Stored)
		_, err = db.SpendSeal(ctx, testVote, hashOf("seal of challenge %d", n))
		must(t, err)
	}
	projects, err := s.OpenProjects(ctx)
	must(t, err)
	appendProjects(t, projects, []byte("one"), []byte("two"))
	must(t, projects.Update(ctx, func(tx *ProjectsTx) error {
		return tx.PutOpinion(Opinion{Project: 1, Grade: Satisfied, Words: "好"})
	}))
	must(t, projects.Close())
	return db, s
}

// what is all that lies in a box, sorted.
func (db *DB) what(t *testing.T) []string {
	t.Helper()
	return slices.Sorted(maps.Keys(db.box.where(t)))
}

// where is what lies in a box, and in which slot.
func (f *boxFile) where(t *testing.T) map[string]int64 {
	t.Helper()
	tx, err := f.conn.BeginTx(t.Context(), f.snapshot())
	must(t, err)
	defer tx.Rollback()
	chunks, err := readChunks(t.Context(), tx)
	must(t, err)
	all := map[string]int64{}
	for _, c := range chunks {
		must(t, eachSlot(t.Context(), tx, c, func(slot int64, body []byte) error {
			s, err := f.unpack(c.vote, slot, body)
			if s != nil {
				all[fmt.Sprintf("%s %x", c.vote, s.marshal(s.need()))] = slot
			}
			return err
		}))
	}
	return all
}

// TestFillForgetsSlots (V14): a copy of a sealed box has all that lies in it, but
// neither slots nor pages in the order of the original, whose write-ahead log says
// when each slot was written. Nor has a sealed copy.
func TestFillForgetsSlots(t *testing.T) {
	pgtest.SQLiteOnly(t)
	const n = 100
	for name, sealed := range map[string]struct{ from, to Keyring }{
		"opened": {from: pgtest.NewKeys()},
		"sealed": {to: pgtest.NewKeys()},
	} {
		path, copied := testPath(t), testPath(t)
		db, err := openDBOn(t.Context(), &DB{
			handle: newHandle(sqliteMain(path, "sqlite")), path: path,
			box: &boxFile{engine: sqliteBox(boxPath(path)), keys: sealed.from},
		})
		must(t, err)
		must(t, db.CreateVote(t.Context(), testVote, []byte("draft")))
		must(t, db.PutRoll(t.Context(), testVote, testRoll(n)))
		openBox(t, db)
		for range n {
			wantOutcome(t, "ballot", castOne(t, db, randomCast()), Stored)
		}
		votes, err := db.Votes(t.Context())
		must(t, err)
		to := &boxFile{engine: sqliteBox(copied), keys: sealed.to}
		must(t, to.open(t.Context()))
		tx, err := db.box.conn.BeginTx(t.Context(), db.box.snapshot())
		must(t, err)
		must(t, to.fill(t.Context(), db.box, tx, votes))
		must(t, tx.Rollback())
		there, here := db.box.where(t), to.where(t)
		must(t, errors.Join(to.conn.Close(), db.Close()))
		file, err := os.ReadFile(copied)
		must(t, err)
		var slots, pages []int
		for _, what := range slices.SortedFunc(maps.Keys(there), func(a, b string) int { return int(there[a] - there[b]) }) {
			slot, ok := here[what]
			if !ok {
				t.Fatalf("%s: something is not in the copy", name)
			}
			slots = append(slots, int(slot))
			if sealed.to == nil {
				entry, err := hex.DecodeString(what[len(what)-64:])
				must(t, err)
				pages = append(pages, bytes.Index(file, entry))
			}
		}
		if len(here) != n || len(slots) != n {
			t.Errorf("%s: %d things became %d", name, len(there), len(here))
		}
		for what, order := range map[string][]int{"slots": slots, "pages": pages} {
			if z := rankScore(order); math.Abs(z) > 5 {
				t.Errorf("%s: %s are in the order of the original, %.1f standard deviations", name, what, z)
			}
		}
	}
}

// TestSave: a copy of PostgreSQL is a file of SQLite with the same rows and ballots,
// in which a vote goes on; and so is the way back, under other keys.
func TestSave(t *testing.T) {
	db, s := held(t)
	if n := len(db.what(t)); n != 6 {
		t.Fatalf("%d things are in the box, want 3 ballots and 3 seal codes", n)
	}
	path := testPath(t)
	must(t, s.Save(t.Context(), path))
	file := openAt(t, path)
	if !slices.Equal(file.what(t), db.what(t)) {
		t.Error("the box holds something else")
	}
	for _, table := range votesTables {
		if got, want := rowsOf(t, file.writer, table), rowsOf(t, db.writer, table); !slices.Equal(got, want) {
			t.Errorf("%s: %d rows became %d others", table, len(want), len(got))
		}
	}
	projects, there := openProjects(t, path), projectsOf(t, db)
	for _, table := range projectsTables {
		if got, want := rowsOf(t, projects.writer, table), rowsOf(t, there.writer, table); !slices.Equal(got, want) {
			t.Errorf("%s: %d rows became %d others", table, len(want), len(got))
		}
	}
	must(t, errors.Join(projects.Close(), file.Close()))
	to := Shared{URL: pgtest.Database(t, createShared), Name: "test", Keys: otherKeys{}}
	_, err := Move(t.Context(), path, to)
	wantErr(t, "Move in the middle of a vote", err, ErrVoting)
	moved, err := Load(t.Context(), path, to)
	must(t, err)
	if len(moved) != 3 {
		t.Errorf("moved %v", moved)
	}
	back, err := to.OpenDB(t.Context())
	must(t, err)
	defer back.Close()
	if !slices.Equal(back.what(t), db.what(t)) {
		t.Error("on the way back the box lost something")
	}
	for name, now := range map[string]*DB{"file": openAt(t, path), "back": back} {
		before := now.box.tray(testVote).slots
		wantOutcome(t, name+": a ballot more", castOne(t, now, testCast(9)), Stored)
		wantOutcome(t, name+": the same again", castOne(t, now, testCast(9)), Same)
		if len(before) != len(db.box.tray(testVote).slots) {
			t.Errorf("%s: slots of sizes %v, in the original %v", name, before, db.box.tray(testVote).slots)
		}
	}
}

// otherKeys are others than those of pgtest.
type otherKeys struct{}

func (otherKeys) BoxKey(vote string) (key [32]byte, err error) { copy(key[:], vote); return key, nil }
func (otherKeys) EraseBoxKey(string) error                     { return nil }

// TestSaveRefuses (S2): a box with fewer ballots than were promised, or one whose key
// is not here, is not saved, nor is a row that is not whole; nothing is left behind.
func TestSaveRefuses(t *testing.T) {
	db, s := held(t)
	path := testPath(t)
	refused := func(what string, s Shared, want error) {
		t.Helper()
		wantErr(t, what, s.Save(t.Context(), path), want)
		for _, p := range []string{path, boxPath(path), projectsPath(path)} {
			if _, err := os.Stat(p); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%s: %s is left", what, p)
			}
		}
	}
	keyless := s
	keyless.Keys = noKeys{}
	refused("without the key", keyless, ErrNoKey)
	other := s
	other.Keys = otherKeys{}
	refused("under another key", other, ErrDamaged)
	must(t, grow(t, db, [][]byte{promises(3)}))
	must(t, s.Save(t.Context(), testPath(t)))
	slot, ok := db.box.find(testVote, testCast(0).Key)
	if !ok {
		t.Fatal("the ballot is not there")
	}
	_, err := db.box.conn.Exec(`
		UPDATE slots
		SET body = decode(repeat('00', length(body)), 'hex')
		WHERE slot = $1`,
		slot)
	must(t, err)
	refused("fewer than promised", s, ErrDamaged)
}

type noKeys struct{}

func (noKeys) BoxKey(string) ([32]byte, error) { return [32]byte{}, os.ErrNotExist }
func (noKeys) EraseBoxKey(string) error        { return nil }

// TestSaveWhileCasting: a copy that is made while ballots come in has all that were
// acknowledged before it began.
func TestSaveWhileCasting(t *testing.T) {
	db, s := held(t)
	path := testPath(t)
	wantOutcome(t, "before", castOne(t, db, testCast(20)), Stored)
	stop, done := make(chan struct{}), make(chan error, 1)
	go func() {
		for i := 21; ; i++ {
			select {
			case <-stop:
				done <- nil
				return
			default:
			}
			if _, err := db.CastBallots(context.Background(), testVote, []Cast{testCast(i)}); err != nil {
				done <- err
				return
			}
		}
	}()
	must(t, s.Save(t.Context(), path))
	close(stop)
	must(t, <-done)
	file := openAt(t, path)
	wantOutcome(t, "in the copy", castOne(t, file, testCast(20)), Same)
}

// TestSaveOtherSchema: tables of another version are not copied as if they were ours.
func TestSaveOtherSchema(t *testing.T) {
	db, s := held(t)
	_, err := ownerOf(t, db.engine, db.writer).Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, TRUE)`)
	must(t, err)
	if err := s.Save(t.Context(), testPath(t)); err == nil || !strings.Contains(err.Error(), "schema 99") {
		t.Errorf("got %v", err)
	}
}

// TestSaveEmptied (V14): of a vote that is closed no key is needed, nor anything of
// its box copied.
func TestSaveEmptied(t *testing.T) {
	db, s := held(t)
	must(t, db.Update(t.Context(), testVote, (*Tx).DiscardBox))
	must(t, db.Close())
	s.Keys = noKeys{}
	path := testPath(t)
	must(t, s.Save(t.Context(), path))
	var n int
	must(t, openAt(t, path).box.conn.QueryRow(`SELECT COUNT(*) FROM slots`).Scan(&n))
	if n != 0 {
		t.Errorf("%d slots of an emptied box are copied", n)
	}
}
