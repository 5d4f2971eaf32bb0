package election_test

import "piaojue/election"

// rollRefusals: attendance, badges, opening, issuing, count.
var rollRefusals = []refusal{
	{"K7 roll index that does not exist", "attendance", 0, election.CheckAttendanceRoll, edit(func(a *election.Attendance) { a.Indexes[6] = 12 })},
	{"present is too high", "attendance", 0, election.CheckAttendanceRoll, edit(func(a *election.Attendance) { a.Present++ })},
	{"K7 roll index twice", "attendance", 0, election.CheckEntryForm, edit(func(a *election.Attendance) { a.Indexes[1] = a.Indexes[0] })},
	{"attendance signed by one", "attendance", 0, election.CheckEntrySignatures, signedBy(1)},
	{"attendance signed by staff", "attendance", 0, election.CheckEntrySignatures, func(s *script, good *election.Entry) *election.Entry {
		return s.sign(good, s.staff(), s.presidium())
	}},
	{"quorum is not reached", "late", 0, election.CheckOpeningQuorum, func(s *script, _ *election.Entry) *election.Entry {
		return s.opening(1, 0, 1)
	}},
	{"attendance replayed", "late", 0, election.CheckEntryChain, func(s *script, _ *election.Entry) *election.Entry {
		return s.Entries[len(s.Entries)-1]
	}},
	{"present counts a deputy twice", "late", 0, election.CheckAttendanceRoll, edit(func(a *election.Attendance) { a.Indexes[0] = 3 })},
	{"badge key of small order", "badge", 0, election.CheckAttendanceRoll, edit(func(b *election.Badge) { b.Key = [32]byte{1} })},
	{"V7 badge key that is another's new badge", "opening", 0, election.CheckAttendanceRoll, newBadge(8, "new badge 11")},
	{"V7 the same new badge again", "opening", 0, election.CheckAttendanceRoll, newBadge(11, "new badge 11")},
	{"badge of nobody", "badge", 0, election.CheckAttendanceRoll, edit(func(b *election.Badge) { b.Index = 12 })},

	{"issuer that does not exist", "opening", 0, election.CheckOpeningQuorum, edit(func(o *election.Opening) { o.Issuers[1] = 2 })},
	{"issuer twice", "opening", 0, election.CheckEntryForm, edit(func(o *election.Opening) { o.Issuers[0] = 1 })},
	{"epoch left out", "opening", 0, election.CheckOpeningQuorum, edit(func(o *election.Opening) { o.Epoch = 2 })},
	{"opening signed by staff lead alone", "opening", 0, election.CheckEntrySignatures, func(s *script, good *election.Entry) *election.Entry {
		return s.sign(good, s.staff())
	}},

	{"issuance under another opening", "issuance", 0, election.CheckIssuanceRoll, editIssuance(0, func(i *election.Issuance) { i.Opening[0] ^= 1 })},
	{"wrong path", "issuance", 0, election.CheckIssuanceRoll, editIssuance(0, func(i *election.Issuance) { i.Path[0][0] ^= 1 })},
	{"K7 path is too short", "issuance", 0, election.CheckIssuanceRoll, editIssuance(0, func(i *election.Issuance) { i.Path = i.Path[:3] })},
	{"path of another leaf", "issuance", 0, election.CheckIssuanceRoll, editIssuance(0, func(i *election.Issuance) { i.Leaf.Index = 1 })},
	{"K7 leaf outside the roll", "issuance", 0, election.CheckIssuanceRoll, editIssuance(0, func(i *election.Issuance) { i.Leaf.Index = 12 })},
	{"badge key that is not on the roll", "issuance", 0, election.CheckIssuanceRoll, func(s *script, good *election.Entry) *election.Entry {
		i := must(election.ParseIssuance(good.Body))
		i.Leaf.Key = public(key("intruder"))
		return s.sign(must(election.NewEntry(i)), signer{election.RoleBadge, 0, key("intruder")})
	}},
	{"another deputy's badge", "issuance", 0, election.CheckEntrySignatures, func(s *script, good *election.Entry) *election.Entry {
		return s.sign(good, s.badge(1))
	}},
	{"deputy who is not checked in", "issuance", 0, election.CheckIssuanceRoll, func(s *script, _ *election.Entry) *election.Entry {
		e, _ := s.issuance(9)
		return e
	}},
	{"V7 V8 issued twice", "issuance", 1, election.CheckIssuanceRoll, func(s *script, _ *election.Entry) *election.Entry {
		e, _ := s.issuance(0)
		i := must(election.ParseIssuance(e.Body))
		i.Vector[0] ^= 1
		return s.sign(must(election.NewEntry(i)), s.badge(0))
	}},
	{"new badge after issuance", "issuance", 1, election.CheckIssuanceRoll, newBadge(0, "second")},
	{"badge that was replaced", "issuance", 8, election.CheckEntrySignatures, func(s *script, good *election.Entry) *election.Entry {
		return s.sign(good, signer{election.RoleBadge, 0, key("badge 11")})
	}},
	{"second opening of the same epoch", "issuance", 0, election.CheckOpeningQuorum, func(s *script, _ *election.Entry) *election.Entry {
		return s.opening(1, 0, 1)
	}},

	{"count of another epoch", "count", 0, election.CheckCountKept, edit(func(p *election.Promises) { p.Epoch = 2 })},
	{"S2 count falls", "order", 0, election.CheckCountKept, func(s *script, _ *election.Entry) *election.Entry {
		return s.count(5)
	}},
	{"order of another epoch", "order", 0, election.CheckCloseOrder, edit(func(o *election.Order) { o.Epoch = 2 })},
	{"order names a false root", "order", 0, election.CheckEntryChain, edit(func(o *election.Order) { o.Root[0] ^= 1 })},
	{"order names a tree to come", "order", 0, election.CheckEntryChain, edit(func(o *election.Order) { o.Size++ })},
}

// newBadge gives a deputy the badge of this name.
func newBadge(index uint32, name string) func(*script, *election.Entry) *election.Entry {
	return func(s *script, _ *election.Entry) *election.Entry {
		b := &election.Badge{Chain: s.chain(), Index: index, Key: public(key(name))}
		return s.sign(must(election.NewEntry(b)), s.scrutineer(1), s.scrutineer(2))
	}
}

// editIssuance lets the deputy sign a changed request.
func editIssuance(index uint32, change func(*election.Issuance)) func(*script, *election.Entry) *election.Entry {
	return func(s *script, good *election.Entry) *election.Entry {
		i := must(election.ParseIssuance(good.Body))
		change(i)
		return s.sign(must(election.NewEntry(i)), s.badge(index))
	}
}
