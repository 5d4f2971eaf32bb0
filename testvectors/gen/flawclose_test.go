package gen

import (
	"piaojue/election"
	"piaojue/group"
	"piaojue/tally"
)

// twins puts two ballots into the box that share what none may share. The later
// one in the log is to blame.
func twins(name, about string, build func(v *vote, first *draft) []byte, attacks ...string) flaw {
	return flaw{name: name, about: about, attacks: attacks, from: "box", last: true, hooks: onBox(func(v *vote, b *box) {
		first := v.newDraft(v.voters[0], 1, 0, 0, 0).prove()
		b.ballots[0], b.ballots[1] = first.body(), build(v, first)
		v.suspects(b.ballots...)
	})}
}

var uniqueFlaws = []flaw{
	twins("ballot_credential_twice", "two ballots of one credential", func(v *vote, _ *draft) []byte {
		return v.castWith(v.voters[0], v.voters[0].credential, 0, 1, 0, 0)
	}, "B4", "B5"),
	twins("ballot_seal_code_twice", "two voters were given the same ciphertexts, and so the same code to look for", func(v *vote, first *draft) []byte {
		second := *first
		second.w, second.credential = v.voters[1], v.voters[1].credential
		return second.prove().body()
	}, "B2", "F15"),
	twins("ballot_first_alpha_twice", "two ballots with the same randomness at position 0", func(v *vote, first *draft) []byte {
		second := v.newDraft(v.voters[1], 0, 1, 0, 0)
		second.randomness[0] = first.randomness[0]
		second.encrypt(0)
		return second.prove().body()
	}, "F15", "G10"),
	{name: "ballot_first_commitment_twice", about: "two ballots with the same nonce in the first branch of position 0", attacks: []string{"F15"},
		from: "box", last: true, hooks: onBox(func(v *vote, b *box) {
			nonce := group.RandomScalar()
			for i := range b.ballots {
				d := v.newDraft(v.voters[i], 1, 0, 0, 0)
				d.nonce = nonce
				b.ballots[i] = d.prove().body()
			}
			v.suspects(b.ballots...)
		})},
	{name: "ballot_and_unused", about: "a ballot and an unused entry of one credential", attacks: []string{"B4"}, from: "box",
		hooks: onBox(func(v *vote, b *box) {
			b.unused[0] = must(v.params.NewUnused(v.voters[0].credential, v.voters[0].sk))
			v.suspects(b.unused[0])
		})},
	{name: "ballot_of_spent_seal", about: "a ballot that was challenged, and opened, is cast all the same", attacks: []string{"B3"}, from: "box", nowhere: true,
		hooks: onBox(func(v *vote, b *box) {
			seal := must(v.params.Parse(b.ballots[0])).SealCode()
			b.spent[0] = seal[:]
		})},
}

var closeFlaws = map[election.CheckID][]flaw{
	election.CheckCloseOrder: {
		{name: "ballots_unsorted", about: "two ballots exchanged: the log tells something about who came first", attacks: []string{"V14"}, from: "box",
			at: &place{election.KindBallot, 1}, hooks: hooks{boxed: func(_ *vote, e []*election.Entry) []*election.Entry {
				e[0], e[1] = e[1], e[0]
				return e
			}}},
		{name: "spent_before_ballots", about: "a spent seal code before the last ballot", from: "box",
			at: &place{election.KindBallot, 1}, hooks: hooks{boxed: func(_ *vote, e []*election.Entry) []*election.Entry {
				e[1], e[2] = e[2], e[1]
				return e
			}}},
		{name: "close_with_one_ballot_less", about: "the close entry counts one ballot less than the log has", attacks: []string{"K10"}, from: "close",
			hooks: onBody(0, func(_ *vote, c *election.Close) { c.Ballots-- })},
		{name: "close_with_one_spent_more", about: "the close entry counts a challenge that is not there", from: "close",
			hooks: onBody(0, func(_ *vote, c *election.Close) { c.Spent++ })},
		{name: "close_of_another_order", about: "the close entry names another order", from: "close",
			hooks: onBody(0, func(_ *vote, c *election.Close) { c.Order[0] ^= 1 })},
		{name: "close_of_another_epoch", about: "the close entry names an epoch that is not in force", from: "close",
			hooks: onBody(0, func(_ *vote, c *election.Close) { c.Epoch = 2 })},
		{name: "order_of_another_epoch", about: "the order names an epoch that is not in force", from: "order",
			hooks: onBody(0, func(_ *vote, o *election.Order) { o.Epoch = 2 })},
	},
	election.CheckCountKept: {
		{name: "ballot_lost_after_promise", about: "eight ballots were promised, seven are in the log: an old backup, or a ballot dropped", attacks: []string{"S2", "S3"},
			base: "record", from: "box", at: &place{election.KindClose, 0}, hooks: onBox(func(_ *vote, b *box) { b.ballots = b.ballots[1:] })},
		{name: "count_falls", about: "fewer promises than before", attacks: []string{"S2"}, base: "record", from: "counts",
			hooks: onBody(1, func(_ *vote, p *election.Promises) { p.Given = 2 })},
		{name: "count_of_another_epoch", about: "names an epoch that is not in force", from: "counts",
			hooks: onBody(0, func(_ *vote, p *election.Promises) { p.Epoch = 0 })},
	},
	election.CheckNumbersOrder: {
		{name: "more_ballots_than_issued", about: "all issuers colluded: two issuances, two ballots and one unused, and no void", attacks: []string{"V8"}, from: "issuances",
			change: func(v *vote) { v.issued, v.ghosts = v.issued[:2], 1 }, at: &place{election.KindCollection, 0}},
	},
	election.CheckCollectionNumbers: {
		{name: "collection_with_one_unused_less", about: "U is one less than in the log", from: "collection",
			hooks: onBody(0, func(_ *vote, c *election.Collection) { c.Unused-- })},
		{name: "collection_with_one_issued_more", about: "I is one more than in the log", attacks: []string{"V8"}, from: "collection",
			hooks: onBody(0, func(_ *vote, c *election.Collection) { c.Issued++ })},
		{name: "collection_with_a_sheet_more", about: "paper is 1, but nobody entered a sheet", from: "collection",
			hooks: onBody(0, func(_ *vote, c *election.Collection) { c.Paper = 1 })},
		{name: "collection_of_another_close", about: "names another close entry", from: "collection",
			hooks: onBody(0, func(_ *vote, c *election.Collection) { c.Close[0] ^= 1 })},
	},
	election.CheckOpeningMinimum: {
		{name: "opened_below_the_minimum", about: "two ballots are opened where three are the least", attacks: []string{"K5", "K11"}, from: "manifest",
			change: func(v *vote) { v.min = 3 }, at: &place{election.KindShare, 0}},
	},
}

// badShare spoils the first of three shares; the other two are enough. The
// vote goes on without it (K2).
func badShare(name, about string, change func(v *vote, s *election.Share), attacks ...string) flaw {
	return flaw{name: name, about: about, attacks: attacks, from: "shares", change: threeShares, hooks: onBody(0, func(v *vote, s *election.Share) {
		change(v, s)
		v.shared = nil
	})}
}

func threeShares(v *vote) { v.shares = []int{3, 1, 2} }

// in puts a flaw into another vote.
func (f flaw) in(base string) flaw {
	f.base = base
	return f
}

var shareFlaws = map[election.CheckID][]flaw{
	election.CheckShareProofs: {
		badShare("share_false", "trustee 3 sends a wrong factor at position 1; trustees 1 and 2 finish", func(_ *vote, s *election.Share) {
			copy(s.Factors[128:], group.Generator().Bytes())
		}, "K2"),
		badShare("share_weak_fiat_shamir", "commitments first, then a factor that fits them under a challenge which leaves the statement out",
			func(v *vote, s *election.Share) { copy(s.Factors, v.weakShare(0)) }, "F1", "F2", "F3"),
		badShare("share_identity", "a factor is the identity", func(_ *vote, s *election.Share) { copy(s.Factors, identity) }, "G5"),
		badShare("share_cut_off", "the last position is missing", func(_ *vote, s *election.Share) {
			s.Factors = s.Factors[:len(s.Factors)-128]
		}, "K2", "F10"),
		badShare("share_scalar_not_reduced", "a response is spelled z + ℓ", func(_ *vote, s *election.Share) { addOrder(s.Factors[96:128]) }, "G8"),
		badShare("share_of_another_aggregate", "a good share for the sum of all ballots but one", func(v *vote, s *election.Share) {
			s.Factors = v.otherShare(3)
		}, "K5", "K6").in("record"),
		badShare("share_of_another_checkpoint", "names the tree of the order", func(v *vote, s *election.Share) {
			s.Size = v.closing - 1
			s.Root = v.root(s.Size)
		}, "K5", "K6"),
		badShare("share_of_a_fork", "names another root of the closing size", func(v *vote, s *election.Share) { s.Root[0] ^= 1 }, "S1", "K6"),
		badShare("share_without_place", "positions 1 and 3 are exchanged, factors and proofs", func(_ *vote, s *election.Share) {
			s.Factors = swap(s.Factors, 128, 128*3, 128)
		}, "F16"),
		{name: "share_twice", about: "trustee 3 sends two shares: two of t", attacks: []string{"K4"}, from: "shares",
			change: func(v *vote) { v.shares = []int{3, 3, 1} },
			hooks:  onBody(1, func(v *vote, _ *election.Share) { v.shared = v.shared[:1] })},
		{name: "shares_too_few", about: "a result after one share of two", attacks: []string{"K4", "F11"}, from: "shares", at: &place{election.KindResult, 0},
			hooks: onEntry(election.KindShare, 1, func(*vote, *election.Entry) []byte { return nil })},
	},
}

// otherShare is a share of trustee i of a sum that lacks one ballot.
func (v *vote) otherShare(i int) []byte {
	other := tally.NewAggregate(len(v.params.Grid().Positions))
	left := v.counts[election.KindBallot] - 1
	for n := range left {
		e := must(election.ParseEntry(v.entryOf(election.KindBallot, n)))
		check(other.Add(v.ciphertextsOf(e.Body)))
	}
	context := tally.CloseContext(v.keyContext(), v.closing, v.root(v.closing), other)
	return must(v.keyShare(i).Decrypt(context, other))
}

// weakShare is the forgery of F2: with a = u·G and b = w·α for u ≠ w, and a
// challenge that hashes nothing but a and b, the factor D = ((z − w)/c)·α with
// z = u + c·x satisfies both equations. It says nothing about x·α.
func (v *vote) weakShare(position int) []byte {
	base := &v.aggregate.Ciphertexts()[position].Alpha
	u, w := group.RandomScalar(), group.RandomScalar()
	p := pair{timesG(u), times(w, base)}
	t := group.NewTranscript("share proof")
	t.Element("a", p.a)
	t.Element("b", p.b)
	c := t.Challenge()
	z := add(u, new(group.Scalar).Multiply(c, v.secretShare(3)))
	d := new(group.Scalar).Subtract(z, w)
	image := times(d.Multiply(d, new(group.Scalar).Invert(c)), base)
	return append(append(append(image.Bytes(), p.a.Bytes()...), p.b.Bytes()...), z.Bytes()...)
}
