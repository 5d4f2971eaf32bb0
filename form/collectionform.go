package form

import "piaojue/election"

// collectionForm is 表三: as many ballots came back as were handed out, or
// fewer.
func (m *minutes) collectionForm() *Form {
	if m.collection == nil {
		return nil
	}
	f := m.newForm("tx.name_collection", election.KindCollection)
	m.title(f)
	n := m.numbers
	issued, cast := n.Electronic()
	within := "t3.within_yes"
	if n.R > n.I {
		within = "t3.within_no"
	}
	f.add(facts(
		m.sessionFact(), m.voteFact(),
		[]string{words("tx.entitled"), people(n.N), words("tx.present"), people(n.P)},
		[]string{words("t3.order"), m.closingTime(), words("t3.time"), moment(m.collection.Time)},
	), m.collectionTable())
	f.add(m.boxes()...)
	f.add(facts(
		[]string{words("t3.within"), words(within, n.R, n.I)},
		[]string{words("t3.voided"), sheets(issued - min(issued, cast))},
		[]string{words("t3.verdict"), words(m.verdict())},
		[]string{words("t3.who"), joined(m.signed[election.KindCollection])},
		[]string{words("t3.announced"), blankDate()},
	), together{note("t3.note"), gap(8 * point),
		signatures{words("tx.sign_chief"), words("tx.sign_scrutineer"), words("tx.sign_chief_teller"), words("tx.sign_chair")}, dateLine()})
	return f
}

func (m *minutes) collectionTable() *table {
	t := &table{
		size: 12 * point, weights: []int{40, 20, 20, 20}, aligns: []alignment{left, right, right, right},
		header: headers("t3.what", "t3.sum", "t3.electronic", "t3.paper"),
	}
	n := m.numbers
	issued, cast := n.Electronic()
	row := func(id string, electronic, paper uint32) {
		t.rows = append(t.rows, cellsOf(words(id), electronic+paper, electronic, paper))
	}
	row("t3.issued", issued, n.Sheets)
	row("t3.collected", cast, n.Paper)
	row("t3.unused", n.U, 0)
	row("t3.unaccounted", n.Unaccounted(), n.Sheets-min(n.Sheets, n.Paper))
	return t
}

// boxes is a row for each box of paper, nothing if there was none.
func (m *minutes) boxes() []block {
	if len(m.batches) == 0 {
		return nil
	}
	t := &table{
		size: tableSize, weights: []int{24, 14, 14, 14, 44, 14}, aligns: []alignment{center, right, right, right, left, right},
		header: headers("t3.box", "t3.sheets", "t3.entered", "t3.invalid", "t3.signers", "t1.entry"),
	}
	for _, b := range m.batches {
		t.rows = append(t.rows, cellsOf(b.Box, b.Sheets, len(b.Entries), b.Invalid, joined(b.signers), b.entry))
	}
	return []block{t}
}

// verdict says whether the vote stands, as far as the numbers of ballots tell:
// before the result nobody knows more.
func (m *minutes) verdict() string {
	n := m.numbers
	n.V, n.X = n.R, 0 // nobody knows yet
	vote := election.Adopt(election.Input{Rules: m.manifest.Rules, Numbers: n}).Vote
	switch {
	case n.Surplus() || vote == election.VoteVoid:
		return "t3.void"
	case vote == election.VoteNoQuorum:
		return "t3.no_quorum"
	}
	return "t3.valid"
}
