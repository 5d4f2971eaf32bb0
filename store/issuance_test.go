package store

import (
	"bytes"
	"errors"
	"sync"
	"testing"
)

func TestIssuance(t *testing.T) {
	db := openVote(t)
	openBox(t, db)
	ctx := t.Context()
	i := Issuance{Epoch: 1, Index: 7, Vector: hashOf("vector")}
	_, err := db.Issuance(ctx, testVote, 1, 7)
	wantErr(t, "Issuance", err, ErrNotFound)
	must(t, grow(t, db, [][]byte{[]byte("issuance")}, func(tx *Tx) error { return tx.ReserveIssuance(i) }))

	// The server died between the entry and the signature: the same vector
	// gets its answer, another one never (attack V7).
	other := i
	other.Vector = hashOf("other vector")
	err = grow(t, db, [][]byte{[]byte("issuance")}, func(tx *Tx) error { return tx.ReserveIssuance(other) })
	wantErr(t, "another vector", err, ErrOtherVector)
	i.Answer = []byte("blind signature")
	kept, err := db.Issue(ctx, testVote, i)
	if err != nil || string(kept.Answer) != "blind signature" {
		t.Errorf("Issue = %+v, %v", kept, err)
	}
	again := i
	again.Answer = []byte("another answer")
	kept, err = db.Issue(ctx, testVote, again)
	if err != nil || !bytes.Equal(kept.Answer, i.Answer) {
		t.Errorf("Issue again = %+v, %v; want the first answer", kept, err)
	}
	_, err = db.Issue(ctx, testVote, other)
	wantErr(t, "another vector", err, ErrOtherVector)
	if got, err := db.Issuance(ctx, testVote, 1, 7); err != nil || got.Vector != i.Vector || !bytes.Equal(got.Answer, i.Answer) {
		t.Errorf("Issuance = %+v, %v", got, err)
	}
	other.Epoch = 2
	_, err = db.Issue(ctx, testVote, other)
	must(t, err)
}

// One deputy asks 100 times at once, each time for another credential
// (attack V7): one vector wins, and all its retries.
func TestIssuanceRace(t *testing.T) {
	db := openVote(t)
	openBox(t, db)
	var mu sync.Mutex
	won := map[[32]byte]int{}
	var wg sync.WaitGroup
	for n := range 100 {
		wg.Go(func() {
			i := Issuance{Epoch: 1, Index: 7, Vector: hashOf("vector %d", n%50), Answer: []byte{byte(n % 50)}}
			kept, err := db.Issue(t.Context(), testVote, i)
			if err != nil {
				if !errors.Is(err, ErrOtherVector) {
					t.Error(err)
				}
				return
			}
			mu.Lock()
			defer mu.Unlock()
			won[kept.Vector]++
		})
	}
	wg.Wait()
	if len(won) != 1 {
		t.Errorf("%d vectors were accepted, want 1", len(won))
	}
	for _, n := range won {
		if n != 2 {
			t.Errorf("the winner was answered %d times, want 2", n)
		}
	}
}

// Two terminals of one deputy race (attack V13): both learn the same seed.
func TestKeepSeed(t *testing.T) {
	db := openVote(t)
	ctx := t.Context()
	a, b := SealedSeed{1}, SealedSeed{2}
	_, err := db.KeepSeed(ctx, testVote, 1, 7, a)
	wantErr(t, "before the opening", err, ErrBoxShut)
	openBox(t, db)
	for _, s := range []SealedSeed{a, b} {
		if kept, err := db.KeepSeed(ctx, testVote, 1, 7, s); kept != a || err != nil {
			t.Errorf("KeepSeed = %x, %v; want the first", kept[0], err)
		}
	}
	if kept, err := db.KeepSeed(ctx, testVote, 1, 8, b); kept != b || err != nil {
		t.Errorf("KeepSeed of another leaf = %x, %v", kept[0], err)
	}
	_, err = db.KeepSeed(ctx, testVote, 2, 7, a)
	wantErr(t, "another epoch", err, ErrBoxShut)
	_, err = db.KeepSeed(ctx, "other", 1, 7, a)
	wantErr(t, "another vote", err, ErrNotFound)
}

// A badge is replaced after its terminal kept a seed: the new badge's seed must
// not lose against one that nobody can open any more. The others stay.
func TestDropSeed(t *testing.T) {
	db := openVote(t)
	openBox(t, db)
	must(t, db.CreateVote(t.Context(), "other", nil))
	must(t, db.Update(t.Context(), "other", func(tx *Tx) error { return tx.OpenBox(1) }))
	old, fresh := SealedSeed{1}, SealedSeed{2}
	keep := func(vote string, index uint32, want SealedSeed) {
		t.Helper()
		if kept, err := db.KeepSeed(t.Context(), vote, 1, index, fresh); kept != want || err != nil {
			t.Errorf("KeepSeed of leaf %d of %s = %x, %v; want %x", index, vote, kept[0], err, want[0])
		}
	}
	for _, vote := range []string{testVote, "other"} {
		for index := range uint32(2) {
			_, err := db.KeepSeed(t.Context(), vote, 1, index, old)
			must(t, err)
		}
	}
	keep(testVote, 0, old)
	failed := errors.New("the entry is refused")
	wantErr(t, "Update", db.Update(t.Context(), testVote, func(tx *Tx) error { return errors.Join(tx.DropSeed(0), failed) }), failed)
	keep(testVote, 0, old)
	must(t, db.Update(t.Context(), testVote, func(tx *Tx) error { return tx.DropSeed(0) }))
	keep(testVote, 0, fresh)
	keep(testVote, 1, old)
	keep("other", 0, old)
}

// The register has a row for each answer, once, in the order of the answers, and
// cannot be changed (attack V7).
func TestIssuerRows(t *testing.T) {
	db := openVote(t)
	openBox(t, db)
	ctx := t.Context()
	row := func(n byte) []byte { return bytes.Repeat([]byte{n}, 48) }
	var want []byte
	for n := range byte(3) {
		i := Issuance{Epoch: 1, Index: uint32(9 - n), Vector: hashOf("vector %d", n)}
		_, err := db.Issue(ctx, testVote, i)
		must(t, err)
		i.Answer, i.Row = []byte{n}, row(n)
		for range 2 {
			_, err := db.Issue(ctx, testVote, i)
			must(t, err)
		}
		want = append(want, i.Row...)
	}
	bad := Issuance{Epoch: 1, Index: 5, Vector: hashOf("bad"), Answer: []byte{1}, Row: row(1)[1:]}
	if _, err := db.Issue(ctx, testVote, bad); err == nil {
		t.Error("a row of 47 bytes is kept")
	}
	if _, err := db.Issuance(ctx, testVote, 1, 5); !errors.Is(err, ErrNotFound) {
		t.Errorf("an answer without a row: %v", err)
	}
	if got, err := db.IssuerRows(ctx, testVote, 0); err != nil || !bytes.Equal(got, want) {
		t.Errorf("rows %x, %v", got, err)
	}
	if got, err := db.IssuerRows(ctx, testVote, 2); err != nil || !bytes.Equal(got, row(2)) {
		t.Errorf("rows from place 2: %x, %v", got, err)
	}
	for _, statement := range []string{"DELETE FROM issuer_rows", "UPDATE issuer_rows SET row = zeroblob(48)"} {
		if _, err := db.writer.ExecContext(ctx, statement); err == nil {
			t.Errorf("%s is possible", statement)
		}
	}
}

// A kept register is replaced by one that continues it only.
func TestIssuerRegisterKept(t *testing.T) {
	db := openVote(t)
	ctx := t.Context()
	one, two := bytes.Repeat([]byte{1}, 48), bytes.Repeat([]byte{2}, 48)
	put := func(rows []byte) error {
		return db.PutIssuerRegister(ctx, testVote, IssuerRegister{Issuer: 1, Checkpoint: []byte("note"), Entries: rows})
	}
	_, err := db.IssuerRegister(ctx, testVote, 1)
	wantErr(t, "none", err, ErrNotFound)
	must(t, put(nil))
	must(t, put(one))
	must(t, put(append(bytes.Clone(one), two...)))
	wantErr(t, "shorter", put(one), ErrOtherRegister)
	wantErr(t, "another", put(append(bytes.Clone(two), two...)), ErrOtherRegister)
	if got, err := db.IssuerRegister(ctx, testVote, 1); err != nil || len(got.Entries) != 96 {
		t.Errorf("%+v, %v", got, err)
	}
}
