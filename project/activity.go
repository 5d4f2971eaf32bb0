package project

// Duty is what a deputy did.
type Duty uint8

// The duties.
const (
	DutyReception Duty = 1 + iota // 接待日
	DutyVisit                     // 走访联系
	DutyStudy                     // 调研
	DutyTour                      // 视察
	DutyMeeting                   // 会议, 约见

	lastDuty = DutyMeeting
)

// Activity says what a deputy did. Check-in and inspections are public duties
// (代表法 第58条); whether, when and how a deputy cast is in no entry of this log,
// and no count of it can be made from it.
type Activity struct {
	Deputy uint32
	Duty   Duty
	Held   Date
}

// Kind says what entry it is.
func (*Activity) Kind() Kind { return KindActivity }

func (b *Activity) fields(c *codec) {
	c.number(&b.Deputy)
	enum(c, &b.Duty, lastDuty)
	c.date(&b.Held)
}

func (*Activity) about() []Ref { return nil }

func (b *Activity) check(s *State, at place) error {
	a, ok := s.Actor(b.Deputy)
	if !ok || a.Role != RoleDeputy {
		return fault(CodeUnknown, "actor %d is no deputy", b.Deputy)
	}
	if at.by.Role == RoleStation && a.Unit != at.by.Unit {
		return fault(CodeOwn, "the deputy belongs to another station")
	}
	return checkHeld(b.Held, at)
}

func (b *Activity) apply(s *State, _ place) { s.activities[b.Deputy].Duties[b.Duty]++ }

// Tally counts what an actor did.
type Tally struct {
	Suggestions int // that came by the deputy's code
	Inspections int
	Rechecks    int
	Contacts    int
	Duties      [lastDuty + 1]int // by Duty
}

// Tally returns what an actor did.
func (s *State) Tally(actor uint32) Tally {
	if int(actor) >= len(s.activities) {
		return Tally{}
	}
	return s.activities[actor]
}
