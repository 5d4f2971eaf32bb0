package audit

import (
	"slices"
	"sync"
	"testing"

	"piaojue/election"
	"piaojue/project"
)

// rounds are a first vote and the one that follows, which may be spoilt.
func rounds(s script) func() [2]*election.State {
	return sync.OnceValue(func() [2]*election.State {
		w := newWriter(voteTest, s).run()
		return [2]*election.State{w.parent.state(), w.state()}
	})
}

var (
	twoRounds = rounds(following(asDerived))
	repeated  = rounds(script{first: &script{void: true, next: asDerived}})
	// strayRound has the same options, and another name for the seat that is left.
	strayRound = rounds(following(func(m *election.Manifest) { m.Options[0].Name = "renamed" }))
	// undecided and decided are ties that are left to the presidium.
	undecided = sync.OnceValue(func() *election.State { return heldVote(tied()) })
	decided   = sync.OnceValue(func() *election.State { return heldVote(tied(0)) })
)

// successionOf lists the candidates of the vote that follows, by the ids of its
// options.
func successionOf(b *project.Freeze, vote *election.State) *project.Succession {
	s := &project.Succession{List: 1, Manifest: vote.ManifestHash()}
	for _, o := range vote.Manifest().Options {
		at := slices.IndexFunc(b.Options, func(c project.Choice) bool { return c.ID == o.ID })
		s.Candidates = append(s.Candidates, b.Options[at].Candidate)
	}
	return s
}

// TestSuccessionIsTheVotes: which candidate an option of a second vote is, the
// ids say that were frozen, and that vote is the one that the first demands.
func TestSuccessionIsTheVotes(t *testing.T) {
	voteTest = t
	for name, x := range map[string]struct {
		of     func() [2]*election.State
		change func(*project.Succession)
		from   int // the first vote that is given
		want   Status
	}{
		"second round":               {twoRounds, asItIs[*project.Succession], 0, Passed},
		"repeat":                     {repeated, asItIs[*project.Succession], 0, Passed},
		"exchanged":                  {twoRounds, func(s *project.Succession) { slices.Reverse(s.Candidates) }, 0, Failed},
		"exchanged, no first":        {twoRounds, func(s *project.Succession) { slices.Reverse(s.Candidates) }, 1, Failed},
		"repeat exchanged":           {repeated, func(s *project.Succession) { slices.Reverse(s.Candidates) }, 0, Failed},
		"not what the first demands": {strayRound, asItIs[*project.Succession], 0, Failed},
	} {
		votes := x.of()
		l := newProjectLog(t)
		b := l.freeze(votes[0].Manifest(), votes[0].ManifestHash())
		l.add(1, b)
		if votes[0].Phase() != election.PhaseVoided {
			l.add(0, adoptionOf(b, votes[0]))
		}
		s := successionOf(b, votes[1])
		x.change(s)
		l.add(1, s)
		if got, why := compared(l, votes[x.from:]...); got != x.want {
			t.Errorf("%s: %s %s, want %s", name, got, why, x.want)
		}
	}
}

// TestSuccessionOfAnotherList: a vote follows one of the same list.
func TestSuccessionOfAnotherList(t *testing.T) {
	voteTest = t
	votes := twoRounds()
	l := newProjectLog(t)
	b := l.freeze(votes[0].Manifest(), [32]byte{9}) // with the same options
	l.add(1, b)
	a := adoptionOf(b, votes[0])
	l.add(0, a)
	l.add(1, successionOf(b, votes[1]))
	if got, why := compared(l, votes[1]); got != Failed {
		t.Errorf("%s %s", got, why)
	}
}

// TestFreezeIsTheBallot: what deputies decide on is what the list says, not only
// the ids.
func TestFreezeIsTheBallot(t *testing.T) {
	voteTest = t
	for name, change := range map[string]func(o *election.Option){
		"as it is":         asItIs[*election.Option],
		"other title":      func(o *election.Option) { o.Name = "another" },
		"other investment": func(o *election.Option) { o.Investment = 1 },
		"other fiscal":     func(o *election.Option) { o.Investment, o.Fiscal = 1, 1 },
	} {
		m := *choosing().Manifest()
		m.Options = slices.Clone(m.Options)
		change(&m.Options[1])
		want := Passed
		if m.Options[1] != choosing().Manifest().Options[1] {
			want = Failed
		}
		l := newProjectLog(t)
		l.add(1, l.freeze(&m, choosing().ManifestHash()))
		if got, why := compared(l, choosing()); got != want {
			t.Errorf("%s: %s %s, want %s", name, got, why, want)
		}
	}
}

// TestAgainIsTheVotes: who stands again, and who is out, follows from the result.
func TestAgainIsTheVotes(t *testing.T) {
	voteTest = t
	to := func(from, to project.Outcome) func(a *project.Adoption) {
		return func(a *project.Adoption) {
			at := slices.IndexFunc(a.Outcomes, func(d project.Decided) bool { return d.Outcome == from })
			a.Outcomes[at].Outcome = to
		}
	}
	for name, x := range map[string]struct {
		of     func() *election.State
		change func(*project.Adoption)
		want   Status
	}{
		"second round":            {first, asItIs[*project.Adoption], Passed},
		"no second chance":        {first, to(project.OutcomeAgain, project.OutcomeRejected), Failed},
		"all decided":             {choosing, asItIs[*project.Adoption], Passed},
		"a second chance":         {choosing, to(project.OutcomeRejected, project.OutcomeAgain), Failed},
		"presidium decided":       {decided, asItIs[*project.Adoption], Passed},
		"presidium has not yet":   {undecided, asItIs[*project.Adoption], Failed},
		"again, though it is out": {decided, to(project.OutcomeRejected, project.OutcomeAgain), Failed},
	} {
		vote := x.of()
		l := newProjectLog(t)
		b := l.freeze(vote.Manifest(), vote.ManifestHash())
		l.add(1, b)
		a := adoptionOf(b, vote)
		x.change(a)
		l.add(0, a)
		if got, why := compared(l, vote); got != x.want {
			t.Errorf("%s: %s %s, want %s", name, got, why, x.want)
		}
	}
}

func first() *election.State { return twoRounds()[0] }
