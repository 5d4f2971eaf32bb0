package election

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"piaojue/ballot"
)

func doubtIDs(r Rules, b Basics) []string {
	var ids []string
	for _, d := range r.Doubts(b) {
		ids = append(ids, d.ID)
	}
	return ids
}

// TestNoDoubts: what is usual gives rise to none, whoever comes.
func TestNoDoubts(t *testing.T) {
	for _, p := range Presets() {
		r, err := p.Rules(13, 10)
		if err != nil {
			t.Fatal(err)
		}
		want := []string(nil)
		if p == SelectPlurality {
			want = []string{"no_majority"}
		}
		for _, b := range []Basics{{}, {331, 1, 10}, {29, 1, 10}, {330, 1, 10}} {
			if got := doubtIDs(r, b); !slices.Equal(got, want) {
				t.Errorf("%s, %+v: %v", p, b, got)
			}
		}
	}
}

// TestDoubts: the positive twin of each case are the usual rules, of which
// TestNoDoubts says that they have none.
func TestDoubts(t *testing.T) {
	for _, c := range []struct {
		want   string // the doubt that must be there
		rule   string
		change func(*Rules, *Basics)
	}{
		{"no_surplus", "winners_k", func(r *Rules, _ *Basics) { r.WinnersK = 13 }},
		{"fewer_marks", "max_marks", func(r *Rules, _ *Basics) { r.MaxMarks = 9 }},
		{"more_marks", "max_marks", func(r *Rules, _ *Basics) { r.MaxMarks = 11 }},
		{"exact", "undervote", func(r *Rules, _ *Basics) { r.Undervote = UndervoteInvalid }},
		{"no_choice", "min_marks", func(r *Rules, _ *Basics) { r.MinMarks, r.MaxMarks = 13, 13 }},
		{"no_choice", "undervote", func(r *Rules, _ *Basics) {
			r.BallotMode, r.MaxMarks, r.Undervote = ballot.YNACapped, 13, UndervoteInvalid
		}},
		{"no_abstain", "min_marks", func(r *Rules, _ *Basics) { r.MinMarks = 1 }},
		{"no_abstain", "undervote", func(r *Rules, _ *Basics) { r.BallotMode, r.Undervote = ballot.YNACapped, UndervoteInvalid }},
		{"no_way_out", "allow_spoil", func(r *Rules, _ *Basics) { r.MinMarks, r.AllowSpoil = 1, false }},
		{"no_spoil", "allow_spoil", func(r *Rules, _ *Basics) { r.AllowSpoil = false }},
		{"half_quorum", "quorum.rule", func(r *Rules, _ *Basics) { r.Quorum.Rule = QuorumHalf }},
		{"no_recheck", "quorum.recheck_at_open", func(r *Rules, _ *Basics) { r.Quorum.RecheckAtOpen = false }},
		{"participation_at_quorum", "quorum.min_participation", func(r *Rules, _ *Basics) {
			r.Quorum.Rule, r.Quorum.MinParticipation = QuorumHalf, ParticipationHalf
		}},
		{"never_opened", "min_ballots", func(_ *Rules, b *Basics) { b.MinBallots = 332 }},
		{"rarely_opened", "min_ballots", func(_ *Rules, b *Basics) { b.MinBallots = 222 }},
		{"no_majority", "base", func(r *Rules, _ *Basics) { r.Base = BaseNone }},
		{"other_base", "base", func(r *Rules, _ *Basics) { r.Base = BasePresent }},
		{"other_base", "base", func(r *Rules, _ *Basics) { r.Base = BaseCollected }},
		{"other_base", "base", func(r *Rules, _ *Basics) { r.Base = BaseValid }},
		{"floor_over_base", "shortfall", func(r *Rules, b *Basics) { r.Shortfall, b.Round = ShortfallPlurality, 2 }},
		{"seats_unreachable", "max_marks", func(r *Rules, _ *Basics) { r.MaxMarks = 5 }},
		{"seats_unreachable", "max_marks", func(r *Rules, _ *Basics) { r.BallotMode, r.WinnersK = ballot.Choose1, 2 }},
		{"seats_at_quorum", "max_marks", func(r *Rules, _ *Basics) { r.MaxMarks = 6 }},
		{"all_needed", "quorum.rule", func(r *Rules, _ *Basics) { r.Quorum.Rule = QuorumHalf }},
		{"tie_repeats", "tie", func(_ *Rules, b *Basics) { b.Round = 2 }},
		{"tie_leaves_short", "tie", func(r *Rules, _ *Basics) { r.Tie = TieAdoptNone }},
		{"tie_exceeds", "tie", func(r *Rules, _ *Basics) { r.Tie = TieAdoptAll }},
		{"shortfall_repeats", "shortfall", func(_ *Rules, b *Basics) { b.Round = 2 }},
		{"second_round_same", "shortfall", func(r *Rules, _ *Basics) { r.WinnersK = 13 }},
		{"rotation", "candidate_order", func(r *Rules, _ *Basics) { r.CandidateOrder = "per_terminal_rotation" }},
		{"no_tallies", "display.tallies", func(r *Rules, _ *Basics) { r.Display.Tallies = "none" }},
	} {
		r, b := DefaultRules(), Basics{331, 1, 10}
		c.change(&r, &b)
		if err := r.Check(b.Round); err != nil {
			t.Errorf("%s: not even allowed: %v", c.want, err)
		}
		all := r.Doubts(b)
		if !slices.ContainsFunc(all, func(d Doubt) bool { return d.ID == c.want && d.Rule == c.rule }) {
			t.Errorf("no %s of %s in %+v", c.want, c.rule, all)
		}
	}
}

// TestDoubtBorders: a value beside that of a doubt gives rise to none.
func TestDoubtBorders(t *testing.T) {
	for _, c := range []struct {
		not    string
		change func(*Rules, *Basics)
	}{
		{"seats_unreachable", func(r *Rules, _ *Basics) { r.MaxMarks = 6 }},
		{"seats_at_quorum", func(r *Rules, _ *Basics) { r.MaxMarks = 8 }},
		{"seats_unreachable", func(r *Rules, _ *Basics) { r.BallotMode, r.MaxMarks = ballot.YNAEach, 1 }},
		{"seats_unreachable", func(r *Rules, _ *Basics) { r.BallotMode, r.WinnersK, r.Base = ballot.Choose1, 2, BaseNone }},
		{"other_base", func(r *Rules, _ *Basics) { *r, _ = Satisfaction.Rules(13, 0); r.Base = BaseValid }},
		{"never_opened", func(_ *Rules, b *Basics) { b.MinBallots = 331 }},
		{"rarely_opened", func(_ *Rules, b *Basics) { b.MinBallots = 221 }},
		{"tie_repeats", func(r *Rules, b *Basics) { b.Round, r.WinnersK = 2, 13 }},
		{"tie_leaves_short", func(r *Rules, _ *Basics) { r.Tie, r.Shortfall = TieAdoptNone, ShortfallLeave }},
		{"participation_at_quorum", func(r *Rules, _ *Basics) { r.Quorum.MinParticipation = ParticipationHalf }},
		{"no_spoil", func(r *Rules, _ *Basics) { r.MinMarks, r.AllowSpoil = 1, false }},
	} {
		r, b := DefaultRules(), Basics{331, 1, 10}
		c.change(&r, &b)
		if got := doubtIDs(r, b); slices.Contains(got, c.not) {
			t.Errorf("%s in %v", c.not, got)
		}
	}
	r, _ := Satisfaction.Rules(13, 0)
	if r.Base = BaseValid; !slices.Equal(doubtIDs(r, Basics{331, 1, 10}), []string{"grades_base"}) {
		t.Errorf("satisfaction: %v", doubtIDs(r, Basics{331, 1, 10}))
	}
	m := &Manifest{Rules: DefaultRules(), Deputies: 331, Round: 1, MinBallots: 400}
	if got := m.Doubts(); len(got) != 1 || got[0].ID != "never_opened" || !slices.Equal(got[0].Numbers, []uint32{400, 331}) {
		t.Errorf("manifest: %+v", got)
	}
}

// TestMostPassing: no ballots make more options pass than is said to be
// possible, or the doubt would be wrong.
func TestMostPassing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawBallots(t, drawRules(t, 2), 9)
		if in.Rules.BallotMode == ballot.Satisfaction3 || Adopt(in).Vote != VoteValid {
			return
		}
		d := doubter{Rules: &in.Rules, Basics: Basics{Deputies: in.Numbers.N}}
		passed := 0
		for _, l := range Adopt(in).Lines {
			if l.Passed {
				passed++
			}
		}
		if most := d.mostPassing(); passed > most {
			t.Fatalf("%d passed, %d said to be possible: %+v", passed, most, in)
		}
	})
}
