package web

import "piaojue/project"

// Fact says in a sentence what an entry holds that everybody can read; empty:
// what it is about says it all.
func (l *recordLine) Fact(v voice) string {
	switch b := l.body.(type) {
	case *project.Unit:
		return v.text("record.pair", v.text("unit.kind_"+numeral(b.Of)), b.Name)
	case *project.Actor:
		return v.text("record.pair", v.text("actor.role_"+numeral(b.Role)), b.Name)
	case *project.Suggestion:
		return v.text("record.pair", v.text("wish.channel_"+numeral(b.Channel)), v.text("wish.field_"+numeral(b.Field)))
	case *project.Moderation:
		return v.text("wish.shown_" + numeral(b.Shown))
	case *project.Verdict:
		return v.text("wish.reason_" + numeral(b.Reason))
	case *project.Passage:
		gate := v.text("deed.gate_" + numeral(b.Gate))
		if !b.Passed {
			return v.text("record.gate_returned", gate, b.Document)
		}
		return v.text("record.gate_passed", gate, b.Document)
	case *project.Plan:
		return v.text("plan.work_" + numeral(b.Work))
	case *project.Activity:
		return v.text("duty.kind_" + numeral(b.Duty))
	case *project.Withdrawal:
		return v.text("record.ground_"+numeral(b.Ground), len(b.Blobs))
	case *project.Opinion:
		return v.text("record.opinion", b.Good, b.Basic, b.Bad)
	}
	return l.count(v)
}

// count is Fact for entries about many things.
func (l *recordLine) count(v voice) string {
	switch b := l.body.(type) {
	case *project.List:
		return v.text("record.listed", b.Year, len(b.Candidates))
	case *project.Freeze:
		return v.text("record.frozen", len(b.Options))
	case *project.Adoption:
		adopted := 0
		for _, o := range b.Outcomes {
			if o.Outcome == project.OutcomeAdopted {
				adopted++
			}
		}
		return v.text("record.adopted", len(b.Outcomes), adopted)
	case *project.Rating:
		return v.text("record.rated", len(b.Rows), b.Base)
	case *project.Bundle:
		return v.text("record.bundled", len(b.Members))
	case *project.Organisation:
		return b.Name
	}
	return (&happening{body: l.body}).Fact(v)
}
