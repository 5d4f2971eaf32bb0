package gen

import (
	"piaojue/election"
)

// badResult spoils the result of the main vote, in which option 0 is adopted
// and a second round follows.
func badResult(name, about string, change func(v *vote, r *election.Result), attacks ...string) flaw {
	return flaw{name: name, about: about, attacks: attacks, base: "record", from: "result", hooks: onBody(0, change)}
}

// adopted lets the outcome follow from the totals, whatever they are.
func (v *vote) adopted(r *election.Result) {
	r.Outcome = election.Adopt(election.Input{Rules: v.manifest.Rules, Numbers: r.Numbers, Counts: v.optionCounts(r.Totals)})
}

var resultFlaws = map[election.CheckID][]flaw{
	election.CheckResultTotals: {
		badResult("result_vote_moved", "one vote moved from option 3 to option 1, which so is adopted; the outcome fits", func(v *vote, r *election.Result) {
			r.Totals[3]--
			r.Totals[1]++
			v.adopted(r)
		}, "F11", "K6", "K10"),
		badResult("result_totals_above_ballots", "more marks for option 0 than ballots", func(v *vote, r *election.Result) {
			r.Totals[0] = r.Numbers.R + 1
			v.adopted(r)
		}, "K10"),
		badResult("result_spoiled_counted_as_valid", "V is R, X is 0", func(v *vote, r *election.Result) {
			r.Numbers.V, r.Numbers.X = r.Numbers.R, 0
			v.adopted(r)
		}, "K10"),
		badResult("result_one_present_more", "P is one more than ever checked in", func(v *vote, r *election.Result) {
			r.Numbers.P++
			v.adopted(r)
		}),
		badResult("result_of_other_shares", "names trustees 1 and 2; the first valid shares are of 3 and 1", func(_ *vote, r *election.Result) {
			r.Trustees = []uint8{1, 2}
		}),
	},
	election.CheckResultOutcome: {
		badResult("result_loser_adopted", "option 1 is adopted too, which does not reach what is needed", func(_ *vote, r *election.Result) {
			r.Outcome.Adopted = append(r.Outcome.Adopted, 1)
		}, "F11"),
		badResult("result_without_second_round", "next is none where the rules say second_round", func(_ *vote, r *election.Result) {
			r.Outcome.Next = election.NextNone
		}),
	},
	election.CheckCertificateResult: {
		{name: "certificate_of_another_result", about: "names another result", from: "certificate",
			hooks: onBody(0, func(_ *vote, c *election.Certificate) { c.Result[0] ^= 1 })},
	},
	election.CheckArchiveRoot: {
		{name: "archive_before_announcement", about: "a true root, but of a log without the announcement", from: "end",
			hooks: onBody(0, func(v *vote, a *election.Archive) {
				a.Size--
				a.Root = v.root(a.Size)
			})},
		{name: "destruction_twice", about: "trustee 1 destroys a key twice", attacks: []string{"K4"}, from: "end",
			hooks: onEntry(election.KindDestruction, 1, func(v *vote, _ *election.Entry) []byte { return v.entryOf(election.KindDestruction, 0) })},
		{name: "destruction_of_another_key", about: "names another trustees entry", from: "end",
			hooks: onBody(1, func(_ *vote, d *election.Destruction) { d.Trustees[0] ^= 1 })},
	},
}
