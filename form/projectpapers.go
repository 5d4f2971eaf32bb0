package form

import (
	"cmp"
	"fmt"
	"slices"

	"piaojue/project"
)

// task is 表八: what the department takes on, as the law names it.
func (w *paper) task(about uint32) bool {
	p, ok := w.State.Project(about)
	if !ok || p.Task == nil {
		return false
	}
	t := p.Task
	w.title(words("tx.name_task"), p.Title)
	w.form.add(facts(
		[]string{words("t8.lead"), w.unit(t.Lead), words("t8.assisting"), w.units(t.Assisting)},
		[]string{words("t8.leader"), t.Leader, words("t8.responsible"), t.Responsible},
		[]string{words("t8.goals"), t.Goals},
		[]string{words("t8.deadline"), civilDay(t.Deadline), words("t8.investment"), wan(t.Investment)},
		[]string{words("t8.funds"), t.Funds},
		[]string{words("t8.safeguards"), t.Safeguards},
		[]string{words("t8.promise"), w.words(p.Promise)},
	), gap(4*point))
	table := &table{
		size: tableSize, weights: []int{12, 60, 18, 34, 34}, aligns: []alignment{center, left, right, center, center},
		header: headers("t8.number", "t8.milestone", "t8.weight", "t8.begins", "t8.ends"),
	}
	for i, m := range t.Milestones {
		table.rows = append(table.rows, cellsOf(i+1, m.Name, int(m.Weight), civilDay(m.Begins), civilDay(m.Ends)))
	}
	w.form.add(table)
	w.signed(words("t8.sign_lead"), words("t8.sign_government"))
	return true
}

// rulings is 表九: all that was asked for and decided, and whether it was announced
// and reported.
func (w *paper) rulings(about uint32) bool {
	p, ok := w.State.Project(about)
	if !ok {
		return false
	}
	var blocks []block
	for _, e := range p.Events {
		if e.Kind != project.KindRequest && e.Kind != project.KindRuling && e.Kind != project.KindAnnouncement && e.Kind != project.KindNotice {
			continue
		}
		b, err := w.Body(e.Entry)
		if err != nil {
			w.err = err
			return false
		}
		blocks = append(blocks, w.ruling(b, e), gap(4*point))
	}
	if blocks == nil {
		return false
	}
	w.title(words("tx.name_ruling"), p.Title)
	w.form.add(blocks...)
	w.signed(words("t9.sign_asks"), words("t9.sign_decides"))
	return true
}

func (w *paper) ruling(b project.Body, e project.Event) block {
	by := []string{words("t9.by"), w.actor(e.Actor), words("t9.day"), civilDay(e.Day)}
	switch b := b.(type) {
	case *project.Request:
		return facts([]string{words("t9.request"), words(fmt.Sprintf("t9.ruled_%d", b.For))}, by, []string{words("t9.reason"), w.words(b.Text)})
	case *project.Ruling:
		decided := words("t9.refused")
		if b.Granted {
			decided = words("t9.granted")
		}
		return facts([]string{words("t9.ruling"), words(fmt.Sprintf("t9.ruled_%d", b.For)) + "　" + decided}, by,
			[]string{words("t9.document"), b.Document}, []string{words("t9.text"), w.words(b.Text)})
	case *project.Announcement:
		return facts([]string{words("t9.announcement"), w.words(b.Text)}, by)
	case *project.Notice:
		return facts([]string{words("t9.notice"), b.Meeting}, []string{words("t9.by"), w.actor(e.Actor), words("t9.held"), civilDay(b.Held)})
	}
	return gap(0)
}

// inspection is 表十.
func (w *paper) inspection(about uint32) bool {
	x, ok := w.State.Inspection(about)
	if !ok {
		return false
	}
	p, _ := w.State.Project(x.Project)
	w.title(words("tx.name_inspection"), p.Title)
	score := func(n uint8) string { return words(fmt.Sprintf("t10.score_%d", n)) }
	w.form.add(facts(
		[]string{words("t10.number"), fmt.Sprint(x.Number), words("t10.held"), civilDay(x.Held)},
		[]string{words("t10.by"), w.actor(x.By), words("t10.lead"), w.unit(p.Lead)},
		[]string{words("t10.progress"), score(x.Progress), words("t10.quality"), score(x.Quality)},
		[]string{words("t10.effect"), score(x.Effect), words("t10.photos"), fmt.Sprint(len(x.Photos))},
		[]string{words("t10.opinion"), w.words(x.Text)},
	), note("t10.law"))
	w.signed(words("t10.sign"))
	return true
}

// ratedIn is the entry that rated a project last. What the log says of each project
// now is the latest, which another vote may have given some of them.
func (w *paper) ratedIn(p *project.Project) *project.Rating {
	for _, e := range slices.Backward(p.Events) {
		if e.Kind != project.KindRating {
			continue
		}
		body, err := w.Body(e.Entry)
		w.err = err
		b, _ := body.(*project.Rating)
		return b
	}
	return nil
}

// rating is 表十二, as 镇海 prints it: all projects of the vote in which this one was
// rated last.
func (w *paper) rating(about uint32) bool {
	p, ok := w.State.Project(about)
	if !ok || p.Rating == nil {
		return false
	}
	b := w.ratedIn(&p)
	if b == nil {
		return false
	}
	w.title(words("tx.name_rating"), "")
	t := &table{
		size: tableSize, weights: []int{14, 76, 22, 22, 22, 22, 26}, aligns: []alignment{center, left, right, right, right, right, center},
		header: headers("t12.number", "t12.project", "t12.grade_1", "t12.grade_2", "t12.grade_3", "t12.abstain", "t12.grade"),
	}
	for i, r := range slices.SortedFunc(slices.Values(b.Rows), func(a, b project.Rated) int { return cmp.Compare(a.Project, b.Project) }) {
		x, _ := w.State.Project(r.Project)
		t.rows = append(t.rows, cellsOf(i+1, x.Title, r.Good, r.Basic, r.Bad, r.Abstain, words(fmt.Sprintf("t12.grade_%d", r.Grade))))
	}
	w.form.add(paragraph{text: words("t12.base", b.Base), size: noteSize, tight: true}, t, note("t12.rule"), note("t12.redo"),
		paragraph{text: words("t12.vote", fmt.Sprintf("%x", b.Manifest)), size: noteSize, tight: true})
	w.signed(words("tx.sign_chief"), words("tx.sign_scrutineer"))
	return true
}
