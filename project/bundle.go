package project

// Bundle says that several suggestions ask for the same thing: 打捆. They go
// the way of the first.
type Bundle struct {
	Lead    uint32
	Members []uint32
}

// Kind says what entry it is.
func (*Bundle) Kind() Kind { return KindBundle }

func (b *Bundle) fields(c *codec) {
	c.number(&b.Lead)
	c.numbers16(&b.Members)
	c.expect(len(b.Members) > 0, errRange)
}

func (b *Bundle) about() []Ref {
	return append([]Ref{{NounSuggestion, b.Lead}}, refs(NounSuggestion, b.Members)...)
}

func refs(n Noun, numbers []uint32) []Ref {
	all := make([]Ref, len(numbers))
	for i, v := range numbers {
		all[i] = Ref{n, v}
	}
	return all
}

// check: a member is at the head of its own bundle, as the lead is, and
// therefore no bundle can come to lead itself.
func (b *Bundle) check(s *State, _ place) error {
	for _, n := range b.Members {
		x := &s.suggestions[n-1]
		if n == b.Lead || (unanswered|takenUp)&(1<<x.Stage) == 0 || x.Candidate != 0 {
			return &Error{Code: CodeStage, Stage: x.Stage, Text: "a member is the lead itself, bundled, answered or behind a candidate"}
		}
	}
	return nil
}

func (b *Bundle) apply(s *State, _ place) {
	for _, n := range b.Members {
		x := &s.suggestions[n-1]
		if x.Stage == StageTakenUp {
			s.sums.TakenUp--
		}
		x.Stage, x.Lead, x.Due = StageBundled, b.Lead, 0
		s.weigh(b.Lead, int(x.Size))
	}
}

// Unbundle says that a suggestion is another thing after all. It is received
// anew, without the answer that it had, with those that were bundled with it.
type Unbundle struct {
	Suggestion uint32
}

// Kind says what entry it is.
func (*Unbundle) Kind() Kind { return KindUnbundle }

func (b *Unbundle) fields(c *codec) { c.number(&b.Suggestion) }

func (b *Unbundle) about() []Ref { return []Ref{{NounSuggestion, b.Suggestion}} }

func (*Unbundle) check(*State, place) error { return nil }

func (b *Unbundle) apply(s *State, at place) {
	x := &s.suggestions[b.Suggestion-1]
	s.weigh(x.Lead, -int(x.Size))
	if x.Unit != 0 {
		s.sums.Transferred-- // as a return: it will be transferred anew, and counts once
	}
	x.Stage, x.Lead, x.Unit = StageReceived, 0, 0
	x.Answer, x.Reason = Blob{}, 0
	x.Due = at.day.Add(int(s.settings.TransferDays))
}

// weigh changes for how many wishes a suggestion stands, and with it all that
// stand above.
func (s *State) weigh(number uint32, delta int) {
	for {
		x := &s.suggestions[number-1]
		x.Size = uint32(int(x.Size) + delta)
		if x.Stage != StageBundled {
			s.weighCandidate(x.Candidate, delta)
			return
		}
		number = x.Lead
	}
}

func (s *State) weighCandidate(number uint32, delta int) {
	for number != 0 {
		c := &s.candidates[number-1]
		c.Suggestions = uint32(int(c.Suggestions) + delta)
		number = c.Into
	}
}

// Head returns the suggestion that leads the bundle of this one, itself if it
// is in none.
func (s *State) Head(number uint32) uint32 {
	for {
		x, ok := s.Suggestion(number)
		if !ok || x.Stage != StageBundled {
			return number
		}
		number = x.Lead
	}
}
