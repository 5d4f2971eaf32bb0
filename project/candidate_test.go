package project

import "testing"

// TestBehind: a wish stands behind one candidate, and was taken up.
func TestBehind(t *testing.T) {
	w := newWorld(t)
	n, open := w.takenUp(), w.suggest()
	b := &Candidate{Number: 1, Title: "一", Field: FieldWater, Figures: figures(), Text: w.blob(), Behind: []uint32{open}}
	w.refuse(CodeStage, office, b)
	b.Behind = []uint32{99}
	w.refuse(CodeUnknown, office, b)
	b.Behind, b.Figures.Unit = []uint32{n}, committee
	w.refuse(CodeUnknown, office, b)
	b.Figures.Unit, b.District = roads, roads
	w.refuse(CodeUnknown, office, b)
	b.District, b.Figures.Fiscal = 0, b.Figures.Investment+1
	w.refuse(CodeForm, office, b)
	b.Figures.Fiscal = 0
	w.refuse(CodeRole, roadsClerk, b)
	w.do(government, b)
	w.refuse(CodeDuplicate, office, &Attachment{1, []uint32{n}})
	w.refuse(CodeStage, office, &Attachment{1, []uint32{open}})
	w.do(office, &Attachment{1, []uint32{w.takenUp(), w.takenUp()}})
	if c, _ := w.State.Candidate(1); c.Suggestions != 3 || len(c.Behind) != 3 {
		t.Errorf("%d wishes", c.Suggestions)
	}
	w.refuse(CodeForm, office, &Merger{1, 1})
	w.refuse(CodeUnknown, office, &Merger{1, 2})
	list := w.frozen(1)
	x, _ := w.State.List(list)
	w.refuse(CodeStage, office, &Merger{1, x.Candidates[0]})
}

// TestGates: organs decide in their order, each at its own gate; a list that
// one sent back, or whose figures change, passes all again.
func TestGates(t *testing.T) {
	w := newWorld(t)
	list := w.list(2)
	pass := func(g Gate, ok bool) *Passage { return &Passage{List: list, Gate: g, Passed: ok, Document: "1号"} }
	w.refuse(CodeGate, party, pass(GateParty, true))
	w.refuse(CodeRole, party, pass(GateGovernment, true))
	w.refuse(CodeRole, office, pass(GateGovernment, true))
	w.do(government, pass(GateGovernment, true))
	w.refuse(CodeGate, government, pass(GateGovernment, true))
	w.refuse(CodeGate, office, w.freeze(list))
	w.do(party, pass(GateParty, true))
	w.do(standing, pass(GateStanding, false))
	w.refuse(CodeGate, government, pass(GateGovernment, true))
	w.refuse(CodeGate, office, w.freeze(list))
	x, _ := w.State.List(list)
	w.do(office, &List{Number: list, Year: 2026, Candidates: x.Candidates[:1]})
	if c, _ := w.State.Candidate(x.Candidates[1]); c.Stage != StageDrafted {
		t.Errorf("a candidate that was taken off the list is %s", c.Stage)
	}
	w.gates(list)
	w.do(government, &Estimate{x.Candidates[0], figures(), Marks{}, w.blob()})
	w.refuse(CodeGate, office, w.freeze(list))
	w.gates(list)
	w.do(office, w.freeze(list))
}

// TestFreeze: the manifest's options are the list, in its order, with the true
// numbers of wishes; a manifest serves one list.
func TestFreeze(t *testing.T) {
	w := newWorld(t)
	list := w.list(2)
	w.gates(list)
	for name, flaw := range map[string]func(*Freeze){
		"swapped":  func(b *Freeze) { b.Options[0], b.Options[1] = b.Options[1], b.Options[0] },
		"short":    func(b *Freeze) { b.Options = b.Options[:1] },
		"repeated": func(b *Freeze) { b.Options[1] = b.Options[0] },
	} {
		b := w.freeze(list)
		flaw(b)
		if got := codeOf(w.try(office, b)); got != CodeList {
			t.Errorf("%s: %v", name, got)
		}
	}
	b := w.freeze(list)
	b.Options[1].Suggestions++
	w.refuse(CodeCount, office, b)
	b = w.freeze(list)
	b.Manifest = [32]byte{}
	w.refuse(CodeVote, office, b)
	b.Manifest = w.vote()
	w.do(office, b)
	if n, ok := w.State.ListOf(b.Manifest); !ok || n != list {
		t.Error("the vote has no list")
	}
	second := w.list(1)
	w.gates(second)
	again := w.freeze(second)
	again.Manifest = b.Manifest
	w.refuse(CodeDuplicate, office, again)
}

// TestAdoption: 定单 follows the vote in which the list stands; what is open
// goes to the next vote, and the rest into the reserve with its votes.
func TestAdoption(t *testing.T) {
	w := newWorld(t)
	list := w.frozen(3)
	three := []Outcome{OutcomeAdopted, OutcomeRejected, OutcomeAgain}
	for name, x := range map[string]struct {
		flaw func(*Adoption)
		want Code
	}{
		"other vote":     {func(b *Adoption) { b.Manifest = w.vote() }, CodeVote},
		"no result":      {func(b *Adoption) { b.Result = [32]byte{} }, CodeVote},
		"no certificate": {func(b *Adoption) { b.Certificate = [32]byte{} }, CodeVote},
		"one is missing": {func(b *Adoption) { b.Outcomes = b.Outcomes[:2] }, CodeList},
		"other order":    {func(b *Adoption) { b.Outcomes[0], b.Outcomes[1] = b.Outcomes[1], b.Outcomes[0] }, CodeList},
		"other number":   {func(b *Adoption) { b.First++ }, CodeNumber},
		"secret tallies": {func(b *Adoption) { b.Tallies = false }, CodeForm},
	} {
		b := w.adoption(list, three...)
		x.flaw(b)
		if got := codeOf(w.try(server, b)); got != x.want {
			t.Errorf("%s: %v, want %v", name, got, x.want)
		}
	}
	b := w.adoption(list, three...)
	w.refuse(CodeRole, office, b)
	w.do(server, b)
	p, _ := w.State.Project(1)
	if p.Source.Manifest != b.Manifest || p.Source.Result != b.Result || p.Source.Option != 0 || p.Source.Votes != 200 || p.Stage != StageAdopted {
		t.Errorf("the project's source is %+v", p.Source)
	}
	second, _ := w.State.Candidate(b.Outcomes[1].Candidate)
	if second.Stage != StageReserved || second.Votes != 199 || !second.Counted {
		t.Errorf("not adopted: %+v", second.CandidateCourse)
	}
	third := b.Outcomes[2].Candidate
	w.refuse(CodeList, office, &Succession{list, w.vote(), []uint32{second.Number}})
	w.refuse(CodeDuplicate, office, &Succession{list, b.Manifest, []uint32{third}})
	w.do(office, &Succession{list, w.vote(), []uint32{third}})
	w.do(office, &Succession{list, w.vote(), []uint32{third}}) // that vote was void, and is repeated
	w.do(server, w.adoption(list, OutcomeAdopted))
	if x, _ := w.State.List(list); x.Stage != StageDecided {
		t.Errorf("the list is %s", x.Stage)
	}
	if q, _ := w.State.Project(2); q.Candidate != third || q.Source.Manifest == b.Manifest {
		t.Errorf("the second round made %+v", q.Source)
	}
	// From the reserve into next year's list, and back if it is drawn anew.
	w.do(office, &List{Number: 2, Year: 2027, Candidates: []uint32{second.Number}})
	w.do(office, &List{Number: 2, Year: 2027, Candidates: []uint32{w.candidate()}})
	if c, _ := w.State.Candidate(second.Number); c.Stage != StageReserved {
		t.Errorf("back from a list: %s", c.Stage)
	}
	w.refuse(CodeStage, office, &List{Number: 3, Year: 2027, Candidates: []uint32{third}})
	w.refuse(CodeNumber, office, &List{Number: 4, Year: 2027, Candidates: []uint32{second.Number}})
	w.refuse(CodeUnknown, office, &List{Number: 3, Year: 2027, Candidates: []uint32{99}})
}
