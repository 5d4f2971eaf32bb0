package project

import "testing"

// TestSuggestionSource: where a suggestion came from must be there, and
// stations and deputies enter only what came to them.
func TestSuggestionSource(t *testing.T) {
	w := newWorld(t)
	project, lead := w.adopted(), w.suggest()
	good := func(c Channel, source uint32) *Suggestion {
		return &Suggestion{Number: w.State.Next(NounSuggestion), Channel: c, Source: source, Field: FieldOther, Held: w.Day, Text: w.blob()}
	}
	for _, x := range []struct {
		by     uint32
		c      Channel
		source uint32
		want   Code
	}{
		{server, ChannelWeb, 0, 0}, {server, ChannelWeb, 1, CodeUnknown},
		{server, ChannelPerson, deputyA, 0}, {server, ChannelPerson, roadsClerk, CodeUnknown}, {server, ChannelPerson, 99, CodeUnknown},
		{server, ChannelHome, station, 0}, {server, ChannelHome, roads, CodeUnknown}, {server, ChannelHome, 0, CodeUnknown},
		{server, ChannelProject, project, 0}, {server, ChannelProject, 99, CodeUnknown},
		{server, ChannelSuggestion, lead, 0}, {server, ChannelSuggestion, 1 << 31, CodeUnknown},
		{server, ChannelForm, station, CodeOwn}, {server, ChannelHotline, 0, CodeOwn},
		{stationClerk, ChannelForm, station, 0}, {stationClerk, ChannelForm, otherStation, CodeOwn}, {stationClerk, ChannelWeb, 0, CodeOwn},
		{deputyA, ChannelPerson, deputyA, 0}, {deputyA, ChannelPerson, deputyB, CodeOwn}, {deputyA, ChannelForm, station, CodeOwn},
		{office, ChannelHotline, 0, 0}, {office, ChannelUnit, 0, 0}, {office, ChannelForm, otherStation, 0},
		{roadsClerk, ChannelUnit, 0, CodeRole},
	} {
		if got := codeOf(w.try(x.by, good(x.c, x.source))); got != x.want {
			t.Errorf("actor %d, channel %d from %d: %v, want %v", x.by, x.c, x.source, got, x.want)
		}
	}
	late, far, old := good(ChannelWeb, 0), good(ChannelWeb, 0), good(ChannelWeb, 0)
	late.Held, far.District, old.Number = w.Day.Add(1), roads, 1
	w.refuse(CodeDay, server, late)
	w.refuse(CodeUnknown, server, far)
	w.refuse(CodeNumber, server, old)
	if got := w.State.Tally(deputyA).Suggestions; got != 2 {
		t.Errorf("%d suggestions by the deputy's code, want 2", got)
	}
}

// TestTrack walks one wish from the QR code to its rating, and looks at what
// the person who made it sees.
func TestTrack(t *testing.T) {
	w := newWorld(t)
	n := w.suggest()
	see := func(want Step, short int) {
		t.Helper()
		got, ok := w.State.Track(n)
		if !ok || got.Step != want || got.Step.Short() != short {
			t.Errorf("step %d, %d, want %d, %d", got.Step, got.Step.Short(), want, short)
		}
	}
	see(StepReceived, 1)
	w.do(office, &Transfer{n, roads})
	see(StepTransferred, 2)
	w.do(roadsClerk, &Study{n})
	see(StepStudied, 3)
	w.do(government, &Verdict{Suggestion: n, Text: w.blob()})
	see(StepTakenUp, 3)
	from, into := w.candidate(n), w.candidate()
	see(StepCandidate, 3)
	w.do(office, &Merger{into, from})
	see(StepCandidate, 3)
	list := &List{Number: 1, Year: 2026, Candidates: []uint32{into}}
	w.do(office, list)
	w.gates(1)
	w.do(office, w.freeze(1))
	w.do(server, w.adoption(1, OutcomeAdopted))
	see(StepChosen, 3)
	w.do(government, &Offer{1, roads, nil})
	w.do(roadsClerk, &Answer{Project: 1, Accepted: true})
	w.do(roadsClerk, &Task{1, w.book()})
	w.team(1)
	see(StepUnderway, 3)
	w.do(roadsClerk, w.report(1, 100, 100))
	w.do(roadsClerk, &Delivery{Project: 1, Text: w.blob()})
	w.inspect(1)
	w.do(committeeClerk, &Acceptance{Project: 1, Passed: true, Text: w.blob()})
	see(StepAccepted, 4)
	w.do(server, w.rating(1, 5, 5, 19))
	see(StepUnderway, 3)
	if got, _ := w.State.Track(n); got.Project != 1 || got.Candidate != into || got.Unit != roads || got.Due != w.Day.Add(60) {
		t.Errorf("track %+v", got)
	}
	w.do(roadsClerk, &Delivery{Project: 1, Text: w.blob()})
	w.do(committeeClerk, &Acceptance{Project: 1, Passed: true, Text: w.blob()})
	w.do(server, w.rating(1, 28, 1, 0))
	see(StepRated, 4)
	w.do(office, &Closure{1, w.blob()})
	see(StepRated, 4)
	if x, _ := w.State.Suggestion(n); len(x.Events) != 5 {
		t.Errorf("%d events of the suggestion", len(x.Events))
	}
	p, _ := w.State.Project(1)
	if first, last := p.Events[0], p.Events[len(p.Events)-1]; first.Kind != KindAdoption || last.Kind != KindClosure || last.Stage != StageClosed {
		t.Errorf("events from %v to %v", first, last)
	}
}

// TestTrackEnds: the ends off the way.
func TestTrackEnds(t *testing.T) {
	for at, want := range map[Stage]Step{
		StageDeclined: StepDeclined, StageSolved: StepSolved, StageBundled: StepReceived,
	} {
		w := newWorld(t)
		if got, _ := w.State.Track(reach[at](w)); got.Step != want {
			t.Errorf("%s: step %d, want %d", at, got.Step, want)
		}
	}
	w := newWorld(t)
	c, _ := w.State.Candidate(reach[StageReserved](w))
	if got, _ := w.State.Track(c.Behind[0]); got.Step != StepNotChosen {
		t.Errorf("reserve: step %d", got.Step)
	}
	p, _ := w.State.Project(w.terminated())
	c, _ = w.State.Candidate(p.Candidate)
	if got, _ := w.State.Track(c.Behind[0]); got.Step != StepEnded {
		t.Errorf("terminated: step %d", got.Step)
	}
	if _, ok := w.State.Track(999); ok {
		t.Error("a suggestion that is not there has a track")
	}
	if !StepRated.Final() || StepUnderway.Final() {
		t.Error("what is final")
	}
}

// TestBundle: a bundle counts all its wishes, once, also behind a candidate
// and through bundles of bundles.
func TestBundle(t *testing.T) {
	w := newWorld(t)
	top, mid, low, other := w.takenUp(), w.suggest(), w.suggest(), w.suggest()
	w.do(office, &Bundle{mid, []uint32{low, other}})
	c := w.candidate(top)
	w.do(office, &Bundle{top, []uint32{mid}})
	count := func(want uint32) {
		t.Helper()
		if x, _ := w.State.Candidate(c); x.Suggestions != want {
			t.Errorf("%d wishes behind the candidate, want %d", x.Suggestions, want)
		}
	}
	count(4)
	if w.State.Head(low) != top {
		t.Error("the head of a bundle's bundle")
	}
	w.do(office, &Unbundle{low})
	count(3)
	into := w.candidate()
	w.do(office, &Merger{into, c})
	w.do(office, &Unbundle{other})
	c = into
	count(2)

	w.refuse(CodeStage, office, &Bundle{top, []uint32{top}})
	w.refuse(CodeStage, office, &Bundle{low, []uint32{mid}})
	w.refuse(CodeStage, office, &Bundle{low, []uint32{top}}) // behind a candidate
	w.refuse(CodeStage, office, &Bundle{mid, []uint32{low}})
	w.refuse(CodeUnknown, office, &Bundle{low, []uint32{99}})
	w.refuse(CodeForm, office, &Bundle{low, []uint32{other, other}})
	w.do(office, &Bundle{low, []uint32{other}})
}

// TestSums: 收集, 当场解决, 转交 as 常山 counts them.
func TestSums(t *testing.T) {
	w := newWorld(t)
	for range 3 {
		w.do(stationClerk, &Solution{Suggestion: w.suggest(), Text: w.blob()})
	}
	n := w.takenUp()
	w.do(office, &Verdict{w.suggest(), ReasonFew, w.blob()})
	again := w.suggest()
	w.do(office, &Transfer{again, roads})
	w.do(roadsClerk, &Return{again, w.blob()})
	w.refuse(CodeOwn, roadsClerk, &Return{again, w.blob()})
	w.do(office, &Transfer{again, schools})
	w.refuse(CodeDuplicate, office, &Transfer{again, schools})
	w.refuse(CodeUnknown, office, &Transfer{w.suggest(), committee})
	if got, want := w.State.Sums(), (Sums{Collected: 7, Solved: 3, Transferred: 2, TakenUp: 1, Declined: 1}); got != want {
		t.Errorf("%+v, want %+v (suggestion %d)", got, want, n)
	}
}

// TestModeration: what came from the public is shown after moderation only,
// text and pictures apart, and what was withdrawn stays so.
func TestModeration(t *testing.T) {
	w := newWorld(t)
	n := w.suggest()
	x, _ := w.State.Suggestion(n)
	see := func(text, photo Visibility) {
		t.Helper()
		a, _ := w.State.Holding(x.Text)
		b, _ := w.State.Holding(x.Photos[0])
		if a.Visibility != text || b.Visibility != photo {
			t.Errorf("text %d, picture %d, want %d, %d", a.Visibility, b.Visibility, text, photo)
		}
	}
	see(Pending, Pending)
	w.do(office, &Moderation{n, ShownText})
	see(Public, Pending)
	w.do(office, &Withdrawal{[]Blob{x.Photos[0]}, GroundPersonal})
	w.do(office, &Moderation{n, ShownAll})
	see(Public, Withdrawn)
	w.do(office, &Moderation{n, ShownNothing})
	see(Pending, Withdrawn)
}

// TestWithdrawal: a content is withdrawn once, and must be there.
func TestWithdrawal(t *testing.T) {
	w := newWorld(t)
	x, _ := w.State.Suggestion(w.suggest())
	w.refuse(CodeUnknown, office, &Withdrawal{[]Blob{w.blob()}, GroundRequest})
	w.refuse(CodeForm, office, &Withdrawal{nil, GroundRequest})
	w.refuse(CodeForm, office, &Withdrawal{[]Blob{x.Text, x.Text}, GroundRequest})
	w.refuse(CodeForm, office, &Withdrawal{[]Blob{x.Text}, 0})
	w.refuse(CodeRole, roadsClerk, &Withdrawal{[]Blob{x.Text}, GroundRequest})
	w.do(office, &Withdrawal{[]Blob{x.Text}, GroundRequest})
	w.refuse(CodeDuplicate, office, &Withdrawal{[]Blob{x.Text}, GroundRequest})
}

// TestDuplicateContent: a form that was sent twice is one form, within an
// entry and across entries.
func TestDuplicateContent(t *testing.T) {
	w := newWorld(t)
	b := w.blob()
	twice := &Suggestion{Number: 1, Channel: ChannelWeb, Field: FieldOther, Held: w.Day, Text: b, Photos: []Blob{b}}
	w.refuse(CodeDuplicate, server, twice)
	twice.Photos = nil
	w.do(server, twice)
	twice.Number = 2
	w.refuse(CodeDuplicate, server, twice)
	twice.Text = w.blob()
	w.do(server, twice)
}

// TestUnbundled: a wish that was taken out of a bundle is received anew: it has no
// answer, and counts once among those transferred, however often that was.
func TestUnbundled(t *testing.T) {
	w := newWorld(t)
	lead, n, other := w.suggest(), w.suggest(), w.suggest()
	w.do(office, &Transfer{n, roads})
	w.do(office, &Bundle{Lead: lead, Members: []uint32{n}})
	if got := w.State.Sums().Transferred; got != 1 {
		t.Errorf("%d transferred while bundled, want 1", got)
	}
	w.do(office, &Unbundle{n})
	w.do(office, &Transfer{n, roads})
	if got := w.State.Sums().Transferred; got != 1 {
		t.Errorf("%d transferred, want 1", got)
	}
	w.do(office, &Verdict{Suggestion: n, Text: w.blob()})
	w.do(office, &Bundle{Lead: lead, Members: []uint32{n, other}})
	if x, _ := w.State.Suggestion(n); x.Answer == (Blob{}) {
		t.Error("the answer is gone before it should be")
	}
	w.do(office, &Unbundle{n})
	w.do(office, &Unbundle{other}) // was never transferred
	if x, _ := w.State.Suggestion(n); x.Answer != (Blob{}) || x.Stage != StageReceived {
		t.Errorf("%s with an answer", x.Stage)
	}
	if got := w.State.Sums(); got.Transferred != 0 || got.TakenUp != 0 {
		t.Errorf("%+v", got)
	}
}
