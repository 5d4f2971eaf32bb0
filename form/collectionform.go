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
	within := "t3.within_yes"
	if n.R > n.I {
		within = "t3.within_no"
	}
	f.add(facts(
		m.sessionFact(), m.voteFact(),
		[]string{words("tx.entitled"), people(n.N), words("tx.present"), people(n.P)},
		[]string{words("t3.order"), m.closingTime(), words("t3.time"), moment(m.collection.Time)},
	), m.collectionTable(), facts(
		[]string{words("t3.within"), words(within, n.R, n.I)},
		[]string{words("t3.voided"), sheets(n.I - min(n.I, n.R))},
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
	n, paper := m.numbers, m.paper()
	row := func(id string, sum, paper uint32) {
		t.rows = append(t.rows, cellsOf(words(id), sum, sum-min(sum, paper), paper))
	}
	row("t3.issued", n.I, paper.issued)
	row("t3.collected", n.R, paper.collected)
	row("t3.unused", n.U, 0)
	row("t3.unaccounted", n.I-min(n.I, n.R+n.U), paper.issued-min(paper.issued, paper.collected))
	return t
}

// A paperCount is what of the numbers is on paper.
type paperCount struct{ issued, collected uint32 }

func (m *minutes) paper() paperCount {
	if m.collection == nil {
		return paperCount{}
	}
	return paperCount{issued: m.collection.Paper, collected: m.collection.Paper}
}

// verdict says whether the vote stands, as far as the numbers of ballots tell:
// before the result nobody knows more.
func (m *minutes) verdict() string {
	n := m.numbers
	n.V, n.X = n.R, 0
	vote := election.Adopt(election.Input{Rules: m.manifest.Rules, Numbers: n}).Vote
	switch {
	case n.Surplus() || vote == election.VoteVoid:
		return "t3.void"
	case vote == election.VoteNoQuorum:
		return "t3.no_quorum"
	}
	return "t3.valid"
}
