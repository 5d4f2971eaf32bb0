package gen

import (
	"bytes"
	"slices"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/group"
	"piaojue/tally"
)

// box is what came in before the order: bodies of entries.
type box struct {
	ballots, spent, unused [][]byte
}

func (v *vote) writeOrder() {
	v.order = v.chained(election.KindOrder, &election.Order{
		Chain: v.chain(), Epoch: v.epoch, Size: v.size(), Root: v.root(v.size()),
	}, byStaff, byPresidium)
}

func (v *vote) writeBox() {
	b := v.fill()
	honest := slices.Clone(b.ballots)
	if v.hooks.box != nil {
		v.hooks.box(v, b)
	}
	v.ballots = uint32(len(b.ballots))
	v.sum(b.ballots, honest)
	entries := slices.Concat(sorted(election.KindBallot, b.ballots), sorted(election.KindSpent, b.spent),
		sorted(election.KindUnused, b.unused))
	if v.boxed != nil {
		entries = v.boxed(v, entries)
	}
	for _, e := range entries {
		if slices.ContainsFunc(v.suspect, func(s []byte) bool { return bytes.Equal(s, e.Body) }) {
			v.blame()
		}
		v.counts[e.Kind]++
		v.log(v.counts[e.Kind]-1, e)
	}
}

// fill makes what the voters of the plan put into the box.
func (v *vote) fill() *box {
	b := &box{}
	for i := range v.spent {
		sealed := must(v.params.Encrypt(v.bits(ballot.Choice{Abstain: true}), v.voters[i].credential.Key))
		seal := sealed.SealCode()
		b.spent = append(b.spent, seal[:])
	}
	for i, c := range v.choices {
		b.ballots = append(b.ballots, v.cast(v.voters[i], c))
	}
	for i := range v.unused {
		w := v.voters[len(v.choices)+i]
		b.unused = append(b.unused, must(v.params.NewUnused(w.credential, w.sk)))
	}
	return b
}

// cast makes a ballot.
func (v *vote) cast(w *voter, c ballot.Choice) []byte {
	sealed := must(v.params.Encrypt(v.bits(c), w.credential.Key))
	return must(sealed.Finish(w.credential, w.sk))
}

func (v *vote) bits(c ballot.Choice) []bool { return must(v.params.Grid().Fill(c)) }

// resign signs a changed ballot with its one-time key.
func (v *vote) resign(body []byte, w *voter) []byte {
	n := len(body) - 64
	return append(body[:n:n], group.Sign(w.sk, "ballot", v.hash, body[:n])...)
}

// sum adds the ballots up. In the place of one that cannot be read stands what
// it was before it was spoiled, so that the vote can go on.
func (v *vote) sum(ballots, honest [][]byte) {
	v.rows = nil
	for i, b := range ballots {
		parsed, err := v.params.Parse(b)
		if err != nil {
			parsed = must(v.params.Parse(honest[i]))
		}
		v.rows = append(v.rows, parsed.Ciphertexts())
	}
	v.aggregateWith(nil)
}

// aggregateWith computes the sum of what was cast, and of rows on paper.
func (v *vote) aggregateWith(paper [][]ballot.Ciphertext) {
	v.aggregate = tally.NewAggregate(len(v.params.Grid().Positions))
	for _, row := range slices.Concat(v.rows, paper) {
		check(v.aggregate.Add(row))
	}
}

func sorted(k election.Kind, bodies [][]byte) []*election.Entry {
	var entries []*election.Entry
	for _, b := range bodies {
		entries = append(entries, &election.Entry{Kind: k, Body: b})
	}
	slices.SortFunc(entries, func(a, b *election.Entry) int {
		x, y := a.Hash(), b.Hash()
		return bytes.Compare(x[:], y[:])
	})
	return entries
}

func (v *vote) writeClose() {
	v.closeHash = v.add(election.KindClose, &election.Close{
		Order: v.order, Epoch: v.epoch, Ballots: v.ballots,
		Unused: uint32(v.counts[election.KindUnused]), Spent: uint32(v.counts[election.KindSpent]),
	}, byLog)
}

func (v *vote) writeCollection() {
	v.chained(election.KindCollection, &election.Collection{
		Chain: v.chain(), Close: v.closeHash, Issued: v.recorded(), Ballots: v.ballots,
		Unused: uint32(v.counts[election.KindUnused]), Paper: v.collected(),
	}, byScrutineer(1), byScrutineer(3))
	v.closing = v.size()
}
