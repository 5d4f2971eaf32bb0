package store

import (
	"slices"
	"testing"

	"piaojue/election"
)

// TestPapers: what tellers entered waits with their batch, and goes with it.
func TestPapers(t *testing.T) {
	db := openVote(t)
	ctx := t.Context()
	batch := &election.Entry{Kind: election.KindBatch, Body: []byte("batch")}
	papers := [][]byte{[]byte("one"), []byte("two")}
	must(t, db.ProposeBatch(ctx, testVote, batch, papers, "li"))
	must(t, db.ProposeBatch(ctx, testVote, batch, papers, "li")) // a lost answer
	hash := ProposalHash(batch)
	got, err := db.Papers(ctx, testVote, hash)
	must(t, err)
	if !slices.EqualFunc(got, papers, func(a, b []byte) bool { return string(a) == string(b) }) {
		t.Errorf("papers %q, want %q", got, papers)
	}
	must(t, db.Update(ctx, testVote, func(tx *Tx) error { return tx.DropProposal(hash) }))
	if got, err := db.Papers(ctx, testVote, hash); err != nil || len(got) > 0 {
		t.Errorf("papers %q, %v after the batch is gone", got, err)
	}
}
