package project

import "slices"

// List is the list of candidates of a year, in the order of the ballot. A new
// list bears the next number; one that is not frozen can be drawn up anew, and
// must then pass all gates again.
type List struct {
	Number     uint32
	Year       uint16
	Candidates []uint32

	ListCourse
}

// ListCourse is what later entries made of a list. It is no part of its entry.
type ListCourse struct {
	Stage    Stage
	Passed   GateSet
	Returned Gate     // the gate that sent it back, or 0
	Manifest [32]byte // of the vote in which it stands
	Options  []Choice // what was frozen
	Open     []uint32 // candidates of that vote, in the order of its options
	Events   []Event
}

// Kind says what entry it is.
func (*List) Kind() Kind { return KindList }

func (b *List) fields(c *codec) {
	c.number(&b.Number)
	c.u16(&b.Year)
	c.expect(b.Year >= 2000 && b.Year <= 2199, errRange)
	c.numbers16(&b.Candidates)
	c.expect(len(b.Candidates) > 0 && len(b.Candidates) <= 500, errRange)
}

func (b *List) about() []Ref {
	return append([]Ref{{NounList, b.Number}}, refs(NounCandidate, b.Candidates)...)
}

func (b *List) check(s *State, _ place) error {
	for _, n := range b.Candidates {
		x := &s.candidates[n-1]
		switch {
		case x.Stage == StageListed && x.List == b.Number:
		case x.Stage != StageDrafted && x.Stage != StageReserved:
			return &Error{Code: CodeStage, Stage: x.Stage, Text: "a candidate is " + x.Stage.String()}
		}
	}
	return nil
}

func (b *List) apply(s *State, _ place) {
	x := *b
	x.ListCourse = ListCourse{Stage: StageDrawn}
	if int(b.Number) > len(s.lists) {
		s.lists = append(s.lists, x)
	} else {
		old := &s.lists[b.Number-1]
		x.Events = old.Events
		for _, n := range old.Candidates {
			s.candidates[n-1].unlist()
		}
		*old = x
	}
	for _, n := range b.Candidates {
		s.candidates[n-1].Stage, s.candidates[n-1].List = StageListed, b.Number
	}
}

// unlist takes a candidate off a list, back to where it came from: one that
// stood in a vote belongs to the reserve.
func (c *CandidateCourse) unlist() {
	c.Stage, c.List = StageDrafted, 0
	if c.Stood {
		c.Stage = StageReserved
	}
}

// List returns a list.
func (s *State) List(number uint32) (List, bool) {
	return get(s.lists, number)
}

// Gate is an organ that a list must pass.
type Gate uint8

// The gates, in the order in which they are passed.
const (
	GateGovernment Gate = 1 + iota // 政府常务会
	GateParty                      // 党委
	GateStanding                   // 常委会审议
	GatePresidium                  // 主席团

	lastGate = GatePresidium
)

// GateSet is a set of gates: bit 0 is the first gate.
type GateSet uint8

const allGates GateSet = 1<<lastGate - 1

// With returns the set with the gate in it.
func (g GateSet) With(x Gate) GateSet { return g | 1<<(x-1) }

// Has reports whether the gate is in the set.
func (g GateSet) Has(x Gate) bool { return g&(1<<(x-1)) != 0 }

// next returns the first gate of the set that is not in passed, 0 if there is
// none.
func (g GateSet) next(passed GateSet) Gate {
	for x := GateGovernment; x <= lastGate; x++ {
		if g.Has(x) && !passed.Has(x) {
			return x
		}
	}
	return 0
}

// role returns who decides at a gate.
func (g Gate) role() Role {
	return [lastGate + 1]Role{0, RoleGovernment, RoleParty, RoleStanding, RolePresidium}[g]
}

// NextGate returns the gate at which a list stands: 0 if it passed all, or was
// sent back and must be drawn up anew.
func (s *State) NextGate(list uint32) Gate {
	x, ok := s.List(list)
	if !ok || x.Returned != 0 {
		return 0
	}
	return s.settings.Gates.next(x.Passed)
}

// Passage is the decision of an organ on a list.
type Passage struct {
	List     uint32
	Gate     Gate
	Passed   bool
	Document string // 文号, or how and when it was decided
	Text     Blob   // the decision, or zeros
}

// Kind says what entry it is.
func (*Passage) Kind() Kind { return KindGate }

func (b *Passage) fields(c *codec) {
	c.number(&b.List)
	enum(c, &b.Gate, lastGate)
	c.flag(&b.Passed)
	c.name(&b.Document)
	c.maybeBlob(&b.Text, Public)
}

func (b *Passage) about() []Ref { return []Ref{{NounList, b.List}} }

func (b *Passage) check(s *State, at place) error {
	if at.by.Role != b.Gate.role() {
		return fault(CodeRole, "a %s does not decide at this gate", at.by.Role)
	}
	if next := s.NextGate(b.List); b.Gate != next {
		return fault(CodeGate, "gate %d, the list stands at gate %d", b.Gate, next)
	}
	return nil
}

func (b *Passage) apply(s *State, _ place) {
	x := &s.lists[b.List-1]
	if b.Passed {
		x.Passed = x.Passed.With(b.Gate)
		return
	}
	x.Passed, x.Returned = 0, b.Gate
}

// Choice is an option of a vote.
type Choice struct {
	Candidate   uint32
	ID          string // of the option in the manifest
	Suggestions uint32 // the number of wishes behind it, as the manifest says
}

// Freeze says that a list is the list of options of a vote's manifest.
type Freeze struct {
	List     uint32
	Manifest [32]byte
	Options  []Choice // in the order of the manifest
}

// Kind says what entry it is.
func (*Freeze) Kind() Kind { return KindFreeze }

func (b *Freeze) fields(c *codec) {
	c.number(&b.List)
	c.hash(&b.Manifest)
	list16(c, &b.Options, func(o *Choice) {
		c.number(&o.Candidate)
		c.name(&o.ID)
		c.u32(&o.Suggestions)
	})
}

func (b *Freeze) candidates() []uint32 {
	numbers := make([]uint32, len(b.Options))
	for i, o := range b.Options {
		numbers[i] = o.Candidate
	}
	return numbers
}

func (b *Freeze) about() []Ref {
	return append([]Ref{{NounList, b.List}}, refs(NounCandidate, b.candidates())...)
}

func (b *Freeze) check(s *State, _ place) error {
	x := &s.lists[b.List-1]
	if x.Returned != 0 || s.NextGate(b.List) != 0 {
		return fault(CodeGate, "the list has not passed all gates")
	}
	if err := s.checkManifest(b.Manifest); err != nil {
		return err
	}
	if !slices.Equal(b.candidates(), x.Candidates) {
		return fault(CodeList, "the options are not the candidates of the list, in its order")
	}
	for _, o := range b.Options {
		if want := s.candidates[o.Candidate-1].Suggestions; o.Suggestions != want {
			return fault(CodeCount, "candidate %d has %d suggestions behind it, not %d", o.Candidate, want, o.Suggestions)
		}
	}
	return nil
}

// checkManifest: a vote decides on one list, once, so that each adopted
// project goes back to exactly one result.
func (s *State) checkManifest(hash [32]byte) error {
	if n, ok := s.manifests[hash]; ok {
		return fault(CodeDuplicate, "this manifest is that of list %d", n)
	}
	if hash == [32]byte{} {
		return fault(CodeVote, "no manifest")
	}
	return nil
}

func (b *Freeze) apply(s *State, _ place) {
	x := &s.lists[b.List-1]
	x.Options = b.Options
	s.ballot(b.List, b.Manifest, slices.Clone(x.Candidates))
}

// ballot puts candidates into a vote.
func (s *State) ballot(list uint32, manifest [32]byte, open []uint32) {
	x := &s.lists[list-1]
	x.Stage, x.Manifest, x.Open = StageFrozen, manifest, open
	s.manifests[manifest] = list
	for _, n := range open {
		s.candidates[n-1].Stage, s.candidates[n-1].Stood = StageBalloted, true
	}
}

// ListOf returns the list for which a vote is, by the hash of its manifest.
func (s *State) ListOf(manifest [32]byte) (list uint32, ok bool) {
	list, ok = s.manifests[manifest]
	return list, ok
}
