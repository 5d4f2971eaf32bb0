package web

import (
	"strconv"

	"piaojue/project"
)

// settingsForm asks for the rules that a congress chooses.
func settingsForm(s *sheet) project.Body {
	b := s.state.Settings()
	if b.Scheme == 0 {
		b = project.DefaultSettings()
	}
	s.gates(&b.Gates)
	for _, d := range []struct {
		name string
		days *uint16
	}{
		{"transfer_days", &b.TransferDays}, {"verdict_days", &b.VerdictDays}, {"offer_days", &b.OfferDays},
		{"task_days", &b.TaskDays}, {"response_days", &b.ResponseDays}, {"lookback_days", &b.LookbackDays},
		{"rating_days", &b.RatingDays},
	} {
		small(s, d.name, d.days, 3660)
	}
	s.months(&b.ReportMonths)
	small(s, "team_deputies", &b.TeamDeputies, 255)
	s.yes("contacts", &b.Contacts)
	s.yes("proposer", &b.Proposer)
	small(s, "reception_day", &b.ReceptionDay, 28)
	small(s, "oversee_month", &b.OverseeMonth, 12)
	scheme := b.Scheme
	choice(s, "scheme", &b.Scheme, "light.scheme_", project.SchemeThree, project.SchemeABCD, true)
	s.suggestNumber(uint32(scheme))
	l := &b.Limits
	small(s, "yellow_gap", &l.YellowGap, 100)
	small(s, "red_gap", &l.RedGap, 100)
	small(s, "red_days", &l.RedDays, 3660)
	small(s, "red_share", &l.RedShare, 100)
	small(s, "orange_share", &l.OrangeShare, 100)
	small(s, "yellow_share", &l.YellowShare, 100)
	return &b
}

// small asks for a whole number, and shows what holds now.
func small[T ~uint8 | ~uint16](s *sheet, name string, to *T, most uint32) {
	n := uint32(*to)
	s.number(name, &n, most, true)
	s.suggest(strconv.Itoa(int(*to)))
	*to = T(n)
}

// yes is a tick that shows what holds now.
func (s *sheet) yes(name string, to *bool) {
	now := *to
	*to = false
	s.tick(name, to)
	if now && s.given == nil {
		s.suggest("yes")
		*to = true
	}
}

// gates asks which organs a list must pass.
func (s *sheet) gates(to *project.GateSet) {
	var options []sheetOption
	for g := project.GateGovernment; g <= project.GatePresidium; g++ {
		n := strconv.Itoa(int(g))
		options = append(options, sheetOption{Value: n, Text: "deed.gate_" + n, Chosen: s.given == nil && to.Has(g)})
	}
	chosen := s.ticks("gates", options, false)
	if s.given == nil {
		return
	}
	*to = 0
	for _, n := range parseNumbers(chosen) {
		*to = to.With(project.Gate(n))
	}
}

// months asks how often departments report.
func (s *sheet) months(to *uint8) {
	options := []sheetOption{{Value: "1", Text: "deed.monthly"}, {Value: "3", Text: "deed.quarterly"}}
	now := uint32(*to)
	if v, ok := s.choose("report_months", options, true); ok {
		*to = uint8(parseNumber(v))
	}
	s.suggestNumber(now)
}
