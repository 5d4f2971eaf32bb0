package project

// Inquiry is a question to a department: 专题询问, 约见, 问政. It is tracked until
// the answer is enough.
type Inquiry struct {
	Number  uint32
	Project uint32 // or 0
	Work    Work   // WorkInquiry, WorkMeeting or WorkHearing
	Unit    uint32 // who is asked
	Due     Date
	Text    Blob

	InquiryCourse
}

// InquiryCourse is what later entries made of an inquiry. It is no part of its
// entry.
type InquiryCourse struct {
	Stage  Stage
	Class  Class // of the latest reply
	Reply  Blob  // the latest reply, or zeros
	Events []Event

	committee uint32 // who asked, or 0
}

// Kind says what entry it is.
func (*Inquiry) Kind() Kind { return KindInquiry }

func (b *Inquiry) fields(c *codec) {
	c.number(&b.Number)
	c.u32(&b.Project)
	enum(c, &b.Work, lastWork)
	c.expect(b.Work >= WorkInquiry && b.Work <= WorkHearing, errRange)
	c.number(&b.Unit)
	c.date(&b.Due)
	c.blob(&b.Text, Public)
}

func (b *Inquiry) about() []Ref {
	all := []Ref{{NounInquiry, b.Number}}
	if b.Project != 0 {
		all = append(all, Ref{NounProject, b.Project})
	}
	return all
}

func (b *Inquiry) check(s *State, at place) error {
	if err := checkDue(b.Due, at); err != nil {
		return err
	}
	return s.checkUnit(b.Unit, UnitDepartment)
}

func (b *Inquiry) apply(s *State, at place) {
	x := *b
	x.InquiryCourse = InquiryCourse{Stage: StageAsked}
	if at.by.Role == RoleCommittee {
		x.committee = at.by.Unit
	}
	s.inquiries = append(s.inquiries, x)
	if b.Project != 0 {
		p := &s.projects[b.Project-1]
		p.Inquiries = append(p.Inquiries, b.Number)
	}
}

// Inquiry returns an inquiry.
func (s *State) Inquiry(number uint32) (Inquiry, bool) {
	return get(s.inquiries, number)
}

// Class sorts replies into three classes of seven kinds: 3大类7小类. The sources
// give the numbers, not the names; these are ours.
type Class uint8

// The classes.
const (
	ClassSolved   Class = 1 + iota // A1 已解决
	ClassMostly                    // A2 基本解决
	ClassOngoing                   // B1 正在解决
	ClassPlanned                   // B2 列入计划
	ClassMeans                     // C1 条件所限, 暂难解决
	ClassPolicy                    // C2 政策不允许
	ClassReferred                  // C3 留作参考

	lastClass = ClassReferred
)

// String returns A1 to C3.
func (x Class) String() string {
	if x == 0 || x > lastClass {
		return ""
	}
	return [lastClass + 1]string{"", "A1", "A2", "B1", "B2", "C1", "C2", "C3"}[x]
}

// Response is a department's reply.
type Response struct {
	Inquiry uint32
	Class   Class
	Text    Blob
}

// Kind says what entry it is.
func (*Response) Kind() Kind { return KindResponse }

func (b *Response) fields(c *codec) {
	c.number(&b.Inquiry)
	enum(c, &b.Class, lastClass)
	c.blob(&b.Text, Public)
}

func (b *Response) about() []Ref { return []Ref{{NounInquiry, b.Inquiry}} }

func (*Response) check(*State, place) error { return nil }

func (b *Response) apply(s *State, _ place) {
	x := &s.inquiries[b.Inquiry-1]
	x.Stage, x.Class, x.Reply = StageAnswered, b.Class, b.Text
}

// Settlement says whether a reply is enough; if not, another is due.
type Settlement struct {
	Inquiry uint32
	Enough  bool
	Due     Date // iff not enough
}

// Kind says what entry it is.
func (*Settlement) Kind() Kind { return KindSettlement }

func (b *Settlement) fields(c *codec) {
	c.number(&b.Inquiry)
	c.flag(&b.Enough)
	c.dueUnless(b.Enough, &b.Due)
}

func (b *Settlement) about() []Ref { return []Ref{{NounInquiry, b.Inquiry}} }

func (b *Settlement) check(_ *State, at place) error { return checkDue(b.Due, at) }

func (b *Settlement) apply(s *State, _ place) {
	x := &s.inquiries[b.Inquiry-1]
	if b.Enough {
		x.Stage = StageSettled
		return
	}
	x.Stage, x.Due = StageAsked, b.Due
}
