package project

import "slices"

// Outcome is what a vote decided on a candidate.
type Outcome uint8

// The outcomes.
const (
	OutcomeAdopted  Outcome = 1 + iota // 入选
	OutcomeRejected                    // 未入选: back to the reserve
	OutcomeAgain                       // another vote decides

	lastOutcome = OutcomeAgain
)

// Decided is the outcome for one option of a vote.
type Decided struct {
	Candidate uint32
	Outcome   Outcome
	Votes     uint32 // 0 if the tallies are not published
}

// Adoption brings the certified result of a vote: 定单. Each adopted candidate
// becomes a project, by itself, and the others return to the reserve. It is
// the server's entry and nobody's decision: Manifest names the vote, Result
// and Certificate its entries, and who has that vote's record compares.
type Adoption struct {
	List        uint32
	Manifest    [32]byte
	Result      [32]byte // hash of the result entry
	Certificate [32]byte // hash of the certificate entry
	Tallies     bool     // the rules of the vote publish its tallies
	First       uint32   // number of the first project that it makes
	Outcomes    []Decided
}

// Kind says what entry it is.
func (*Adoption) Kind() Kind { return KindAdoption }

func (b *Adoption) fields(c *codec) {
	c.number(&b.List)
	c.hash(&b.Manifest)
	c.hash(&b.Result)
	c.hash(&b.Certificate)
	c.flag(&b.Tallies)
	c.number(&b.First)
	list16(c, &b.Outcomes, func(o *Decided) {
		c.number(&o.Candidate)
		enum(c, &o.Outcome, lastOutcome)
		c.u32(&o.Votes)
		c.expect(b.Tallies || o.Votes == 0, errRange)
	})
}

func (b *Adoption) candidates() []uint32 {
	numbers := make([]uint32, len(b.Outcomes))
	for i, o := range b.Outcomes {
		numbers[i] = o.Candidate
	}
	return numbers
}

func (b *Adoption) about() []Ref {
	return append([]Ref{{NounList, b.List}}, refs(NounCandidate, b.candidates())...)
}

func (b *Adoption) check(s *State, _ place) error {
	x := &s.lists[b.List-1]
	switch {
	case b.Manifest != x.Manifest:
		return fault(CodeVote, "the list is in another vote")
	case b.Result == [32]byte{} || b.Certificate == [32]byte{}:
		return fault(CodeVote, "no result, or no certificate")
	case !slices.Equal(b.candidates(), x.Open):
		return fault(CodeList, "the outcomes are not those of the vote's options, in their order")
	case b.First != s.Next(NounProject):
		return fault(CodeNumber, "project %d, the next is %d", b.First, s.Next(NounProject))
	}
	return nil
}

func (b *Adoption) apply(s *State, at place) {
	x := &s.lists[b.List-1]
	x.Stage, x.Open = StageDecided, nil
	for i, o := range b.Outcomes {
		c := &s.candidates[o.Candidate-1]
		c.Votes, c.Counted = o.Votes, b.Tallies
		switch o.Outcome {
		case OutcomeAdopted:
			c.Stage, c.Project = StageChosen, s.Next(NounProject)
			s.adopt(b, i, at)
		case OutcomeRejected:
			c.Stage, c.List = StageReserved, 0
		case OutcomeAgain:
			x.Stage, x.Open = StagePending, append(x.Open, o.Candidate)
		}
	}
}

// Source is the vote from which a project comes.
type Source struct {
	List        uint32
	Manifest    [32]byte
	Result      [32]byte
	Certificate [32]byte
	Option      uint16 // number of the option in that vote, from 0
	Votes       uint32
	Counted     bool // Votes may be known
}

func (s *State) adopt(b *Adoption, option int, at place) {
	o := b.Outcomes[option]
	c := s.candidates[o.Candidate-1]
	p := Project{
		Number: s.Next(NounProject), Candidate: o.Candidate,
		Title: c.Title, Field: c.Field, District: c.District, Figures: c.Figures,
		Source: Source{b.List, b.Manifest, b.Result, b.Certificate, uint16(option), o.Votes, b.Tallies},
		Stage:  StageAdopted, Round: 1,
	}
	p.Events = []Event{{at.index, KindAdoption, at.day, at.by.Number, StageAdopted}}
	s.projects = append(s.projects, p)
}

// Succession puts what is not decided into another vote: a second round, or
// the repeat of one that was void.
type Succession struct {
	List       uint32
	Manifest   [32]byte
	Candidates []uint32 // in the order of that vote's options
}

// Kind says what entry it is.
func (*Succession) Kind() Kind { return KindSuccession }

func (b *Succession) fields(c *codec) {
	c.number(&b.List)
	c.hash(&b.Manifest)
	c.numbers16(&b.Candidates)
	c.expect(len(b.Candidates) > 0, errRange)
}

func (b *Succession) about() []Ref {
	return append([]Ref{{NounList, b.List}}, refs(NounCandidate, b.Candidates)...)
}

func (b *Succession) check(s *State, _ place) error {
	want, got := slices.Clone(s.lists[b.List-1].Open), slices.Clone(b.Candidates)
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		return fault(CodeList, "these are not the candidates that are open")
	}
	return s.checkManifest(b.Manifest)
}

func (b *Succession) apply(s *State, _ place) {
	s.ballot(b.List, b.Manifest, b.Candidates)
}
