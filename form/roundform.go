package form

import (
	"piaojue/election"
)

// roundForm is 表六: who is voted on again. Nobody chooses that. It is read by
// deputies.
func (m *minutes) roundForm() *Form {
	switch {
	case m.result == nil:
		return nil
	case m.decision != nil:
		return m.decisionForm()
	}
	o := &m.result.Outcome
	next, err := m.manifest.Next(o)
	if err != nil {
		return nil // nothing follows
	}
	f := m.newForm("tx.name_round", election.KindResult, election.KindCertificate)
	m.title(f)
	f.add(paragraph{text: m.roundText(next), size: 14 * point, indent: true}, gap(4*point), m.roundTable(next))
	f.add(facts(
		[]string{words("t6.when"), blankDate()},
		[]string{words("t6.where"), ""},
	), together{note("t6.note"), gap(10 * point),
		paragraph{text: words("t5.presidium", m.manifest.Congress+m.manifest.Session), size: signatureSize, align: right},
		signatures{words("tx.sign_chair"), words("tx.sign_chief")}, dateLine()})
	return f
}

func (m *minutes) roundText(next *election.Follow) string {
	o, v := &m.result.Outcome, m.manifest
	where, count, seats := v.Congress+v.Session, len(next.Options), next.Rules.WinnersK
	switch {
	case o.Next == election.NextRepeat:
		return words("t6.repeat", where, v.Title, m.invalidReason(), count, seats)
	case len(o.Tied) > 0:
		return words("t6.tied", where, v.Title, count, seats)
	}
	k, adopted := v.Rules.WinnersK, len(o.Adopted)
	return words("t6.short", where, v.Title, k, adopted, k-adopted, count, seats)
}

func (m *minutes) roundTable(next *election.Follow) *table {
	t := &table{
		size: 12 * point, weights: []int{10, 14, 56}, aligns: []alignment{center, center, left},
		header: headers("t4.number", "t4.id", "t4.title"),
	}
	votes := (&Publication{Manifest: m.manifest, Deputies: true}).Tallies()
	if votes {
		t.weights, t.aligns, t.header = append(t.weights, 20), append(t.aligns, right), append(t.header, words("t6.votes"))
	}
	for i, o := range next.Options {
		row := cellsOf(i+1, o.ID, o.Name)
		if votes {
			row = append(row, cellsOf(m.result.Outcome.Lines[next.Origin[i]].For)...)
		}
		t.rows = append(t.rows, row)
	}
	return t
}
