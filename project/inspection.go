package project

// Inspection is the form of a visit on site: 验单表. It may be filled in
// without a network and come in later; Held is the day of the visit. An
// inspection files opinions; it orders nobody (代表法 第31条).
type Inspection struct {
	Number   uint32
	Project  uint32
	Held     Date
	Progress uint8 // 进度, quality 质量, effect 绩效: 1 to 5
	Quality  uint8
	Effect   uint8
	Text     Blob // opinions, and what residents said
	Photos   []Blob

	By uint32 // actor; no part of the entry
}

// Kind says what entry it is.
func (*Inspection) Kind() Kind { return KindInspection }

func (b *Inspection) fields(c *codec) {
	c.number(&b.Number)
	c.number(&b.Project)
	c.date(&b.Held)
	for _, score := range []*uint8{&b.Progress, &b.Quality, &b.Effect} {
		c.u8(score)
		c.expect(*score >= 1 && *score <= 5, errRange)
	}
	c.blob(&b.Text, Internal)
	c.photos(&b.Photos, Internal)
}

func (b *Inspection) about() []Ref {
	return []Ref{{NounInspection, b.Number}, {NounProject, b.Project}}
}

func (b *Inspection) check(_ *State, at place) error { return checkHeld(b.Held, at) }

func (b *Inspection) apply(s *State, at place) {
	x := *b
	x.By = at.by.Number
	s.inspections = append(s.inspections, x)
	p := &s.projects[b.Project-1]
	p.Inspections = append(p.Inspections, b.Number)
	s.activities[x.By].Inspections++
}

// Inspection returns an inspection.
func (s *State) Inspection(number uint32) (Inspection, bool) {
	return get(s.inspections, number)
}

// Acceptance says whether a delivered project is accepted: 验收. It needs an
// inspection, and no problem may be open; what is not accepted is done again
// until Due.
type Acceptance struct {
	Project uint32
	Passed  bool
	Due     Date // iff not passed
	Text    Blob
}

// Kind says what entry it is.
func (*Acceptance) Kind() Kind { return KindAcceptance }

func (b *Acceptance) fields(c *codec) {
	c.number(&b.Project)
	c.flag(&b.Passed)
	c.dueUnless(b.Passed, &b.Due)
	c.blob(&b.Text, Public)
}

// dueUnless is a date, or 0 if it is fine.
func (c *codec) dueUnless(fine bool, v *Date) {
	c.anyDate(v)
	c.expect(fine == (*v == 0), errRange)
}

func (b *Acceptance) about() []Ref { return []Ref{{NounProject, b.Project}} }

func (b *Acceptance) check(s *State, at place) error {
	p := &s.projects[b.Project-1]
	switch {
	case !b.Passed:
		return checkDue(b.Due, at)
	case p.Open > 0:
		return fault(CodeOpen, "%d problems are open", p.Open)
	case len(p.Inspections) == 0:
		return fault(CodeEvidence, "project %d was never inspected", b.Project)
	}
	return nil
}

// checkDue: a deadline that is over when it is set is none.
func checkDue(d Date, at place) error {
	if d != 0 && d < at.day {
		return fault(CodeDay, "the deadline %s is over", d)
	}
	return nil
}

func (b *Acceptance) apply(s *State, _ place) {
	p := &s.projects[b.Project-1]
	if b.Passed {
		p.Stage, p.Due = StageAccepted, 0
		return
	}
	p.Stage, p.Due = StageRedone, b.Due
}

// Closure closes a project in public. It was accepted, the deputies are
// satisfied, and no problem is open.
type Closure struct {
	Project uint32
	Text    Blob
}

// Kind says what entry it is.
func (*Closure) Kind() Kind { return KindClosure }

func (b *Closure) fields(c *codec) {
	c.number(&b.Project)
	c.blob(&b.Text, Public)
}

func (b *Closure) about() []Ref { return []Ref{{NounProject, b.Project}} }

func (b *Closure) check(s *State, _ place) error {
	p := &s.projects[b.Project-1]
	switch {
	case p.Open > 0:
		return fault(CodeOpen, "%d problems are open", p.Open)
	case p.Rating == nil || p.Rating.Grade == GradeBad:
		return fault(CodeRating, "the deputies have not said that they are satisfied")
	}
	return nil
}

func (b *Closure) apply(s *State, _ place) { s.projects[b.Project-1].Stage = StageClosed }
