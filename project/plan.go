package project

// Work is a form of supervision.
type Work uint8

// The forms.
const (
	WorkPlan     Work = 1 + iota // 年初问计划
	WorkProgress                 // 年中问进度
	WorkEffect                   // 年底问效果
	WorkStudy                    // 专题调研
	WorkVisit                    // 集中视察
	WorkInquiry                  // 专题询问
	WorkMeeting                  // 约见
	WorkHearing                  // 问政
	WorkLookback                 // 回头看
	WorkReview                   // 讲评, 评比

	lastWork = WorkReview
)

// Plan is an item of the year's supervision plan.
type Plan struct {
	Number    uint32
	Work      Work
	Committee uint32 // unit that leads
	Projects  []uint32
	Due       Date
	Text      Blob // or zeros

	PlanCourse
}

// PlanCourse is what later entries made of a plan. It is no part of its entry.
type PlanCourse struct {
	Stage  Stage
	Held   Date
	Report Blob // or zeros
	Events []Event
}

// Kind says what entry it is.
func (*Plan) Kind() Kind { return KindPlan }

func (b *Plan) fields(c *codec) {
	c.number(&b.Number)
	enum(c, &b.Work, lastWork)
	c.number(&b.Committee)
	c.numbers16(&b.Projects)
	c.date(&b.Due)
	c.maybeBlob(&b.Text, Public)
}

// about does not name the projects: a plan belongs to none of them, and each
// has the plans that name it (see Plans).
func (b *Plan) about() []Ref { return []Ref{{NounPlan, b.Number}} }

func (b *Plan) check(s *State, at place) error {
	for _, n := range b.Projects {
		if _, ok := s.look(Ref{NounProject, n}); !ok {
			return fault(CodeUnknown, "there is no project %d", n)
		}
	}
	if at.by.Role == RoleCommittee && b.Committee != at.by.Unit {
		return fault(CodeOwn, "a committee plans its own work")
	}
	if b.Due < at.day {
		return fault(CodeDay, "%s is over", b.Due)
	}
	return s.checkUnit(b.Committee, UnitCommittee)
}

func (b *Plan) apply(s *State, _ place) {
	x := *b
	x.PlanCourse = PlanCourse{Stage: StagePlanned}
	s.plans = append(s.plans, x)
}

// Plan returns a plan.
func (s *State) Plan(number uint32) (Plan, bool) {
	return get(s.plans, number)
}

// Held says that something planned took place.
type Held struct {
	Plan uint32
	Held Date
	Text Blob // the report on it
}

// Kind says what entry it is.
func (*Held) Kind() Kind { return KindEvent }

func (b *Held) fields(c *codec) {
	c.number(&b.Plan)
	c.date(&b.Held)
	c.blob(&b.Text, Public)
}

func (b *Held) about() []Ref { return []Ref{{NounPlan, b.Plan}} }

func (b *Held) check(_ *State, at place) error { return checkHeld(b.Held, at) }

func (b *Held) apply(s *State, _ place) {
	x := &s.plans[b.Plan-1]
	x.Stage, x.Held, x.Report = StageHeld, b.Held, b.Text
}

// Team is the 监督小组 of a project: 一项一组.
type Team struct {
	Project     uint32
	Leader      string   // 常委会领导
	Committee   uint32   // unit
	Deputies    []uint32 // actors
	Specialists uint8    // how many; who they are is not in the log
}

// Kind says what entry it is.
func (*Team) Kind() Kind { return KindTeam }

func (b *Team) fields(c *codec) {
	c.number(&b.Project)
	c.name(&b.Leader)
	c.number(&b.Committee)
	c.numbers8(&b.Deputies)
	c.u8(&b.Specialists)
}

func (b *Team) about() []Ref { return []Ref{{NounProject, b.Project}} }

func (b *Team) check(s *State, _ place) error {
	if len(b.Deputies) < int(s.settings.TeamDeputies) {
		return fault(CodeTeam, "%d deputies, the least is %d", len(b.Deputies), s.settings.TeamDeputies)
	}
	for _, n := range b.Deputies {
		a, ok := s.Actor(n)
		if !ok || a.Role != RoleDeputy || a.Retired {
			return fault(CodeTeam, "actor %d is no deputy", n)
		}
	}
	return s.checkUnit(b.Committee, UnitCommittee)
}

func (b *Team) apply(s *State, _ place) { s.projects[b.Project-1].Team = *b }

func (b *Team) has(actor uint32) bool {
	for _, n := range b.Deputies {
		if n == actor {
			return true
		}
	}
	return false
}

// Priority puts a project under the care of a leading official: 重点督办. An
// empty name ends it.
type Priority struct {
	Project  uint32
	Official string
}

// Kind says what entry it is.
func (*Priority) Kind() Kind { return KindPriority }

func (b *Priority) fields(c *codec) {
	c.number(&b.Project)
	c.text8(&b.Official)
}

func (b *Priority) about() []Ref { return []Ref{{NounProject, b.Project}} }

func (*Priority) check(*State, place) error { return nil }

func (b *Priority) apply(s *State, _ place) { s.projects[b.Project-1].Priority = b.Official }
