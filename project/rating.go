package project

// Grade is the deputies' judgement of a project: 满意度测评.
type Grade uint8

// The grades.
const (
	GradeGood  Grade = 1 + iota // 满意
	GradeBasic                  // 基本满意
	GradeBad                    // 不满意

	lastGrade = GradeBad
)

// RollUp returns the grade that votes make, as 镇海 rules: 满意 if more than half
// of the base said so; 基本满意 if more than half said at least that; else
// 不满意. Exactly half is not more than half. The base is all members.
func RollUp(good, basic, base uint32) Grade {
	switch {
	case 2*uint64(good) > uint64(base):
		return GradeGood
	case 2*(uint64(good)+uint64(basic)) > uint64(base):
		return GradeBasic
	}
	return GradeBad
}

// Rated is what a vote said about one project.
type Rated struct {
	Project uint32
	Option  uint16 // number of the option in that vote, from 0
	Good    uint32
	Basic   uint32
	Bad     uint32
	Abstain uint32
	Grade   Grade
	Due     Date // until when it must be done again; iff 不满意

	Vote [32]byte // the manifest; no part of the row
}

// Rating brings the certified result of a satisfaction vote. As an adoption,
// it is the server's entry and nobody's decision. What is 不满意 is done again.
type Rating struct {
	Manifest    [32]byte
	Result      [32]byte
	Certificate [32]byte
	Base        uint32 // 全体组成人员
	Rows        []Rated
}

// Kind says what entry it is.
func (*Rating) Kind() Kind { return KindRating }

func (b *Rating) fields(c *codec) {
	c.hash(&b.Manifest)
	c.hash(&b.Result)
	c.hash(&b.Certificate)
	c.number(&b.Base)
	list16(c, &b.Rows, func(r *Rated) {
		c.number(&r.Project)
		c.u16(&r.Option)
		c.u32(&r.Good)
		c.u32(&r.Basic)
		c.u32(&r.Bad)
		c.u32(&r.Abstain)
		enum(c, &r.Grade, lastGrade)
		c.dueUnless(r.Grade != GradeBad, &r.Due)
	})
	c.expect(len(b.Rows) > 0, errRange)
}

func (b *Rating) about() []Ref {
	all := make([]Ref, len(b.Rows))
	for i, r := range b.Rows {
		all[i] = Ref{NounProject, r.Project}
	}
	return all
}

// rateable are the stages in which a project can be rated: at a plenary, one
// that is not finished is rated with the others.
const rateable = working | suspended | delivered | accepted

// Rateable reports whether a project of this stage can be rated (PROTOCOL.md,
// Section 14.3).
func (s Stage) Rateable() bool { return rateable&(1<<s) != 0 }

func (b *Rating) check(s *State, at place) error {
	if (b.Manifest == [32]byte{}) || (b.Result == [32]byte{}) || (b.Certificate == [32]byte{}) {
		return fault(CodeVote, "no vote, no result, or no certificate")
	}
	if _, ok := s.manifests[b.Manifest]; ok || s.ratings[b.Manifest] {
		return fault(CodeDuplicate, "the result of this vote is in the log already")
	}
	seen := make(map[uint32]bool)
	for _, r := range b.Rows {
		if seen[r.Project] {
			return fault(CodeDuplicate, "project %d is rated twice", r.Project)
		}
		seen[r.Project] = true
		if err := r.check(s, b.Base, at); err != nil {
			return err
		}
	}
	return nil
}

func (r *Rated) check(s *State, base uint32, at place) error {
	p := &s.projects[r.Project-1]
	if !p.Stage.Rateable() {
		return &Error{Code: CodeStage, Stage: p.Stage, Text: "not while " + p.Stage.String()}
	}
	if uint64(r.Good)+uint64(r.Basic)+uint64(r.Bad)+uint64(r.Abstain) > uint64(base) {
		return fault(CodeCount, "project %d has more votes than there are members", r.Project)
	}
	if want := RollUp(r.Good, r.Basic, base); r.Grade != want {
		return fault(CodeRating, "project %d is graded %d, the votes make %d", r.Project, r.Grade, want)
	}
	return checkDue(r.Due, at)
}

func (b *Rating) apply(s *State, _ place) {
	s.ratings[b.Manifest] = true
	for _, r := range b.Rows {
		p := &s.projects[r.Project-1]
		r.Vote = b.Manifest
		p.Rating = &r
		switch {
		case r.Grade != GradeBad:
		case p.Stage == StageSuspended:
			p.Before, p.Due = StageRedone, r.Due
		default:
			p.Stage, p.Due = StageRedone, r.Due
		}
	}
}

// Opinion is the sum so far of what the public said to a project: 公众评价. It
// is no vote, and pages must say so.
type Opinion struct {
	Project uint32
	Good    uint32
	Basic   uint32
	Bad     uint32
}

// Kind says what entry it is.
func (*Opinion) Kind() Kind { return KindOpinion }

func (b *Opinion) fields(c *codec) {
	c.number(&b.Project)
	c.u32(&b.Good)
	c.u32(&b.Basic)
	c.u32(&b.Bad)
}

func (b *Opinion) about() []Ref { return []Ref{{NounProject, b.Project}} }

func (b *Opinion) check(s *State, _ place) error {
	old := s.projects[b.Project-1].Opinion
	if b.Good < old.Good || b.Basic < old.Basic || b.Bad < old.Bad {
		return fault(CodeCount, "a sum went down")
	}
	return nil
}

func (b *Opinion) apply(s *State, _ place) { s.projects[b.Project-1].Opinion = *b }
