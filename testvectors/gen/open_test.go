package gen

import (
	"slices"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/group"
	"piaojue/tally"
)

// closeContext returns the context in which the box is opened.
func (v *vote) closeContext() group.Context {
	return tally.CloseContext(v.keyContext(), v.closing, v.root(v.closing), v.aggregate)
}

func (v *vote) keyShare(i int) *tally.KeyShare {
	return must(tally.Recover(v.setup, v.dealings, v.agreements, i, v.statics[i-1]))
}

func (v *vote) writeShares() {
	v.shared = nil
	context := v.closeContext()
	for _, i := range v.shares {
		factors := v.factors(i, context)
		v.shared = append(v.shared, must(tally.VerifyShare(context, v.joint, i, v.aggregate, factors)))
		v.add(election.KindShare, election.NewShare(v.closing, v.root(v.closing), uint8(i), factors), byScrutineer(i))
	}
}

// factors is a share. One ballot alone package tally does not open.
func (v *vote) factors(i int, context group.Context) []byte {
	if v.aggregate.Count() != 1 {
		return must(v.keyShare(i).Decrypt(context, v.aggregate))
	}
	var b []byte
	x := v.secretShare(i)
	for p, c := range v.aggregate.Ciphertexts() {
		base := c.Alpha.Encode()
		e := equality{"share proof", context, i, p, base, v.joint.VerificationShare(i), times(x, base)}
		b = append(append(b, e.image.Bytes()...), e.prove(x)...)
	}
	return b
}

// writeResult counts on its own. Of ballots that hold more than they may, the
// totals may be none: then nobody could go on.
func (v *vote) writeResult() {
	totals, err := tally.Combine(v.joint, v.aggregate, v.shared)
	if err != nil {
		v.stop()
		totals = make([]uint32, len(v.params.Grid().Positions))
	}
	r := v.newResult(totals)
	outcome := r.Outcome
	v.outcome = &outcome
	v.result = v.add(election.KindResult, r, byLog)
}

func (v *vote) newResult(totals []uint32) *election.Result {
	r := &election.Result{Totals: totals, Numbers: v.numbers()}
	for _, s := range v.shared[:threshold] {
		r.Trustees = append(r.Trustees, uint8(s.Index()))
	}
	slices.Sort(r.Trustees)
	for _, b := range v.boxes {
		r.Numbers.X += b.invalid
	}
	if at := v.params.Grid().Index(ballot.WholeBallot, ballot.Spoil); at >= 0 {
		r.Numbers.X += totals[at]
	}
	r.Numbers.V = r.Numbers.R - r.Numbers.X
	r.Outcome = election.Adopt(election.Input{Rules: v.manifest.Rules, Numbers: r.Numbers, Counts: v.optionCounts(totals)})
	return r
}

// numbers returns the numbers before the box is opened.
func (v *vote) numbers() election.Numbers {
	return election.Numbers{
		N: v.deputies, P: uint32(len(v.present) + len(v.late)), I: v.recorded(),
		R: v.ballots + v.collected(), U: uint32(v.counts[election.KindUnused]),
		Sheets: uint32(len(v.sheets)), Paper: v.collected(),
	}
}

func (v *vote) optionCounts(totals []uint32) []election.Count {
	grid := v.params.Grid()
	of := func(i int, m ballot.Mark) uint32 {
		if at := grid.Index(i, m); at >= 0 {
			return totals[at]
		}
		return 0
	}
	var counts []election.Count
	for i, o := range v.manifest.Options {
		counts = append(counts, election.Count{
			ID: o.ID, For: of(i, ballot.For), Against: of(i, ballot.Against),
			Grades: [3]uint32{of(i, ballot.Grade0), of(i, ballot.Grade1), of(i, ballot.Grade2)},
		})
	}
	return counts
}

func (v *vote) writeCertificate() {
	c := &election.Certificate{Chain: v.chain(), Result: v.result}
	v.chained(election.KindCertificate, c, byScrutineer(1), byScrutineer(2))
}

func (v *vote) writeEnd() {
	v.add(election.KindDestruction, election.NewDestruction(v.trustees, 1), byScrutineer(1))
	v.chained(election.KindAnnouncement, election.NewAnnouncement(v.chain(), "公告\n票决结果如上"), byPresidium)
	v.chained(election.KindArchive, &election.Archive{Chain: v.chain(), Size: v.size(), Root: v.root(v.size())}, byPresidium)
	v.add(election.KindDestruction, election.NewDestruction(v.trustees, 2), byScrutineer(2))
}
