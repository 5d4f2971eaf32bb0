package project

import "testing"

// TestStrike: 销号 only with evidence, acceptance and the three contacts, in
// their order; and with the proposer's consent where the settings ask for it.
func TestStrike(t *testing.T) {
	w := newWorld(t)
	n := w.raise(w.underway())
	meet := func(step uint8) *Contact { return &Contact{n, step, w.Day} }
	strike := &Strike{n, ConsentNone}
	w.refuse(CodeStage, committeeClerk, strike)
	w.refuse(CodeContact, deputyA, meet(2))
	w.refuse(CodeDay, deputyA, &Contact{n, 1, w.Day.Add(1)})
	w.do(deputyA, meet(1))
	w.refuse(CodeContact, deputyA, meet(1))
	w.do(committeeClerk, meet(2))
	w.refuse(CodeContact, deputyA, meet(3)) // nothing was done yet
	w.refuse(CodeRole, roadsClerk, meet(3))
	w.refuse(CodeEvidence, roadsClerk, &Evidence{n, w.blob(), nil})
	w.do(roadsClerk, &Evidence{n, w.blob(), []Blob{w.blob()}})
	w.refuse(CodeForm, deputyA, &Recheck{Problem: n, Held: w.Day, Text: w.blob()})
	w.refuse(CodeForm, deputyA, &Recheck{Problem: n, Passed: true, Due: w.Day, Held: w.Day, Text: w.blob()})
	w.refuse(CodeDay, deputyA, &Recheck{Problem: n, Due: w.Day.Add(-1), Held: w.Day, Text: w.blob()})
	w.do(deputyA, &Recheck{Problem: n, Due: w.Day.Add(9), Held: w.Day, Text: w.blob()})
	w.refuse(CodeStage, committeeClerk, strike)
	w.do(roadsClerk, &Evidence{n, w.blob(), []Blob{w.blob()}})
	w.do(deputyA, &Recheck{Problem: n, Passed: true, Held: w.Day, Text: w.blob()})
	w.refuse(CodeContact, committeeClerk, strike)
	w.do(deputyA, meet(3))
	w.refuse(CodeRole, deputyA, strike)
	w.refuse(CodeProposer, committeeClerk, &Strike{n, ConsentNo})
	set := w.State.Settings()
	set.Proposer = true
	w.do(office, &set)
	w.refuse(CodeProposer, committeeClerk, strike)
	w.do(committeeClerk, &Strike{n, ConsentYes})
	if got := w.State.Tally(deputyA); got.Contacts != 2 || got.Rechecks != 2 {
		t.Errorf("the deputy's activity: %+v", got)
	}
}

// TestLookback: a problem that came back is raised anew, and opens a project
// that was closed.
func TestLookback(t *testing.T) {
	w := newWorld(t)
	n := w.accepted()
	problem := w.raise(n)
	w.do(server, w.rating(n, 15, 14, 0))
	w.refuse(CodeOpen, committeeClerk, &Closure{n, w.blob()})
	set := w.State.Settings()
	set.Contacts = false
	w.do(office, &set)
	fix := func() {
		t.Helper()
		w.do(roadsClerk, &Evidence{problem, w.blob(), []Blob{w.blob()}})
		w.do(deputyA, &Recheck{Problem: problem, Passed: true, Held: w.Day, Text: w.blob()})
		w.do(committeeClerk, &Strike{problem, ConsentNone})
	}
	fix()
	w.do(committeeClerk, &Closure{n, w.blob()})
	w.later(100)
	w.do(deputyA, &Lookback{Problem: problem, Fine: true, Held: w.Day, Text: w.blob()})
	w.do(deputyA, &Lookback{Problem: problem, Due: w.Day.Add(20), Held: w.Day, Text: w.blob()})
	p, _ := w.State.Project(n)
	x, _ := w.State.Problem(problem)
	if p.Stage != StageRedone || p.Open != 1 || p.Due != w.Day.Add(20) || x.Relapses != 1 || x.Proof != nil {
		t.Errorf("after a relapse: %s, %d open, due %s", p.Stage, p.Open, p.Due)
	}
	w.do(roadsClerk, &Delivery{Project: n, Text: w.blob()})
	w.refuse(CodeOpen, committeeClerk, &Acceptance{Project: n, Passed: true, Text: w.blob()})
	fix()
	w.do(committeeClerk, &Acceptance{Project: n, Passed: true, Text: w.blob()})
	w.do(committeeClerk, &Closure{n, w.blob()})
}

func TestProblemRefusals(t *testing.T) {
	w := newWorld(t)
	n, other := w.underway(), w.underway()
	inspection := w.inspect(other)
	b := func() *Problem {
		return &Problem{Number: 1, Project: n, Owner: roads, Due: w.Day, Text: w.blob()}
	}
	x := b()
	x.Inspection = inspection
	w.refuse(CodeUnknown, committeeClerk, x)
	x = b()
	x.Owner = committee
	w.refuse(CodeUnknown, committeeClerk, x)
	x = b()
	x.Due = w.Day.Add(-1)
	w.refuse(CodeDay, committeeClerk, x)
	x = b()
	x.Number = 2
	w.refuse(CodeNumber, committeeClerk, x)
	w.refuse(CodeRole, deputyA, b())
	w.do(committeeClerk, b())
}

// TestAcceptance: 验收 needs an inspection and no open problem.
func TestAcceptance(t *testing.T) {
	w := newWorld(t)
	n := w.delivered()
	pass := func() *Acceptance { return &Acceptance{Project: n, Passed: true, Text: w.blob()} }
	w.refuse(CodeEvidence, committeeClerk, pass())
	w.refuse(CodeDay, deputyA, &Inspection{Number: 1, Project: n, Held: w.Day.Add(1), Progress: 1, Quality: 1, Effect: 1, Text: w.blob()})
	w.refuse(CodeForm, deputyA, &Inspection{Number: 1, Project: n, Held: w.Day, Progress: 6, Quality: 1, Effect: 1, Text: w.blob()})
	w.inspect(n)
	w.refuse(CodeOwn, otherCommitteeClerk, pass())
	w.refuse(CodeRole, roadsClerk, pass())
	w.refuse(CodeForm, committeeClerk, &Acceptance{Project: n, Text: w.blob()})
	w.do(committeeClerk, &Acceptance{Project: n, Due: w.Day.Add(30), Text: w.blob()})
	w.do(roadsClerk, &Delivery{Project: n, Text: w.blob()})
	w.do(standing, pass())
	w.refuse(CodeRating, committeeClerk, &Closure{n, w.blob()})
}

func TestTeam(t *testing.T) {
	w := newWorld(t)
	n := w.adopted()
	w.refuse(CodeTeam, office, &Team{n, "副主任", committee, []uint32{deputyA, deputyB}, 0})
	w.refuse(CodeTeam, office, &Team{n, "副主任", committee, []uint32{deputyA, deputyB, roadsClerk}, 0})
	w.refuse(CodeForm, office, &Team{n, "副主任", committee, []uint32{deputyA, deputyB, deputyB}, 0})
	w.refuse(CodeUnknown, office, &Team{n, "副主任", roads, []uint32{deputyA, deputyB, deputyC}, 0})
	w.do(office, &Actor{Number: deputyC, Role: RoleDeputy, Unit: station, Name: "某", Retired: true})
	w.refuse(CodeTeam, office, &Team{n, "副主任", committee, []uint32{deputyA, deputyB, deputyC}, 0})
	w.do(office, &Team{n, "副主任", committee, []uint32{deputyA, deputyB, outsider}, 0})
}

func TestInquiry(t *testing.T) {
	w := newWorld(t)
	b := func() *Inquiry {
		return &Inquiry{Number: 1, Work: WorkMeeting, Unit: roads, Due: w.Day.Add(3), Text: w.blob()}
	}
	x := b()
	x.Work = WorkVisit
	w.refuse(CodeForm, deputyA, x)
	x = b()
	x.Unit = station
	w.refuse(CodeUnknown, deputyA, x)
	x = b()
	x.Project = 7
	w.refuse(CodeUnknown, deputyA, x)
	w.refuse(CodeRole, roadsClerk, b())
	w.do(deputyA, b())
	w.do(roadsClerk, &Response{1, ClassMeans, w.blob()})
	w.refuse(CodeForm, office, &Settlement{Inquiry: 1})
	w.refuse(CodeOwn, committeeClerk, &Settlement{Inquiry: 1, Enough: true})
	w.do(office, &Settlement{Inquiry: 1, Due: w.Day.Add(9)})
	w.do(roadsClerk, &Response{1, ClassSolved, w.blob()})
	w.do(standing, &Settlement{Inquiry: 1, Enough: true})
	if x, _ := w.State.Inquiry(1); x.Stage != StageSettled || x.Class.String() != "A1" {
		t.Errorf("%s, %s", x.Stage, x.Class)
	}
}

func TestPlan(t *testing.T) {
	w := newWorld(t)
	b := func() *Plan { return &Plan{Number: 1, Work: WorkVisit, Committee: committee, Due: w.Day} }
	x := b()
	x.Projects = []uint32{1}
	w.refuse(CodeUnknown, committeeClerk, x)
	x = b()
	x.Due = w.Day.Add(-1)
	w.refuse(CodeDay, committeeClerk, x)
	x = b()
	x.Committee = otherCommittee
	w.refuse(CodeOwn, committeeClerk, x)
	w.refuse(CodeRole, deputyA, b())
	w.do(committeeClerk, b())
	w.refuse(CodeDay, committeeClerk, &Held{1, w.Day.Add(1), w.blob()})
	w.do(office, &Held{1, w.Day, w.blob()})
}

func TestActivity(t *testing.T) {
	w := newWorld(t)
	b := &Activity{deputyA, DutyReception, w.Day}
	w.refuse(CodeOwn, otherStaffer, b)
	w.refuse(CodeRole, deputyA, b)
	w.refuse(CodeUnknown, office, &Activity{roadsClerk, DutyVisit, w.Day})
	w.refuse(CodeDay, office, &Activity{deputyA, DutyVisit, w.Day.Add(1)})
	w.do(stationClerk, b)
	w.do(office, b)
	if got := w.State.Tally(deputyA).Duties[DutyReception]; got != 2 {
		t.Errorf("%d receptions", got)
	}
}

func TestOpinion(t *testing.T) {
	w := newWorld(t)
	n := w.underway()
	w.do(server, &Opinion{n, 5, 2, 1})
	w.refuse(CodeCount, server, &Opinion{n, 5, 1, 1})
	w.refuse(CodeRole, office, &Opinion{n, 6, 2, 1})
	w.do(server, &Opinion{n, 6, 2, 1})
}
