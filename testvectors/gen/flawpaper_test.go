package gen

import (
	"encoding/binary"
	"slices"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/group"
)

// onPapers changes the bodies of the first batch of the vote paper, which has
// two, before it lists them.
func onPapers(name, about string, change func(v *vote, b *election.Batch, bodies [][]byte) [][]byte, attacks ...string) flaw {
	return flaw{name: name, about: about, attacks: attacks, base: "paper", from: "paper", hooks: hooks{
		papers: func(v *vote, n int, b *election.Batch, bodies [][]byte) [][]byte {
			if n != 0 {
				return bodies
			}
			return change(v, b, bodies)
		},
	}}
}

// hostileSheet puts an entry of a hostile teller in the place of the second.
func hostileSheet(name, about string, build func(v *vote, at *sheet) []byte, attacks ...string) flaw {
	return onPapers(name, about, func(v *vote, b *election.Batch, bodies [][]byte) [][]byte {
		bodies[1] = build(v, &sheet{b.Header(), 2})
		v.suspects(bodies[1])
		return bodies
	}, attacks...)
}

// badSheet spoils the second entry.
func badSheet(name, about string, change func(v *vote, b []byte) []byte, attacks ...string) flaw {
	return onPapers(name, about, func(v *vote, _ *election.Batch, bodies [][]byte) [][]byte {
		bodies[1] = change(v, slices.Clone(bodies[1]))
		v.suspects(bodies[1])
		return bodies
	}, attacks...)
}

// badBatch spoils the first batch entry.
func badBatch(name, about string, change func(v *vote, b *election.Batch), attacks ...string) flaw {
	return flaw{name: name, about: about, attacks: attacks, base: "paper", from: "paper", hooks: onBody(0, change)}
}

// sheetOf makes an entry of any values at a place.
func (v *vote) sheetOf(at *sheet, values ...int) []byte {
	d := v.newRow(values...)
	d.sheet = at
	return d.prove().paperBody()
}

var paperFlaws = map[election.CheckID][]flaw{
	election.CheckPaperBatch: {
		{name: "paper_changed_after_signing", about: "another entry than the one that two tellers and a scrutineer signed for", attacks: []string{"F11"},
			base: "paper", from: "paper", hooks: onEntry(election.KindPaper, 1, func(v *vote, _ *election.Entry) []byte {
				b := must(election.ParseBatch(must(election.ParseEntry(v.entryOf(election.KindBatch, 0))).Body))
				return paperEntry(v.sheetOf(&sheet{b.Header(), 2}, 0, 1, 0, 0)).Marshal()
			})},
		badBatch("batch_lists_another_entry", "the hash of the second entry is another", func(_ *vote, b *election.Batch) { b.Entries[1][0] ^= 1 }).blaming(place{election.KindPaper, 1}),
		badBatch("batch_lists_entries_exchanged", "the two entries follow in the other order", func(_ *vote, b *election.Batch) {
			slices.Reverse(b.Entries)
		}).blaming(place{election.KindPaper, 0}),
		badBatch("batch_of_another_epoch", "names an epoch that is not in force", func(_ *vote, b *election.Batch) { b.Epoch = 2 }),
		badBatch("batch_of_another_box", "the entries were made under another header", func(_ *vote, b *election.Batch) { b.Box = "3号票箱" }).blaming(place{election.KindPaper, 0}),
		badBatch("batch_invalid_beside_spoil", "an invalid sheet is counted although it could be entered as a spoiled one", func(_ *vote, b *election.Batch) {
			b.Invalid++
			b.Sheets++
		}),
		{name: "batch_twice", about: "two batches of one id: a box that is counted twice", attacks: []string{"B5"}, base: "paper", from: "paper",
			at: &place{election.KindBatch, 1}, hooks: onBody(1, func(_ *vote, b *election.Batch) { b.ID = secretOf("batch 0") })},
		hostileSheet("paper_of_another_place", "names the place of the first sheet", func(v *vote, at *sheet) []byte {
			return v.sheetOf(&sheet{at.header, 1}, 1, 0, 0, 0)
		}),
		onPapers("paper_entered_twice", "the first entry is listed again as the second", func(v *vote, _ *election.Batch, bodies [][]byte) [][]byte {
			v.suspects(bodies[0])
			return [][]byte{bodies[0], bodies[0]}
		}, "B5").lastOne(),
	},
	election.CheckPaperProofs: {
		hostileSheet("paper_two_marks_on_one_option", "position 0 encrypts 2; branches simulated, challenges not compared",
			func(v *vote, at *sheet) []byte { return v.sheetOf(at, 2, 0, 0, 0) }, "F7", "K10"),
		hostileSheet("paper_over_the_limit", "two marks where one is allowed; all position proofs are good",
			func(v *vote, at *sheet) []byte { return v.sheetOf(at, 1, 1, 0, 0) }, "F9", "K10"),
		hostileSheet("paper_of_nothing", "no mark at all, not even 弃权", func(v *vote, at *sheet) []byte { return v.sheetOf(at, 0, 0, 0, 0) }, "F7"),
		hostileSheet("paper_negative_mark", "2 for option 0, −1 for option 1: the limit holds, and its proof is good",
			func(v *vote, at *sheet) []byte { return v.sheetOf(at, 2, -1, 0, 0) }, "F7", "K10"),
		hostileSheet("paper_proof_of_another_place", "proofs made for place 1", func(v *vote, at *sheet) []byte {
			b := v.sheetOf(&sheet{at.header, 1}, 1, 0, 0, 0)
			binary.BigEndian.PutUint32(b[64:], at.number)
			return b
		}, "F1", "F16"),
		hostileSheet("paper_proof_of_a_ballot", "proofs made in the context of a ballot that was cast", func(v *vote, at *sheet) []byte {
			d := v.newDraft(v.voters[2], 1, 0, 0, 0).prove()
			d.sheet = at
			return d.paperBody()
		}, "F1", "B1"),
		hostileSheet("paper_proof_of_another_box", "proofs made under another header", func(v *vote, at *sheet) []byte {
			b := v.sheetOf(&sheet{secretOf("another header"), at.number}, 1, 0, 0, 0)
			copy(b[32:], at.header[:])
			return b
		}, "F1"),
		badSheet("paper_of_another_vote", "the manifest hash is another", func(_ *vote, b []byte) []byte {
			other := secretOf("another vote")
			return overwrite(b, 0, other[:])
		}, "B6", "V1"),
		badSheet("paper_alpha_identity", "α of position 0 is the identity", func(v *vote, b []byte) []byte {
			return overwrite(b, v.paperLayout().ciphertexts, identity)
		}, "G5"),
		badSheet("paper_trailing_byte", "one byte after the last proof", func(_ *vote, b []byte) []byte { return append(b, 0) }, "G7"),
		badSheet("paper_cut_off", "one byte less", func(_ *vote, b []byte) []byte { return b[:len(b)-1] }, "G7"),
		badSheet("paper_with_credential", "laid out like a ballot that was cast", func(v *vote, _ []byte) []byte {
			return v.newDraft(v.voters[2], 1, 0, 0, 0).prove().body()
		}, "B9"),
		hostileSheet("paper_copy_of_a_ballot", "the ciphertexts of a ballot that was cast", func(v *vote, at *sheet) []byte {
			cast := must(election.ParseEntry(v.entryOf(election.KindBallot, 0))).Body[v.layout().ciphertexts:]
			head := binary.BigEndian.AppendUint32(slices.Concat(v.hash[:], at.header[:]), at.number)
			return append(head, cast[:len(cast)-64]...)
		}, "B1", "B2"),
		onPapers("paper_first_alpha_twice", "two sheets with the same randomness at position 0", func(v *vote, b *election.Batch, bodies [][]byte) [][]byte {
			first, second := v.newRow(1, 0, 0, 0), v.newRow(0, 1, 0, 0)
			second.randomness[0] = first.randomness[0]
			second.encrypt(0)
			return v.twoSheets(b, first, second)
		}, "F15", "G10"),
		onPapers("paper_first_commitment_twice", "two sheets with the same nonce in the first branch of position 0", func(v *vote, b *election.Batch, bodies [][]byte) [][]byte {
			first, second := v.newRow(1, 0, 0, 0), v.newRow(1, 0, 0, 0)
			first.nonce = group.RandomScalar()
			second.nonce = first.nonce
			return v.twoSheets(b, first, second)
		}, "F15"),
	},
	election.CheckOpeningMinimum: {
		{name: "opened_with_few_beside_paper", about: "five ballots are enough, but two beside those on paper are less than three: the tellers would know their sum",
			attacks: []string{"K5", "K11"}, base: "paper", from: "manifest", change: func(v *vote) { v.min = 3 }, at: &place{election.KindShare, 0}},
		{name: "opened_one_valid_sheet", about: "four sheets came back, of which three are invalid and in no sum: what is opened is the fourth",
			attacks: []string{"K5", "K11"}, base: "paper_invalid", from: "paper", at: &place{election.KindShare, 0}, change: func(v *vote) {
				v.boxes = []paperBox{{name: "1号票箱", choices: []ballot.Choice{marks(ballot.For, ballot.Against)}, invalid: 3}}
			}},
	},
	election.CheckNumbersOrder: {
		{name: "more_sheets_than_handed_out", about: "three sheets of two; that two credentials were not used does not make up for it", attacks: []string{"V8"},
			base: "paper", from: "sheets", change: func(v *vote) { v.sheets = v.sheets[:2] }, at: &place{election.KindCollection, 0}},
	},
	election.CheckCollectionNumbers: {
		{name: "collection_with_paper_as_cast", about: "the sheets are counted among the ballots that were cast", base: "paper", from: "collection",
			hooks: onBody(0, func(_ *vote, c *election.Collection) {
				c.Ballots += c.Paper
				c.Paper = 0
			})},
	},
	election.CheckResultTotals: {
		{name: "result_without_paper", about: "Q is 0", base: "paper", from: "result",
			hooks: onBody(0, func(_ *vote, r *election.Result) { r.Numbers.Paper = 0 })},
		{name: "result_invalid_sheets_as_valid", about: "X leaves the invalid sheets out", attacks: []string{"K10"}, base: "paper_only", from: "result",
			hooks: onBody(0, func(v *vote, r *election.Result) {
				r.Numbers.V, r.Numbers.X = r.Numbers.R, 0
				v.adopted(r)
			})},
	},
}

// twoSheets makes the entries of a batch; the second is to blame.
func (v *vote) twoSheets(b *election.Batch, first, second *draft) [][]byte {
	var bodies [][]byte
	for i, d := range []*draft{first, second} {
		d.sheet = &sheet{b.Header(), uint32(i + 1)}
		bodies = append(bodies, d.prove().paperBody())
	}
	v.suspects(bodies[1])
	return bodies
}

// blaming blames another entry than the one that is changed.
func (f flaw) blaming(p place) flaw {
	f.at = &p
	return f
}

// lastOne blames the last of those that are changed.
func (f flaw) lastOne() flaw {
	f.last = true
	return f
}
