package form

import (
	"slices"

	"piaojue/election"
)

// decisionForm is 表六 where the rules leave a tie to the presidium: whom it
// adopted among the tied, and by what right.
func (m *minutes) decisionForm() *Form {
	f := m.newForm("tx.name_decision", election.KindDecision)
	m.title(f)
	o, v, d := &m.result.Outcome, m.manifest, m.decision
	f.add(
		paragraph{
			text: words("t6.decision", v.Congress+v.Session, v.Title, len(o.Tied), v.Rules.WinnersK-len(o.Adopted)),
			size: 14 * point, indent: true,
		},
		gap(4*point), m.decisionTable(), facts(
			[]string{words("t6.text"), d.Text},
			[]string{words("t6.basis"), d.Basis},
			[]string{words("t6.members"), joined(d.Members)},
			[]string{words("t6.time"), moment(d.Time)},
		), together{note("t6.decision_note"), gap(10 * point),
			paragraph{text: words("t5.presidium", v.Congress+v.Session), size: signatureSize, align: right},
			signatures{words("tx.sign_chair"), words("tx.sign_chief")}, dateLine()})
	return f
}

func (m *minutes) decisionTable() *table {
	t := &table{
		size: 12 * point, weights: []int{14, 56}, aligns: []alignment{center, left},
		header: headers("t4.id", "t4.title"),
	}
	votes := (&Publication{Manifest: m.manifest, Deputies: true}).Tallies()
	if votes {
		t.weights, t.aligns, t.header = append(t.weights, 18), append(t.aligns, right), append(t.header, words("t6.votes"))
	}
	t.weights, t.aligns, t.header = append(t.weights, 18), append(t.aligns, center), append(t.header, words("t6.decided"))
	for _, i := range m.result.Outcome.Tied {
		row := cellsOf(m.manifest.Options[i].ID, m.manifest.Options[i].Name)
		if votes {
			row = append(row, cellsOf(m.result.Outcome.Lines[i].For)...)
		}
		decided := "t6.dropped"
		if slices.Contains(m.decision.Adopted, i) {
			decided = "t4.reason_adopted"
		}
		t.rows = append(t.rows, append(row, cellsOf(words(decided))...))
	}
	return t
}
