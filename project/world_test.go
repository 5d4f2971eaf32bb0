package project

import (
	"crypto/ed25519"
	"encoding/binary"
	"errors"
	"testing"
)

// world is a congress with its log, for tests. Its methods do what people do;
// each fails the test if that is refused.
type world struct {
	t       testing.TB
	State   *State
	Entries []*Entry
	Day     Date
	blobs   uint64
	votes   byte
}

// Units and actors of a world.
const (
	district, roads, schools, committee, station, otherCommittee, otherStation = 1, 2, 3, 4, 5, 6, 7

	government, party, standing, presidium      = 2, 3, 4, 5
	roadsClerk, schoolsClerk, committeeClerk    = 6, 7, 8
	stationClerk, deputyA, deputyB, deputyC     = 9, 10, 11, 12
	outsider, otherCommitteeClerk, otherStaffer = 13, 14, 15
)

func verify(key, message, sig []byte) error {
	if !ed25519.Verify(key, message, sig) {
		return errors.New("false")
	}
	return nil
}

// standingKey is the key of the only actor of a world that has one.
var standingKey = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))

func public(sk ed25519.PrivateKey) [32]byte { return [32]byte(sk.Public().(ed25519.PublicKey)) }

func newWorld(t testing.TB) *world {
	w := &world{t: t, State: New(verify), Day: 20250901}
	w.do(server, &Organisation{Suite: Suite, Origin: "example.org/projects", Name: "某县人大", Office: "人大办", Settings: DefaultSettings()})
	for i, u := range []Unit{
		{Of: UnitDistrict, Name: "城关镇"}, {Of: UnitDepartment, Name: "交通局"}, {Of: UnitDepartment, Name: "教育局"},
		{Of: UnitCommittee, Name: "城环工委"}, {Of: UnitStation, Name: "城关代表之家", Parent: 1},
		{Of: UnitCommittee, Name: "财经工委"}, {Of: UnitStation, Name: "东岗工作站", Parent: 1},
	} {
		u.Number = uint32(i + 1)
		w.do(office, &u)
	}
	for i, a := range []Actor{
		{Role: RoleGovernment}, {Role: RoleParty}, {Role: RoleStanding}, {Role: RolePresidium},
		{Role: RoleDepartment, Unit: roads}, {Role: RoleDepartment, Unit: schools}, {Role: RoleCommittee, Unit: committee},
		{Role: RoleStation, Unit: station}, {Role: RoleDeputy, Unit: station}, {Role: RoleDeputy, Unit: station}, {Role: RoleDeputy, Unit: station},
		{Role: RoleDeputy, Unit: otherStation}, {Role: RoleCommittee, Unit: otherCommittee}, {Role: RoleStation, Unit: otherStation},
	} {
		a.Number, a.Name = uint32(i+2), "某"
		if a.Role == RoleStanding {
			a.Key = public(standingKey)
		}
		w.do(office, &a)
	}
	return w
}

// try makes an entry and applies it.
func (w *world) try(actor uint32, b Body) error {
	w.t.Helper()
	e, err := w.State.Draft(actor, w.Day, b)
	if err != nil {
		return err
	}
	if actor == standing {
		e.Sign(standingKey, w.State.ID())
	}
	if err := w.State.Check(e); err != nil {
		return err
	}
	parsed, err := ParseEntry(e.Marshal())
	if err != nil {
		w.t.Fatalf("%s: %v", b.Kind(), err)
	}
	if err := w.State.Apply(parsed); err != nil {
		w.t.Fatalf("%s: Check passed, Apply says %v", b.Kind(), err)
	}
	w.Entries = append(w.Entries, parsed)
	return nil
}

func (w *world) do(actor uint32, b Body) {
	w.t.Helper()
	if err := w.try(actor, b); err != nil {
		w.t.Fatalf("actor %d, %+v: %v", actor, b, err)
	}
}

// refuse demands that an entry is refused for that reason, and that it leaves
// the state as it was.
func (w *world) refuse(want Code, actor uint32, b Body) {
	w.t.Helper()
	size := w.State.Size()
	err := w.try(actor, b)
	if got := codeOf(err); got != want {
		w.t.Errorf("actor %d, %s %+v: got %v (%v), want %v", actor, b.Kind(), b, got, err, want)
	}
	if w.State.Size() != size {
		w.t.Errorf("%s: a refused entry was taken in", b.Kind())
	}
}

func codeOf(err error) Code {
	if err == nil {
		return 0
	}
	var e *Error
	if !errors.As(err, &e) {
		return 255
	}
	return e.Code
}

func (w *world) blob() Blob {
	w.blobs++
	var salt [32]byte
	binary.BigEndian.PutUint64(salt[:], w.blobs)
	_, b := NewBlob(salt, MediaText, []byte("文"))
	return b
}

func (w *world) vote() [32]byte {
	w.votes++
	return [32]byte{31: w.votes}
}

func (w *world) later(days int) { w.Day = w.Day.Add(days) }

// suggest makes a suggestion and returns its number.
func (w *world) suggest() uint32 {
	w.t.Helper()
	b := &Suggestion{Number: w.State.Next(NounSuggestion), Channel: ChannelHome, Source: station, District: district,
		Field: FieldTraffic, People: 300, Held: w.Day, Contact: true, Text: w.blob(), Photos: []Blob{w.blob()}}
	w.do(server, b)
	return b.Number
}

// takenUp makes one that was taken up.
func (w *world) takenUp() uint32 {
	w.t.Helper()
	n := w.suggest()
	w.do(office, &Transfer{n, roads})
	w.do(roadsClerk, &Study{n})
	w.do(government, &Verdict{Suggestion: n, Text: w.blob()})
	return n
}

func figures() Figures {
	return Figures{Investment: 5_000_000, Fiscal: 3_000_000, People: 2000, Unit: roads, Deadline: 20261130}
}

func (w *world) candidate(behind ...uint32) uint32 {
	w.t.Helper()
	b := &Candidate{Number: w.State.Next(NounCandidate), Title: "新建停车场", Field: FieldTraffic, District: district,
		Figures: figures(), Text: w.blob(), Behind: behind}
	w.do(office, b)
	return b.Number
}

// list draws up a list of n new candidates.
func (w *world) list(n int) uint32 {
	w.t.Helper()
	b := &List{Number: w.State.Next(NounList), Year: 2026}
	for range n {
		b.Candidates = append(b.Candidates, w.candidate(w.takenUp()))
	}
	w.do(office, b)
	return b.Number
}

func (w *world) gates(list uint32) {
	w.t.Helper()
	for g, by := range []uint32{government, party, standing, presidium} {
		w.do(by, &Passage{List: list, Gate: Gate(g + 1), Passed: true, Document: "第1号"})
	}
}

// freeze returns the entry that puts a list into a vote.
func (w *world) freeze(list uint32) *Freeze {
	b := &Freeze{List: list, Manifest: w.vote()}
	x, _ := w.State.List(list)
	for _, n := range x.Candidates {
		c, _ := w.State.Candidate(n)
		b.Options = append(b.Options, Choice{n, "A" + string(rune('0'+n%10)), c.Suggestions})
	}
	return b
}

// frozen makes a list of n in a vote.
func (w *world) frozen(n int) uint32 {
	w.t.Helper()
	list := w.list(n)
	w.gates(list)
	w.do(office, w.freeze(list))
	return list
}

// adoption returns the entry with these outcomes.
func (w *world) adoption(list uint32, outcomes ...Outcome) *Adoption {
	x, _ := w.State.List(list)
	b := &Adoption{List: list, Manifest: x.Manifest, Result: w.vote(), Certificate: w.vote(), Tallies: true, First: w.State.Next(NounProject)}
	for i, n := range x.Open {
		b.Outcomes = append(b.Outcomes, Decided{n, outcomes[i], 200 - uint32(i)})
	}
	return b
}

// adopted makes a project.
func (w *world) adopted() uint32 {
	w.t.Helper()
	b := w.adoption(w.frozen(1), OutcomeAdopted)
	w.do(server, b)
	return b.First
}

func (w *world) offered() uint32 {
	w.t.Helper()
	n := w.adopted()
	w.do(government, &Offer{n, roads, []uint32{schools}})
	return n
}

func (w *world) objected() uint32 {
	w.t.Helper()
	n := w.offered()
	w.do(roadsClerk, &Answer{Project: n, Text: w.blob()})
	return n
}

func (w *world) taken() uint32 {
	w.t.Helper()
	n := w.offered()
	w.do(roadsClerk, &Answer{Project: n, Accepted: true})
	return n
}

func (w *world) book() TaskBook {
	y, m, d := w.Day.Split()
	end := NewDate(y+1, m, min(d, 28))
	return TaskBook{Lead: roads, Assisting: []uint32{schools}, Leader: "副县长", Responsible: "局长", Goals: "建成\n三个停车场",
		Deadline: end, Investment: 5_000_000, Funds: "财政资金三百万元", Safeguards: "专班",
		Milestones: []Milestone{{"设计", 20, w.Day, w.Day.Add(59)}, {"施工", 80, w.Day.Add(60), w.Day.Add(259)}}}
}

func (w *world) team(project uint32) {
	w.t.Helper()
	w.do(office, &Team{project, "副主任", committee, []uint32{deputyA, deputyB, deputyC}, 1})
}

func (w *world) underway() uint32 {
	w.t.Helper()
	n := w.taken()
	w.do(roadsClerk, &Task{n, w.book()})
	w.team(n)
	return n
}

func (w *world) report(project uint32, percents ...uint8) *Report {
	p, _ := w.State.Project(project)
	return &Report{Project: project, Period: uint32(w.Day / 100), Percents: percents, Spent: p.Spent + 100, Outlook: OutlookSure, Text: w.blob()}
}

func (w *world) rule(project uint32, r Ruled) {
	w.t.Helper()
	w.do(roadsClerk, &Request{project, r, w.blob()})
	w.do(standing, &Ruling{Project: project, For: r, Granted: true, Document: "常决〔2026〕1号", Text: w.blob()})
}

func (w *world) suspended() uint32 {
	w.t.Helper()
	n := w.underway()
	w.rule(n, RuledSuspend)
	return n
}

func (w *world) terminated() uint32 {
	w.t.Helper()
	n := w.underway()
	w.rule(n, RuledTerminate)
	return n
}

func (w *world) delivered() uint32 {
	w.t.Helper()
	n := w.underway()
	w.do(roadsClerk, w.report(n, 100, 100))
	w.do(roadsClerk, &Delivery{Project: n, Text: w.blob()})
	return n
}

func (w *world) inspect(project uint32) uint32 {
	w.t.Helper()
	b := &Inspection{Number: w.State.Next(NounInspection), Project: project, Held: w.Day, Progress: 5, Quality: 4, Effect: 3, Text: w.blob()}
	w.do(deputyA, b)
	return b.Number
}

func (w *world) accepted() uint32 {
	w.t.Helper()
	n := w.delivered()
	w.inspect(n)
	w.do(committeeClerk, &Acceptance{Project: n, Passed: true, Text: w.blob()})
	return n
}

// rating returns a rating of one project by 29 members.
func (w *world) rating(project, good, basic, bad uint32) *Rating {
	r := Rated{Project: project, Good: good, Basic: basic, Bad: bad, Grade: RollUp(good, basic, 29)}
	if r.Grade == GradeBad {
		r.Due = w.Day.Add(60)
	}
	return &Rating{Manifest: w.vote(), Result: w.vote(), Certificate: w.vote(), Base: 29, Rows: []Rated{r}}
}

func (w *world) redone() uint32 {
	w.t.Helper()
	n := w.accepted()
	w.do(server, w.rating(n, 5, 5, 19))
	return n
}

func (w *world) closed() uint32 {
	w.t.Helper()
	n := w.accepted()
	w.do(server, w.rating(n, 28, 1, 0))
	w.do(committeeClerk, &Closure{n, w.blob()})
	return n
}

func (w *world) raised() uint32 {
	w.t.Helper()
	project := w.underway()
	return w.raise(project)
}

func (w *world) raise(project uint32) uint32 {
	w.t.Helper()
	b := &Problem{Number: w.State.Next(NounProblem), Project: project, Owner: roads, Due: w.Day.Add(30), Text: w.blob()}
	w.do(committeeClerk, b)
	return b.Number
}

func (w *world) rectified() uint32 {
	w.t.Helper()
	n := w.raised()
	w.do(deputyA, &Contact{n, 1, w.Day})
	w.do(deputyA, &Contact{n, 2, w.Day})
	w.do(roadsClerk, &Evidence{n, w.blob(), []Blob{w.blob()}})
	return n
}

func (w *world) rechecked() uint32 {
	w.t.Helper()
	n := w.rectified()
	w.do(deputyB, &Recheck{Problem: n, Passed: true, Held: w.Day, Text: w.blob()})
	return n
}

func (w *world) struck() uint32 {
	w.t.Helper()
	n := w.rechecked()
	w.do(deputyA, &Contact{n, 3, w.Day})
	w.do(committeeClerk, &Strike{n, ConsentNone})
	return n
}

func (w *world) asked() uint32 {
	w.t.Helper()
	b := &Inquiry{Number: w.State.Next(NounInquiry), Work: WorkHearing, Unit: roads, Due: w.Day.Add(30), Text: w.blob()}
	w.do(committeeClerk, b)
	return b.Number
}

func (w *world) answered() uint32 {
	w.t.Helper()
	n := w.asked()
	w.do(roadsClerk, &Response{n, ClassOngoing, w.blob()})
	return n
}

func (w *world) plan() uint32 {
	w.t.Helper()
	b := &Plan{Number: w.State.Next(NounPlan), Work: WorkProgress, Committee: committee, Due: w.Day.Add(10)}
	w.do(committeeClerk, b)
	return b.Number
}
