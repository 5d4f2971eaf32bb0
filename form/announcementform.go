package form

import (
	"slices"
	"strings"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/lang"
)

const noticeSize = 16 * point // 三号

// announcementForm is 表五, the 公告: it says what was adopted, and with how many
// votes only if the rules let everybody know. Without votes the order is that of
// the ballot, since the one by votes would tell who got more.
func (m *minutes) announcementForm() *Form {
	if m.certified == nil || m.result == nil || m.result.Outcome.Vote != election.VoteValid {
		return nil
	}
	f := m.newForm("tx.name_announcement", election.KindCertificate, election.KindDecision, election.KindAnnouncement)
	f.add(
		gap(6*point),
		heading{text: m.manifest.Congress, size: 24 * point},
		heading{text: words("t5.name"), size: 24 * point},
		gap(4*point),
		paragraph{text: words("t5.number"), size: noticeSize, align: center},
		gap(10*point),
	)
	for _, text := range m.noticeTexts() {
		f.add(paragraph{text: text, size: noticeSize, indent: true, tight: true})
	}
	issued := m.certified.Time
	if m.announced != nil {
		issued = m.announced.Time
	}
	f.add(gap(24*point),
		paragraph{text: words("t5.presidium", m.manifest.Congress+m.manifest.Session), size: noticeSize, align: right},
		paragraph{text: dayOf(issued), size: noticeSize, align: right, tight: true},
		gap(14*point), note("t5.check"))
	m.addSigned(f)
	return f
}

// talliesShown says whether everybody may see who got how many votes.
func (m *minutes) talliesShown() bool {
	return (&Publication{Manifest: m.manifest}).Tallies()
}

func (m *minutes) noticeTexts() []string {
	n := m.result.Numbers
	texts := []string{m.noticeHead()}
	for i, place := range m.noticed() {
		texts = append(texts, m.noticeItem(i+1, place))
	}
	texts = append(texts, m.noticeRest()...)
	if m.talliesShown() {
		texts = append(texts, words("t5.counts", n.N, n.P, n.I, n.R, n.V, n.X))
	}
	return append(texts, words("t5.end"))
}

func (m *minutes) noticeHead() string {
	v := m.manifest
	where, adopted := v.Congress+v.Session, len(m.adopted())
	switch {
	case v.Rules.BallotMode == ballot.Satisfaction3:
		return words("t5.graded", where, writtenDay(v.Date), v.Title)
	case adopted == 0 && slices.ContainsFunc(m.result.Outcome.Lines, func(l election.Line) bool { return l.Passed }):
		return words("t5.all_tied", where, writtenDay(v.Date), v.Title, len(v.Options), strings.Join(m.tiedNames(), "；"))
	case adopted == 0:
		return words("t5.nobody", where, writtenDay(v.Date), v.Title, len(v.Options))
	}
	order := words("t5.by_number")
	if m.talliesShown() {
		order = words("t5.by_votes")
	}
	return words("t5.body", where, writtenDay(v.Date), v.Title, len(v.Options), adopted, order)
}

// adopted are the options that the result adopts, by rank, and then those that
// the presidium adopted among the tied.
func (m *minutes) adopted() []uint16 {
	adopted := slices.Clone(m.result.Outcome.Adopted)
	if m.decision != nil {
		adopted = append(adopted, m.decision.Adopted...)
	}
	return adopted
}

// noticeRest says what becomes of seats that are left.
func (m *minutes) noticeRest() []string {
	left, next := m.manifest.Rules.WinnersK-len(m.adopted()), m.result.Outcome.Next
	if left <= 0 || m.decision != nil || next == election.NextNone {
		return nil
	}
	return []string{words("t5.rest", left, lang.ZH.Text("next."+next))}
}

// noticed are the places of the options in the announcement.
func (m *minutes) noticed() []int {
	var places []int
	if m.manifest.Rules.BallotMode == ballot.Satisfaction3 {
		for i := range m.manifest.Options {
			places = append(places, i)
		}
		return places
	}
	for _, i := range m.adopted() {
		places = append(places, int(i))
	}
	if !m.talliesShown() {
		slices.Sort(places)
	}
	return places
}

func (m *minutes) noticeItem(number, place int) string {
	name, l := m.manifest.Options[place].Name, m.result.Outcome.Lines[place]
	shown := m.talliesShown()
	switch m.manifest.Rules.BallotMode {
	case ballot.Satisfaction3:
		if shown {
			return words("t5.item_grades", number, name, m.grade(l), m.gradeVotes(l))
		}
		return words("t5.item_grade", number, name, m.grade(l))
	case ballot.YNAEach, ballot.YNACapped:
		if shown {
			return words("t5.item_for", number, name, l.For, l.Against, l.Abstain)
		}
	default:
		if shown {
			return words("t5.item_votes", number, name, l.For)
		}
	}
	return words("t5.item", number, name)
}

func (m *minutes) gradeVotes(l election.Line) string {
	var texts []string
	for i, g := range m.grades() {
		texts = append(texts, words("t5.grade_votes", g, l.Grades[i]))
	}
	return strings.Join(texts, "，")
}

// addSigned adds the words that the presidium signed: they are free text, and
// nobody should have to believe that they say the same.
func (m *minutes) addSigned(f *Form) {
	if m.announced == nil {
		return
	}
	entry := m.rests[election.KindAnnouncement].checkpoint.Size - 1
	text := together{gap(10 * point), paragraph{text: words("t5.signed", entry), size: tableSize, bold: true}}
	for _, line := range strings.Split(m.announced.Text, "\n") {
		if line = oneLine(line); line != "" {
			text = append(text, paragraph{text: line, size: tableSize, tight: true})
		}
	}
	f.add(text)
}
