package gen

import (
	"piaojue/election"
)

// badSheets spoils the sheets entry of the vote paper, in which deputies 1, 0
// and 2 have credentials.
func badSheets(name, about string, change func(v *vote, h *election.Sheets), attacks ...string) flaw {
	return flaw{name: name, about: about, attacks: attacks, base: "paper", from: "sheets", hooks: onBody(0, change)}
}

var sheetFlaws = map[election.CheckID][]flaw{
	election.CheckIssuanceRoll: {
		badSheets("sheet_for_absent_deputy", "deputy 8 never checked in", func(_ *vote, h *election.Sheets) { h.Indexes[3] = 8 }, "V8"),
		badSheets("sheet_beside_a_credential", "deputy 2 has a credential", func(_ *vote, h *election.Sheets) { h.Indexes = []uint32{2, 3, 4, 5} }, "V7"),
		badSheets("sheets_of_another_epoch", "names an epoch that is not in force", func(_ *vote, h *election.Sheets) { h.Epoch = 2 }),
		{name: "sheet_twice", about: "a second sheet for deputy 6", attacks: []string{"V7"}, base: "paper", from: "counts",
			hooks: before(election.KindCount, 0, func(v *vote) {
				v.chained(election.KindSheets, &election.Sheets{Chain: v.chain(), Epoch: 1, Indexes: []uint32{6}}, byScrutineer(1), byScrutineer(3))
			})},
		{name: "credential_beside_a_sheet", about: "deputy 6, who has a sheet, asks for a credential", attacks: []string{"V7"}, base: "paper", from: "counts",
			hooks: before(election.KindCount, 0, func(v *vote) {
				_, r := v.request(6)
				v.add(election.KindIssuance, v.issuance(6, r), signedBy{election.RoleBadge, 0, v.badges[6]})
			})},
		{name: "badge_after_sheet", about: "a new badge for deputy 6, who has a sheet", attacks: []string{"V7"}, base: "paper", from: "counts",
			hooks: before(election.KindCount, 0, func(v *vote) {
				b := &election.Badge{Chain: v.chain(), Index: 6, Key: pk("new badge 6")}
				v.chained(election.KindBadge, b, byScrutineer(1), byScrutineer(2))
			})},
		{name: "sheets_with_one_teller", about: "one of the two tellers is missing from the list: nobody could enter paper", base: "paper", from: "trustees",
			change: until("counts"), at: &place{election.KindSheets, 0},
			hooks: onBody(0, func(_ *vote, t *election.Trustees) { t.Tellers = t.Tellers[:1] })},
	},
	election.CheckEntryForm: {
		badSheets("sheets_for_nobody", "no roll index", func(_ *vote, h *election.Sheets) { h.Indexes = nil }),
		badSheets("sheets_index_twice", "a deputy stands twice in one entry", func(_ *vote, h *election.Sheets) {
			h.Indexes = []uint32{3, 3, 5, 6}
		}, "K7"),
		badBatch("batch_with_wrong_sum", "three sheets, of which two are listed and none is invalid", func(_ *vote, b *election.Batch) { b.Sheets++ }, "K10"),
		badBatch("batch_of_nothing", "no sheet at all", func(_ *vote, b *election.Batch) { b.Sheets, b.Entries = 0, nil }),
		{name: "decision_without_basis", about: "the legal basis is empty", base: "decision", from: "decision",
			hooks: onBody(0, func(_ *vote, d *election.Decision) { d.Basis = "" })},
		{name: "decision_options_unsorted", about: "1, then 0", base: "decision", from: "decision",
			hooks: onBody(0, func(_ *vote, d *election.Decision) { d.Adopted = []uint16{1, 0} })},
	},
	election.CheckEntryPhase: {
		{name: "batch_cut_short", about: "the collection comes before the last entry that the batch lists", base: "paper", from: "paper",
			change: func(v *vote) { v.boxes = v.boxes[:1] }, at: &place{election.KindCollection, 0},
			hooks: onEntry(election.KindPaper, 1, func(*vote, *election.Entry) []byte { return nil })},
		{name: "batch_within_a_batch", about: "the second batch begins before the last entry of the first", base: "paper", from: "paper",
			at: &place{election.KindBatch, 1}, hooks: onEntry(election.KindPaper, 1, func(*vote, *election.Entry) []byte { return nil })},
		{name: "paper_without_batch", about: "an entry that nobody signed for", attacks: []string{"V8"}, base: "paper", from: "collection",
			hooks: before(election.KindCollection, 0, again(election.KindPaper))},
		{name: "batch_after_collection", about: "paper that comes when the numbers are known", base: "paper", from: "shares",
			hooks: before(election.KindShare, 0, func(v *vote) {
				b := v.newBatch(2, paperBox{name: "3号票箱", invalid: 1})
				v.chained(election.KindBatch, b, byScrutineer(1), byTeller(1), byTeller(2))
			})},
		{name: "decision_after_announcement", about: "the presidium decides when the result is announced", base: "yna_each", from: "end",
			change: func(v *vote) { v.decided = &[]uint16{1} }, hooks: before(election.KindArchive, 0, (*vote).writeDecision)},
	},
	election.CheckEntrySignatures: {
		{name: "batch_by_one_teller", about: "one teller and two scrutineers", attacks: []string{"K4"}, base: "paper", from: "paper",
			hooks: onEntry(election.KindBatch, 0, func(v *vote, e *election.Entry) []byte {
				return v.signedAs(e, byScrutineer(1), byScrutineer(2), byTeller(1))
			})},
		{name: "batch_without_scrutineer", about: "two tellers among themselves", attacks: []string{"K4"}, base: "paper", from: "paper",
			hooks: onEntry(election.KindBatch, 0, func(v *vote, e *election.Entry) []byte { return v.signedAs(e, byTeller(1), byTeller(2)) })},
		{name: "sheets_by_tellers", about: "tellers hand paper out, where two scrutineers must sign", attacks: []string{"K4"}, base: "paper", from: "sheets",
			hooks: onEntry(election.KindSheets, 0, func(v *vote, e *election.Entry) []byte { return v.signedAs(e, byTeller(1), byTeller(2)) })},
		{name: "decision_by_staff_lead", about: "the staff lead decides for the presidium", attacks: []string{"K4"}, base: "decision", from: "decision",
			hooks: onEntry(election.KindDecision, 0, func(v *vote, e *election.Entry) []byte { return v.signedAs(e, byStaff) })},
		{name: "successor_without_presidium", about: "the staff lead alone names the next vote", attacks: []string{"K4"}, base: "first_round", from: "next",
			hooks: onEntry(election.KindSuccessor, 0, func(v *vote, e *election.Entry) []byte { return v.signedAs(e, byStaff) })},
	},
}
