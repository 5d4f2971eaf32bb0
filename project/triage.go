package project

// Transfer gives a suggestion to a department: 转交.
type Transfer struct {
	Suggestion uint32
	Unit       uint32
}

// Kind says what entry it is.
func (*Transfer) Kind() Kind { return KindTransfer }

func (b *Transfer) fields(c *codec) {
	c.number(&b.Suggestion)
	c.number(&b.Unit)
}

func (b *Transfer) about() []Ref { return []Ref{{NounSuggestion, b.Suggestion}} }

func (b *Transfer) check(s *State, _ place) error {
	if s.suggestions[b.Suggestion-1].Unit == b.Unit {
		return fault(CodeDuplicate, "unit %d has it already", b.Unit)
	}
	return s.checkUnit(b.Unit, UnitDepartment)
}

func (b *Transfer) apply(s *State, at place) {
	x := &s.suggestions[b.Suggestion-1]
	if x.Stage == StageReceived {
		s.sums.Transferred++
	}
	x.Stage, x.Unit = StageTransferred, b.Unit
	x.Due = at.day.Add(int(s.settings.VerdictDays))
}

// Return gives a suggestion back: the department says that another one is
// responsible.
type Return struct {
	Suggestion uint32
	Text       Blob
}

// Kind says what entry it is.
func (*Return) Kind() Kind { return KindReturn }

func (b *Return) fields(c *codec) {
	c.number(&b.Suggestion)
	c.blob(&b.Text, Internal)
}

func (b *Return) about() []Ref { return []Ref{{NounSuggestion, b.Suggestion}} }

func (*Return) check(*State, place) error { return nil }

func (b *Return) apply(s *State, at place) {
	x := &s.suggestions[b.Suggestion-1]
	s.sums.Transferred--
	x.Stage, x.Unit = StageReceived, 0
	x.Due = at.day.Add(int(s.settings.TransferDays))
}

// Study says that a suggestion is being looked into: 论证中. It moves no
// deadline.
type Study struct {
	Suggestion uint32
}

// Kind says what entry it is.
func (*Study) Kind() Kind { return KindStudy }

func (b *Study) fields(c *codec) { c.number(&b.Suggestion) }

func (b *Study) about() []Ref { return []Ref{{NounSuggestion, b.Suggestion}} }

func (b *Study) check(s *State, _ place) error { return nil }

func (b *Study) apply(s *State, at place) {
	x := &s.suggestions[b.Suggestion-1]
	if x.Stage == StageReceived {
		x.Due = at.day.Add(int(s.settings.VerdictDays))
	}
	x.Stage = StageStudied
}

// Reason says why a suggestion was not taken up. The first seven are the
// negative list (负面清单); which of them a place uses is its own affair.
type Reason uint8

// The reasons.
const (
	ReasonOffice     Reason = 1 + iota // 办公楼等楼堂馆所
	ReasonUnfinished                   // 烂尾工程
	ReasonBurden                       // 增加群众负担
	ReasonDebt                         // 增加政府债务
	ReasonUnlawful                     // 不合法
	ReasonFew                          // 受益面窄, 非公共
	ReasonCommerce                     // 经营性
	ReasonDone                         // 已列入计划, 已在办
	ReasonPower                        // 不属本级职权
	ReasonMeans                        // 超出财力
	ReasonLand                         // 用地, 环境
	ReasonSafety                       // 公共安全
	ReasonUnclear                      // 内容不明, 无法核实
	ReasonOther                        // 其他; the text says which

	lastReason = ReasonOther
)

// Verdict takes a suggestion up, or not: 采纳, 不采纳. The text is the answer to
// the proposer.
type Verdict struct {
	Suggestion uint32
	Reason     Reason // 0: taken up
	Text       Blob
}

// Kind says what entry it is.
func (*Verdict) Kind() Kind { return KindVerdict }

func (b *Verdict) fields(c *codec) {
	c.number(&b.Suggestion)
	choice(c, &b.Reason, lastReason)
	c.blob(&b.Text, Public)
}

func (b *Verdict) about() []Ref { return []Ref{{NounSuggestion, b.Suggestion}} }

func (*Verdict) check(*State, place) error { return nil }

func (b *Verdict) apply(s *State, _ place) {
	x := &s.suggestions[b.Suggestion-1]
	x.Due, x.Answer, x.Reason = 0, b.Text, b.Reason
	if b.Reason == 0 {
		x.Stage = StageTakenUp
		s.sums.TakenUp++
		return
	}
	x.Stage = StageDeclined
	s.sums.Declined++
}

// Solution says that a suggestion is settled: on the spot (当场解决), or by the
// department that had it.
type Solution struct {
	Suggestion uint32
	Text       Blob
	Photos     []Blob
}

// Kind says what entry it is.
func (*Solution) Kind() Kind { return KindSolution }

func (b *Solution) fields(c *codec) {
	c.number(&b.Suggestion)
	c.blob(&b.Text, Public)
	c.photos(&b.Photos, Public)
}

func (b *Solution) about() []Ref { return []Ref{{NounSuggestion, b.Suggestion}} }

func (*Solution) check(*State, place) error { return nil }

func (b *Solution) apply(s *State, _ place) {
	x := &s.suggestions[b.Suggestion-1]
	x.Stage, x.Due, x.Answer = StageSolved, 0, b.Text
	s.sums.Solved++
}
