package project

// Outlook is what a department itself expects, adjusted with each report.
type Outlook uint8

// The outlooks.
const (
	OutlookSure     Outlook = 1 + iota // 年内可办结
	OutlookStriving                    // 争取
	OutlookNotYet                      // 暂不具备条件

	lastOutlook = OutlookNotYet
)

// Report is the progress of a month or a quarter. Departments append, they
// never edit: a report of the same period again is a correction, and needs an
// explanation, as does any number that falls.
type Report struct {
	Project  uint32
	Period   uint32  // yyyymm: the month, or the last month of the quarter
	Percents []uint8 // of the milestones, in their order
	Spent    uint64  // 元, since the beginning
	Outlook  Outlook
	Text     Blob // what was done, what is difficult
	Photos   []Blob
	Because  Blob // the explanation, or zeros
}

// Kind says what entry it is.
func (*Report) Kind() Kind { return KindReport }

func (b *Report) fields(c *codec) {
	c.number(&b.Project)
	c.u32(&b.Period)
	c.expect(Date(b.Period*100+1).Valid() && b.Period < 1e6, errRange)
	c.percents(&b.Percents)
	c.u64(&b.Spent)
	enum(c, &b.Outlook, lastOutlook)
	c.blob(&b.Text, Public)
	c.photos(&b.Photos, Public)
	c.maybeBlob(&b.Because, Public)
}

func (c *codec) percents(v *[]uint8) {
	list8(c, v, func(p *uint8) {
		c.u8(p)
		c.expect(*p <= 100, errRange)
	})
}

func (b *Report) about() []Ref { return []Ref{{NounProject, b.Project}} }

func (b *Report) check(s *State, at place) error {
	p := &s.projects[b.Project-1]
	switch {
	case len(b.Percents) != len(p.Percents):
		return fault(CodeCount, "%d percents for %d milestones", len(b.Percents), len(p.Percents))
	case b.Period < p.Period:
		return fault(CodePeriod, "period %d, after %d", b.Period, p.Period)
	case b.Period > uint32(at.day/100):
		return fault(CodePeriod, "period %d is to come", b.Period)
	case b.Period%100%uint32(s.settings.ReportMonths) != 0:
		return fault(CodePeriod, "period %d is not the last month of a quarter", b.Period)
	case b.Because != Blob{}:
		return nil
	case b.Period == p.Period:
		return fault(CodeAmount, "a correction of period %d needs an explanation", b.Period)
	case b.Spent < p.Spent:
		return fault(CodeAmount, "%d was spent, %d before; that needs an explanation", b.Spent, p.Spent)
	}
	for i, v := range b.Percents {
		if v < p.Percents[i] {
			return fault(CodeAmount, "milestone %d falls from %d to %d percent; that needs an explanation", i+1, p.Percents[i], v)
		}
	}
	return nil
}

func (b *Report) apply(s *State, at place) {
	p := &s.projects[b.Project-1]
	p.Percents, p.Spent, p.Outlook, p.Period = b.Percents, b.Spent, b.Outlook, b.Period
	p.Reported = at.day
	p.Reports++
}

// Delivery says that the work is done and asks for acceptance: 申请验收.
type Delivery struct {
	Project uint32
	Text    Blob
	Photos  []Blob
}

// Kind says what entry it is.
func (*Delivery) Kind() Kind { return KindDelivery }

func (b *Delivery) fields(c *codec) {
	c.number(&b.Project)
	c.blob(&b.Text, Public)
	c.photos(&b.Photos, Public)
}

func (b *Delivery) about() []Ref { return []Ref{{NounProject, b.Project}} }

func (b *Delivery) check(s *State, _ place) error {
	p := &s.projects[b.Project-1]
	for i, v := range p.Percents {
		if v < 100 {
			return fault(CodeUnfinished, "milestone %d stands at %d percent", i+1, v)
		}
	}
	if p.Asked != 0 {
		return fault(CodeRequest, "a request waits for its ruling")
	}
	return nil
}

func (b *Delivery) apply(s *State, at place) {
	p := &s.projects[b.Project-1]
	p.Stage, p.Due, p.Delivered = StageDelivered, 0, at.day
}
