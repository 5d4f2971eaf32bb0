package project

// Scheme is a scheme of lights.
type Scheme uint8

// The schemes.
const (
	SchemeThree Scheme = 1 + iota // 红黄绿
	SchemeFive                    // 五色: 红橙黄绿蓝
	SchemeABCD                    // A 绿, B 蓝, C 黄, D 红

	lastScheme = SchemeABCD
)

// Colour is a light.
type Colour uint8

// The colours.
const (
	ColourNone Colour = iota // nothing to judge yet
	ColourGreen
	ColourBlue
	ColourYellow
	ColourOrange
	ColourRed
)

// String returns the colour's name.
func (x Colour) String() string {
	if x > ColourRed {
		return ""
	}
	return [...]string{"none", "green", "blue", "yellow", "orange", "red"}[x]
}

// Limits are the figures of the schemes. The sources give one: red below 30
// percent. The others are ours, and a congress can choose them.
type Limits struct {
	YellowGap   uint8  // points behind the plan: yellow from here (three, ABCD)
	RedGap      uint8  // red from here (three)
	RedDays     uint16 // days overdue: red above this (three)
	RedShare    uint8  // percent of what was planned: red below (five)
	OrangeShare uint8
	YellowShare uint8
}

// DefaultLimits returns the figures that are used if nobody chooses others.
func DefaultLimits() Limits {
	return Limits{YellowGap: 10, RedGap: 25, RedDays: 30, RedShare: 30, OrangeShare: 60, YellowShare: 90}
}

func (l *Limits) fields(c *codec) {
	c.u8(&l.YellowGap)
	c.u8(&l.RedGap)
	c.u16(&l.RedDays)
	c.u8(&l.RedShare)
	c.u8(&l.OrangeShare)
	c.u8(&l.YellowShare)
	c.expect(l.YellowGap <= l.RedGap && l.RedGap <= 100, errRange)
	c.expect(l.RedShare <= l.OrangeShare && l.OrangeShare <= l.YellowShare && l.YellowShare <= 100, errRange)
}

// Term is the part of one milestone in a light. Points are hundredths of a
// percent of the whole project.
type Term struct {
	Milestone Milestone
	Planned   int // Weight·100·(days since Begins)/(days from Begins to the day after Ends), rounded down
	Percent   uint8
	Actual    int // Weight·Percent
}

// Rule says which rule made a light.
type Rule uint8

// The rules, in words for a page.
const (
	RuleNone      Rule = iota // there is no task book
	RuleEnded                 // terminated
	RuleSuspended             // suspended
	RuleDone                  // accepted, or closed
	RuleAgreed                // closed: three sides agreed
	RuleGap                   // behind the plan by so many points
	RuleShare                 // so small a share of the plan
	RuleOverdue               // days overdue
	RuleProblem               // a problem is open
	RuleLate                  // a problem is overdue
	RuleRedo                  // not accepted, or 不满意
	RuleOutlook               // what the department expects
	RuleFine                  // nothing of all that
)

// Light is a light with its arithmetic.
type Light struct {
	Scheme  Scheme
	Colour  Colour
	Rule    Rule
	Terms   []Term
	Planned int // sum, in hundredths of a percent
	Actual  int
	Gap     int // Planned − Actual, not below 0
	Share   int // percent: 100·Actual/Planned, rounded down; 100 if nothing was planned yet
	Overdue int // days since the earliest deadline that was missed, 0 if none
	Open    int // problems not struck
	Late    int // of them, those past their deadline
	Outlook Outlook
	Limits  Limits
}

// Light returns the light of a project on a day.
func (s *State) Light(number uint32, today Date) Light {
	p, ok := s.Project(number)
	l := Light{Scheme: s.settings.Scheme, Limits: s.settings.Limits, Outlook: p.Outlook, Open: p.Open}
	if !ok || p.Task == nil {
		return l
	}
	for i, m := range p.Task.Milestones {
		t := m.term(p.Percents[i], today)
		l.Terms = append(l.Terms, t)
		l.Planned += t.Planned
		l.Actual += t.Actual
	}
	l.Gap, l.Share = max(l.Planned-l.Actual, 0), 100
	if l.Planned > 0 {
		l.Share = 100 * l.Actual / l.Planned
	}
	l.Overdue = p.overdue(today)
	for _, n := range p.Problems {
		if x := s.problem(n); x.Stage != StageStruck && x.Due.Past(today) {
			l.Late++
		}
	}
	l.Colour, l.Rule = l.judge(p.Stage)
	return l
}

// term: a milestone is planned to grow evenly from the morning of the day on
// which it begins to the evening of the day on which it ends.
func (m Milestone) term(percent uint8, today Date) Term {
	t := Term{Milestone: m, Percent: percent, Actual: int(m.Weight) * int(percent)}
	switch {
	case today >= m.Ends:
		t.Planned = int(m.Weight) * 100
	case today >= m.Begins:
		t.Planned = int(m.Weight) * 100 * (today.Sub(m.Begins) + 1) / (m.Ends.Sub(m.Begins) + 1)
	}
	return t
}

// overdue returns how many days ago the earliest deadline was missed.
func (p *Project) overdue(today Date) int {
	days := 0
	miss := func(d Date) {
		if d.Past(today) {
			days = max(days, today.Sub(d))
		}
	}
	if p.Stage == StageRedone {
		miss(p.Due)
		return days
	}
	for i, m := range p.Task.Milestones {
		if p.Percents[i] < 100 {
			miss(m.Ends)
		}
	}
	if p.Stage == StageUnderway {
		miss(p.Task.Deadline)
	}
	return days
}

func (l *Light) judge(at Stage) (Colour, Rule) {
	switch at {
	case StageTerminated:
		return map3(l.Scheme, ColourNone, ColourNone, ColourRed), RuleEnded
	case StageSuspended:
		return map3(l.Scheme, ColourYellow, ColourYellow, ColourRed), RuleSuspended
	case StageClosed:
		return map3(l.Scheme, ColourGreen, ColourBlue, ColourGreen), RuleAgreed
	}
	switch l.Scheme {
	case SchemeFive:
		return l.five(at)
	case SchemeABCD:
		return l.abcd(at)
	}
	return l.three(at)
}

func map3(s Scheme, three, five, abcd Colour) Colour {
	return [...]Colour{three, five, abcd}[s-1]
}

func (l *Light) three(at Stage) (Colour, Rule) {
	switch {
	case l.Late > 0:
		return ColourRed, RuleLate
	case l.Overdue > int(l.Limits.RedDays):
		return ColourRed, RuleOverdue
	case at == StageAccepted:
		return ColourGreen, RuleDone
	case l.Gap >= 100*int(l.Limits.RedGap):
		return ColourRed, RuleGap
	case l.Overdue > 0:
		return ColourYellow, RuleOverdue
	case at == StageRedone:
		return ColourYellow, RuleRedo
	case l.Gap >= 100*int(l.Limits.YellowGap):
		return ColourYellow, RuleGap
	case l.Open > 0:
		return ColourYellow, RuleProblem
	}
	return ColourGreen, RuleFine
}

func (l *Light) five(at Stage) (Colour, Rule) {
	switch {
	case l.Late > 0:
		return ColourRed, RuleLate
	case at == StageAccepted:
		return ColourBlue, RuleDone
	case l.Share < int(l.Limits.RedShare):
		return ColourRed, RuleShare
	case l.Share < int(l.Limits.OrangeShare):
		return ColourOrange, RuleShare
	case at == StageRedone:
		return ColourOrange, RuleRedo
	case l.Share < int(l.Limits.YellowShare):
		return ColourYellow, RuleShare
	case l.Overdue > 0:
		return ColourYellow, RuleOverdue
	case l.Open > 0:
		return ColourYellow, RuleProblem
	}
	return ColourGreen, RuleFine
}

// abcd: A 三方认可办结, B 年内可办结, C 争取办结, D 暂不具备条件.
func (l *Light) abcd(at Stage) (Colour, Rule) {
	switch {
	case l.Outlook == OutlookNotYet:
		return ColourRed, RuleOutlook
	case l.Outlook == OutlookStriving:
		return ColourYellow, RuleOutlook
	case l.Overdue > 0:
		return ColourYellow, RuleOverdue
	case at == StageRedone:
		return ColourYellow, RuleRedo
	case l.Gap >= 100*int(l.Limits.YellowGap):
		return ColourYellow, RuleGap
	case l.Open > 0:
		return ColourYellow, RuleProblem
	}
	return ColourBlue, RuleFine
}
