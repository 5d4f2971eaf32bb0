package web

import "piaojue/project"

// inspectDeeds are those of supervision: 验单.
var inspectDeeds = map[project.Kind]deedForm{
	project.KindPlan: func(s *sheet) project.Body {
		b := &project.Plan{Number: s.state.Next(project.NounPlan)}
		choice(s, "work", &b.Work, "plan.work_", project.WorkPlan, project.WorkReview, true)
		s.unit("committee", &b.Committee, project.UnitCommittee, true)
		s.someProjects("projects", &b.Projects)
		s.date("due", &b.Due, true)
		s.words("plan", &b.Text, false)
		return b
	},
	project.KindEvent: func(s *sheet) project.Body {
		b := &project.Held{Plan: s.about}
		s.date("held", &b.Held, true)
		s.words("event_report", &b.Text, true)
		return b
	},
	project.KindTeam: func(s *sheet) project.Body {
		b := &project.Team{Project: s.about}
		p, _ := s.state.Project(s.about)
		s.line("team_leader", &b.Leader, true)
		s.suggest(p.Team.Leader)
		s.unit("committee", &b.Committee, project.UnitCommittee, true)
		s.suggestNumber(p.Team.Committee)
		s.someActors("deputies", &b.Deputies, project.RoleDeputy, true)
		var specialists uint32
		s.number("specialists", &specialists, 99, false)
		b.Specialists = uint8(specialists)
		return b
	},
	project.KindInspection: func(s *sheet) project.Body {
		b := &project.Inspection{Number: s.state.Next(project.NounInspection), Project: s.about}
		s.date("held", &b.Held, true)
		s.suggestDate(s.today)
		choice(s, "score_progress", &b.Progress, "inspect.score_", 1, 5, true)
		choice(s, "score_quality", &b.Quality, "inspect.score_", 1, 5, true)
		choice(s, "score_effect", &b.Effect, "inspect.score_", 1, 5, true)
		s.words("opinion", &b.Text, true)
		s.photos("photos", &b.Photos, false)
		return b
	},
	project.KindProblem: func(s *sheet) project.Body {
		b := &project.Problem{Number: s.state.Next(project.NounProblem), Project: s.about}
		p, _ := s.state.Project(s.about)
		s.unit("owner", &b.Owner, project.UnitDepartment, true)
		s.suggestNumber(p.Lead)
		s.date("due", &b.Due, true)
		s.line("official", &b.Official, false)
		s.words("problem", &b.Text, true)
		return b
	},
	project.KindContact: func(s *sheet) project.Body {
		b := &project.Contact{Problem: s.about}
		old, _ := s.state.Problem(s.about)
		b.Step = old.Contacts + 1
		s.date("held", &b.Held, true)
		s.suggestDate(s.today)
		return b
	},
	project.KindEvidence: func(s *sheet) project.Body {
		b := &project.Evidence{Problem: s.about}
		s.words("rectified", &b.Text, true)
		s.photos("proof", &b.Proof, true)
		return b
	},
	project.KindRecheck: func(s *sheet) project.Body {
		b := &project.Recheck{Problem: s.about}
		s.verdict("recheck_passed", &b.Passed)
		s.date("held", &b.Held, true)
		s.suggestDate(s.today)
		s.date("due_again", &b.Due, false)
		s.words("recheck", &b.Text, true)
		return b
	},
	project.KindStrike: func(s *sheet) project.Body {
		b := &project.Strike{Problem: s.about}
		choice(s, "consent", &b.Proposer, "inspect.consent_", project.ConsentNone, project.ConsentNo, true)
		return b
	},
	project.KindLookback: func(s *sheet) project.Body {
		b := &project.Lookback{Problem: s.about}
		s.verdict("fine", &b.Fine)
		s.date("held", &b.Held, true)
		s.suggestDate(s.today)
		s.date("due_again", &b.Due, false)
		s.words("lookback", &b.Text, true)
		return b
	},
	project.KindInquiry: func(s *sheet) project.Body {
		b := &project.Inquiry{Number: s.state.Next(project.NounInquiry), Project: s.about}
		choice(s, "inquiry_work", &b.Work, "plan.work_", project.WorkInquiry, project.WorkHearing, true)
		s.unit("asked_department", &b.Unit, project.UnitDepartment, true)
		s.date("due", &b.Due, true)
		s.words("question", &b.Text, true)
		return b
	},
	project.KindResponse: func(s *sheet) project.Body {
		b := &project.Response{Inquiry: s.about}
		choice(s, "class", &b.Class, "inspect.class_", project.ClassSolved, project.ClassReferred, true)
		s.words("reply", &b.Text, true)
		return b
	},
	project.KindSettlement: func(s *sheet) project.Body {
		b := &project.Settlement{Inquiry: s.about}
		s.verdict("enough", &b.Enough)
		s.date("due_again", &b.Due, false)
		return b
	},
	project.KindAcceptance: func(s *sheet) project.Body {
		b := &project.Acceptance{Project: s.about}
		s.verdict("acceptance_passed", &b.Passed)
		s.date("due_again", &b.Due, false)
		s.words("acceptance", &b.Text, true)
		return b
	},
	project.KindClosure: func(s *sheet) project.Body {
		b := &project.Closure{Project: s.about}
		s.words("closure", &b.Text, true)
		return b
	},
}
