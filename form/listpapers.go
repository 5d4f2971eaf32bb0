package form

import "piaojue/project"

// activities is 附表一: what each deputy did, of which the law says that it is
// public. Whether anybody cast is in no log of projects, so that it cannot stand
// here (see project.Tally).
func (w *paper) activities() bool {
	t := &table{size: tableSize, weights: []int{30, 40, 16, 16, 16, 16, 16, 16, 16, 16, 16}, header: headers(activityColumns...)}
	t.aligns = []alignment{left, left}
	for range activityColumns[2:] {
		t.aligns = append(t.aligns, right)
	}
	for n := uint32(1); int(n) < w.State.Actors(); n++ {
		a, _ := w.State.Actor(n)
		if a.Role != project.RoleDeputy {
			continue
		}
		x := w.State.Tally(n)
		row := cellsOf(a.Name, w.unit(a.Unit), x.Suggestions, x.Inspections, x.Rechecks, x.Contacts)
		for _, times := range x.Duties[1:] {
			row = append(row, cellsOf(times)...)
		}
		t.rows = append(t.rows, row)
	}
	if t.rows == nil {
		return false
	}
	w.title(words("tx.name_activity"), "")
	w.form.add(t, note("t15.law"))
	w.signed(words("t15.sign"))
	return true
}

// activityColumns are the fields of a project.Tally, behind whose it is.
var activityColumns = []string{
	"t15.deputy", "t15.station", "t15.suggestions", "t15.inspections", "t15.rechecks", "t15.contacts",
	"t15.duty_1", "t15.duty_2", "t15.duty_3", "t15.duty_4", "t15.duty_5",
}

// remindAhead is how many days before its deadline something is on the list.
const remindAhead = 14

// reminders is 附表二: what is due soon and what is overdue, and with whom it lies.
func (w *paper) reminders() bool {
	all := w.State.Reminders(w.Today, remindAhead)
	if len(all) == 0 {
		return false
	}
	w.title(words("tx.name_reminders"), civilDay(w.Today))
	t := &table{
		size: tableSize, weights: []int{12, 44, 66, 46, 34, 22}, aligns: []alignment{center, left, left, left, center, right},
		header: headers("t16.number", "t16.thing", "t16.project", "t16.unit", "t16.due", "t16.days"),
	}
	for i, r := range all {
		unit := words("t16.office")
		if r.Unit != 0 {
			unit = w.unit(r.Unit)
		}
		thing := words("t16.awaits_"+r.Awaits.String()) + words("t16.of_"+r.Noun.String(), r.Number)
		t.rows = append(t.rows, cellsOf(i+1, thing, or(w.projectOf(r.Ref)), unit, civilDay(r.Due), max(0, r.Days)))
	}
	w.form.add(t)
	return true
}

// projectOf is the title of the project to which a thing belongs.
func (w *paper) projectOf(r project.Ref) string {
	n := uint32(0)
	switch r.Noun {
	case project.NounProject:
		n = r.Number
	case project.NounProblem:
		x, _ := w.State.Problem(r.Number)
		n = x.Project
	case project.NounInquiry:
		x, _ := w.State.Inquiry(r.Number)
		n = x.Project
	}
	p, _ := w.State.Project(n)
	return p.Title
}
