package form

import (
	"piaojue/election"
	"piaojue/lang"
)

// keepingForm is 表七: what was done to the box from its opening to the end, by
// whom. It grows with the log.
func (m *minutes) keepingForm() *Form {
	if m.order == nil && m.rests[election.KindVoid].checkpoint.Size == 0 {
		return nil
	}
	f := m.newForm("tx.name_keeping",
		election.KindOpening, election.KindOrder, election.KindCollection, election.KindShare, election.KindCertificate,
		election.KindAnnouncement, election.KindArchive, election.KindDestruction, election.KindSuspend, election.KindResume, election.KindVoid)
	m.title(f)
	retention := m.manifest.Rules.BallotRetention
	destroy := retention.DestroyNeeds
	if id := "value.ballot_retention.destroy_needs." + destroy; lang.ZH.Has(id) {
		destroy = lang.ZH.Text(id)
	}
	f.add(facts(
		m.sessionFact(), m.voteFact(),
		[]string{words("t7.until"), retention.Until, words("t7.destroy"), destroy},
		[]string{words("t7.place"), ""},
	), m.keepingTable(), together{note("t7.note"), gap(8 * point),
		signatures{words("tx.sign_chief"), words("t7.keeper")}, dateLine()})
	return f
}

func (m *minutes) keepingTable() *table {
	t := &table{
		size: 9500, weights: []int{18, 32, 23, 34, 10, 13}, aligns: []alignment{center, left, left, center, right, left},
		header: headers("t7.step", "t7.detail", "t7.who", "t7.time", "t7.entry", "tx.sign_here"),
	}
	for _, e := range m.events {
		t.rows = append(t.rows, cellsOf(words("t7.event_"+e.id), e.about, joined(e.who), moment(e.time), e.entry, ""))
	}
	return t
}
