package project

import (
	"bytes"
	"crypto/ed25519"
	"testing"
)

// TestFirstEntry: a log begins with its organisation, and there is one.
func TestFirstEntry(t *testing.T) {
	first := &Organisation{Suite: Suite, Origin: "o", Name: "n", Office: "f", Settings: DefaultSettings()}
	s := New(verify)
	for name, x := range map[string]struct {
		actor, seq uint32
		day        Date
		body       Body
		want       Code
	}{
		"unit":       {server, 1, 20260101, &Unit{Number: 1, Of: UnitStation, Name: "n"}, CodeStage},
		"by another": {office, 1, 20260101, first, CodeActor},
		"second":     {server, 2, 20260101, first, CodeActor},
		"other day":  {server, 1, 20260101, first, 0},
	} {
		e, err := NewEntry(x.actor, x.seq, x.day, x.body)
		if err != nil {
			t.Fatal(err)
		}
		if got := codeOf(s.Check(e)); got != x.want {
			t.Errorf("%s: %v, want %v", name, got, x.want)
		}
	}
	bad := *first
	bad.Suite = "piaojue-v2"
	if _, err := s.Draft(server, 20260101, &bad); codeOf(err) != CodeForm {
		t.Errorf("another suite: %v", err)
	}
	w := newWorld(t)
	w.refuse(CodeStage, server, first)
	if w.State.ID() == [32]byte{} || w.State.Organisation().Name != "某县人大" {
		t.Error("the log has no name")
	}
}

// TestHeader: an entry cannot go back in time, repeat, or come from nobody.
func TestHeader(t *testing.T) {
	w := newWorld(t)
	n := w.suggest()
	e, err := w.State.Draft(office, w.Day, &Moderation{n, ShownAll})
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		flaw func(*Entry)
		want Code
	}{
		"yesterday":    {func(e *Entry) { e.Day = e.Day.Add(-1) }, CodeDay},
		"no day":       {func(e *Entry) { e.Day = 20260230 }, CodeForm},
		"gap":          {func(e *Entry) { e.Seq++ }, CodeSequence},
		"repeat":       {func(e *Entry) { e.Seq-- }, CodeSequence},
		"nobody":       {func(e *Entry) { e.Actor = 99 }, CodeActor},
		"no such kind": {func(e *Entry) { e.Kind = lastKind + 1 }, CodeForm},
		"other kind":   {func(e *Entry) { e.Kind = KindTransfer }, CodeForm},
		"trailing":     {func(e *Entry) { e.Body = append(bytes.Clone(e.Body), 0) }, CodeForm},
		"short":        {func(e *Entry) { e.Body = e.Body[:len(e.Body)-1] }, CodeForm},
		"needless":     {func(e *Entry) { e.Signature = make([]byte, 64) }, CodeSignature},
	} {
		bad := *e
		x.flaw(&bad)
		if got := codeOf(w.State.Apply(&bad)); got != x.want {
			t.Errorf("%s: %v, want %v", name, got, x.want)
		}
	}
	if err := w.State.Apply(e); err != nil {
		t.Error(err)
	}
	if got := codeOf(w.State.Apply(e)); got != CodeSequence {
		t.Errorf("replayed: %v", got)
	}
}

// TestSignature: who has a key signs every entry, for this log, this day and
// this place in their own sequence.
func TestSignature(t *testing.T) {
	w := newWorld(t)
	list := w.list(1)
	for g, by := range []uint32{government, party} {
		w.do(by, &Passage{List: list, Gate: Gate(g + 1), Passed: true, Document: "1号"})
	}
	draft := func() *Entry {
		e, err := w.State.Draft(standing, w.Day, &Passage{List: list, Gate: GateStanding, Passed: true, Document: "1号"})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	_, otherKey, _ := ed25519.GenerateKey(nil)
	for name, sign := range map[string]func(*Entry){
		"none":      func(*Entry) {},
		"other key": func(e *Entry) { e.Sign(otherKey, w.State.ID()) },
		"other log": func(e *Entry) { e.Sign(standingKey, [32]byte{1}) },
		"other day": func(e *Entry) {
			e.Day = e.Day.Add(-1)
			e.Sign(standingKey, w.State.ID())
			e.Day = w.Day
		},
		"other place": func(e *Entry) {
			e.Seq++
			e.Sign(standingKey, w.State.ID())
			e.Seq--
		},
		"other kind": func(e *Entry) {
			e.Kind = KindFreeze
			e.Sign(standingKey, w.State.ID())
			e.Kind = KindGate
		},
	} {
		e := draft()
		sign(e)
		if got := codeOf(w.State.Apply(e)); got != CodeSignature {
			t.Errorf("%s: %v", name, got)
		}
	}
	e := draft()
	e.Sign(standingKey, w.State.ID())
	blind := *w.State
	blind.verify = nil
	if got := codeOf(blind.Check(e)); got != CodeSignature {
		t.Errorf("a state that cannot verify: %v", got)
	}
	if err := w.State.Apply(e); err != nil {
		t.Error(err)
	}
}

// TestDirectory: the office keeps units, actors and settings; what a thing is
// does not change.
func TestDirectory(t *testing.T) {
	w := newWorld(t)
	w.refuse(CodeNumber, office, &Unit{Number: 9, Of: UnitStation, Name: "n"})
	w.refuse(CodeNumber, office, &Unit{Number: roads, Of: UnitStation, Name: "n"})
	w.refuse(CodeUnknown, office, &Unit{Number: 8, Of: UnitStation, Name: "n", Parent: 8})
	w.refuse(CodeForm, office, &Unit{Number: 8, Of: UnitStation})
	w.refuse(CodeRole, government, &Unit{Number: 8, Of: UnitStation, Name: "n"})
	w.do(office, &Unit{Number: roads, Of: UnitDepartment, Name: "交通运输局"})

	next := uint32(w.State.Actors())
	w.refuse(CodeNumber, office, &Actor{Number: next + 1, Role: RoleParty, Name: "n"})
	w.refuse(CodeRole, office, &Actor{Number: next, Role: RoleServer, Name: "n"})
	w.refuse(CodeRole, office, &Actor{Number: party, Role: RoleStanding, Name: "n"})
	w.refuse(CodeUnknown, office, &Actor{Number: next, Role: RoleDepartment, Unit: committee, Name: "n"})
	w.refuse(CodeUnknown, office, &Actor{Number: next, Role: RoleDepartment, Name: "n"})
	w.refuse(CodeUnknown, office, &Actor{Number: next, Role: RoleParty, Unit: committee, Name: "n"})
	w.refuse(CodeRole, office, &Actor{Number: office, Role: RoleOffice, Name: "n", Retired: true})
	w.do(office, &Actor{Number: next, Role: RoleOffice, Name: "第二"})
	w.refuse(CodeRole, next, &Actor{Number: office, Role: RoleOffice, Name: "n"})
	w.do(office, &Actor{Number: office, Role: RoleOffice, Name: "新名"})
	w.do(office, &Actor{Number: next, Role: RoleOffice, Name: "第二", Retired: true})
	w.refuse(CodeActor, next, &Unit{Number: 8, Of: UnitStation, Name: "n"})

	// A unit that is closed gets nothing new.
	w.do(office, &Unit{Number: schools, Of: UnitDepartment, Name: "教育局", Closed: true})
	w.refuse(CodeUnknown, office, &Transfer{w.suggest(), schools})

	for _, flaw := range []func(*Settings){
		func(b *Settings) { b.Gates = allGates + 1 },
		func(b *Settings) { b.TransferDays = 0 },
		func(b *Settings) { b.LookbackDays = 3661 },
		func(b *Settings) { b.RatingDays = 0 },
		func(b *Settings) { b.ReportMonths = 2 },
		func(b *Settings) { b.ReceptionDay = 29 },
		func(b *Settings) { b.OverseeMonth = 13 },
		func(b *Settings) { b.Scheme = 0 },
		func(b *Settings) { b.Limits.RedGap = 1 },
		func(b *Settings) { b.Limits.YellowShare = 101 },
	} {
		set := DefaultSettings()
		flaw(&set)
		w.refuse(CodeForm, office, &set)
	}
	set := DefaultSettings()
	set.Gates = 0
	w.do(office, &set)
	list := w.list(1)
	w.do(office, w.freeze(list)) // no gate is demanded here
}

// TestReplay: the log rebuilds the state, to the last counter.
func TestReplay(t *testing.T) {
	w := newWorld(t)
	w.closed()
	w.struck()
	s := New(verify)
	for i, e := range w.Entries {
		if err := s.Apply(e); err != nil {
			t.Fatalf("entry %d: %v", i, err)
		}
	}
	if s.Size() != w.State.Size() || s.ID() != w.State.ID() || s.Sums() != w.State.Sums() || s.Day() != w.Day {
		t.Error("the replayed state is another")
	}
	p, _ := s.Project(1)
	q, _ := w.State.Project(1)
	if p.Stage != q.Stage || len(p.Events) != len(q.Events) {
		t.Error("the replayed project is another")
	}
}

func TestErrorText(t *testing.T) {
	w := newWorld(t)
	err := w.try(office, &Moderation{7, ShownAll})
	if got, want := err.Error(), "project: moderation: there is no suggestion 7"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for _, c := range Codes() {
		if c.String() == "" {
			t.Errorf("code %d has no name", c)
		}
	}
}

// TestNames: whatever number it is, a name is safe to print, and names differ.
func TestNames(t *testing.T) {
	seen := make(map[string]bool)
	for i := range 256 {
		for _, name := range []string{Kind(i).String(), Code(i).String(), Role(i).String(), Stage(i).String(), Noun(i).String()} {
			if name == "" {
				t.Errorf("%d has no name", i)
			}
		}
		_ = Colour(i).String() + Class(i).String()
		if seen[Kind(i).String()] {
			t.Errorf("kind %d has the name of another", i)
		}
		seen[Kind(i).String()] = true
	}
}
