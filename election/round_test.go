package election

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"piaojue/ballot"
)

// parentOf returns a manifest that has what the next round is derived from.
func parentOf(in Input) *Manifest {
	m := &Manifest{
		Suite: Suite, Origin: "a.example/1", Congress: "c", Session: "s", Title: "t", Date: "d",
		Round: 1, Rules: in.Rules, Deputies: in.Numbers.N,
	}
	for _, c := range in.Counts {
		m.Options = append(m.Options, Option{ID: c.ID, Name: "project " + c.ID, Investment: 7})
	}
	return m
}

// follow derives what follows the counts.
func follow(t *testing.T, in Input) *Follow {
	t.Helper()
	out := Adopt(in)
	f, err := parentOf(in).Next(&out)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func withTie(policy string) func(*Rules, *Numbers) {
	return func(r *Rules, _ *Numbers) { r.Tie = policy }
}

// TestRoundAfterTie: only the tied, for the seats left, and most votes win.
func TestRoundAfterTie(t *testing.T) {
	for _, c := range []struct {
		name   string
		votes  []uint32
		k      int
		origin []uint16
		seats  int
	}{
		{"two for the last seat", []uint32{300, 200, 200, 180}, 2, []uint16{1, 2}, 1},
		{"two for the only seat", []uint32{180, 200, 200}, 1, []uint16{1, 2}, 1},
		{"three for one", []uint32{200, 300, 200, 180, 200}, 2, []uint16{0, 2, 4}, 1},
		{"three for two", []uint32{200, 300, 200, 180, 200}, 3, []uint16{0, 2, 4}, 2},
		{"nobody is adopted", []uint32{200, 200, 200, 100}, 2, []uint16{0, 1, 2}, 2},
		{"all are tied", []uint32{304, 304, 304, 304, 304}, 4, []uint16{0, 1, 2, 3, 4}, 4},
		{"many for one", []uint32{300, 170, 170, 170, 170, 170, 170, 170}, 2, []uint16{1, 2, 3, 4, 5, 6, 7}, 1},
	} {
		in := judged(make([][2]uint32, len(c.votes)), c.k, nil)
		for i, v := range c.votes {
			in.Counts[i].For = v
		}
		for _, mode := range []ballot.Mode{ballot.SelectK, ballot.YNAEach, ballot.YNACapped, ballot.Choose1} {
			in.Rules.BallotMode = mode
			f := follow(t, in)
			r := f.Rules
			if !slices.Equal(f.Origin, c.origin) || r.WinnersK != c.seats || r.CandidatesN != len(c.origin) || f.Round != 2 {
				t.Errorf("%s, %s: %+v", c.name, mode, f)
			}
			if r.Base != BaseNone || f.FreeShortfall {
				t.Errorf("%s, %s: base %s, free shortfall %v", c.name, mode, r.Base, f.FreeShortfall)
			}
			wantMarks(t, c.name, f, c.k)
		}
	}
}

// wantMarks checks max_marks, which was old in the parent.
func wantMarks(t *testing.T, name string, f *Follow, old int) {
	t.Helper()
	want := min(old, f.Rules.CandidatesN)
	if m := f.Rules.BallotMode; m == ballot.SelectK || m == ballot.YNACapped {
		want = f.Rules.WinnersK
	}
	if f.Rules.MaxMarks != want {
		t.Errorf("%s, %s: max_marks %d, want %d", name, f.Rules.BallotMode, f.Rules.MaxMarks, want)
	}
}

// TestRoundAfterShortfall: 166 of 331 deputies are needed.
func TestRoundAfterShortfall(t *testing.T) {
	eight := []uint32{300, 290, 280, 270, 260, 250, 240, 230, 100, 90, 120, 110, 80}
	for _, c := range []struct {
		name   string
		votes  []uint32
		k      int
		origin []uint16
		seats  int
	}{
		{"13 to 10, 8 passed", eight, 10, []uint16{10, 11, 8}, 2},
		{"one seat left", append([]uint32{200}, eight...), 10, []uint16{11, 12}, 1},
		{"one seat left, equal at the border", []uint32{300, 100, 90, 90, 80}, 2, []uint16{1, 2, 3}, 1},
		{"all after the border are equal", []uint32{300, 290, 50, 50, 50, 50}, 3, []uint16{2, 3, 4, 5}, 1},
		{"equal ones away from the border", []uint32{300, 290, 90, 90, 80, 70}, 3, []uint16{2, 3}, 1},
		{"nobody passed", []uint32{10, 20, 30}, 2, []uint16{2, 1, 0}, 2},
		{"nobody got a vote", []uint32{0, 0, 0, 0}, 1, []uint16{0, 1, 2, 3}, 1},
		{"as many options as seats", []uint32{200, 100, 90}, 3, []uint16{1, 2}, 2},
		{"one option for one seat", []uint32{100}, 1, []uint16{0}, 1},
		{"many options for each seat", []uint32{200, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 2, []uint16{9, 8, 7, 6, 5}, 1},
	} {
		in := input(c.k, c.votes, nil)
		in.Rules.MaxMarks = len(c.votes)
		for _, mode := range []ballot.Mode{ballot.SelectK, ballot.YNAEach, ballot.YNACapped, ballot.Choose1} {
			in.Rules.BallotMode = mode
			f := follow(t, in)
			r := f.Rules
			if !slices.Equal(f.Origin, c.origin) || r.WinnersK != c.seats || r.CandidatesN != len(c.origin) || f.Round != 2 {
				t.Errorf("%s, %s: origin %v, rules %+v", c.name, mode, f.Origin, r)
			}
			if r.Base != BaseAll || !f.FreeShortfall {
				t.Errorf("%s, %s: base %s, free shortfall %v", c.name, mode, r.Base, f.FreeShortfall)
			}
			wantMarks(t, c.name, f, len(c.votes))
			for i, at := range f.Origin {
				if got, want := f.Options[i].ID, in.Counts[at].ID; got != want {
					t.Errorf("%s: option %d is %s, want %s", c.name, i, got, want)
				}
			}
		}
	}
}

// TestRoundMarks: what a ballot must have shrinks with what it may have.
func TestRoundMarks(t *testing.T) {
	in := input(3, []uint32{304, 200, 200, 208}, func(r *Rules, _ *Numbers) { r.MinMarks, r.Undervote = 3, UndervoteInvalid })
	if err := in.Check(); err != nil {
		t.Fatal(err)
	}
	f := follow(t, in)
	if r := f.Rules; r.MaxMarks != 1 || r.MinMarks != 1 || r.Undervote != UndervoteInvalid {
		t.Errorf("rules %+v", r)
	}
	one := in
	one.Rules.Undervote, one.Rules.MinMarks = "valid", 0
	if r := follow(t, one).Rules; r.MinMarks != 0 {
		t.Errorf("min_marks %d, want 0", r.MinMarks)
	}
}

// TestRoundFloor: the tied have reached the floor; it does not bar them again.
func TestRoundFloor(t *testing.T) {
	in := input(1, []uint32{120, 120, 50}, func(r *Rules, _ *Numbers) { r.Shortfall = ShortfallPlurality })
	out := Adopt(in)
	m := parentOf(in)
	m.Round, m.Parent = 2, [32]byte{1}
	f, err := m.Next(&out)
	if err != nil {
		t.Fatal(err)
	}
	if f.Round != 3 || f.Rules.Base != BaseNone || f.Rules.Shortfall != ShortfallLeave {
		t.Errorf("follow %+v", f)
	}
	kept := input(1, []uint32{200, 200, 50}, nil)
	if got := follow(t, kept).Rules.Shortfall; got != kept.Rules.Shortfall {
		t.Errorf("shortfall %s, want %s", got, kept.Rules.Shortfall)
	}
}

// TestRoundTiedAgain: a second round that ends in a tie has a third.
func TestRoundTiedAgain(t *testing.T) {
	in := input(2, []uint32{300, 200, 200, 200}, nil)
	first := parentOf(in)
	out := Adopt(in)
	f, err := first.Next(&out)
	if err != nil {
		t.Fatal(err)
	}
	second := followed(first, f)
	again := Input{Rules: second.Rules, Numbers: in.Numbers, Counts: []Count{{For: 100}, {For: 90}, {For: 100}}}
	out = Adopt(again)
	f, err = second.Next(&out)
	if err != nil {
		t.Fatal(err)
	}
	if f.Round != 3 || !slices.Equal(f.Origin, []uint16{0, 2}) || f.Options[1].ID != "P3" || f.Rules.WinnersK != 1 {
		t.Errorf("follow %+v", f)
	}
	if err := f.Check(followed(second, f)); err != nil {
		t.Error(err)
	}
}

// followed returns the manifest that a follow-up demands.
func followed(parent *Manifest, f *Follow) *Manifest {
	m := *parent
	m.Parent, m.Round, m.Rules, m.Options = parent.Hash(), f.Round, f.Rules, slices.Clone(f.Options)
	return &m
}

// TestRoundRepeat: after a void vote or one without a quorum, the same again.
func TestRoundRepeat(t *testing.T) {
	for name, change := range map[string]func(*Rules, *Numbers){
		"too many collected": func(_ *Rules, n *Numbers) { n.I = 303 },
		"none collected":     func(_ *Rules, n *Numbers) { n.R, n.V = 0, 0 },
		"no quorum":          func(_ *Rules, n *Numbers) { n.P = 220 },
		"too few took part": func(r *Rules, n *Numbers) {
			r.Quorum.MinParticipation, n.R, n.V = ParticipationHalf, 165, 165
		},
	} {
		in := input(2, []uint32{200, 200, 200}, change)
		f := follow(t, in)
		if f.Round != 1 || !reflect.DeepEqual(f.Rules, in.Rules) || len(f.Options) != 3 || f.FreeShortfall {
			t.Errorf("%s: %+v", name, f)
		}
	}
	m := parentOf(input(2, []uint32{200, 100, 300}, nil))
	m.Round, m.Parent = 3, [32]byte{1}
	f, err := m.Next(nil)
	if err != nil || f.Round != 3 || !slices.Equal(f.Origin, []uint16{0, 1, 2}) {
		t.Errorf("void by order: %+v, %v", f, err)
	}
	if err := f.Check(followed(m, f)); err != nil {
		t.Error(err)
	}
}

// TestRoundNone: where nothing is left to vote on, nothing follows.
func TestRoundNone(t *testing.T) {
	tied := []uint32{300, 200, 200}
	for name, in := range map[string]Input{
		"all seats taken":        input(2, []uint32{300, 200, 100}, nil),
		"tie for the presidium":  input(2, tied, withTie(TiePresidium)),
		"all tied are adopted":   input(2, tied, withTie(TieAdoptAll)),
		"none tied is adopted":   input(2, tied, withTie(TieAdoptNone)),
		"tied again by against":  judged([][2]uint32{{300, 0}, {200, 5}, {200, 5}}, 2, withTie(TieFewerAgainst)),
		"decided by against":     judged([][2]uint32{{300, 0}, {200, 4}, {200, 5}}, 2, withTie(TieFewerAgainst)),
		"seats stay empty":       input(2, []uint32{300, 100}, func(r *Rules, _ *Numbers) { r.Shortfall = ShortfallLeave }),
		"another session":        input(2, []uint32{300, 100}, func(r *Rules, _ *Numbers) { r.Shortfall = ShortfallNextSession }),
		"a satisfaction vote":    graded([][3]uint32{{10, 10, 20}}, 40),
		"floor of a later round": input(2, []uint32{300, 100}, func(r *Rules, _ *Numbers) { r.Shortfall = ShortfallPlurality }),
	} {
		out := Adopt(in)
		if f, err := parentOf(in).Next(&out); !errors.Is(err, ErrNoFollow) {
			t.Errorf("%s: %+v, error %v", name, f, err)
		}
	}
}

// TestRoundWrongOutcome: an outcome that cannot be that of the vote.
func TestRoundWrongOutcome(t *testing.T) {
	in := input(2, []uint32{300, 200, 200}, nil)
	for name, change := range map[string]func(*Manifest, *Outcome){
		"without lines":          func(_ *Manifest, o *Outcome) { o.Lines = nil },
		"option that is not one": func(_ *Manifest, o *Outcome) { o.Tied[1] = 3 },
		"the last round":         func(m *Manifest, _ *Outcome) { m.Round = 255 },
		"all seats taken":        func(_ *Manifest, o *Outcome) { o.Tied, o.Adopted = nil, []uint16{0, 1} },
	} {
		m, out := parentOf(in), Adopt(in)
		if _, err := m.Next(&out); err != nil {
			t.Errorf("before %s: %v", name, err)
		}
		change(m, &out)
		if f, err := m.Next(&out); err == nil || errors.Is(err, ErrNoFollow) {
			t.Errorf("%s: %+v, error %v", name, f, err)
		}
	}
}

// TestFollowCheck: a second round cannot be another vote than what follows from
// the first. The positive twin is the manifest before the change.
func TestFollowCheck(t *testing.T) {
	in := input(2, []uint32{300, 200, 200, 10}, nil)
	parent := parentOf(in)
	out := Adopt(in)
	f, err := parent.Next(&out)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		field  string
		change func(*Manifest)
	}{
		{"parent", func(m *Manifest) { m.Parent[31] ^= 1 }},
		{"round", func(m *Manifest) { m.Round = 3 }},
		{"congress", func(m *Manifest) { m.Congress = "x" }},
		{"session", func(m *Manifest) { m.Session = "x" }},
		{"kind", func(m *Manifest) { m.Kind = Rehearsal }},
		{"deputies", func(m *Manifest) { m.Deputies-- }},
		{"winners_k", func(m *Manifest) { m.Rules.WinnersK++ }},
		{"base", func(m *Manifest) { m.Rules.Base = BaseAll }},
		{"tie", func(m *Manifest) { m.Rules.Tie = TiePresidium }},
		{"shortfall", func(m *Manifest) { m.Rules.Shortfall = ShortfallPlurality }},
		{"display.tallies", func(m *Manifest) { m.Rules.Display.Tallies = "none" }},
		{"options", func(m *Manifest) { m.Options = append(m.Options, parent.Options[3]) }},
		{"options", func(m *Manifest) { m.Options = m.Options[:1] }},
		{"options[0]", func(m *Manifest) { m.Options[0], m.Options[1] = m.Options[1], m.Options[0] }},
		{"options[1]", func(m *Manifest) { m.Options[1].Fiscal++ }},
	} {
		m := followed(parent, f)
		m.Title, m.Date, m.Origin, m.Policy = "second round", "later", "a.example/2", "other"
		if err := f.Check(m); err != nil {
			t.Errorf("before %s: %v", c.field, err)
		}
		c.change(m)
		wantField(t, c.field, f.Check(m), c.field)
	}
}

// TestFollowFreeShortfall: what happens if seats stay empty again is a choice of
// the presidium, and the only one.
func TestFollowFreeShortfall(t *testing.T) {
	in := input(2, []uint32{300, 100, 90, 10}, nil)
	parent := parentOf(in)
	out := Adopt(in)
	f, err := parent.Next(&out)
	if err != nil {
		t.Fatal(err)
	}
	for _, policy := range []string{ShortfallLeave, ShortfallSecondRound, ShortfallNextSession, ShortfallPlurality} {
		m := followed(parent, f)
		m.Rules.Shortfall = policy
		wantField(t, policy, f.Check(m), "")
		wantField(t, policy, m.Rules.Check(m.Round), "")
		m.Rules.Base = BaseNone
		wantField(t, policy, f.Check(m), "base")
	}
}

var modes = []ballot.Mode{ballot.SelectK, ballot.YNAEach, ballot.YNACapped, ballot.Choose1, ballot.Satisfaction3}

// TestRoundModes: in each mode a vote that does not stand is repeated as it was.
func TestRoundModes(t *testing.T) {
	for _, mode := range modes {
		in := input(1, []uint32{1, 1}, func(_ *Rules, n *Numbers) { n.I = 0 })
		if mode == ballot.Satisfaction3 {
			in.Rules, _ = Satisfaction.Rules(2, 0)
		}
		in.Rules.BallotMode = mode
		f := follow(t, in)
		if fmt.Sprint(f.Rules) != fmt.Sprint(in.Rules) || f.Rules.Check(f.Round) != nil {
			t.Errorf("%s: %+v", mode, f.Rules)
		}
	}
}
