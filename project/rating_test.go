package project

import "testing"

// TestRollUp: the rows of 镇海 2021, where 29 were present, 宁国 2024, and the
// edges: exactly half is not more than half.
func TestRollUp(t *testing.T) {
	for _, x := range []struct {
		good, basic, base uint32
		want              Grade
	}{
		{28, 1, 29, GradeGood}, {20, 8, 29, GradeGood}, {26, 3, 29, GradeGood}, {29, 0, 29, GradeGood},
		{17, 11, 29, GradeGood}, {182, 10, 193, GradeGood}, {185, 8, 193, GradeGood},
		{166, 0, 331, GradeGood}, {165, 1, 331, GradeBasic}, {165, 0, 331, GradeBad},
		{166, 0, 332, GradeBad}, {166, 1, 332, GradeBasic}, {0, 167, 332, GradeBasic}, {0, 166, 332, GradeBad},
		{0, 0, 1, GradeBad}, {1<<32 - 1, 1<<32 - 1, 1<<32 - 1, GradeGood},
	} {
		if got := RollUp(x.good, x.basic, x.base); got != x.want {
			t.Errorf("%d, %d of %d: %d, want %d", x.good, x.basic, x.base, got, x.want)
		}
	}
}

// TestRating: the grade is that of the votes; 不满意 opens the project again,
// with a deadline.
func TestRating(t *testing.T) {
	w := newWorld(t)
	n := w.accepted()
	for name, x := range map[string]struct {
		flaw func(*Rating)
		want Code
	}{
		"too good":       {func(b *Rating) { b.Rows[0].Grade, b.Rows[0].Due = GradeBasic, 0 }, CodeRating},
		"no deadline":    {func(b *Rating) { b.Rows[0].Due = 0 }, CodeForm},
		"past deadline":  {func(b *Rating) { b.Rows[0].Due = w.Day.Add(-1) }, CodeDay},
		"too many votes": {func(b *Rating) { b.Rows[0].Abstain = 1 }, CodeCount},
		"twice":          {func(b *Rating) { b.Rows = append(b.Rows, b.Rows[0]) }, CodeDuplicate},
		"no project":     {func(b *Rating) { b.Rows[0].Project = 99 }, CodeUnknown},
		"no rows":        {func(b *Rating) { b.Rows = nil }, CodeForm},
		"no result":      {func(b *Rating) { b.Result = [32]byte{} }, CodeVote},
		"not rateable":   {func(b *Rating) { b.Rows[0].Project = w.adopted() }, CodeStage},
		"of an adoption": {func(b *Rating) { p, _ := w.State.Project(n); b.Manifest = p.Source.Manifest }, CodeDuplicate},
	} {
		b := w.rating(n, 10, 4, 15)
		x.flaw(b)
		if got := codeOf(w.try(server, b)); got != x.want {
			t.Errorf("%s: %v, want %v", name, got, x.want)
		}
	}
	b := w.rating(n, 10, 4, 15)
	w.refuse(CodeRole, office, b)
	w.do(server, b)
	w.refuse(CodeDuplicate, server, b)
	p, _ := w.State.Project(n)
	if p.Stage != StageRedone || p.Rating.Grade != GradeBad || p.Rating.Vote != b.Manifest || p.Due != b.Rows[0].Due {
		t.Errorf("after 不满意: %s, due %s", p.Stage, p.Due)
	}
	// Suspended meanwhile, it comes back to be redone.
	s := w.suspended()
	w.do(server, w.rating(s, 0, 0, 29))
	w.rule(s, RuledResume)
	if p, _ := w.State.Project(s); p.Stage != StageRedone {
		t.Errorf("resumed: %s", p.Stage)
	}
}
