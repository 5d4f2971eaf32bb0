package store

import (
	"bytes"
	"maps"
	"testing"
)

// The first ballot of an epoch makes the slots of all, and they are enough.
func TestChunkForTheRoll(t *testing.T) {
	const n = 150
	db := openVote(t)
	must(t, db.PutRoll(t.Context(), testVote, testRoll(n)))
	openBox(t, db)
	u, err := db.PutUnused(t.Context(), testVote, testUnused(n))
	must(t, err)
	wantOutcome(t, "an unused credential before all ballots", u, Stored)
	for i := range n {
		wantOutcome(t, "ballot", castOne(t, db, testCast(i)), Stored)
		_, err := db.SpendSeal(t.Context(), testVote, hashOf("challenge %d", i))
		must(t, err)
	}
	tray := db.box.tray(testVote)
	more := db.box.overhead()
	unused, ballot := &slip{entry: testUnused(n).Entry}, &slip{entry: testCast(0).Entry}
	want := map[int]int{slipHead + more: checksPerLeaf * n}
	for _, x := range []*slip{unused, ballot} { // a chunk each, of one size in PostgreSQL
		want[db.box.slotSize(x.need()+more)] += n
	}
	if !maps.Equal(tray.slots, want) || len(tray.chunks) != 3 {
		t.Errorf("slots by size %v, want %v", tray.slots, want)
	}
}

// An unused credential takes a ballot's slot when there are any.
func TestUnusedAmongBallots(t *testing.T) {
	db := votingDB(t)
	u, err := db.PutUnused(t.Context(), testVote, testUnused(9))
	must(t, err)
	wantOutcome(t, "unused", u, Stored)
	if chunks := db.box.tray(testVote).chunks; len(chunks) != 1 {
		t.Errorf("%d chunks, want 1", len(chunks))
	}
	db, err = reopen(t, db)
	must(t, err)
	if e, err := db.Query(t.Context(), testVote, hashOf("key 9")); err != nil || !bytes.Equal(e, testUnused(9).Entry) {
		t.Errorf("Query = %x, %v", e, err)
	}
}

// Every slot comes up first about equally often: a draw that is off by one, or
// prefers the end, would still pass as random order (attack V14).
func TestDrawIsUniform(t *testing.T) {
	const slots, rounds = 8, 8000
	var first, last [slots]int
	for range rounds {
		tray := new(boxFile).newTray()
		for i := range uint32(slots) {
			tray.free[5000] = append(tray.free[5000], i)
		}
		for i := range slots {
			slot, _ := tray.draw(400)
			if i == 0 {
				first[slot]++
			}
			if i == slots-1 {
				last[slot]++
			}
		}
		if _, size := tray.draw(400); size != 0 {
			t.Fatal("drawn from nothing")
		}
	}
	// 1000 each, give or take six standard deviations.
	for i := range slots {
		if min(first[i], last[i]) < 820 || max(first[i], last[i]) > 1180 {
			t.Errorf("slot %d was first %d times and last %d times of %d", i, first[i], last[i], rounds)
		}
	}
}
