package store

import (
	"slices"
	"sync"
	"testing"
)

// Five tries and no more, many at once or one after the other; the right PIN
// gives them back.
func TestTryPIN(t *testing.T) {
	db := openVote(t)
	ctx := t.Context()
	must(t, db.PutRoll(ctx, testVote, testRoll(3)))
	for range MaxPINTries {
		must(t, db.TryPIN(ctx, testVote, 0))
	}
	wantErr(t, "a sixth try", db.TryPIN(ctx, testVote, 0), ErrLocked)
	if got, err := db.LockedBadges(ctx, testVote); err != nil || !slices.Equal(got, []uint32{0}) {
		t.Errorf("LockedBadges = %v, %v", got, err)
	}
	var tried, locked int
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			err := db.TryPIN(ctx, testVote, 1)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				tried++
			} else {
				locked++
			}
		})
	}
	wg.Wait()
	if tried != MaxPINTries || locked != 20-MaxPINTries {
		t.Errorf("%d of 20 tries at once, want %d", tried, MaxPINTries)
	}
	must(t, db.ForgiveTries(ctx, testVote, 0))
	must(t, db.TryPIN(ctx, testVote, 0))
	wantErr(t, "another leaf's", db.TryPIN(ctx, testVote, 1), ErrLocked)
	if err := db.TryPIN(ctx, testVote, 99); err == nil {
		t.Error("a leaf that is not in the roll has tries")
	}
}

// Tries are those of the badge: one that is in the rolls of two votes has five in
// both together, and not five in each.
func TestTryPINInVotes(t *testing.T) {
	db := openVote(t)
	ctx := t.Context()
	must(t, db.CreateVote(ctx, "other", nil))
	must(t, db.PutRoll(ctx, testVote, testRoll(3)))
	must(t, db.PutRoll(ctx, "other", testRoll(4))) // the leaf of a badge is another one there
	for _, vote := range []string{testVote, "other", testVote, "other", "other"} {
		must(t, db.TryPIN(ctx, vote, map[string]uint32{testVote: 0, "other": 1}[vote]))
	}
	wantErr(t, "a sixth try", db.TryPIN(ctx, testVote, 0), ErrLocked)
	wantErr(t, "a sixth try elsewhere", db.TryPIN(ctx, "other", 1), ErrLocked)
	for vote, want := range map[string]uint32{testVote: 0, "other": 1} {
		if got, err := db.LockedBadges(ctx, vote); err != nil || !slices.Equal(got, []uint32{want}) {
			t.Errorf("%s: LockedBadges = %v, %v", vote, got, err)
		}
	}
	must(t, db.TryPIN(ctx, testVote, 1)) // another badge
	must(t, db.TryPIN(ctx, "other", 0))
	must(t, db.ForgiveTries(ctx, testVote, 0))
	for range MaxPINTries {
		must(t, db.TryPIN(ctx, "other", 1))
	}
	wantErr(t, "a sixth try", db.TryPIN(ctx, testVote, 0), ErrLocked)
}

// With a new badge the PIN goes, and so do its tries; other leaves keep theirs.
func TestDropPIN(t *testing.T) {
	db := openVote(t)
	ctx := t.Context()
	members := testRoll(3)
	for i := range members {
		members[i].PIN = "$argon2id$x"
	}
	must(t, db.PutRoll(ctx, testVote, members))
	for range MaxPINTries {
		must(t, db.TryPIN(ctx, testVote, 1))
		must(t, db.TryPIN(ctx, testVote, 2))
	}
	must(t, db.Update(ctx, testVote, func(tx *Tx) error { return tx.DropPIN(1) }))
	must(t, db.TryPIN(ctx, testVote, 1))
	wantErr(t, "another leaf's", db.TryPIN(ctx, testVote, 2), ErrLocked)
	roll, err := db.Roll(ctx, testVote)
	must(t, err)
	for _, m := range roll {
		if want := m.Place == nil || m.Place.Index != 1; (m.PIN != "") != want {
			t.Errorf("%s has a PIN: %t, want %t", m.Number, m.PIN != "", want)
		}
	}
}
