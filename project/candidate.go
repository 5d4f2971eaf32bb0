package project

// Figures say what a candidate costs and whom it serves. Money is in 元.
type Figures struct {
	Investment uint64 // 总投资
	Fiscal     uint64 // of which 财政资金
	People     uint32 // who benefit
	Unit       uint32 // proposed 责任单位, or 0
	Deadline   Date
}

func (f *Figures) fields(c *codec) {
	c.u64(&f.Investment)
	c.u64(&f.Fiscal)
	c.expect(f.Fiscal <= f.Investment, errRange)
	c.u32(&f.People)
	c.u32(&f.Unit)
	c.date(&f.Deadline)
}

// Mark is a judgement of feasibility.
type Mark uint8

// The marks.
const (
	MarkNone Mark = iota // not looked into
	MarkGood
	MarkDoubtful
	MarkBad

	lastMark = MarkBad
)

// Marks are the judgements of 必要性, 可行性, 财政承受力, 环境, 用地, 公共安全, 合法性,
// in that order.
type Marks [7]Mark

// Candidate is a candidate project, made of suggestions that were taken up, or
// proposed by a department.
type Candidate struct {
	Number   uint32
	Title    string
	Field    Field
	District uint32 // unit, or 0
	Figures  Figures
	Text     Blob     // 项目论述
	Behind   []uint32 // suggestions

	CandidateCourse
}

// CandidateCourse is what later entries made of a candidate. It is no part of
// its entry.
type CandidateCourse struct {
	Stage       Stage
	Suggestions uint32 // how many wishes stand behind it
	Marks       Marks
	Estimate    Blob   // the text of the latest estimate, or zeros
	Into        uint32 // the candidate it was merged into
	List        uint32
	Stood       bool   // in a vote
	Votes       uint32 // in the latest vote, if Counted
	Counted     bool   // the votes may be known
	Project     uint32
	Events      []Event
}

// Kind says what entry it is.
func (*Candidate) Kind() Kind { return KindCandidate }

func (b *Candidate) fields(c *codec) {
	c.number(&b.Number)
	c.name(&b.Title)
	enum(c, &b.Field, lastField)
	c.u32(&b.District)
	b.Figures.fields(c)
	c.blob(&b.Text, Public)
	c.numbers16(&b.Behind)
}

func (b *Candidate) about() []Ref {
	return append([]Ref{{NounCandidate, b.Number}}, refs(NounSuggestion, b.Behind)...)
}

func (b *Candidate) check(s *State, _ place) error {
	if err := s.maybeUnit(b.District, UnitDistrict); err != nil {
		return err
	}
	if err := s.maybeUnit(b.Figures.Unit, UnitDepartment); err != nil {
		return err
	}
	return s.checkBehind(b.Behind)
}

// checkBehind: what stands behind a candidate was taken up and stands behind
// no other, so that no wish counts twice.
func (s *State) checkBehind(numbers []uint32) error {
	for _, n := range numbers {
		x := &s.suggestions[n-1]
		if x.Stage != StageTakenUp {
			return &Error{Code: CodeStage, Stage: x.Stage, Text: "a suggestion behind it is " + x.Stage.String()}
		}
		if x.Candidate != 0 {
			return fault(CodeDuplicate, "suggestion %d is behind candidate %d", n, x.Candidate)
		}
	}
	return nil
}

func (s *State) putBehind(candidate uint32, numbers []uint32) {
	for _, n := range numbers {
		s.suggestions[n-1].Candidate = candidate
		s.weighCandidate(candidate, int(s.suggestions[n-1].Size))
	}
}

func (b *Candidate) apply(s *State, _ place) {
	x := *b
	x.CandidateCourse = CandidateCourse{Stage: StageDrafted}
	s.candidates = append(s.candidates, x)
	s.putBehind(b.Number, b.Behind)
}

// Candidate returns a candidate.
func (s *State) Candidate(number uint32) (Candidate, bool) {
	return get(s.candidates, number)
}

// Attachment puts more suggestions behind a candidate.
type Attachment struct {
	Candidate uint32
	Behind    []uint32
}

// Kind says what entry it is.
func (*Attachment) Kind() Kind { return KindAttachment }

func (b *Attachment) fields(c *codec) {
	c.number(&b.Candidate)
	c.numbers16(&b.Behind)
	c.expect(len(b.Behind) > 0, errRange)
}

func (b *Attachment) about() []Ref {
	return append([]Ref{{NounCandidate, b.Candidate}}, refs(NounSuggestion, b.Behind)...)
}

func (b *Attachment) check(s *State, _ place) error { return s.checkBehind(b.Behind) }

func (b *Attachment) apply(s *State, _ place) {
	s.candidates[b.Candidate-1].Behind = append(s.candidates[b.Candidate-1].Behind, b.Behind...)
	s.putBehind(b.Candidate, b.Behind)
}

// Estimate replaces the figures of a candidate and marks its feasibility. If
// it is on a list, the gates that the list passed were passed for other
// figures: they are shut again.
type Estimate struct {
	Candidate uint32
	Figures   Figures
	Marks     Marks
	Text      Blob
}

// Kind says what entry it is.
func (*Estimate) Kind() Kind { return KindEstimate }

func (b *Estimate) fields(c *codec) {
	c.number(&b.Candidate)
	b.Figures.fields(c)
	for i := range b.Marks {
		choice(c, &b.Marks[i], lastMark)
	}
	c.blob(&b.Text, Public)
}

func (b *Estimate) about() []Ref { return []Ref{{NounCandidate, b.Candidate}} }

func (b *Estimate) check(s *State, _ place) error {
	return s.maybeUnit(b.Figures.Unit, UnitDepartment)
}

func (b *Estimate) apply(s *State, _ place) {
	x := &s.candidates[b.Candidate-1]
	x.Figures, x.Marks, x.Estimate = b.Figures, b.Marks, b.Text
	if x.Stage == StageListed {
		s.lists[x.List-1].Passed = 0
	}
}

// Merger makes one candidate part of another.
type Merger struct {
	Into uint32
	From uint32
}

// Kind says what entry it is.
func (*Merger) Kind() Kind { return KindMerger }

func (b *Merger) fields(c *codec) {
	c.number(&b.Into)
	c.number(&b.From)
	c.expect(b.Into != b.From, errRange)
}

func (b *Merger) about() []Ref {
	return []Ref{{NounCandidate, b.Into}, {NounCandidate, b.From}}
}

func (b *Merger) check(s *State, _ place) error {
	if at := s.candidates[b.From-1].Stage; at != StageDrafted && at != StageReserved {
		return &Error{Code: CodeStage, Stage: at, Text: "candidate is " + at.String()}
	}
	return nil
}

func (b *Merger) apply(s *State, _ place) {
	from := &s.candidates[b.From-1]
	s.weighCandidate(b.Into, int(from.Suggestions))
	from.Stage, from.Into = StageMerged, b.Into
}
