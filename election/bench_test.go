package election_test

import (
	"testing"

	"piaojue/ballot"
	"piaojue/election"
)

// lanzhouVote is a vote of 13 options up to the ballots, of which so many wait,
// parsed, in the order of the log.
func lanzhouVote(b *testing.B, ballots int) (*script, []*ballot.Ballot, [][32]byte) {
	b.Helper()
	s := newScript(must(election.SelectMajority.Rules(13, 10)), ballots, 3, 2, testIssuers()[:1])
	s.freeze()
	s.approve()
	s.ceremony()
	var all []uint32
	for i := range uint32(ballots) {
		all = append(all, i)
	}
	s.checkIn("attendance", all...)
	s.open("opening", 0)
	s.issue("issuance", all...)
	choice := ballot.Choice{Marks: make([]ballot.Mark, 13)}
	choice.Marks[3] = ballot.For
	var entries []*election.Entry
	for _, i := range all {
		entries = append(entries, s.ballot(s.Voters[i], choice))
	}
	s.order()
	sortEntries(entries)
	var parsed []*ballot.Ballot
	var hashes [][32]byte
	for _, e := range entries {
		parsed = append(parsed, must(s.State.Params().Parse(e.Body)))
		hashes = append(hashes, e.Hash())
	}
	return s, parsed, hashes
}

// BenchmarkApplyBallot is what remains per ballot of 13 options once its proofs
// are verified: uniqueness, order, aggregate.
func BenchmarkApplyBallot(b *testing.B) {
	const n = 64
	s, parsed, hashes := lanzhouVote(b, n)
	for i := 0; b.Loop(); i++ {
		if i%n == 0 {
			b.StopTimer()
			s = s.Until("order")
			s.order()
			for j := range parsed { // forget what was computed
				parsed[j] = must(s.State.Params().Parse(parsed[j].Marshal()))
			}
			b.StartTimer()
		}
		if err := s.State.ApplyBallot(parsed[i%n], hashes[i%n]); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkIssuance is what the log costs per issuance.
func BenchmarkIssuance(b *testing.B) {
	full := smallVote()
	at, end := full.Marks["issuance"], full.Marks["count"]
	s := full.Until("issuance")
	for i := at; b.Loop(); i++ {
		if i == end {
			b.StopTimer()
			s, i = full.Until("issuance"), at
			b.StartTimer()
		}
		if err := s.State.Apply(full.Entries[i]); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAdopt is the outcome of 13 options.
func BenchmarkAdopt(b *testing.B) {
	in := election.Input{Rules: election.DefaultRules(), Numbers: election.Numbers{N: 331, P: 304, I: 304, R: 304, V: 304}}
	for i := range 13 {
		in.Counts = append(in.Counts, election.Count{For: uint32(290 - 10*i)})
	}
	for b.Loop() {
		election.Adopt(in)
	}
}
