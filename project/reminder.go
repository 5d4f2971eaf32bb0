package project

import (
	"cmp"
	"slices"
)

// Reminder says that an entry is awaited.
type Reminder struct {
	Ref
	Awaits Kind   // what entry
	Unit   uint32 // from whom; 0: the office, or the organ that decides
	Due    Date
	Days   int // overdue; 0 or less: not yet
}

// reportDay is the day of the next month until which a report is due.
const reportDay = 10

// Reminders returns what is due until the day today+ahead, the most overdue
// first. With ahead −1 it is what is overdue. It walks over everything; what
// only a total needs should keep it.
func (s *State) Reminders(today Date, ahead int) []Reminder {
	r := reminders{until: today.Add(ahead), today: today}
	for i := range s.suggestions {
		r.suggestion(&s.suggestions[i])
	}
	for i := range s.projects {
		r.project(&s.projects[i], s.settings)
	}
	for i := range s.problems {
		r.problem(&s.problems[i])
	}
	for i := range s.inquiries {
		if x := &s.inquiries[i]; x.Stage == StageAsked {
			r.add(NounInquiry, x.Number, KindResponse, x.Unit, x.Due)
		}
	}
	for i := range s.plans {
		if x := &s.plans[i]; x.Stage == StagePlanned {
			r.add(NounPlan, x.Number, KindEvent, x.Committee, x.Due)
		}
	}
	slices.SortStableFunc(r.all, func(a, b Reminder) int { return cmp.Compare(a.Due, b.Due) })
	return r.all
}

type reminders struct {
	today, until Date
	all          []Reminder
}

func (r *reminders) add(n Noun, number uint32, k Kind, unit uint32, due Date) {
	if due == 0 || due > r.until {
		return
	}
	r.all = append(r.all, Reminder{Ref{n, number}, k, unit, due, r.today.Sub(due)})
}

func (r *reminders) suggestion(x *Suggestion) {
	switch x.Stage {
	case StageReceived:
		r.add(NounSuggestion, x.Number, KindTransfer, 0, x.Due)
	case StageTransferred:
		r.add(NounSuggestion, x.Number, KindStudy, x.Unit, x.Due)
		fallthrough
	case StageStudied:
		r.add(NounSuggestion, x.Number, KindVerdict, 0, x.Due) // the office or the government answers, not who has it
	}
}

func (r *reminders) project(p *Project, set Settings) {
	switch p.Stage {
	case StageOffered:
		r.add(NounProject, p.Number, KindAnswer, p.Lead, p.Due)
	case StageObjected:
		r.add(NounProject, p.Number, KindOffer, 0, p.Due)
	case StageTaken:
		r.add(NounProject, p.Number, KindTask, p.Lead, p.Due)
	case StageRedone:
		r.add(NounProject, p.Number, KindDelivery, p.Lead, p.Due)
	case StageUnderway:
		r.add(NounProject, p.Number, KindDelivery, p.Lead, p.Task.Deadline)
		r.add(NounProject, p.Number, KindReport, p.Lead, p.nextReport(set.ReportMonths))
	}
	if p.Announce {
		r.add(NounProject, p.Number, KindAnnouncement, 0, p.Ruled)
	}
	if p.Tell {
		r.add(NounProject, p.Number, KindNotice, 0, p.Ruled)
	}
}

func (r *reminders) problem(x *Problem) {
	switch x.Stage {
	case StageRaised:
		r.add(NounProblem, x.Number, KindEvidence, x.Owner, x.Due)
	case StageRectified:
		r.add(NounProblem, x.Number, KindRecheck, 0, x.Due)
	case StageStruck:
		r.add(NounProblem, x.Number, KindLookback, 0, x.Lookback)
	}
}

// nextReport returns when the next report is due: on the tenth after the
// month or quarter that follows the last one reported.
func (p *Project) nextReport(months uint8) Date {
	year, month, _ := p.Began.Split()
	if p.Period != 0 {
		year, month, _ = Date(p.Period*100 + 1).Split()
		month++
	}
	step := int(months)
	month = (month + step - 1) / step * step // the end of its month or quarter
	year, month = year+month/12, month%12+1
	return NewDate(year, month, reportDay)
}

// Calendar is the recurring work of a year.
type Calendar struct {
	Receptions   []Date // 接待日
	OverseeFirst Date   // 督办月, or 0
	OverseeLast  Date
	Plans        []uint32 // due in that year
}

// Calendar returns the calendar of a year.
func (s *State) Calendar(year int) Calendar {
	var c Calendar
	for month := 1; month <= 12; month++ {
		if d := NewDate(year, month, int(s.settings.ReceptionDay)); d != 0 {
			c.Receptions = append(c.Receptions, d)
		}
	}
	if m := int(s.settings.OverseeMonth); m != 0 {
		c.OverseeFirst = NewDate(year, m, 1)
		c.OverseeLast = NewDate(year, m, monthDays(year, m))
	}
	for _, p := range s.plans {
		if y, _, _ := p.Due.Split(); y == year {
			c.Plans = append(c.Plans, p.Number)
		}
	}
	return c
}
