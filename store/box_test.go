package store

import (
	"bytes"
	"slices"
	"sync"
	"testing"

	"piaojue/election"
)

// testCast is a ballot of the n-th credential, as far as this package looks.
func testCast(n int) Cast {
	c := Cast{
		Epoch: 1, Key: hashOf("key %d", n), Seal: hashOf("seal %d", n),
		Alpha: hashOf("alpha %d", n), Commitment: hashOf("commitment %d", n),
	}
	body := append(c.Key[:], bytes.Repeat(c.Seal[:], 300)...) // 9,600 bytes, as with 13 options
	c.Entry = entry(election.KindBallot, body)
	return c
}

func testUnused(n int) Unused {
	u := Unused{Epoch: 1, Key: hashOf("key %d", n)}
	u.Entry = entry(election.KindUnused, u.Key[:])
	return u
}

// otherBallot is another ballot of the same credential.
func otherBallot(c Cast, n int) Cast {
	o := testCast(n)
	o.Key = c.Key
	return o
}

func castOne(t testing.TB, db *DB, c Cast) Outcome {
	t.Helper()
	outcomes, err := db.CastBallots(t.Context(), testVote, []Cast{c})
	must(t, err)
	return outcomes[0]
}

func wantOutcome(t testing.TB, what string, got, want Outcome) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %s, want %s", what, got, want)
	}
}

func TestCastBallots(t *testing.T) {
	db := openVote(t)
	openBox(t, db)
	ctx := t.Context()
	one := testCast(1)
	spent, err := db.SpendSeal(ctx, testVote, hashOf("seal 9"))
	must(t, err)
	wantOutcome(t, "SpendSeal", spent, Stored)

	// Each differs in one field from ballot 2, which is taken.
	spoil := func(f func(*Cast)) Cast {
		c := testCast(2)
		c.Entry = entry(election.KindBallot, []byte("another"))
		f(&c)
		return c
	}
	batch := []Cast{
		one,
		one,
		otherBallot(one, 3), // attack B5
		spoil(func(c *Cast) { c.Seal = hashOf("seal 9") }),     // attack B3
		spoil(func(c *Cast) { c.Seal = one.Seal }),             // attack B1
		spoil(func(c *Cast) { c.Alpha = one.Alpha }),           // attack B1
		spoil(func(c *Cast) { c.Commitment = one.Commitment }), // attack F15
		spoil(func(c *Cast) { c.Epoch = 2 }),
		testCast(2),
	}
	want := []Outcome{Stored, Same, OtherBallot, SealSpent, Copied, Copied, Copied, OtherEpoch, Stored}
	got, err := db.CastBallots(ctx, testVote, batch)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("CastBallots = %v, %v; want %v", got, err, want)
	}
	if c, err := db.CountBox(ctx, testVote); err != nil || c != (BoxCount{Ballots: 2, Spent: 1}) {
		t.Errorf("CountBox = %+v, %v", c, err)
	}
	for _, c := range []struct {
		vote  string
		epoch uint32
		key   [32]byte
		want  Outcome
	}{
		{testVote, 1, one.Key, Same}, {testVote, 2, one.Key, 0}, {"other", 1, one.Key, 0},
		{testVote, 1, testCast(2).Key, OtherBallot}, {testVote, 1, hashOf("key 3"), 0},
	} {
		if o := db.HandedIn(c.vote, c.epoch, c.key, election.HashEntry(one.Entry)); o != c.want {
			t.Errorf("HandedIn(%s, %d) = %v, want %v", c.vote, c.epoch, o, c.want)
		}
	}
	entry, err := db.Query(ctx, testVote, one.Key)
	if err != nil || !bytes.Equal(entry, one.Entry) {
		t.Errorf("Query = %x, %v", entry, err)
	}
	_, err = db.Query(ctx, testVote, hashOf("key 3"))
	wantErr(t, "Query of nobody", err, ErrNotFound)
	_, err = db.CastBallots(ctx, "other", batch)
	wantErr(t, "no such vote", err, ErrNotFound)
}

// What was revealed is never cast, what was cast is never revealed (attack B3),
// also after a restart.
func TestSpendSeal(t *testing.T) {
	db := openVote(t)
	ctx := t.Context()
	spend := func(n int) Outcome {
		o, err := db.SpendSeal(ctx, testVote, hashOf("seal %d", n))
		must(t, err)
		return o
	}
	wantOutcome(t, "before the opening", spend(1), Shut)
	openBox(t, db)
	wantOutcome(t, "ballot 1", castOne(t, db, testCast(1)), Stored)
	wantOutcome(t, "challenge of ballot 1", spend(1), SealCast)
	wantOutcome(t, "challenge 2", spend(2), Stored)
	db, err := reopen(t, db)
	must(t, err)
	wantOutcome(t, "challenge of ballot 1", spend(1), SealCast)
	wantOutcome(t, "challenge 2 again", spend(2), Same)
	wantOutcome(t, "ballot 2", castOne(t, db, testCast(2)), SealSpent)
	wantOutcome(t, "ballot 3", castOne(t, db, testCast(3)), Stored)
}

func TestUnused(t *testing.T) {
	db := openVote(t)
	openBox(t, db)
	ctx := t.Context()
	put := func(u Unused) Outcome {
		o, err := db.PutUnused(ctx, testVote, u)
		must(t, err)
		return o
	}
	castOne(t, db, testCast(1))
	wantOutcome(t, "unused of a cast credential", put(testUnused(1)), OtherBallot)
	wantOutcome(t, "unused 2", put(testUnused(2)), Stored)
	wantOutcome(t, "unused 2 again", put(testUnused(2)), Same)
	wantOutcome(t, "unused 3", put(testUnused(3)), Stored)
	wantOutcome(t, "ballot of an unused credential", castOne(t, db, testCast(2)), OtherBallot)
	if c, err := db.CountBox(ctx, testVote); err != nil || c != (BoxCount{Ballots: 1, Unused: 2}) {
		t.Errorf("CountBox = %+v, %v", c, err)
	}
	if entry, err := db.Query(ctx, testVote, hashOf("key 2")); err != nil || !bytes.Equal(entry, testUnused(2).Entry) {
		t.Errorf("Query = %x, %v", entry, err)
	}
}

// The log decides when the box is open (attack S14): each state takes exactly
// what it should.
func TestBoxStates(t *testing.T) {
	db := openVote(t)
	ctx := t.Context()
	n := 10
	probe := func(state string, ballot, unused, challenge Outcome) {
		t.Helper()
		n += 3
		wantOutcome(t, state+": ballot", castOne(t, db, testCast(n)), ballot)
		u, err := db.PutUnused(ctx, testVote, testUnused(n+1))
		must(t, err)
		wantOutcome(t, state+": unused", u, unused)
		c, err := db.SpendSeal(ctx, testVote, hashOf("seal %d", n+2))
		must(t, err)
		wantOutcome(t, state+": challenge", c, challenge)
	}
	change := func(f func(*Tx) error) {
		t.Helper()
		must(t, grow(t, db, [][]byte{[]byte("order")}, f))
	}
	refuse := func(what string, f func(*Tx) error) {
		t.Helper()
		wantErr(t, what, grow(t, db, [][]byte{[]byte("order")}, f), ErrBoxShut)
	}
	probe("unopened", Shut, Shut, Shut)
	refuse("shut unopened", (*Tx).ShutBox)
	openBox(t, db)
	probe("open", Stored, Stored, Stored)
	refuse("resume open", (*Tx).ResumeBox)
	refuse("close open", func(tx *Tx) error { return tx.moveBox(BoxShut, BoxEmptied) })
	refuse("open epoch 1 again", func(tx *Tx) error { return tx.OpenBox(1) })
	change((*Tx).PauseBox)
	probe("paused", Shut, Shut, Shut)
	refuse("shut paused", (*Tx).ShutBox)
	change((*Tx).ResumeBox)
	castOne(t, db, testCast(1))
	_, err := db.SpendSeal(ctx, testVote, hashOf("seal 0"))
	must(t, err)
	change((*Tx).ShutBox)
	again := func(what string) {
		t.Helper()
		copied := testCast(2)
		copied.Alpha = testCast(1).Alpha
		wantOutcome(t, "a copy after "+what, castOne(t, db, copied), Shut)
		wantOutcome(t, "retry after "+what, castOne(t, db, testCast(1)), Same)
		o, err := db.SpendSeal(ctx, testVote, hashOf("seal 0"))
		must(t, err)
		wantOutcome(t, "challenge again after "+what, o, Same)
		if x := db.box.tray(testVote).index; x.alphas.Len()+x.commitments.Len() != 0 || int(x.seals.Len()) != len(x.spent) {
			t.Errorf("after %s: %d alphas, %d commitments, %d seals of %d spent", what, x.alphas.Len(), x.commitments.Len(), x.seals.Len(), len(x.spent))
		}
	}
	probe("shut", Shut, Stored, Shut)
	again("the order")
	must(t, db.loadBox(ctx))
	again("a restart")
	refuse("pause shut", (*Tx).PauseBox)
	refuse("reopen shut", func(tx *Tx) error { return tx.OpenBox(2) })
	change((*Tx).DiscardBox)
	probe("emptied", Shut, Shut, Shut)
	refuse("reopen emptied", func(tx *Tx) error { return tx.OpenBox(2) })
}

// A new opening starts from nothing, except that what was revealed stays spent.
func TestNewEpoch(t *testing.T) {
	db := openVote(t)
	openBox(t, db)
	ctx := t.Context()
	castOne(t, db, testCast(1))
	_, err := db.PutUnused(ctx, testVote, testUnused(2))
	must(t, err)
	_, err = db.SpendSeal(ctx, testVote, hashOf("seal 3"))
	must(t, err)
	_, err = db.KeepSeed(ctx, testVote, 1, 7, SealedSeed{1})
	must(t, err)
	_, err = db.Issue(ctx, testVote, Issuance{Epoch: 1, Index: 7, Vector: hashOf("v")})
	must(t, err)

	must(t, grow(t, db, [][]byte{[]byte("opening 2")}, func(tx *Tx) error { return tx.OpenBox(2) }))
	if c, err := db.CountBox(ctx, testVote); err != nil || c != (BoxCount{Spent: 1}) {
		t.Errorf("CountBox = %+v, %v; want only the challenge", c, err)
	}
	v, err := db.Vote(ctx, testVote)
	if err != nil || v.Epoch != 2 || v.Box != BoxOpen {
		t.Errorf("Vote = %+v, %v", v, err)
	}
	if kept, err := db.KeepSeed(ctx, testVote, 2, 7, SealedSeed{2}); kept[0] != 2 || err != nil {
		t.Errorf("KeepSeed = %x, %v", kept[0], err)
	}
	_, err = db.Issuance(ctx, testVote, 1, 7)
	wantErr(t, "the former epoch's issuance", err, ErrNotFound)
	wantOutcome(t, "a ballot of epoch 1", castOne(t, db, testCast(1)), OtherEpoch)
	again, revealed := testCast(1), testCast(3)
	again.Epoch, revealed.Epoch = 2, 2
	wantOutcome(t, "a ballot of epoch 2", castOne(t, db, again), Stored)
	wantOutcome(t, "a revealed one of epoch 2", castOne(t, db, revealed), SealSpent)
}

// A client retries without end, and a cheat casts two ballots of one credential
// at once: one ballot is in the box (attacks B5, V7).
func TestCastRace(t *testing.T) {
	db := openVote(t)
	openBox(t, db)
	a := testCast(1)
	b := otherBallot(a, 2)
	var mu sync.Mutex
	count := map[bool]map[Outcome]int{true: {}, false: {}}
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			c := a
			if i%2 == 1 {
				c = b
			}
			outcomes, err := db.CastBallots(t.Context(), testVote, []Cast{c})
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			count[i%2 == 1][outcomes[0]]++
		})
	}
	wg.Wait()
	won, lost := count[false], count[true]
	if won[Stored] == 0 {
		won, lost = lost, won
	}
	if won[Stored] != 1 || won[Same] != 99 || lost[OtherBallot] != 100 {
		t.Errorf("winner %v, loser %v; want 1 stored, 99 same, 100 other ballot", won, lost)
	}
	if c, err := db.CountBox(t.Context(), testVote); err != nil || c.Ballots != 1 {
		t.Errorf("CountBox = %+v, %v", c, err)
	}
}

// Challenge and cast of the same ciphertexts at once: exactly one (attack B3).
func TestSpendRace(t *testing.T) {
	db := openVote(t)
	openBox(t, db)
	for n := range 20 {
		var cast, spent Outcome
		var wg sync.WaitGroup
		wg.Go(func() { cast = castOne(t, db, testCast(n)) })
		wg.Go(func() { spent, _ = db.SpendSeal(t.Context(), testVote, hashOf("seal %d", n)) })
		wg.Wait()
		if (cast == Stored) == (spent == Stored) {
			t.Errorf("ballot %d: cast %s, challenge %s", n, cast, spent)
		}
	}
}
