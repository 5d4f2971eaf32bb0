package project

// Ruled is what only the standing committee can decide (the organ of a
// township: its presidium).
type Ruled uint8

// What is ruled on.
const (
	RuledAdjust    Ruled = 1 + iota // 重大调整
	RuledSuspend                    // 暂缓
	RuledResume                     // 恢复
	RuledTerminate                  // 终止

	lastRuled = RuledTerminate
)

// Request asks for a ruling. One waits at a time.
type Request struct {
	Project uint32
	For     Ruled
	Text    Blob
}

// Kind says what entry it is.
func (*Request) Kind() Kind { return KindRequest }

func (b *Request) fields(c *codec) {
	c.number(&b.Project)
	enum(c, &b.For, lastRuled)
	c.blob(&b.Text, Internal)
}

func (b *Request) about() []Ref { return []Ref{{NounProject, b.Project}} }

func (b *Request) check(s *State, _ place) error {
	p := &s.projects[b.Project-1]
	if p.Asked != 0 {
		return fault(CodeRequest, "a request waits for its ruling")
	}
	if suspended := p.Stage == StageSuspended; b.For != RuledTerminate && suspended != (b.For == RuledResume) {
		return &Error{Code: CodeStage, Stage: p.Stage, Text: "not while " + p.Stage.String()}
	}
	return nil
}

func (b *Request) apply(s *State, _ place) { s.projects[b.Project-1].Asked = b.For }

// Ruling is the decision on a request: no project is changed, suspended or
// ended without it. If it was made by a vote, Manifest and Result name it.
type Ruling struct {
	Project  uint32
	For      Ruled
	Granted  bool
	Document string // 决定文号
	Text     Blob
	Manifest [32]byte // zeros if it was not made with this system
	Result   [32]byte
	Book     *TaskBook // the new task book; iff an adjustment is granted
	Percents []uint8   // how far its milestones are
}

// Kind says what entry it is.
func (*Ruling) Kind() Kind { return KindRuling }

func (b *Ruling) fields(c *codec) {
	c.number(&b.Project)
	enum(c, &b.For, lastRuled)
	c.flag(&b.Granted)
	c.name(&b.Document)
	c.blob(&b.Text, Public)
	c.hash(&b.Manifest)
	c.hash(&b.Result)
	c.expect((b.Manifest == [32]byte{}) == (b.Result == [32]byte{}), errRange)
	adjusts := b.Granted && b.For == RuledAdjust
	if c.writes {
		c.expect(adjusts == (b.Book != nil) && (adjusts || b.Percents == nil), errRange)
	}
	if !adjusts || c.err != nil {
		return
	}
	if b.Book == nil {
		b.Book = &TaskBook{}
	}
	b.Book.fields(c)
	c.percents(&b.Percents)
	c.expect(len(b.Percents) == len(b.Book.Milestones), errRange)
}

func (b *Ruling) about() []Ref { return []Ref{{NounProject, b.Project}} }

func (b *Ruling) check(s *State, at place) error {
	if p := &s.projects[b.Project-1]; p.Asked != b.For {
		return fault(CodeRequest, "this was not asked for")
	}
	if b.Book == nil {
		return nil
	}
	if b.Book.Deadline < at.day {
		return fault(CodeDay, "the deadline %s is over", b.Book.Deadline)
	}
	return b.Book.check(s)
}

func (b *Ruling) apply(s *State, at place) {
	p := &s.projects[b.Project-1]
	p.Ruled = at.day
	p.Asked, p.Announce, p.Tell = 0, true, p.Tell || b.Granted
	if !b.Granted {
		return
	}
	switch b.For {
	case RuledAdjust:
		p.take(*b.Book, b.Percents)
	case RuledSuspend:
		p.Before, p.Stage = p.Stage, StageSuspended
	case RuledResume:
		p.Stage = p.Before
	case RuledTerminate:
		p.Stage, p.Due = StageTerminated, 0
	}
}

// Announcement announces a ruling: 公告.
type Announcement struct {
	Project uint32
	Text    Blob
}

// Kind says what entry it is.
func (*Announcement) Kind() Kind { return KindAnnouncement }

func (b *Announcement) fields(c *codec) {
	c.number(&b.Project)
	c.blob(&b.Text, Public)
}

func (b *Announcement) about() []Ref { return []Ref{{NounProject, b.Project}} }

func (b *Announcement) check(s *State, _ place) error {
	if !s.projects[b.Project-1].Announce {
		return fault(CodeRequest, "no ruling waits to be announced")
	}
	return nil
}

func (b *Announcement) apply(s *State, _ place) { s.projects[b.Project-1].Announce = false }

// Notice says that a ruling was reported to the plenary.
type Notice struct {
	Project uint32
	Meeting string // 第×届第×次会议
	Held    Date
}

// Kind says what entry it is.
func (*Notice) Kind() Kind { return KindNotice }

func (b *Notice) fields(c *codec) {
	c.number(&b.Project)
	c.name(&b.Meeting)
	c.date(&b.Held)
}

func (b *Notice) about() []Ref { return []Ref{{NounProject, b.Project}} }

func (b *Notice) check(s *State, at place) error {
	if !s.projects[b.Project-1].Tell {
		return fault(CodeRequest, "no ruling waits to be reported")
	}
	return checkHeld(b.Held, at)
}

// checkHeld: what took place took place by the day of its entry. It may be
// older: a form that was filled in on site comes in later.
func checkHeld(d Date, at place) error {
	if d > at.day {
		return fault(CodeDay, "%s is after %s", d, at.day)
	}
	return nil
}

func (b *Notice) apply(s *State, _ place) { s.projects[b.Project-1].Tell = false }
