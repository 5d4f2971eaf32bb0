package web

import (
	"fmt"
	"time"

	"piaojue/lang"
	"piaojue/project"
)

// day says a day as people write it; no day is nothing.
func (v voice) day(d project.Date) string {
	year, month, day := d.Split()
	switch {
	case d == 0:
		return ""
	case v.lang == lang.ZH:
		return fmt.Sprintf("%d年%d月%d日", year, month, day)
	}
	return fmt.Sprintf("%d %s %d", day, time.Month(month), year)
}

// month says a period of reports (yyyymm).
func (v voice) month(period uint32) string {
	year, month := period/100, period%100
	switch {
	case period == 0:
		return ""
	case v.lang == lang.ZH:
		return fmt.Sprintf("%d年%d月", year, month)
	}
	return fmt.Sprintf("%s %d", time.Month(month), year)
}

// hundredths says hundredths of a percent.
func hundredths(n int) string { return fmt.Sprintf("%d.%d%%", n/100, n%100/10) }

// lamp is a light as pages show it: never by its colour alone.
type lamp struct {
	Colour string // its shape, too
	Text   string // id of what it means in the scheme of the congress
	Why    string // id of the rule that made it
	Args   []any
}

func newLamp(l project.Light) lamp {
	return lamp{
		Colour: l.Colour.String(), Text: lampText(l.Scheme, l.Colour),
		Why: fmt.Sprintf("%s%d", "works.rule_", l.Rule), Args: lampReasons(l),
	}
}

func lampText(s project.Scheme, c project.Colour) string {
	return fmt.Sprintf("%s%d_%d", "works.lamp_", s, c)
}

// lampReasons are the numbers from which the rule made the light.
func lampReasons(l project.Light) []any {
	switch l.Rule {
	case project.RuleGap:
		return []any{hundredths(l.Planned), hundredths(l.Actual), hundredths(l.Gap)}
	case project.RuleShare:
		return []any{hundredths(l.Planned), hundredths(l.Actual), l.Share}
	case project.RuleOverdue:
		return []any{l.Overdue}
	case project.RuleProblem:
		return []any{l.Open}
	case project.RuleLate:
		return []any{l.Late}
	case project.RuleFine:
		return []any{hundredths(l.Planned), hundredths(l.Actual)}
	}
	return nil
}

// unitName is the name of a unit; empty for none.
func unitName(state *project.State, number uint32) string {
	u, _ := state.Unit(number)
	return u.Name
}

func unitNames(state *project.State, numbers []uint32) (all []string) {
	for _, n := range numbers {
		all = append(all, unitName(state, n))
	}
	return all
}

// yearOf is the year for whose list people voted on a project.
func yearOf(state *project.State, p *project.Project) uint32 {
	list, _ := state.List(p.Source.List)
	return uint32(list.Year)
}

// investment is what a project costs, by its task book once there is one.
func investment(p *project.Project) uint64 {
	if p.Task != nil {
		return p.Task.Investment
	}
	return p.Figures.Investment
}

// deadlineOf is until when it must be done.
func deadlineOf(p *project.Project) project.Date {
	if p.Task != nil {
		return p.Task.Deadline
	}
	return p.Figures.Deadline
}

// numeral is the number at the end of a text's id.
func numeral[T ~uint8](n T) string { return fmt.Sprint(uint8(n)) }
