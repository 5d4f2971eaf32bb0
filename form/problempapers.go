package form

import (
	"fmt"
	"strings"

	"piaojue/project"
)

// problems is 表十一: 问题清单, 责任清单, 整改清单, one below the other with the same
// numbers; about 0 it is of all projects.
func (w *paper) problems(about uint32) bool {
	title := ""
	if about != 0 {
		p, ok := w.State.Project(about)
		if !ok {
			return false
		}
		title = p.Title
	}
	var all []project.Problem
	for n := uint32(1); n < w.State.Next(project.NounProblem); n++ {
		if x, _ := w.State.Problem(n); about == 0 || x.Project == about {
			all = append(all, x)
		}
	}
	if all == nil {
		return false
	}
	w.title(words("tx.name_problems"), title)
	w.form.add(
		heading{text: words("t11.list_1"), size: 15 * point}, w.found(all), gap(6*point),
		heading{text: words("t11.list_2"), size: 15 * point}, w.owned(all), gap(6*point),
		heading{text: words("t11.list_3"), size: 15 * point}, w.rectified(all),
	)
	w.signed(words("t11.sign_committee"), words("t11.sign_office"))
	return true
}

func (w *paper) found(all []project.Problem) block {
	t := &table{size: tableSize, weights: []int{14, 50, 76, 26}, aligns: []alignment{center, left, left, center}, header: headers("t11.number", "t11.project", "t11.problem", "t11.found")}
	for _, x := range all {
		p, _ := w.State.Project(x.Project)
		found := words("tx.form_dash")
		if i, ok := w.State.Inspection(x.Inspection); ok {
			found = civilDay(i.Held)
		}
		t.rows = append(t.rows, cellsOf(int(x.Number), p.Title, w.words(x.Text), found))
	}
	return t
}

func (w *paper) owned(all []project.Problem) block {
	t := &table{size: tableSize, weights: []int{14, 60, 40, 40}, aligns: []alignment{center, left, left, center}, header: headers("t11.number", "t11.owner", "t11.official", "t11.due")}
	for _, x := range all {
		t.rows = append(t.rows, cellsOf(int(x.Number), w.unit(x.Owner), or(x.Official), civilDay(x.Due)))
	}
	return t
}

func (w *paper) rectified(all []project.Problem) block {
	t := &table{
		size: tableSize, weights: []int{14, 50, 26, 22, 40, 26}, aligns: []alignment{center, left, right, right, center, right},
		header: headers("t11.number", "t11.where", "t11.contacts", "t11.proof", "t11.lookback", "t11.relapses"),
	}
	for _, x := range all {
		t.rows = append(t.rows, cellsOf(int(x.Number), words("t11.stage_"+x.Stage.String()), int(x.Contacts), len(x.Proof), civilDay(x.Lookback), x.Relapses))
	}
	return t
}

// suggestion is 表十三 or 表十四: the same wish, as a station registers it and as it
// was collected.
func (w *paper) suggestion(about uint32, name string) bool {
	x, ok := w.State.Suggestion(about)
	if !ok || (x.Channel == project.ChannelForm) != (w.form.Number == ReceptionPaper) {
		return false
	}
	w.title(name, "")
	rows := [][]string{
		{words("t13.number"), fmt.Sprint(x.Number), words("t13.held"), civilDay(x.Held)},
		{words("t13.channel"), words(fmt.Sprintf("t13.channel_%d", x.Channel)), words("t13.source"), w.source(&x)},
		{words("t13.district"), w.unit(x.District), words("t13.field"), words(fmt.Sprintf("t13.field_%d", x.Field))},
		{words("t13.people"), headcount(x.People), words("t13.photos"), fmt.Sprint(len(x.Photos))},
		{words("t13.text"), w.words(x.Text)},
		{words("t13.proposer"), "", words("t13.contact"), ""},
		{words("t13.unit"), w.unit(x.Unit), words("t13.where"), words("t13.stage_" + strings.ReplaceAll(x.Stage.String(), " ", "_"))},
		{words("t13.answer"), w.words(x.Answer)},
	}
	w.form.add(facts(rows...), note("t13.privacy"))
	if w.form.Number == ReceptionPaper {
		w.signed(words("t13.sign_deputy"), words("t13.sign_writer"))
	} else {
		w.signed(words("t13.sign_office"))
	}
	return true
}

func (w *paper) source(x *project.Suggestion) string {
	switch x.Channel {
	case project.ChannelPerson:
		return or(w.actor(x.Source))
	case project.ChannelHome, project.ChannelForm:
		return w.unit(x.Source)
	}
	return words("tx.form_dash")
}

func headcount(n uint32) string {
	if n == 0 {
		return words("tx.form_dash")
	}
	return words("t13.headcount", n)
}
