package project

import "crypto/sha256"

// Suite is the version of the protocol.
const Suite = "piaojue-v1"

// Organisation is the first entry: whose log it is. Its hash names the log
// (see State.ID). It is unsigned: the checkpoint that holds it is signed by
// the log's key.
type Organisation struct {
	Suite     string
	Origin    string // of the log's checkpoints
	Name      string // of the congress
	LogKey    [32]byte
	Office    string // public name of actor 1
	OfficeKey [32]byte
	Settings  Settings
}

// Kind says what entry it is.
func (*Organisation) Kind() Kind { return KindOrganisation }

func (b *Organisation) fields(c *codec) {
	c.name(&b.Suite)
	c.expect(b.Suite == Suite, errRange)
	c.name(&b.Origin)
	c.name(&b.Name)
	c.hash(&b.LogKey)
	c.name(&b.Office)
	c.hash(&b.OfficeKey)
	b.Settings.fields(c)
}

func (*Organisation) about() []Ref { return nil }

func (*Organisation) check(*State, place) error { return nil }

func (b *Organisation) apply(s *State, at place) {
	c := writer()
	b.fields(c)
	s.id = sha256.Sum256(c.sum())
	s.organisation, s.settings = *b, b.Settings
	s.actors = []Actor{
		{Number: server, Role: RoleServer, Name: b.Origin},
		{Number: office, Role: RoleOffice, Name: b.Office, Key: b.OfficeKey},
	}
	s.activities = make([]Tally, len(s.actors))
}

// Settings are the rules that a congress chooses. Days are civil days, and
// count from the day of the entry.
type Settings struct {
	Gates        GateSet // which gates a list must pass before it freezes
	TransferDays uint16  // to pass a suggestion on
	VerdictDays  uint16  // to take it up or not
	OfferDays    uint16  // for a department to accept or object
	TaskDays     uint16  // from acceptance to the task book
	ResponseDays uint16  // to answer an inquiry
	LookbackDays uint16  // from 销号 to 回头看
	RatingDays   uint16  // from 不满意 until it must be done again
	ReportMonths uint8   // 1 monthly, 3 quarterly
	TeamDeputies uint8   // least deputies of a team
	Contacts     bool    // 销号 needs 三见面
	Proposer     bool    // 销号 needs the proposer's consent
	ReceptionDay uint8   // 接待日: day of each month, 0 none
	OverseeMonth uint8   // 督办月, 0 none
	Scheme       Scheme  // of the lights
	Limits       Limits  // of the lights
}

// DefaultSettings are those of the sources, where there is one.
func DefaultSettings() Settings {
	return Settings{
		Gates:        GateSet(0).With(GateGovernment).With(GateParty).With(GateStanding).With(GatePresidium),
		TransferDays: 7, VerdictDays: 30, OfferDays: 7, TaskDays: 30, ResponseDays: 30, LookbackDays: 90, RatingDays: 90,
		ReportMonths: 1, TeamDeputies: 3, Contacts: true, ReceptionDay: 10, OverseeMonth: 9,
		Scheme: SchemeThree, Limits: DefaultLimits(),
	}
}

// Kind says what entry it is.
func (*Settings) Kind() Kind { return KindSettings }

func (b *Settings) fields(c *codec) {
	c.u8((*uint8)(&b.Gates))
	c.expect(b.Gates <= allGates, errRange)
	for _, days := range []*uint16{&b.TransferDays, &b.VerdictDays, &b.OfferDays, &b.TaskDays, &b.ResponseDays, &b.LookbackDays, &b.RatingDays} {
		c.u16(days)
		c.expect(*days > 0 && *days <= 3660, errRange)
	}
	c.u8(&b.ReportMonths)
	c.expect(b.ReportMonths == 1 || b.ReportMonths == 3, errRange)
	c.u8(&b.TeamDeputies)
	c.flag(&b.Contacts)
	c.flag(&b.Proposer)
	c.u8(&b.ReceptionDay)
	c.expect(b.ReceptionDay <= 28, errRange)
	c.u8(&b.OverseeMonth)
	c.expect(b.OverseeMonth <= 12, errRange)
	enum(c, &b.Scheme, lastScheme)
	b.Limits.fields(c)
}

func (*Settings) about() []Ref { return nil }

func (*Settings) check(*State, place) error { return nil }

func (b *Settings) apply(s *State, _ place) { s.settings = *b }
