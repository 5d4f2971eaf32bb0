package store

import (
	"math/rand/v2"
	"testing"

	"piaojue/audit"
)

// BenchmarkCast is one commit with one fsync for each ballot.
func BenchmarkCast(b *testing.B) { benchmarkCast(b, 1) }

// BenchmarkCast100 shares an fsync among 100 ballots.
func BenchmarkCast100(b *testing.B) { benchmarkCast(b, 100) }

func benchmarkCast(b *testing.B, batch int) {
	db := openVote(b)
	openBox(b, db)
	n := 0
	for b.Loop() {
		b.StopTimer()
		ballots := make([]Cast, batch)
		for i := range ballots {
			ballots[i] = testCast(n)
			n++
		}
		b.StartTimer()
		outcomes, err := db.CastBallots(b.Context(), testVote, ballots)
		must(b, err)
		wantOutcome(b, "ballot", outcomes[0], Stored)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "ballots/s")
}

// BenchmarkCommit is the smallest write there is.
func BenchmarkCommit(b *testing.B) {
	db := openVote(b)
	openBox(b, db)
	n := 0
	for b.Loop() {
		_, err := db.SpendSeal(b.Context(), testVote, hashOf("seal %d", n))
		must(b, err)
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "commits/s")
}

// BenchmarkAppend is one entry with its checkpoint.
func BenchmarkAppend(b *testing.B) {
	db := openVote(b)
	for b.Loop() {
		must(b, grow(b, db, [][]byte{make([]byte, 300)}))
	}
}

// BenchmarkClose closes a vote of 304 deputies, and rewrites the file.
func BenchmarkClose(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		db := openVote(b)
		session(b, db, rand.Perm(304))
		b.StartTimer()
		must(b, closeBox(b, db))
	}
}

// BenchmarkOpenDB checks a log of 10,000 entries of 300 bytes.
func BenchmarkOpenDB(b *testing.B) {
	db := openVote(b)
	entries := make([][]byte, 10_000)
	for i := range entries {
		entries[i] = make([]byte, 300)
	}
	_, err := audit.Append(b.Context(), db.Log(testVote), 0, entries)
	must(b, err)
	for b.Loop() {
		db, err = reopen(b, db)
		must(b, err)
	}
}
