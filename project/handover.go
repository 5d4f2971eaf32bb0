package project

// Project is an adopted project, from 定单 to 销号. It is made by an adoption;
// no entry of its own brings it.
type Project struct {
	Number    uint32
	Candidate uint32
	Title     string
	Field     Field
	District  uint32
	Figures   Figures // as they were voted on
	Source    Source

	Stage     Stage
	Round     uint8 // of 预交办; each objection begins another
	Lead      uint32
	Assisting []uint32
	Due       Date // when the next step of the department is due; 0: see Task
	Task      *TaskBook
	Promise   Blob // 公开承诺, or zeros
	Began     Date // when the task book came into force
	Site      *Site

	Percents []uint8 // of the milestones, as last reported
	Spent    uint64  // 元
	Outlook  Outlook
	Period   uint32 // yyyymm of the latest report
	Reported Date   // when it was made
	Reports  int

	Asked     Ruled // what the department asked for, or 0
	Before    Stage // where it stood before it was suspended
	Announce  bool  // a ruling must be announced
	Tell      bool  // a ruling must be reported to the next plenary
	Ruled     Date  // when the latest ruling came
	Delivered Date

	Team        Team
	Priority    string // lead official of 重点督办
	Inspections []uint32
	Problems    []uint32
	Open        int // problems not struck
	Inquiries   []uint32
	Rating      *Rated
	Opinion     Opinion
	Events      []Event
}

// Project returns a project. What its slices and pointers hold must not be
// changed.
func (s *State) Project(number uint32) (Project, bool) {
	return get(s.projects, number)
}

// Offer hands a project to a department to accept or object: 预交办.
type Offer struct {
	Project   uint32
	Lead      uint32
	Assisting []uint32
}

// Kind says what entry it is.
func (*Offer) Kind() Kind { return KindOffer }

func (b *Offer) fields(c *codec) {
	c.number(&b.Project)
	c.number(&b.Lead)
	c.numbers8(&b.Assisting)
}

func (b *Offer) about() []Ref { return []Ref{{NounProject, b.Project}} }

func (b *Offer) check(s *State, _ place) error { return s.checkUnits(b.Lead, b.Assisting) }

// checkUnits checks who leads and who assists.
func (s *State) checkUnits(lead uint32, assisting []uint32) error {
	if err := s.checkUnit(lead, UnitDepartment); err != nil {
		return err
	}
	for _, n := range assisting {
		if n == lead {
			return fault(CodeDuplicate, "unit %d leads and assists", n)
		}
		if err := s.checkUnit(n, UnitDepartment); err != nil {
			return err
		}
	}
	return nil
}

func (b *Offer) apply(s *State, at place) {
	p := &s.projects[b.Project-1]
	p.Stage, p.Lead, p.Assisting = StageOffered, b.Lead, b.Assisting
	p.Due = at.day.Add(int(s.settings.OfferDays))
}

// objections is how often a department can object; then it must accept.
const objections = 2

// Answer accepts a project, or objects with a reason.
type Answer struct {
	Project  uint32
	Accepted bool
	Text     Blob // the reason; zeros if accepted
}

// Kind says what entry it is.
func (*Answer) Kind() Kind { return KindAnswer }

func (b *Answer) fields(c *codec) {
	c.number(&b.Project)
	c.flag(&b.Accepted)
	c.maybeBlob(&b.Text, Internal)
	c.expect(b.Accepted == (b.Text == Blob{}), errRange)
}

func (b *Answer) about() []Ref { return []Ref{{NounProject, b.Project}} }

func (b *Answer) check(s *State, _ place) error {
	if p := &s.projects[b.Project-1]; !b.Accepted && p.Round > objections {
		return fault(CodeRound, "project %d was objected to %d times", b.Project, objections)
	}
	return nil
}

func (b *Answer) apply(s *State, at place) {
	p := &s.projects[b.Project-1]
	if b.Accepted {
		p.Stage, p.Due = StageTaken, at.day.Add(int(s.settings.TaskDays))
		return
	}
	p.Stage, p.Due = StageObjected, at.day.Add(int(s.settings.OfferDays))
	p.Round++
}
