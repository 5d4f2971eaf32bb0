package gen

import (
	"slices"

	"piaojue/election"
	"piaojue/group"
)

// order of the group of ristretto255 and of Ed25519, little-endian.
var groupOrder = unhex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")

// addOrder adds it to a scalar: the same scalar, spelled in another way.
func addOrder(s []byte) {
	carry := 0
	for i := range s {
		carry += int(s[i]) + int(groupOrder[i])
		s[i], carry = byte(carry), carry>>8
	}
}

// signedAs returns an entry signed anew.
func (v *vote) signedAs(e *election.Entry, by ...signedBy) []byte {
	c := &election.Entry{Kind: e.Kind, Body: e.Body}
	for _, s := range by {
		c.Sign(s.role, s.index, s.key, v.hash)
	}
	return c.Marshal()
}

// entryOf returns the n-th entry of a kind so far.
func (v *vote) entryOf(k election.Kind, n int) []byte {
	for _, e := range v.entries {
		if election.Kind(e[0]) != k {
			continue
		}
		if n--; n < 0 {
			return e
		}
	}
	panic("no such entry")
}

// again logs an entry that is there already.
func again(k election.Kind) func(v *vote) {
	return func(v *vote) { v.raw(v.entryOf(k, 0)) }
}

var entryFlaws = map[election.CheckID][]flaw{
	election.CheckEntryForm: {
		{name: "entry_trailing_byte", about: "one byte after the signatures", attacks: []string{"G7"}, from: "counts",
			hooks: onEntry(election.KindCount, 0, func(_ *vote, e *election.Entry) []byte { return append(e.Marshal(), 0) })},
		{name: "entry_unknown_kind", about: "an entry of kind 32", from: "counts",
			hooks: before(election.KindCount, 0, func(v *vote) { v.raw([]byte{32, 0, 0, 0}) })},
		{name: "entry_signatures_unsorted", about: "the same signatures in the other order", attacks: []string{"G7"}, from: "order",
			hooks: onEntry(election.KindOrder, 0, func(_ *vote, e *election.Entry) []byte {
				slices.Reverse(e.Signatures)
				return e.Marshal()
			})},
		{name: "entry_signature_twice", about: "one scrutineer signs twice where two are demanded", attacks: []string{"K4"}, from: "collection",
			hooks: onEntry(election.KindCollection, 0, func(_ *vote, e *election.Entry) []byte {
				e.Signatures[1] = e.Signatures[0]
				return e.Marshal()
			})},
		{name: "attendance_index_twice", about: "a deputy stands twice in one attendance entry", attacks: []string{"K7"}, base: "record", from: "issuances",
			hooks: onBody(1, func(_ *vote, a *election.Attendance) { a.Indexes = []uint32{11, 11} })},
		{name: "announcement_with_control_character", about: "U+0007 in a text", attacks: []string{"G7"}, from: "end",
			hooks: onBody(0, func(_ *vote, a *election.Announcement) { a.Text = "公告\a" })},
	},
	election.CheckEntryPhase: {
		{name: "dealing_after_complaint", about: "the ceremony goes on after a complaint that proves what it says", attacks: []string{"K9"}, from: "dealings",
			change: func(v *vote) { v.until = "agreements" }, hooks: before(election.KindDealing, 0, func(v *vote) {
				v.blamed = nil
				v.complain()
				v.blame()
			})},
		{name: "issuance_after_order", about: "a credential after the end of the vote", attacks: []string{"S14"}, from: "box",
			hooks: before(election.KindBallot, 0, again(election.KindIssuance))},
		{name: "ballot_after_close", about: "a ballot after the close entry", attacks: []string{"S14"}, from: "collection",
			hooks: before(election.KindCollection, 0, again(election.KindBallot))},
		{name: "share_before_collection", about: "a share before anybody counted the ballots", attacks: []string{"K5"}, from: "collection",
			hooks: before(election.KindCollection, 0, func(v *vote) {
				s := election.NewShare(v.size(), v.root(v.size()), 2, make([]byte, 128*4))
				v.raw(v.signedAs(&election.Entry{Kind: election.KindShare, Body: s.Marshal()}, byScrutineer(2)))
			})},
		{name: "void_after_certificate", about: "a result that is certified is declared void", from: "end",
			hooks: before(election.KindDestruction, 0, func(v *vote) {
				v.raw(v.signedAs(must(election.NewEntry(election.NewVoid(v.chain(), "重新投票"))), byStaff, byPresidium))
			})},
		{name: "certificate_twice", about: "a second certificate", from: "end",
			hooks: before(election.KindDestruction, 0, again(election.KindCertificate))},
	},
	election.CheckEntryChain: {
		{name: "order_of_a_fork", about: "the order names a root that the log never had", attacks: []string{"S1"}, from: "order",
			hooks: onBody(0, func(_ *vote, o *election.Order) { o.Root[0] ^= 1 })},
		{name: "order_beyond_its_index", about: "the order names a tree that holds the order itself", from: "order",
			hooks: onBody(0, func(_ *vote, o *election.Order) { o.Size++ })},
		{name: "suspension_replayed", about: "the suspension that was lifted is logged again, signatures and all", base: "record", from: "order",
			hooks: before(election.KindOrder, 0, again(election.KindSuspend))},
		{name: "announcement_without_predecessor", about: "prev is zero", from: "end",
			hooks: onBody(0, func(_ *vote, a *election.Announcement) { a.Prev = [32]byte{} })},
	},
	election.CheckEntrySignatures: signatureFlaws,
}

var signatureFlaws = []flaw{
	{name: "order_without_presidium", about: "the staff lead alone ends the vote", from: "order",
		hooks: onEntry(election.KindOrder, 0, func(v *vote, e *election.Entry) []byte { return v.signedAs(e, byStaff) })},
	{name: "order_signed_by_one_key", about: "the staff lead signs for the presidium too", from: "order",
		hooks: onEntry(election.KindOrder, 0, func(v *vote, e *election.Entry) []byte {
			return v.signedAs(e, byStaff, signedBy{election.RolePresidium, 0, byStaff.key})
		})},
	{name: "certificate_without_chief", about: "two of three scrutineers, but not the 总监票人", from: "certificate",
		hooks: onEntry(election.KindCertificate, 0, func(v *vote, e *election.Entry) []byte {
			return v.signedAs(e, byScrutineer(2), byScrutineer(3))
		})},
	{name: "certificate_by_one", about: "the 总监票人 alone, which is not more than half of three", from: "certificate",
		hooks: onEntry(election.KindCertificate, 0, func(v *vote, e *election.Entry) []byte { return v.signedAs(e, byScrutineer(1)) })},
	{name: "announcement_signed_by_too_many", about: "a signature that nobody demands", attacks: []string{"G7"}, from: "end",
		hooks: onEntry(election.KindAnnouncement, 0, func(v *vote, e *election.Entry) []byte { return v.signedAs(e, byStaff, byPresidium) })},
	{name: "close_signed_as_count", about: "a signature under the name of another kind", attacks: []string{"F6"}, from: "close",
		hooks: onEntry(election.KindClose, 0, func(v *vote, e *election.Entry) []byte {
			e.Signatures[0].Sig = [64]byte(group.Sign(byLog.key, "count", v.hash, e.Body))
			return e.Marshal()
		})},
	{name: "close_signed_for_another_vote", about: "a signature bound to another manifest", attacks: []string{"V1"}, from: "close",
		hooks: onEntry(election.KindClose, 0, func(_ *vote, e *election.Entry) []byte {
			e.Sign(election.RoleLog, 0, byLog.key, secretOf("another vote"))
			return e.Marshal()
		})},
	{name: "count_signature_malleated", about: "s + ℓ instead of s", attacks: []string{"G8", "G9"}, from: "counts",
		hooks: onEntry(election.KindCount, 0, func(_ *vote, e *election.Entry) []byte {
			addOrder(e.Signatures[0].Sig[32:])
			return e.Marshal()
		})},
	{name: "issuance_by_lost_badge", about: "signed with the badge that a badge entry replaced", base: "record", from: "issuances",
		hooks: onEntry(election.KindIssuance, 2, func(v *vote, e *election.Entry) []byte {
			return v.signedAs(e, signedBy{election.RoleBadge, 0, key("badge 11")})
		})},
	{name: "ballot_with_signature", about: "a ballot entry that says who logged it", attacks: []string{"B9"}, from: "box",
		hooks: onEntry(election.KindBallot, 0, func(v *vote, e *election.Entry) []byte { return v.signedAs(e, byLog) })},
}
