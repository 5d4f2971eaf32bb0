package project

import "testing"

// TestRounds: a department objects twice, then it must accept.
func TestRounds(t *testing.T) {
	w := newWorld(t)
	n := w.adopted()
	for range 2 {
		w.do(government, &Offer{n, roads, nil})
		w.refuse(CodeForm, roadsClerk, &Answer{Project: n}) // no reason
		w.do(roadsClerk, &Answer{Project: n, Text: w.blob()})
	}
	w.do(government, &Offer{n, roads, nil})
	w.refuse(CodeRound, roadsClerk, &Answer{Project: n, Text: w.blob()})
	w.do(roadsClerk, &Answer{Project: n, Accepted: true})
	w.refuse(CodeDuplicate, government, &Offer{w.adopted(), roads, []uint32{roads}})
	w.refuse(CodeUnknown, government, &Offer{n + 1, committee, nil})
	w.refuse(CodeUnknown, government, &Offer{n + 1, roads, []uint32{station}})
}

// TestTaskBook: the task book has exactly the fields of the law, none empty,
// and milestones that sum to 100.
func TestTaskBook(t *testing.T) {
	w := newWorld(t)
	n := w.taken()
	for name, x := range map[string]struct {
		flaw func(*TaskBook)
		want Code
	}{
		"no leader":        {func(b *TaskBook) { b.Leader = "" }, CodeForm},
		"nobody in charge": {func(b *TaskBook) { b.Responsible = "" }, CodeForm},
		"no goals":         {func(b *TaskBook) { b.Goals = "" }, CodeForm},
		"no funds":         {func(b *TaskBook) { b.Funds = "" }, CodeForm},
		"no safeguards":    {func(b *TaskBook) { b.Safeguards = "" }, CodeForm},
		"no deadline":      {func(b *TaskBook) { b.Deadline = 0 }, CodeForm},
		"past deadline":    {func(b *TaskBook) { b.Deadline = w.Day.Add(-1); b.Milestones = nil }, CodeDay},
		"other lead":       {func(b *TaskBook) { b.Lead, b.Assisting = schools, nil }, CodeOwn},
		"99 percent":       {func(b *TaskBook) { b.Milestones[0].Weight-- }, CodeWeights},
		"101 percent":      {func(b *TaskBook) { b.Milestones[0].Weight++ }, CodeWeights},
		"no milestones":    {func(b *TaskBook) { b.Milestones = nil }, CodeWeights},
		"late milestone":   {func(b *TaskBook) { b.Milestones[1].Ends = b.Deadline.Add(1) }, CodeDay},
		"backward":         {func(b *TaskBook) { b.Milestones[1].Ends = b.Milestones[1].Begins.Add(-1) }, CodeForm},
		"weightless":       {func(b *TaskBook) { b.Milestones[0].Weight = 0 }, CodeForm},
		"control":          {func(b *TaskBook) { b.Leader = "副\n县长" }, CodeForm},
	} {
		book := w.book()
		x.flaw(&book)
		if got := codeOf(w.try(roadsClerk, &Task{n, book})); got != x.want {
			t.Errorf("%s: %v, want %v", name, got, x.want)
		}
	}
	w.do(roadsClerk, &Task{n, w.book()})
}

// TestReport: departments append. A number falls, and a period is reported
// again, only with an explanation.
func TestReport(t *testing.T) {
	w := newWorld(t)
	n := w.underway()
	w.do(roadsClerk, w.report(n, 50, 10))
	bad := func(change func(*Report), want Code) {
		t.Helper()
		b := w.report(n, 50, 10)
		change(b)
		w.refuse(want, roadsClerk, b)
	}
	bad(func(b *Report) {}, CodeAmount) // the same month again
	bad(func(b *Report) { b.Period-- }, CodePeriod)
	bad(func(b *Report) { b.Period++ }, CodePeriod)
	bad(func(b *Report) { b.Period = 202613 }, CodeForm)
	bad(func(b *Report) { b.Period = 1<<32 - 1 }, CodeForm)
	w.later(31)
	bad(func(b *Report) { b.Percents[0]-- }, CodeAmount)
	bad(func(b *Report) { b.Spent = 99 }, CodeAmount)
	bad(func(b *Report) { b.Percents = b.Percents[:1] }, CodeCount)
	bad(func(b *Report) { b.Percents[0] = 101 }, CodeForm)
	bad(func(b *Report) {
		for range 10 {
			b.Photos = append(b.Photos, w.blob())
		}
	}, CodeForm)
	b := w.report(n, 40, 10)
	b.Because, b.Spent = w.blob(), 0
	w.do(roadsClerk, b)
	if p, _ := w.State.Project(n); p.Percents[0] != 40 || p.Spent != 0 || p.Reports != 2 {
		t.Errorf("after a correction: %v, %d", p.Percents, p.Spent)
	}
	w.refuse(CodeUnfinished, roadsClerk, &Delivery{Project: n, Text: w.blob()})

	set := w.State.Settings()
	set.ReportMonths = 3
	w.do(office, &set)
	w.later(31) // November
	bad(func(b *Report) {}, CodePeriod)
	w.later(30)
	w.do(roadsClerk, w.report(n, 50, 10))
}

// TestRuling: nothing is adjusted, suspended or ended without the standing
// committee, which decides on what was asked for; announcement and report to
// the plenary are owed.
func TestRuling(t *testing.T) {
	w := newWorld(t)
	n := w.underway()
	rule := func(r Ruled, ok bool) *Ruling {
		return &Ruling{Project: n, For: r, Granted: ok, Document: "1号", Text: w.blob()}
	}
	w.refuse(CodeRequest, standing, rule(RuledSuspend, true))
	w.refuse(CodeStage, roadsClerk, &Request{n, RuledResume, w.blob()})
	w.refuse(CodeRequest, office, &Announcement{n, w.blob()})
	w.refuse(CodeRequest, office, &Notice{n, "第一次会议", w.Day})
	w.do(roadsClerk, &Request{n, RuledSuspend, w.blob()})
	w.refuse(CodeRequest, roadsClerk, &Request{n, RuledTerminate, w.blob()})
	w.refuse(CodeRequest, standing, rule(RuledTerminate, true))
	w.refuse(CodeRole, government, rule(RuledSuspend, true))
	w.do(standing, rule(RuledSuspend, false))
	if p, _ := w.State.Project(n); p.Stage != StageUnderway || !p.Announce || p.Tell {
		t.Errorf("after a refusal: %s", p.Stage)
	}
	w.rule(n, RuledSuspend)
	w.refuse(CodeStage, roadsClerk, &Request{n, RuledAdjust, w.blob()})
	w.rule(n, RuledResume)
	w.do(office, &Announcement{n, w.blob()})
	w.refuse(CodeDay, office, &Notice{n, "第一次会议", w.Day.Add(1)})
	w.do(office, &Notice{n, "第一次会议", w.Day})
	if p, _ := w.State.Project(n); p.Stage != StageUnderway || p.Announce || p.Tell {
		t.Errorf("after all: %+v", p)
	}
}

// TestAdjustment: a granted adjustment brings a new task book with how far its
// milestones are; anything else brings none.
func TestAdjustment(t *testing.T) {
	w := newWorld(t)
	n := w.underway()
	w.do(roadsClerk, &Request{n, RuledAdjust, w.blob()})
	book := w.book()
	book.Lead, book.Assisting = schools, nil
	b := &Ruling{Project: n, For: RuledAdjust, Granted: true, Document: "1号", Text: w.blob(), Book: &book, Percents: []uint8{30, 0}}
	for name, x := range map[string]struct {
		flaw func(*Ruling)
		want Code
	}{
		"no book":            {func(b *Ruling) { b.Book = nil }, CodeForm},
		"too few percents":   {func(b *Ruling) { b.Percents = []uint8{1} }, CodeForm},
		"refused, with book": {func(b *Ruling) { b.Granted = false }, CodeForm},
		"vote, no result":    {func(b *Ruling) { b.Manifest = w.vote() }, CodeForm},
		"no document":        {func(b *Ruling) { b.Document = "" }, CodeForm},
		"late": {func(b *Ruling) {
			late := book
			late.Deadline, late.Milestones = w.Day.Add(-1), nil
			b.Book, b.Percents = &late, nil
		}, CodeDay},
	} {
		bad := *b
		x.flaw(&bad)
		if got := codeOf(w.try(standing, &bad)); got != x.want {
			t.Errorf("%s: %v, want %v", name, got, x.want)
		}
	}
	w.do(standing, b)
	if p, _ := w.State.Project(n); p.Lead != schools || p.Percents[0] != 30 {
		t.Errorf("after the adjustment: unit %d, %v", p.Lead, p.Percents)
	}
	w.refuse(CodeOwn, roadsClerk, w.report(n, 100, 0))
	w.do(schoolsClerk, w.report(n, 100, 0))
	w.do(schoolsClerk, &Request{n, RuledTerminate, w.blob()})
	w.refuse(CodeUnfinished, schoolsClerk, &Delivery{Project: n, Text: w.blob()})
	w.later(40)
	w.do(schoolsClerk, w.report(n, 100, 100))
	w.refuse(CodeRequest, schoolsClerk, &Delivery{Project: n, Text: w.blob()})
}
