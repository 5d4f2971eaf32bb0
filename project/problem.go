package project

// Problem is a line of the three lists: 问题 (what), 责任 (who), 整改 (until when).
type Problem struct {
	Number     uint32
	Project    uint32
	Inspection uint32 // where it was found, or 0
	Owner      uint32 // department
	Due        Date
	Official   string // 重点督办: the lead official, or empty
	Text       Blob

	ProblemCourse
}

// ProblemCourse is what later entries made of a problem. It is no part of its
// entry.
type ProblemCourse struct {
	Stage    Stage
	Contacts uint8  // how many of 三见面 were made
	Proof    []Blob // the latest evidence
	Lookback Date   // when 回头看 is due; 0 if it is not
	Relapses int
	Events   []Event
}

// Kind says what entry it is.
func (*Problem) Kind() Kind { return KindProblem }

func (b *Problem) fields(c *codec) {
	c.number(&b.Number)
	c.number(&b.Project)
	c.u32(&b.Inspection)
	c.number(&b.Owner)
	c.date(&b.Due)
	c.text8(&b.Official)
	c.blob(&b.Text, Public)
}

func (b *Problem) about() []Ref {
	return []Ref{{NounProblem, b.Number}, {NounProject, b.Project}}
}

func (b *Problem) check(s *State, at place) error {
	if b.Inspection != 0 {
		x, ok := s.Inspection(b.Inspection)
		if !ok || x.Project != b.Project {
			return fault(CodeUnknown, "inspection %d is not of this project", b.Inspection)
		}
	}
	if err := checkDue(b.Due, at); err != nil {
		return err
	}
	return s.checkUnit(b.Owner, UnitDepartment)
}

func (b *Problem) apply(s *State, _ place) {
	x := *b
	x.ProblemCourse = ProblemCourse{Stage: StageRaised}
	s.problems = append(s.problems, x)
	p := &s.projects[b.Project-1]
	p.Problems = append(p.Problems, b.Number)
	p.Open++
}

// Problem returns a problem.
func (s *State) Problem(number uint32) (Problem, bool) {
	return get(s.problems, number)
}

func (s *State) problem(number uint32) *Problem { return &s.problems[number-1] }

// Contact is one of 三见面: the deputy and the department meet before, during and
// after the work. The deputies' side records it, not the department.
type Contact struct {
	Problem uint32
	Step    uint8 // 1 办前, 2 办中, 3 办后
	Held    Date
}

const contacts = 3

// Kind says what entry it is.
func (*Contact) Kind() Kind { return KindContact }

func (b *Contact) fields(c *codec) {
	c.number(&b.Problem)
	c.u8(&b.Step)
	c.expect(b.Step >= 1 && b.Step <= contacts, errRange)
	c.date(&b.Held)
}

func (b *Contact) about() []Ref { return []Ref{{NounProblem, b.Problem}} }

func (b *Contact) check(s *State, at place) error {
	x := s.problem(b.Problem)
	if b.Step != x.Contacts+1 {
		return fault(CodeContact, "contact %d, the next is %d", b.Step, x.Contacts+1)
	}
	if b.Step == contacts && x.Stage == StageRaised {
		return fault(CodeContact, "the last contact comes after the work")
	}
	return checkHeld(b.Held, at)
}

func (b *Contact) apply(s *State, at place) {
	s.problem(b.Problem).Contacts = b.Step
	s.activities[at.by.Number].Contacts++
}

// Evidence shows that a problem was put right.
type Evidence struct {
	Problem uint32
	Text    Blob
	Proof   []Blob // pictures or documents, at least one
}

// Kind says what entry it is.
func (*Evidence) Kind() Kind { return KindEvidence }

func (b *Evidence) fields(c *codec) {
	c.number(&b.Problem)
	c.blob(&b.Text, Public)
	c.photos(&b.Proof, Public)
}

func (b *Evidence) about() []Ref { return []Ref{{NounProblem, b.Problem}} }

func (b *Evidence) check(*State, place) error {
	if len(b.Proof) == 0 {
		return fault(CodeEvidence, "no picture and no document")
	}
	return nil
}

func (b *Evidence) apply(s *State, _ place) {
	x := s.problem(b.Problem)
	x.Stage, x.Proof = StageRectified, b.Proof
}

// Recheck says whether the inspectors find it put right: 复查.
type Recheck struct {
	Problem uint32
	Passed  bool
	Held    Date
	Due     Date // the new deadline, iff not passed
	Text    Blob
}

// Kind says what entry it is.
func (*Recheck) Kind() Kind { return KindRecheck }

func (b *Recheck) fields(c *codec) {
	c.number(&b.Problem)
	c.flag(&b.Passed)
	c.date(&b.Held)
	c.dueUnless(b.Passed, &b.Due)
	c.blob(&b.Text, Public)
}

func (b *Recheck) about() []Ref { return []Ref{{NounProblem, b.Problem}} }

func (b *Recheck) check(_ *State, at place) error {
	if err := checkHeld(b.Held, at); err != nil {
		return err
	}
	return checkDue(b.Due, at)
}

func (b *Recheck) apply(s *State, at place) {
	x := s.problem(b.Problem)
	s.activities[at.by.Number].Rechecks++
	if b.Passed {
		x.Stage = StageRechecked
		return
	}
	x.Stage, x.Due, x.Contacts = StageRaised, b.Due, min(x.Contacts, contacts-1)
}

// Consent is what the proposer of a wish says to its outcome.
type Consent uint8

// The answers.
const (
	ConsentNone Consent = iota // not asked, or nobody to ask
	ConsentYes
	ConsentNo

	lastConsent = ConsentNo
)

// Strike strikes a problem off the list: 销号. There is evidence and the
// inspectors accepted it, or it would not stand at this stage; and, as the settings say, the three contacts were
// made and the proposer agrees.
type Strike struct {
	Problem  uint32
	Proposer Consent
}

// Kind says what entry it is.
func (*Strike) Kind() Kind { return KindStrike }

func (b *Strike) fields(c *codec) {
	c.number(&b.Problem)
	choice(c, &b.Proposer, lastConsent)
}

func (b *Strike) about() []Ref { return []Ref{{NounProblem, b.Problem}} }

func (b *Strike) check(s *State, _ place) error {
	x := s.problem(b.Problem)
	switch {
	case s.settings.Contacts && x.Contacts < contacts:
		return fault(CodeContact, "%d of %d contacts were made", x.Contacts, contacts)
	case b.Proposer == ConsentNo, s.settings.Proposer && b.Proposer != ConsentYes:
		return fault(CodeProposer, "the proposer has not agreed")
	}
	return nil
}

func (b *Strike) apply(s *State, at place) {
	x := s.problem(b.Problem)
	x.Stage, x.Lookback = StageStruck, at.day.Add(int(s.settings.LookbackDays))
	s.projects[x.Project-1].Open--
}

// Lookback looks at a struck problem again: 回头看. One that came back is
// raised anew, and a project that was closed is open again.
type Lookback struct {
	Problem uint32
	Fine    bool
	Held    Date
	Due     Date // the new deadline, iff not fine
	Text    Blob
}

// Kind says what entry it is.
func (*Lookback) Kind() Kind { return KindLookback }

func (b *Lookback) fields(c *codec) {
	c.number(&b.Problem)
	c.flag(&b.Fine)
	c.date(&b.Held)
	c.dueUnless(b.Fine, &b.Due)
	c.blob(&b.Text, Public)
}

func (b *Lookback) about() []Ref { return []Ref{{NounProblem, b.Problem}} }

func (b *Lookback) check(_ *State, at place) error {
	if err := checkHeld(b.Held, at); err != nil {
		return err
	}
	return checkDue(b.Due, at)
}

func (b *Lookback) apply(s *State, _ place) {
	x := s.problem(b.Problem)
	x.Lookback = 0
	if b.Fine {
		return
	}
	x.Stage, x.Due, x.Contacts, x.Proof = StageRaised, b.Due, 0, nil
	x.Relapses++
	p := &s.projects[x.Project-1]
	p.Open++
	if p.Stage == StageClosed {
		p.Stage, p.Due = StageRedone, b.Due
	}
}
