package form

import (
	"piaojue/election"
	"piaojue/lang"
)

const (
	tableSize = 10500 // 五号
	noteSize  = 9 * point
)

// attendanceForm is 表一: who came, and whether they are enough.
func (m *minutes) attendanceForm() *Form {
	if len(m.attendance) == 0 {
		return nil
	}
	f := m.newForm("tx.name_attendance", election.KindAttendance, election.KindOrder)
	m.title(f)
	present := m.attendance[len(m.attendance)-1].Present
	all := m.manifest.Deputies
	f.add(facts(
		m.sessionFact(), m.voteFact(),
		[]string{words("tx.entitled"), people(all), words("tx.present"), people(present)},
		[]string{words("tx.missing"), people(all - present), words("tx.split"), words("t1.split")},
		[]string{words("tx.quorum"), m.quorumText(), words("tx.met"), m.quorumMet(present)},
		[]string{words("tx.closing"), m.closingTime(), words("tx.batches"), words("t1.batches", len(m.attendance))},
	), m.attendanceTable(), together{note("t1.note"), gap(10 * point),
		signatures{words("tx.sign_counter"), words("tx.sign_scrutineer"), words("tx.sign_secretary")}, dateLine()})
	return f
}

func (m *minutes) attendanceTable() *table {
	t := &table{
		size: tableSize, weights: []int{9, 33, 14, 14, 34, 14}, aligns: []alignment{center, center, right, right, left, right},
		header: headers("t1.batch", "t1.time", "t1.new", "t1.sum", "t1.who", "t1.entry"),
	}
	for i, a := range m.attendance {
		t.rows = append(t.rows, cellsOf(
			i+1, moment(a.Time), len(a.Indexes), a.Present, joined(a.signers), a.entry))
	}
	return t
}

func (m *minutes) quorumText() string {
	rules := &m.manifest.Rules
	return words("t1.quorum", lang.ZH.Text("value.quorum.rule."+rules.Quorum.Rule), rules.QuorumOf(m.manifest.Deputies))
}

func (m *minutes) quorumMet(present uint32) string {
	if present < m.manifest.Rules.QuorumOf(m.manifest.Deputies) {
		return words("t1.short")
	}
	return words("t1.met")
}

func (m *minutes) closingTime() string {
	if m.order == nil {
		return words("t1.open")
	}
	return moment(m.order.Time)
}

func (m *minutes) sessionFact() []string {
	return []string{words("tx.session"), m.manifest.Congress + m.manifest.Session}
}

func (m *minutes) voteFact() []string {
	return []string{words("tx.vote"), m.manifest.Title}
}
