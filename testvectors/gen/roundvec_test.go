package gen

import (
	"errors"
	"fmt"

	"piaojue/election"
)

// roundVector is a case of PROTOCOL.md, Section 10, rule 7.
type roundVector struct {
	About   string            `json:"about"`
	Rules   map[string]string `json:"rules"` // all of them, as in a manifest
	Round   uint8             `json:"round"`
	For     []uint32          `json:"for"`
	Voided  bool              `json:"voided"`
	Next    string            `json:"next"`
	Adopted []uint16          `json:"adopted"`
	Tied    []uint16          `json:"tied"`

	Follows string        `json:"follows"` // repeat, second_round or none
	Vote    *followVector `json:"vote,omitempty"`
}

// followVector is the vote that must follow.
type followVector struct {
	Round   uint8             `json:"round"`
	Rules   map[string]string `json:"rules"`
	Options []uint16          `json:"options"` // numbers in the parent, in the order of the next vote
	Free    []string          `json:"free"`    // rules that the presidium may set otherwise
}

// round is a case before it is derived.
type round struct {
	contest
	number uint8
	voided bool
}

func roundVectors() []roundVector {
	var list []roundVector
	for _, r := range rounds {
		list = append(list, r.derive())
	}
	return list
}

func (r round) derive() roundVector {
	in := election.Input{Rules: r.rules(), Numbers: r.parseNumbers()}
	m := &election.Manifest{Round: max(r.number, 1), Rules: in.Rules}
	var o outcomeVector
	for i := range in.Rules.CandidatesN {
		c := r.countOf(i, in.Rules.BallotMode, &o)
		c.ID = fmt.Sprint(i)
		in.Counts = append(in.Counts, c)
		m.Options = append(m.Options, election.Option{ID: c.ID, Name: c.ID})
	}
	check(in.Check())
	out := election.Adopt(in)
	v := roundVector{About: r.about, Rules: texts(in.Rules), Round: m.Round, For: o.For, Voided: r.voided, Next: out.Next}
	v.Adopted, v.Tied = append([]uint16{}, out.Adopted...), append([]uint16{}, out.Tied...)
	of := &out
	if r.voided {
		of = nil
	}
	v.Follows, v.Vote = follow(m, of)
	return v
}

func follow(m *election.Manifest, out *election.Outcome) (string, *followVector) {
	f, err := m.Next(out)
	switch {
	case errors.Is(err, election.ErrNoFollow), m.Round == 255 && err != nil:
		return election.NextNone, nil
	case err != nil:
		panic(err)
	}
	v := &followVector{Round: f.Round, Rules: texts(f.Rules), Options: f.Origin, Free: []string{}}
	if f.FreeShortfall {
		v.Free = append(v.Free, "shortfall")
	}
	if out == nil || out.Next == election.NextRepeat {
		return election.NextRepeat, v
	}
	return election.NextSecondRound, v
}

func texts(rules election.Rules) map[string]string {
	all := map[string]string{}
	for _, f := range election.RuleFields() {
		all[f.Name] = f.Get(&rules)
	}
	return all
}

const short = "shortfall=second_round "

// rounds are in the order of the rule.
var rounds = []round{
	{contest{"void: repeated", short, []uint32{60, 60, 0}, nil, "100 90 79 80 2"}, 1, false},
	{contest{"no quorum: repeated, in the same round", short, []uint32{60, 60, 0}, nil, "100 66 66 66 0"}, 2, false},
	{contest{"declared void after the outcome: repeated", short, []uint32{50, 70, 50}, nil, ""}, 1, true},
	{contest{"all seats taken: none", short, []uint32{60, 70, 50}, nil, ""}, 1, false},
	{contest{"short, left short: none", "", []uint32{50, 70, 50}, nil, ""}, 1, false},
	{contest{"short, next session: none", "shortfall=next_session", []uint32{50, 50, 50}, nil, ""}, 1, false},
	{contest{"tie left to the presidium: none", "", []uint32{60, 60, 60}, nil, ""}, 1, false},
	{contest{"one of two seats left of three options: ⌈1·3 ÷ 2⌉ = 2", short, []uint32{40, 70, 50}, nil, ""}, 1, false},
	{contest{"nobody passes: three options for two seats again, by votes", short, []uint32{30, 40, 50}, nil, ""}, 1, false},
	{contest{"one seat left of two, of five options: ⌈1·5 ÷ 2⌉ = 3", short, []uint32{10, 70, 40, 20, 30}, nil, ""}, 1, false},
	{contest{"the fourth has as many votes as the third, and comes too", short, []uint32{20, 70, 40, 20, 30}, nil, ""}, 1, false},
	{contest{"equal votes keep the order of the manifest", short, []uint32{20, 70, 30, 20, 30, 30}, nil, ""}, 1, false},
	{contest{"at least one more than seats: k' + 1", short + "winners_k=3", []uint32{40, 30, 20}, nil, ""}, 1, false},
	{contest{"k' + 1 of four for three seats", short + "winners_k=3", []uint32{70, 30, 20, 10}, nil, ""}, 1, false},
	{contest{"no more than there are: one option for one seat", short + "winners_k=3", []uint32{70, 70, 20}, nil, ""}, 1, false},
	{contest{"options without a vote come too", short, []uint32{0, 70, 0, 0}, nil, ""}, 1, false},
	{contest{"select_k: max_marks is the number of seats left", short + "ballot_mode=select_k max_marks=2 min_marks=2 base=collected", []uint32{76, 40, 40, 0}, nil, ""}, 1, false},
	{contest{"yna_capped: the same", short + "ballot_mode=yna_capped max_marks=2", []uint32{60, 30, 30, 20}, nil, ""}, 1, false},
	{contest{"choose_1, where max_marks says nothing: not above the number of options", "tie=revote_tied ballot_mode=choose_1 winners_k=1 max_marks=4 min_marks=1 base=none", []uint32{30, 30, 13, 5}, nil, ""}, 1, false},
	{contest{"round 254 leads to 255", short, []uint32{40, 70, 50}, nil, ""}, 254, false},
	{contest{"after round 255 nothing follows", short, []uint32{40, 70, 50}, nil, ""}, 255, false},
	{contest{"tie: the tied, for the seats left, base none", "tie=revote_tied", []uint32{60, 70, 60}, nil, ""}, 1, false},
	{contest{"tie of all: all again, for all seats", "tie=revote_tied", []uint32{60, 60, 60}, nil, ""}, 1, false},
	{contest{"tie in a second round: the floor of one third is dropped, which would take the place of the base", "tie=revote_tied shortfall=plurality_floor_1_3", []uint32{40, 70, 40}, nil, ""}, 2, false},
	{contest{"tie, and shortfall says next session: that stays", "tie=revote_tied shortfall=next_session", []uint32{60, 70, 60}, nil, ""}, 1, false},
	{contest{"tie with select_k: max_marks is the number of seats left", "tie=revote_tied ballot_mode=select_k max_marks=2 min_marks=1 base=collected", []uint32{60, 48, 48}, nil, ""}, 1, false},
}
