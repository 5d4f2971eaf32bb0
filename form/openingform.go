package form

import (
	"encoding/hex"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/lang"
)

// openingForm is 表二: the box was empty, and who can open it.
func (m *minutes) openingForm() *Form {
	if m.opening == nil || m.trustees == nil {
		return nil
	}
	f := m.newForm("tx.name_opening", election.KindOpening)
	m.title(f)
	rules, before := &m.manifest.Rules, m.opening.before
	f.add(facts(
		m.sessionFact(), m.voteFact(),
		[]string{words("t2.time"), moment(m.opening.Time), words("t2.count"), words("t2.count_value", m.opening.Epoch)},
		[]string{words("t2.empty"), words("t2.empty_value", before.checkpoint.Size)},
		[]string{words("t2.mode"), lang.ZH.Text("value.ballot_mode." + string(rules.BallotMode)), words("t2.seats"), m.seatsText()},
		[]string{words("t2.pass"), m.passText()},
		[]string{words("t2.threshold"), words("t2.threshold_value", m.manifest.Trustees, m.manifest.Threshold)},
		[]string{words("t2.issuers"), joined(m.issuers())},
		[]string{words("t2.before"), hex.EncodeToString(before.checkpoint.Root[:])},
		[]string{words("t2.manifest"), hex.EncodeToString(m.hash[:])},
		[]string{words("t2.key"), hex.EncodeToString(m.jointKey[:])},
	), m.trusteesTable(), together{note("t2.note"), gap(6 * point),
		signatures{words("tx.sign_chief"), words("tx.sign_chair")}, dateLine()})
	return f
}

func (m *minutes) seatsText() string {
	rules := &m.manifest.Rules
	if rules.BallotMode == ballot.Satisfaction3 {
		return words("t2.graded_value", len(m.manifest.Options))
	}
	return words("t2.seats_value", rules.WinnersK, len(m.manifest.Options))
}

func (m *minutes) passText() string {
	rules := &m.manifest.Rules
	switch {
	case rules.BallotMode == ballot.Satisfaction3:
		return lang.ZH.Text("value.ballot_mode.satisfaction_3")
	case rules.Shortfall == election.ShortfallPlurality:
		return lang.ZH.Text("value.shortfall.plurality_floor_1_3")
	case rules.Base == election.BaseNone:
		return lang.ZH.Text("value.base.none")
	}
	return words("t2.majority", lang.ZH.Text("value.base."+rules.Base))
}

// issuers are the set S.
func (m *minutes) issuers() []string {
	if len(m.opening.Issuers) == 0 {
		return []string{words("t2.paper_only")}
	}
	var names []string
	for _, i := range m.opening.Issuers {
		if int(i) < len(m.manifest.Issuers) {
			names = append(names, m.manifest.Issuers[i].Name)
		}
	}
	return names
}

// trusteesTable names those who hold the key, with room to sign on.
func (m *minutes) trusteesTable() *table {
	t := &table{
		size: tableSize, weights: []int{8, 20, 23, 14, 20, 21}, aligns: []alignment{center, center, center, center, right, left},
		header: headers("t2.number", "t2.name", "t2.delegation", "t2.duty", "t2.ready", "tx.sign_here"),
	}
	for i, s := range m.trustees.Scrutineers {
		duty, ready := "t2.scrutineer", words("tx.form_dash")
		if i == 0 {
			duty = "t2.chief"
		}
		row := cellsOf(i+1, s.Name, s.Delegation, words(duty), ready, "")
		if entry, ok := m.ready[uint8(i+1)]; ok {
			row[4] = cellsOf(entry)[0]
		}
		t.rows = append(t.rows, row)
	}
	for i, s := range m.trustees.Tellers {
		t.rows = append(t.rows, cellsOf(len(m.trustees.Scrutineers)+i+1, s.Name, words("tx.form_dash"), words("t2.teller"), words("tx.form_dash"), ""))
	}
	return t
}
