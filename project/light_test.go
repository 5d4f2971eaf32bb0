package project

import (
	"slices"
	"testing"
)

// TestLightArithmetic: the terms, worked out by hand. A milestone of 20 % over
// 60 days and one of 80 % over 200 days; on day 30 the first is planned at
// 30/60 of 20 %, on day 160 the second at 100/200 of 80 %.
func TestLightArithmetic(t *testing.T) {
	w := newWorld(t)
	n := w.underway()
	w.do(roadsClerk, w.report(n, 45, 0))
	begin := w.Day
	for _, x := range []struct {
		day                         int
		planned, actual, gap, share int
	}{
		{-1, 0, 900, 0, 100},
		{0, 33, 900, 0, 2727}, // 2000·1/60
		{29, 1000, 900, 100, 90},
		{59, 2000, 900, 1100, 45},
		{60, 2040, 900, 1140, 44}, // 2000 + 8000·1/200
		{159, 6000, 900, 5100, 15},
		{259, 10000, 900, 9100, 9},
		{400, 10000, 900, 9100, 9},
	} {
		l := w.State.Light(n, begin.Add(x.day))
		if l.Planned != x.planned || l.Actual != x.actual || l.Gap != x.gap || l.Share != x.share {
			t.Errorf("day %d: planned %d, actual %d, gap %d, share %d, want %+v", x.day, l.Planned, l.Actual, l.Gap, l.Share, x)
		}
		if len(l.Terms) != 2 || l.Terms[0].Planned+l.Terms[1].Planned != l.Planned || l.Terms[0].Actual != 900 {
			t.Errorf("day %d: terms %+v", x.day, l.Terms)
		}
	}
	if l := w.State.Light(n, begin.Add(70)); l.Overdue != 70-59 {
		t.Errorf("%d days overdue, want 11", l.Overdue)
	}
}

// TestLights: each rule of each scheme, with what is just not enough for it.
func TestLights(t *testing.T) {
	limits := DefaultLimits()
	type row struct {
		at     Stage
		light  Light
		colour Colour
		rule   Rule
	}
	for scheme, rows := range map[Scheme][]row{
		SchemeThree: {
			{StageUnderway, Light{Share: 100}, ColourGreen, RuleFine},
			{StageUnderway, Light{Gap: 999}, ColourGreen, RuleFine},
			{StageUnderway, Light{Gap: 1000}, ColourYellow, RuleGap},
			{StageUnderway, Light{Gap: 2499}, ColourYellow, RuleGap},
			{StageUnderway, Light{Gap: 2500}, ColourRed, RuleGap},
			{StageUnderway, Light{Overdue: 30}, ColourYellow, RuleOverdue},
			{StageUnderway, Light{Overdue: 31}, ColourRed, RuleOverdue},
			{StageUnderway, Light{Open: 1}, ColourYellow, RuleProblem},
			{StageUnderway, Light{Open: 1, Late: 1}, ColourRed, RuleLate},
			{StageAccepted, Light{Gap: 9000}, ColourGreen, RuleDone},
			{StageAccepted, Light{Open: 1, Late: 1}, ColourRed, RuleLate},
			{StageRedone, Light{}, ColourYellow, RuleRedo},
			{StageSuspended, Light{Gap: 9000}, ColourYellow, RuleSuspended},
			{StageTerminated, Light{Late: 1}, ColourNone, RuleEnded},
			{StageClosed, Light{}, ColourGreen, RuleAgreed},
		},
		SchemeFive: {
			{StageUnderway, Light{Share: 29}, ColourRed, RuleShare},
			{StageUnderway, Light{Share: 30}, ColourOrange, RuleShare},
			{StageUnderway, Light{Share: 59}, ColourOrange, RuleShare},
			{StageUnderway, Light{Share: 60}, ColourYellow, RuleShare},
			{StageUnderway, Light{Share: 89}, ColourYellow, RuleShare},
			{StageUnderway, Light{Share: 90}, ColourGreen, RuleFine},
			{StageUnderway, Light{Share: 100, Overdue: 1}, ColourYellow, RuleOverdue},
			{StageUnderway, Light{Share: 100, Open: 1}, ColourYellow, RuleProblem},
			{StageUnderway, Light{Share: 100, Late: 1}, ColourRed, RuleLate},
			{StageRedone, Light{Share: 100}, ColourOrange, RuleRedo},
			{StageAccepted, Light{Share: 100}, ColourBlue, RuleDone},
			{StageClosed, Light{Share: 100}, ColourBlue, RuleAgreed},
			{StageSuspended, Light{}, ColourYellow, RuleSuspended},
			{StageTerminated, Light{}, ColourNone, RuleEnded},
		},
		SchemeABCD: {
			{StageUnderway, Light{Outlook: OutlookSure}, ColourBlue, RuleFine},
			{StageUnderway, Light{Outlook: OutlookStriving}, ColourYellow, RuleOutlook},
			{StageUnderway, Light{Outlook: OutlookNotYet}, ColourRed, RuleOutlook},
			{StageUnderway, Light{Overdue: 1}, ColourYellow, RuleOverdue},
			{StageUnderway, Light{Gap: 999}, ColourBlue, RuleFine},
			{StageUnderway, Light{Gap: 1000}, ColourYellow, RuleGap},
			{StageUnderway, Light{Open: 1}, ColourYellow, RuleProblem},
			{StageRedone, Light{}, ColourYellow, RuleRedo},
			{StageClosed, Light{}, ColourGreen, RuleAgreed},
			{StageSuspended, Light{}, ColourRed, RuleSuspended},
			{StageTerminated, Light{}, ColourRed, RuleEnded},
		},
	} {
		for _, x := range rows {
			l := x.light
			l.Scheme, l.Limits = scheme, limits
			if c, r := l.judge(x.at); c != x.colour || r != x.rule {
				t.Errorf("scheme %d, %s, %+v: %s by rule %d, want %s by rule %d", scheme, x.at, x.light, c, r, x.colour, x.rule)
			}
		}
	}
}

func TestLightOfNothing(t *testing.T) {
	w := newWorld(t)
	n := w.adopted()
	if l := w.State.Light(n, w.Day); l.Colour != ColourNone || l.Rule != RuleNone {
		t.Errorf("without a task book: %s", l.Colour)
	}
	if l := w.State.Light(99, w.Day); l.Colour != ColourNone {
		t.Errorf("of no project: %s", l.Colour)
	}
	n = w.underway()
	w.raise(n)
	if l := w.State.Light(n, w.Day.Add(31)); l.Late != 1 || l.Open != 1 || l.Colour != ColourRed {
		t.Errorf("a late problem: %+v", l)
	}
	n = w.redone()
	if l := w.State.Light(n, w.Day.Add(63)); l.Overdue != 3 {
		t.Errorf("redone, %d days overdue", l.Overdue)
	}
}

// TestReminders: whatever nobody answered turns up, from whom it is awaited,
// on the day after its deadline and not on it.
func TestReminders(t *testing.T) {
	for _, x := range []struct {
		at   Stage
		want Reminder
	}{
		{StageReceived, Reminder{Awaits: KindTransfer, Days: 1}},
		{StageTransferred, Reminder{Awaits: KindStudy, Unit: roads, Days: 1}},
		{StageTransferred, Reminder{Awaits: KindVerdict, Days: 1}}, // whoever has it: the office or the government answers
		{StageStudied, Reminder{Awaits: KindVerdict, Days: 1}},
		{StageOffered, Reminder{Awaits: KindAnswer, Unit: roads, Days: 1}},
		{StageObjected, Reminder{Awaits: KindOffer, Days: 1}},
		{StageTaken, Reminder{Awaits: KindTask, Unit: roads, Days: 1}},
		{StageRedone, Reminder{Awaits: KindDelivery, Unit: roads, Days: 1}},
		{StageRaised, Reminder{Awaits: KindEvidence, Unit: roads, Days: 1}},
		{StageRectified, Reminder{Awaits: KindRecheck, Days: 1}},
		{StageStruck, Reminder{Awaits: KindLookback, Days: 1}},
		{StageAsked, Reminder{Awaits: KindResponse, Unit: roads, Days: 1}},
		{StagePlanned, Reminder{Awaits: KindEvent, Unit: committee, Days: 1}},
	} {
		w, at, want := newWorld(t), x.at, x.want
		want.Ref = Ref{stageNoun(at), reach[at](w)}
		awaits := func(r Reminder) bool { return r.Ref == want.Ref && r.Awaits == want.Awaits }
		all := w.State.Reminders(w.Day, 400)
		i := slices.IndexFunc(all, awaits)
		if i < 0 {
			t.Errorf("%s: nothing is awaited in %+v", at, all)
			continue
		}
		want.Due = all[i].Due
		if slices.IndexFunc(w.State.Reminders(want.Due, -1), awaits) >= 0 {
			t.Errorf("%s is overdue on its last day", at)
		}
		late := w.State.Reminders(want.Due.Add(1), -1)
		if i := slices.IndexFunc(late, awaits); i < 0 || late[i] != want {
			t.Errorf("%s: %+v, want %+v", at, late, want)
		}
	}
}

// TestReportsDue: on the tenth after the month or quarter.
func TestReportsDue(t *testing.T) {
	for _, x := range []struct {
		began  Date
		period uint32
		months uint8
		want   Date
	}{
		{20260115, 0, 1, 20260210}, {20261231, 0, 1, 20270110}, {20260115, 202605, 1, 20260710},
		{20260115, 202611, 1, 20270110}, {20260115, 202612, 1, 20270210},
		{20260115, 0, 3, 20260410}, {20260115, 202603, 3, 20260710}, {20260115, 202609, 3, 20270110}, {20260115, 202612, 3, 20270410},
		{20261001, 0, 3, 20270110},
	} {
		p := Project{Began: x.began, Period: x.period}
		if got := p.nextReport(x.months); got != x.want {
			t.Errorf("%+v: %s", x, got)
		}
	}
	w := newWorld(t)
	n := w.suspended()
	if p, _ := w.State.Project(n); !p.Announce || !p.Tell {
		t.Error("the suspension is announced to nobody")
	}
	kinds := make(map[Kind]bool)
	for _, r := range w.State.Reminders(w.Day, 0) {
		kinds[r.Awaits] = true
	}
	if !kinds[KindAnnouncement] || !kinds[KindNotice] {
		t.Errorf("awaited: %v", kinds)
	}
}

func TestCalendar(t *testing.T) {
	w := newWorld(t)
	w.plan()
	c := w.State.Calendar(2025)
	if len(c.Receptions) != 12 || c.Receptions[1] != 20250210 || c.OverseeFirst != 20250901 || c.OverseeLast != 20250930 || len(c.Plans) != 1 {
		t.Errorf("%+v", c)
	}
	if c := w.State.Calendar(2026); len(c.Plans) != 0 {
		t.Errorf("%+v", c)
	}
}
