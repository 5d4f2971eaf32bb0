package web

import (
	"cmp"

	"piaojue/project"
)

// workDeeds are about adopted projects: 领单, progress, rulings.
var workDeeds = map[project.Kind]deedForm{
	project.KindOffer: func(s *sheet) project.Body {
		b := &project.Offer{Project: s.about}
		p, _ := s.state.Project(s.about)
		s.unit("lead_department", &b.Lead, project.UnitDepartment, true)
		s.suggestNumber(cmp.Or(p.Lead, p.Figures.Unit))
		s.someUnits("assisting", &b.Assisting, project.UnitDepartment, false)
		return b
	},
	project.KindAnswer: func(s *sheet) project.Body {
		b := &project.Answer{Project: s.about}
		s.verdict("accepted", &b.Accepted)
		s.words("objection", &b.Text, false)
		return b
	},
	project.KindTask: func(s *sheet) project.Body {
		b := &project.Task{Project: s.about}
		s.taskBook(&b.Book)
		return b
	},
	project.KindCommitment: func(s *sheet) project.Body {
		b := &project.Commitment{Project: s.about}
		s.words("commitment", &b.Text, true)
		return b
	},
	project.KindReport: func(s *sheet) project.Body {
		b := &project.Report{Project: s.about}
		p, _ := s.state.Project(s.about)
		s.month("period", &b.Period)
		s.percents("percents", &b.Percents, &p)
		s.money("spent", &b.Spent)
		s.suggestMoney(p.Spent)
		choice(s, "outlook", &b.Outlook, "work.outlook_", project.OutlookSure, project.OutlookNotYet, true)
		s.words("progress", &b.Text, true)
		s.photos("photos", &b.Photos, false)
		s.words("because", &b.Because, false)
		return b
	},
	project.KindRequest: func(s *sheet) project.Body {
		b := &project.Request{Project: s.about}
		choice(s, "ruled", &b.For, "work.ruled_", project.RuledAdjust, project.RuledTerminate, true)
		s.words("request_why", &b.Text, true)
		return b
	},
	project.KindRuling: func(s *sheet) project.Body {
		b := &project.Ruling{Project: s.about}
		p, _ := s.state.Project(s.about)
		b.For = p.Asked
		s.verdict("granted", &b.Granted)
		s.line("document", &b.Document, true)
		s.words("decision", &b.Text, true)
		if len(s.votes) > 0 {
			s.vote("ruling_vote", &b.Manifest, &b.Result)
		}
		if p.Asked == project.RuledAdjust {
			s.adjusted(b, &p)
		}
		return b
	},
	project.KindAnnouncement: func(s *sheet) project.Body {
		b := &project.Announcement{Project: s.about}
		s.words("announcement", &b.Text, true)
		return b
	},
	project.KindNotice: func(s *sheet) project.Body {
		b := &project.Notice{Project: s.about}
		s.line("meeting", &b.Meeting, true)
		s.date("held", &b.Held, true)
		return b
	},
	project.KindDelivery: func(s *sheet) project.Body {
		b := &project.Delivery{Project: s.about}
		s.words("delivery", &b.Text, true)
		s.photos("photos", &b.Photos, false)
		return b
	},
	project.KindSite: func(s *sheet) project.Body {
		b := &project.Site{Project: s.about}
		s.site(b)
		return b
	},
	project.KindPriority: func(s *sheet) project.Body {
		b := &project.Priority{Project: s.about}
		s.line("official", &b.Official, false)
		return b
	},
}

// taskBook asks for the fields of the law (陕西省条例第十七条), who leads being the
// department that has accepted.
func (s *sheet) taskBook(b *project.TaskBook) {
	p, _ := s.state.Project(s.about)
	b.Lead, b.Assisting = p.Lead, p.Assisting
	old := p.Task
	if old == nil {
		old = &project.TaskBook{Deadline: p.Figures.Deadline, Investment: p.Figures.Investment}
	}
	s.line("leader", &b.Leader, true)
	s.suggest(old.Leader)
	s.line("responsible", &b.Responsible, true)
	s.suggest(old.Responsible)
	s.prose("goals", &b.Goals)
	s.suggest(old.Goals)
	s.date("deadline", &b.Deadline, true)
	s.suggestDate(old.Deadline)
	s.money("investment", &b.Investment)
	s.suggestMoney(old.Investment)
	s.prose("funds", &b.Funds)
	s.suggest(old.Funds)
	s.prose("safeguards", &b.Safeguards)
	s.suggest(old.Safeguards)
	s.milestones("milestones", &b.Milestones)
	s.suggestMilestones(old.Milestones)
	for _, m := range b.Milestones {
		if f := &s.fields[len(s.fields)-1]; b.Deadline != 0 && m.Ends > b.Deadline {
			s.refuse(f, "deed.late_milestone", m.Name)
		}
	}
}

// site asks for what the notice board must say and the task book does not.
func (s *sheet) site(b *project.Site) {
	p, _ := s.state.Project(s.about)
	old := p.Site
	if old == nil {
		old = &project.Site{Begins: p.Began, Ends: deadlineOf(&p)}
	}
	s.prose("builders", &b.Builders)
	s.suggest(old.Builders)
	s.prose("standards", &b.Standards)
	s.suggest(old.Standards)
	s.date("site_begins", &b.Begins, true)
	s.suggestDate(old.Begins)
	s.date("site_ends", &b.Ends, true)
	s.suggestDate(old.Ends)
	if b.Ends != 0 && b.Ends < b.Begins {
		s.refuse(&s.fields[len(s.fields)-1], "deed.ends_early")
	}
	s.line("report_phone", &b.Phone, true)
	s.suggest(old.Phone)
}

// adjusted asks for the new task book of a ruling that grants an adjustment.
func (s *sheet) adjusted(b *project.Ruling, p *project.Project) {
	if s.given != nil && !b.Granted {
		return
	}
	book := &project.TaskBook{}
	s.taskBook(book)
	s.percents("percents", &b.Percents, &project.Project{Task: book, Percents: p.Percents})
	b.Book = book
}
