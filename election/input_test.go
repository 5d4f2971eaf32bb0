package election

import (
	"errors"
	"testing"

	"piaojue/ballot"
)

// TestInputCheck: each impossible count is named (K10). The positive twin of
// each case is the input before the change.
func TestInputCheck(t *testing.T) {
	selectK := func() Input { return input(2, []uint32{200, 100, 50}, nil) }
	exact := func() Input {
		in := input(2, []uint32{304, 204, 100}, nil)
		in.Rules.MinMarks, in.Rules.Undervote = 2, UndervoteInvalid
		return in
	}
	judge := func() Input { return judged([][2]uint32{{200, 104}, {0, 0}}, 1, nil) }
	capped := func() Input {
		in := judged([][2]uint32{{304, 0}, {0, 304}}, 1, nil)
		in.Rules.BallotMode, in.Rules.Undervote = ballot.YNACapped, UndervoteInvalid
		return in
	}
	choose := func() Input {
		in := input(1, []uint32{300, 4}, nil)
		in.Rules.BallotMode, in.Rules.MinMarks = ballot.Choose1, 1
		return in
	}
	grade := func() Input { return graded([][3]uint32{{28, 1, 0}}, 29) }
	for _, c := range []struct {
		name   string
		base   func() Input
		field  string
		change func(*Input)
	}{
		{"no deputies", selectK, "n", func(in *Input) { in.Numbers.N = 0 }},
		{"P above N", selectK, "p", func(in *Input) { in.Numbers.P = 332 }},
		{"I above P", selectK, "i", func(in *Input) { in.Numbers.I = 305 }},
		{"V and X are not R", selectK, "v", func(in *Input) { in.Numbers.X = 1 }},
		{"an option is missing", selectK, "counts", func(in *Input) { in.Counts = in.Counts[:2] }},
		{"more votes than ballots", selectK, "counts[0].for", func(in *Input) { in.Counts[0].For = 305 }},
		{"K10 more marks than k times the ballots", selectK, "counts", func(in *Input) {
			in.Counts[0].For, in.Counts[1].For, in.Counts[2].For = 304, 204, 101
		}},
		{"votes against in select_k", selectK, "counts[1].against", func(in *Input) { in.Counts[1].Against = 1 }},
		{"grades in select_k", selectK, "counts[1].grades", func(in *Input) { in.Counts[1].Grades[0] = 1 }},
		{"fewer marks than every ballot must have", exact, "counts", func(in *Input) { in.Counts[2].For = 99 }},
		{"for and against above V", judge, "counts[0].for", func(in *Input) { in.Counts[0].Against = 105 }},
		{"more for than k in yna_capped", capped, "counts", func(in *Input) { in.Counts[1].For, in.Counts[1].Against = 1, 303 }},
		{"fewer for than exactly k in yna_capped", capped, "counts", func(in *Input) { in.Counts[0].For = 303 }},
		{"two choices", choose, "counts", func(in *Input) { in.Counts[1].For = 5 }},
		{"no choice", choose, "counts", func(in *Input) { in.Counts[1].For = 3 }},
		{"grades above V", grade, "counts[0].grades", func(in *Input) { in.Counts[0].Grades[2] = 1 }},
		{"grades below V without abstention", grade, "counts[0].grades", func(in *Input) {
			in.Rules.MinMarks, in.Counts[0].Grades[1] = 1, 0
		}},
		{"votes in a satisfaction vote", grade, "counts[0].for", func(in *Input) { in.Counts[0].For = 1 }},
	} {
		in := c.base()
		if err := in.Check(); err != nil {
			t.Errorf("before %s: %v", c.name, err)
		}
		c.change(&in)
		var field *FieldError
		if err := in.Check(); !errors.As(err, &field) || field.Field != c.field {
			t.Errorf("%s: error %v, want field %s", c.name, err, c.field)
		}
	}
}

// TestAbstain: what is neither for nor against is abstention.
func TestAbstain(t *testing.T) {
	o := Adopt(judged([][2]uint32{{200, 100}}, 1, nil))
	if got := o.Lines[0].Abstain; got != 4 {
		t.Errorf("abstain %d, want 4", got)
	}
	o = Adopt(graded([][3]uint32{{20, 5, 1}}, 29))
	if got := o.Lines[0].Abstain; got != 3 {
		t.Errorf("abstain %d, want 3", got)
	}
}

// TestAbstainImpossible: more votes than ballots do not wrap around.
func TestAbstainImpossible(t *testing.T) {
	o := Adopt(judged([][2]uint32{{200, 105}}, 1, nil))
	if got := o.Lines[0].Abstain; got != 0 {
		t.Errorf("abstain %d, want 0", got)
	}
}

func TestUnaccounted(t *testing.T) {
	for _, c := range []struct {
		n       Numbers
		want    uint32
		surplus bool
	}{
		{Numbers{I: 10, R: 7, U: 1}, 2, false},
		{Numbers{I: 10, R: 9, U: 1}, 0, false},
		{Numbers{I: 10, R: 9, U: 2}, 0, true},
		{Numbers{I: 10, R: 1<<32 - 1, U: 1<<32 - 1}, 0, true},
	} {
		if got := c.n.Unaccounted(); got != c.want || c.n.Surplus() != c.surplus {
			t.Errorf("%+v: unaccounted %d, surplus %v", c.n, got, c.n.Surplus())
		}
	}
}
