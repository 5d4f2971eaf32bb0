package election

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"piaojue/ballot"
)

// ErrNoFollow means that no vote follows: all seats are taken, or what comes
// next is a decision of the presidium or a matter of another session.
var ErrNoFollow = errors.New("election: no vote follows")

// Follow is the vote that must follow another one: its repeat, or its next
// round (PROTOCOL.md, Section 10, rule 7). Nobody chooses its options or rules,
// or a second round could undo the first.
type Follow struct {
	Round   uint8
	Rules   Rules
	Options []Option
	Origin  []uint16 // which options of the parent these are

	// FreeShortfall: the presidium chooses what happens if seats stay empty
	// again, also the floor of one third, which only a later round can have.
	FreeShortfall bool

	parent *Manifest
}

// Next derives what follows the vote from its outcome, which must be computed,
// not parsed: the lines decide. A nil outcome is that of a vote declared void.
func (m *Manifest) Next(out *Outcome) (*Follow, error) {
	if out == nil || out.Next == NextRepeat {
		return m.repeat(), nil
	}
	if out.Next != NextSecondRound {
		return nil, ErrNoFollow
	}
	if len(out.Lines) != len(m.Options) || m.Rules.CandidatesN != len(m.Options) {
		return nil, errors.New("election: outcome of another vote, or without lines")
	}
	if m.Round == math.MaxUint8 {
		return nil, fmt.Errorf("election: round %d is the last", m.Round)
	}
	if len(out.Tied) > 0 {
		return m.afterTie(out)
	}
	return m.afterShortfall(out)
}

func (m *Manifest) repeat() *Follow {
	f := &Follow{Round: m.Round, Rules: m.Rules, Options: slices.Clone(m.Options), parent: m}
	for i := range m.Options {
		f.Origin = append(f.Origin, uint16(i))
	}
	return f
}

// afterTie: only the tied, for the seats left, and most votes win. Whoever is
// tied has passed already, so that no base and no floor bars them again.
func (m *Manifest) afterTie(out *Outcome) (*Follow, error) {
	rules := m.Rules
	rules.Base = BaseNone
	if rules.Shortfall == ShortfallPlurality {
		rules.Shortfall = ShortfallLeave
	}
	return m.nextRound(rules, out, slices.Clone(out.Tied))
}

// afterShortfall: the best of those that are left, as many for each seat as
// there were in the parent, and at least one more than there are seats.
func (m *Manifest) afterShortfall(out *Outcome) (*Follow, error) {
	var left []uint16
	for i, l := range out.Lines {
		if !l.Adopted {
			left = append(left, uint16(i))
		}
	}
	votes := func(i uint16) uint32 { return out.Lines[i].For }
	slices.SortStableFunc(left, func(i, j uint16) int { return cmp.Compare(votes(j), votes(i)) })
	seats := m.Rules.WinnersK - len(out.Adopted)
	if seats < 1 || len(left) < seats {
		return nil, errors.New("election: outcome of another vote")
	}
	c := min(m.Rules.SecondRound(seats), len(left))
	for c < len(left) && votes(left[c]) == votes(left[c-1]) {
		c++
	}
	f, err := m.nextRound(m.Rules, out, left[:c])
	if err == nil {
		f.FreeShortfall = true
	}
	return f, err
}

// SecondRound returns how many options the round after a shortfall has for the
// seats left, if no votes are equal: as many for each seat as there are now, at
// least one more, and no more than are left.
func (r *Rules) SecondRound(seats int) int {
	n, k := r.CandidatesN, max(r.WinnersK, 1)
	return min(max((seats*n+k-1)/k, seats+1), n-k+seats)
}

// nextRound puts the options and the seats left into the rules.
func (m *Manifest) nextRound(rules Rules, out *Outcome, origin []uint16) (*Follow, error) {
	f := &Follow{Round: m.Round + 1, Origin: origin, parent: m}
	for _, i := range origin {
		if int(i) >= len(m.Options) {
			return nil, errors.New("election: outcome of another vote")
		}
		f.Options = append(f.Options, m.Options[i])
	}
	rules.CandidatesN, rules.WinnersK = len(origin), m.Rules.WinnersK-len(out.Adopted)
	rules.MaxMarks = min(rules.MaxMarks, rules.CandidatesN)
	if rules.BallotMode == ballot.SelectK || rules.BallotMode == ballot.YNACapped {
		rules.MaxMarks = rules.WinnersK
	}
	rules.MinMarks = min(rules.MinMarks, rules.MaxMarks)
	f.Rules = rules
	return f, rules.Check(f.Round)
}

// Check says whether a manifest is that of the vote that must follow. The error
// holds a *FieldError for each field that is not as it must be.
func (f *Follow) Check(next *Manifest) error {
	p := f.parent
	return errors.Join(
		refuse(next.Parent == p.Hash(), "parent", "is not the vote that this one follows"),
		refuse(next.Round == f.Round, "round", "%d, must be %d", next.Round, f.Round),
		refuse(next.Congress == p.Congress, "congress", "is not that of the parent"),
		refuse(next.Session == p.Session, "session", "is not that of the parent"),
		refuse(next.Kind == p.Kind, "kind", "is not that of the parent"),
		refuse(next.Deputies == p.Deputies, "deputies", "%d, must be %d", next.Deputies, p.Deputies),
		f.checkRules(&next.Rules),
		f.checkOptions(next.Options),
	)
}

func (f *Follow) checkRules(r *Rules) error {
	var err error
	for _, field := range ruleTable {
		if field.Name == "shortfall" && f.FreeShortfall {
			continue
		}
		got, want := field.get(r), field.get(&f.Rules)
		err = errors.Join(err, refuse(got == want, field.Name, "%q, must be %q", got, want))
	}
	return err
}

func (f *Follow) checkOptions(options []Option) error {
	if len(options) != len(f.Options) {
		return refuse(false, "options", "%d, must be %d", len(options), len(f.Options))
	}
	var err error
	for i := range options {
		same := options[i] == f.Options[i]
		err = errors.Join(err, refuse(same, fmt.Sprintf("options[%d]", i), "must be %q of the parent", f.Options[i].ID))
	}
	return err
}
