package election_test

import (
	"piaojue/election"
	"piaojue/tally"
)

// endRefusals: shares, result, certificate and what follows.
var endRefusals = []refusal{
	{"K5 share for an earlier tree", "shares", 0, election.CheckShareProofs, edit(func(m *election.Share) { m.Size-- })},
	{"K5 share for another root", "shares", 0, election.CheckShareProofs, edit(func(m *election.Share) { m.Root[0] ^= 1 })},
	{"K2 share of garbage", "shares", 0, election.CheckShareProofs, edit(func(m *election.Share) { clear(m.Factors) })},
	{"K6 share of another aggregate", "shares", 0, election.CheckShareProofs, func(s *script, good *election.Entry) *election.Entry {
		return s.shareOfOtherAggregate(2)
	}},
	{"share in another's name", "shares", 0, election.CheckEntrySignatures, edit(func(m *election.Share) { m.Index = 1 })},
	{"another's share", "shares", 1, election.CheckShareProofs, func(s *script, good *election.Entry) *election.Entry {
		m := must(election.ParseShare(s.Entries[len(s.Entries)-1].Body))
		m.Index = 3
		return s.sign(must(election.NewEntry(m)), s.scrutineer(3))
	}},
	{"K4 second share of one trustee", "shares", 1, election.CheckShareProofs, func(s *script, _ *election.Entry) *election.Entry {
		return s.Entries[len(s.Entries)-1]
	}},
	{"result with too few shares", "shares", 1, election.CheckShareProofs, func(s *script, _ *election.Entry) *election.Entry {
		return smallVote().Entries[smallVote().Marks["result"]]
	}},

	{"K6 K10 wrong total", "result", 0, election.CheckResultTotals, edit(func(r *election.Result) { r.Totals[1]++ })},
	{"K10 total above R", "result", 0, election.CheckResultTotals, edit(func(r *election.Result) { r.Totals[0] = 8 })},
	{"a position is missing", "result", 0, election.CheckResultTotals, edit(func(r *election.Result) { r.Totals = r.Totals[:4] })},
	{"spoiled counted as valid", "result", 0, election.CheckResultTotals, edit(func(r *election.Result) {
		r.Numbers.V, r.Numbers.X = 7, 0
	})},
	{"wrong N", "result", 0, election.CheckResultTotals, edit(func(r *election.Result) { r.Numbers.N = 11 })},
	{"shares of others", "result", 0, election.CheckResultTotals, edit(func(r *election.Result) { r.Trustees = []uint8{1, 2} })},
	{"another option is adopted", "result", 0, election.CheckResultOutcome, edit(func(r *election.Result) {
		r.Outcome.Adopted = []uint16{1}
	})},
	{"one option more is adopted", "result", 0, election.CheckResultOutcome, edit(func(r *election.Result) {
		r.Outcome.Adopted = []uint16{0, 1}
	})},
	{"another next", "result", 0, election.CheckResultOutcome, edit(func(r *election.Result) { r.Outcome.Next = election.NextNone })},
	{"an invented tie", "result", 0, election.CheckResultOutcome, edit(func(r *election.Result) { r.Outcome.Tied = []uint16{1, 2} })},

	{"certificate of another result", "certificate", 0, election.CheckCertificateResult, edit(func(c *election.Certificate) { c.Result[0] ^= 1 })},
	{"certificate without the chief", "certificate", 0, election.CheckEntrySignatures, func(s *script, good *election.Entry) *election.Entry {
		return s.sign(good, s.scrutineer(2), s.scrutineer(3))
	}},
	{"certificate of the chief alone", "certificate", 0, election.CheckEntrySignatures, signedBy(1)},

	{"void after the certificate", "announcement", 0, election.CheckEntryPhase, func(s *script, _ *election.Entry) *election.Entry {
		return s.sign(must(election.NewEntry(election.NewVoid(s.chain(), "we do not like it"))), s.staff(), s.presidium())
	}},
	{"announcement signed by staff", "announcement", 0, election.CheckEntrySignatures, func(s *script, good *election.Entry) *election.Entry {
		return s.sign(good, s.staff())
	}},
	{"archive names a false root", "archive", 0, election.CheckEntryChain, edit(func(a *election.Archive) { a.Root[0] ^= 1 })},
	{"archive before the announcement", "archive", 0, election.CheckArchiveRoot, func(s *script, good *election.Entry) *election.Entry {
		size := s.State.Size() - 1
		a := &election.Archive{Chain: s.chain(), Size: size, Root: must(s.RootAt(size))}
		return s.sign(must(election.NewEntry(a)), s.presidium())
	}},
	{"destruction by other trustees", "destruction", 0, election.CheckArchiveRoot, edit(func(d *election.Destruction) { d.Trustees[0] ^= 1 })},
	{"destruction in another's name", "destruction", 0, election.CheckEntrySignatures, edit(func(d *election.Destruction) { d.Index = 2 })},
	{"destruction twice", "destruction", 1, election.CheckArchiveRoot, func(s *script, _ *election.Entry) *election.Entry {
		return s.Entries[len(s.Entries)-1]
	}},
}

// shareOfOtherAggregate opens the sum of one ballot twice, which is what a
// curious server would ask for, under the true closing checkpoint.
func (s *script) shareOfOtherAggregate(i int) *election.Entry {
	c := must(s.State.ClosingCheckpoint())
	one := must(s.State.Params().Parse(s.Entries[smallVote().Marks["ballots"]].Body))
	other := tally.NewAggregate(len(one.Ciphertexts()))
	check(other.Add(one.Ciphertexts()))
	check(other.Add(one.Ciphertexts()))
	factors := must(s.keyShare(i).Decrypt(c.Context, other))
	return s.sign(must(election.NewEntry(election.NewShare(c.Size, c.Root, uint8(i), factors))), s.scrutineer(i))
}
