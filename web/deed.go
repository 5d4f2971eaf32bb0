package web

import "piaojue/project"

// deedForm describes and reads the form of one kind of entry, and gives what it says.
type deedForm func(*sheet) project.Body

// deedOf returns the form of a kind of entry, or nil: what the server writes by
// itself has none, nor what belongs to a page of its own.
func deedOf(k project.Kind) deedForm {
	for _, table := range []map[project.Kind]deedForm{officeDeeds, wishDeeds, listDeeds, workDeeds, inspectDeeds} {
		if a, ok := table[k]; ok {
			return a
		}
	}
	return nil
}

// kindOf returns the kind of entry with that name; 0: there is none.
func kindOf(name string) project.Kind {
	for _, k := range project.Kinds() {
		if k.String() == name {
			return k
		}
	}
	return 0
}

// officeDeeds are those of the office about itself.
var officeDeeds = map[project.Kind]deedForm{
	project.KindUnit: func(s *sheet) project.Body {
		b := &project.Unit{Number: s.about}
		if s.about == 0 {
			b.Number = uint32(s.state.Units()) + 1
		}
		old, _ := s.state.Unit(b.Number)
		b.Of = old.Of
		choice(s, "unit_kind", &b.Of, "unit.kind_", project.UnitDistrict, project.UnitStation, true)
		s.suggestNumber(uint32(old.Of))
		s.line("name", &b.Name, true)
		s.suggest(old.Name)
		s.unitOfAnyKind("parent", &b.Parent)
		s.suggestNumber(old.Parent)
		s.tick("closed", &b.Closed)
		return b
	},
	project.KindActor: func(s *sheet) project.Body {
		b := &project.Actor{Number: s.about}
		old, known := s.state.Actor(s.about)
		if s.about == 0 || !known {
			b.Number, old = uint32(s.state.Actors()), project.Actor{}
		}
		choice(s, "actor_role", &b.Role, "actor.role_", project.RoleOffice, project.RolePresidium, true)
		s.suggestNumber(uint32(old.Role))
		if b.Unit = old.Unit; !sharesPapers(old.Role) {
			s.unitOfAnyKind("unit", &b.Unit)
			s.suggestNumber(old.Unit)
		} // else what was written in one unit would go to the clerks of another
		s.line("public_name", &b.Name, true)
		s.suggest(old.Name)
		s.key("signing_key", &b.Key)
		s.suggestKey(old.Key)
		s.person("account")
		s.tick("retired", &b.Retired)
		return b
	},
	project.KindSettings: settingsForm,
	project.KindActivity: func(s *sheet) project.Body {
		b := &project.Activity{Deputy: s.about}
		choice(s, "duty", &b.Duty, "duty.kind_", project.DutyReception, project.DutyMeeting, true)
		s.date("held", &b.Held, true)
		return b
	},
}

// wishDeeds are about suggestions: 点单.
var wishDeeds = map[project.Kind]deedForm{
	project.KindModeration: func(s *sheet) project.Body {
		b := &project.Moderation{Suggestion: s.about}
		choice(s, "shown", &b.Shown, "wish.shown_", project.ShownNothing, project.ShownAll, true)
		return b
	},
	project.KindTransfer: func(s *sheet) project.Body {
		b := &project.Transfer{Suggestion: s.about}
		s.unit("department", &b.Unit, project.UnitDepartment, true)
		return b
	},
	project.KindReturn: func(s *sheet) project.Body {
		b := &project.Return{Suggestion: s.about}
		s.words("return_why", &b.Text, true)
		return b
	},
	project.KindStudy: func(s *sheet) project.Body { return &project.Study{Suggestion: s.about} },
	project.KindVerdict: func(s *sheet) project.Body {
		b := &project.Verdict{Suggestion: s.about}
		choice(s, "reason", &b.Reason, "wish.reason_", 0, project.ReasonOther, true)
		s.words("answer", &b.Text, true)
		return b
	},
	project.KindSolution: func(s *sheet) project.Body {
		b := &project.Solution{Suggestion: s.about}
		s.words("solution", &b.Text, true)
		s.photos("photos", &b.Photos, false)
		return b
	},
	project.KindBundle: func(s *sheet) project.Body {
		b := &project.Bundle{Lead: s.about}
		s.numbers("members", &b.Members, true)
		return b
	},
	project.KindUnbundle: func(s *sheet) project.Body { return &project.Unbundle{Suggestion: s.about} },
}

// listDeeds are about candidates and lists.
var listDeeds = map[project.Kind]deedForm{
	project.KindCandidate: func(s *sheet) project.Body {
		b := &project.Candidate{Number: s.state.Next(project.NounCandidate)}
		s.line("title", &b.Title, true)
		choice(s, "field", &b.Field, "wish.field_", project.FieldEducation, project.FieldOther, true)
		s.unit("district", &b.District, project.UnitDistrict, false)
		s.figures(&b.Figures, project.Figures{})
		s.words("case", &b.Text, true)
		s.numbers("behind", &b.Behind, false)
		return b
	},
	project.KindAttachment: func(s *sheet) project.Body {
		b := &project.Attachment{Candidate: s.about}
		s.numbers("behind", &b.Behind, true)
		return b
	},
	project.KindEstimate: func(s *sheet) project.Body {
		b := &project.Estimate{Candidate: s.about}
		old, _ := s.state.Candidate(s.about)
		s.figures(&b.Figures, old.Figures)
		for i, name := range markNames {
			choice(s, name, &b.Marks[i], "list.mark_", project.MarkNone, project.MarkBad, true)
			s.suggestNumber(uint32(old.Marks[i]))
		}
		s.words("estimate", &b.Text, true)
		return b
	},
	project.KindMerger: func(s *sheet) project.Body {
		b := &project.Merger{Into: s.about, From: s.about} // until it is said: the rules ask for one that there is
		s.number("merged", &b.From, 1_000_000, true)
		return b
	},
	project.KindList: func(s *sheet) project.Body {
		b := &project.List{Number: numberOr(s.about, s.state.Next(project.NounList))}
		old, _ := s.state.List(b.Number)
		year, _, _ := s.today.Split()
		wanted := uint32(numberOr(uint32(old.Year), uint32(year)+1))
		s.number("year", &wanted, 2199, true)
		s.suggestNumber(wanted)
		b.Year = uint16(wanted)
		s.order("ballot_order", &b.Candidates, &old)
		return b
	},
	project.KindGate: func(s *sheet) project.Body {
		b := &project.Passage{List: s.about, Gate: s.state.NextGate(s.about)}
		s.verdict("passed", &b.Passed)
		s.line("document", &b.Document, true)
		s.words("decision", &b.Text, false)
		return b
	},
}

// figures asks for what a candidate costs and whom it serves.
func (s *sheet) figures(f *project.Figures, old project.Figures) {
	s.money("investment", &f.Investment)
	s.suggestMoney(old.Investment)
	s.money("fiscal", &f.Fiscal)
	s.suggestMoney(old.Fiscal)
	s.number("people", &f.People, 100_000_000, false)
	s.suggestNumber(old.People)
	s.unit("department", &f.Unit, project.UnitDepartment, false)
	s.suggestNumber(old.Unit)
	s.date("deadline", &f.Deadline, true)
	s.suggestDate(old.Deadline)
}
