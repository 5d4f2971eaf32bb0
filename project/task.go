package project

// Milestone is a part of a project.
type Milestone struct {
	Name   string
	Weight uint8 // in percent; all of a task book sum to 100
	Begins Date
	Ends   Date
}

// TaskBook is the 领单任务书, with exactly the fields that the law names:
// 责任部门, 协办单位, 分管领导, 责任人, 目标任务, 完成时限, 资金安排, 保障措施. It is
// public, and stands in the log in clear: it names people only in their office.
type TaskBook struct {
	Lead        uint32   // 责任部门
	Assisting   []uint32 // 协办单位
	Leader      string   // 分管领导
	Responsible string   // 责任人
	Goals       string   // 目标任务
	Deadline    Date     // 完成时限
	Investment  uint64   // 资金安排: the sum, 元
	Funds       string   // 资金安排
	Safeguards  string   // 保障措施
	Milestones  []Milestone
}

// MaxMilestones is how many milestones a task book has at most.
const MaxMilestones = 24

func (t *TaskBook) fields(c *codec) {
	c.number(&t.Lead)
	c.numbers8(&t.Assisting)
	c.name(&t.Leader)
	c.name(&t.Responsible)
	c.lines16(&t.Goals)
	c.date(&t.Deadline)
	c.u64(&t.Investment)
	c.lines16(&t.Funds)
	c.lines16(&t.Safeguards)
	list8(c, &t.Milestones, func(m *Milestone) {
		c.name(&m.Name)
		c.u8(&m.Weight)
		c.expect(m.Weight > 0 && m.Weight <= 100, errRange)
		c.date(&m.Begins)
		c.date(&m.Ends)
		c.expect(m.Begins <= m.Ends, errRange)
	})
	c.expect(len(t.Milestones) <= MaxMilestones, errLong)
}

func (t *TaskBook) check(s *State) error {
	sum := 0
	for _, m := range t.Milestones {
		sum += int(m.Weight)
		if m.Ends > t.Deadline {
			return fault(CodeDay, "milestone %q ends after the deadline", m.Name)
		}
	}
	if sum != 100 {
		return fault(CodeWeights, "the weights of the milestones sum to %d", sum)
	}
	return s.checkUnits(t.Lead, t.Assisting)
}

// Task is the department's task book: 领单. With it the work begins.
type Task struct {
	Project uint32
	Book    TaskBook
}

// Kind says what entry it is.
func (*Task) Kind() Kind { return KindTask }

func (b *Task) fields(c *codec) {
	c.number(&b.Project)
	b.Book.fields(c)
}

func (b *Task) about() []Ref { return []Ref{{NounProject, b.Project}} }

func (b *Task) check(s *State, at place) error {
	p := &s.projects[b.Project-1]
	if b.Book.Lead != p.Lead {
		return fault(CodeOwn, "unit %d accepted the project, not %d", p.Lead, b.Book.Lead)
	}
	if b.Book.Deadline < at.day {
		return fault(CodeDay, "the deadline %s is over", b.Book.Deadline)
	}
	return b.Book.check(s)
}

func (b *Task) apply(s *State, at place) {
	p := &s.projects[b.Project-1]
	p.Stage, p.Due, p.Began = StageUnderway, 0, at.day
	p.take(b.Book, make([]uint8, len(b.Book.Milestones)))
}

// take puts a task book into force.
func (p *Project) take(t TaskBook, percents []uint8) {
	p.Task, p.Lead, p.Assisting, p.Percents = &t, t.Lead, t.Assisting, percents
}

// Commitment is what the department promises in public: 公开承诺.
type Commitment struct {
	Project uint32
	Text    Blob
}

// Kind says what entry it is.
func (*Commitment) Kind() Kind { return KindCommitment }

func (b *Commitment) fields(c *codec) {
	c.number(&b.Project)
	c.blob(&b.Text, Public)
}

func (b *Commitment) about() []Ref { return []Ref{{NounProject, b.Project}} }

func (*Commitment) check(*State, place) error { return nil }

func (b *Commitment) apply(s *State, _ place) { s.projects[b.Project-1].Promise = b.Text }
