package form

import (
	"piaojue/audit"
	"piaojue/project"
)

// Papers makes the official forms about projects (表八 to 表十四) of their log. The
// same log, with the same texts beside it, gives the same bytes.
//
// Names and telephone numbers of citizens are in no form: lines for them are left
// open, to be filled in by hand.
type Papers struct {
	State      *project.State
	Today      project.Date                             // for what is overdue
	Checkpoint audit.Checkpoint                         // of all that State has read
	Body       func(entry uint64) (project.Body, error) // what an entry of the log says
	Words      func(text project.Blob) (string, error)  // what lies beside it; empty: erased, or not for who asks
}

// The numbers of the forms about projects.
const (
	TaskPaper       = 8 + iota // 领单任务书, of a project
	RulingPaper                // 调整（暂缓、终止）申请与决定, of a project
	InspectionPaper            // 验单意见表, of an inspection
	ProblemsPaper              // 问题、责任、整改三清单, of a project, or of all
	RatingPaper                // 满意度测评结果, of the vote in which a project was rated
	ReceptionPaper             // 代表接待登记表, of a suggestion
	WishPaper                  // 征集表, of a suggestion
	ActivityPaper              // 附表一, 代表履职活动统计
	ReminderPaper              // 附表二, 待办提醒单
)

// Form returns the form with a number about a thing; nil if there is nothing yet
// that it could say.
func (p *Papers) Form(number int, about uint32) (*Form, error) {
	w := &paper{Papers: p, form: &Form{Number: number}}
	w.form.basis.checkpoint = p.Checkpoint
	w.form.basis.projects = p.State.ID()
	there := false
	switch number {
	case TaskPaper:
		there = w.task(about)
	case RulingPaper:
		there = w.rulings(about)
	case InspectionPaper:
		there = w.inspection(about)
	case ProblemsPaper:
		there = w.problems(about)
	case RatingPaper:
		there = w.rating(about)
	case ReceptionPaper:
		there = w.suggestion(about, words("tx.name_reception"))
	case WishPaper:
		there = w.suggestion(about, words("tx.name_wish"))
	case ActivityPaper:
		there = w.activities()
	case ReminderPaper:
		there = w.reminders()
	}
	if !there || w.err != nil {
		return nil, w.err
	}
	return w.form, nil
}

// paper is a form about projects on its way.
type paper struct {
	*Papers
	form *Form
	err  error
}

// title heads a form: whose it is, what it is about, its name.
func (w *paper) title(name, about string) {
	w.form.Name = name
	w.form.add(heading{text: w.State.Organisation().Name, size: 15 * point})
	if about != "" {
		w.form.add(heading{text: about, size: 15 * point})
	}
	w.form.add(gap(3*point), heading{text: name, size: 22 * point}, gap(5*point))
}

func (w *paper) words(b project.Blob) string {
	if b == (project.Blob{}) {
		return words("tx.form_none")
	}
	text, err := w.Words(b)
	if err != nil && w.err == nil {
		w.err = err
	}
	if text == "" {
		return words("tx.form_withheld")
	}
	return text
}

func (w *paper) unit(n uint32) string {
	u, ok := w.State.Unit(n)
	if !ok {
		return words("tx.form_dash")
	}
	return u.Name
}

func (w *paper) units(numbers []uint32) string {
	var names []string
	for _, n := range numbers {
		names = append(names, w.unit(n))
	}
	return joined(names)
}

func (w *paper) actor(n uint32) string {
	a, _ := w.State.Actor(n)
	return a.Name
}

func civilDay(d project.Date) string {
	if d == 0 {
		return words("tx.form_dash")
	}
	return writtenDay(d.String())
}

func wan(yuan uint64) string { return words("tx.wan", FormatWan(yuan)) }

// or is a text, or a dash for none.
func or(text string) string {
	if text == "" {
		return words("tx.form_dash")
	}
	return text
}

// signed ends a form.
func (w *paper) signed(names ...string) {
	w.form.add(together{gap(6 * point), signatures(names), dateLine()})
}
