package gen

import (
	"fmt"
	"slices"

	"piaojue/ballot"
	"piaojue/election"
)

// outcomeVector is a case of PROTOCOL.md, Section 10.
type outcomeVector struct {
	About   string            `json:"about"`
	Rules   map[string]string `json:"rules"` // all of them, as in a manifest
	Numbers map[string]uint32 `json:"numbers"`
	For     []uint32          `json:"for"`
	Against []uint32          `json:"against,omitempty"`
	Grades  [][3]uint32       `json:"grades,omitempty"`

	Vote    string   `json:"vote"`
	Next    string   `json:"next"`
	Adopted []uint16 `json:"adopted"`
	Tied    []uint16 `json:"tied"`
	Needed  uint32   `json:"needed"`            // the least number that passes
	Reached []int    `json:"reached,omitempty"` // the grade of each row: 0, 1 or 2

	follow string // seats, base and options of the second round that must follow
}

// contest is a case before it is counted.
type contest struct {
	about   string
	set     string // "name=value …" of rules that are not as in contestRules
	votes   []uint32
	against []uint32
	numbers string // "N P I R X" if not 100 90 88 80 2
}

// worked is a case with its outcome worked out by hand, as outcomeVector.said
// writes it.
type worked struct {
	contest
	want string
}

func outcomeVectors() []outcomeVector {
	var list []outcomeVector
	for _, c := range slices.Concat(contests, sourceContests, borderContests, tieContests, laterContests) {
		v := c.count()
		if got := v.said(); got != c.want {
			panic(fmt.Sprintf("%s: %s, by hand %s", c.about, got, c.want))
		}
		list = append(list, v)
	}
	return list
}

// said is the outcome in one line.
func (v *outcomeVector) said() string {
	text := fmt.Sprint(v.Vote, " ", v.Next, " ", v.Adopted, " ", v.Tied)
	if v.Reached != nil {
		text += fmt.Sprint(" grades ", v.Reached)
	}
	if v.follow != "" {
		text += " follow " + v.follow
	}
	return text
}

func (c contest) count() outcomeVector {
	in := election.Input{Rules: c.rules(), Numbers: c.parseNumbers()}
	v := outcomeVector{About: c.about, Rules: map[string]string{}, Numbers: map[string]uint32{}, Adopted: []uint16{}, Tied: []uint16{}}
	for i := range in.Rules.CandidatesN {
		in.Counts = append(in.Counts, c.countOf(i, in.Rules.BallotMode, &v))
	}
	check(in.Check())
	for _, f := range election.RuleFields() {
		v.Rules[f.Name] = f.Get(&in.Rules)
	}
	n := in.Numbers
	for name, value := range map[string]uint32{"N": n.N, "P": n.P, "I": n.I, "R": n.R, "V": n.V, "X": n.X} {
		v.Numbers[name] = value
	}
	out := election.Adopt(in)
	v.Vote, v.Next = out.Vote, out.Next
	v.Adopted, v.Tied = append(v.Adopted, out.Adopted...), append(v.Tied, out.Tied...)
	v.Needed = out.Lines[0].Needed
	for _, l := range out.Lines {
		if in.Rules.BallotMode == ballot.Satisfaction3 && out.Vote == election.VoteValid {
			v.Reached = append(v.Reached, l.Grade)
		}
	}
	v.follow = followOf(in, &out)
	return v
}

// followOf derives the second round, if there must be one, as that of a vote in
// its second round: some of the rules are for that only.
func followOf(in election.Input, out *election.Outcome) string {
	if out.Next != election.NextSecondRound {
		return ""
	}
	m := election.Manifest{Round: 2, Rules: in.Rules, Options: make([]election.Option, len(in.Counts))}
	next := must(m.Next(out))
	return fmt.Sprint(next.Rules.WinnersK, " ", next.Rules.Base, " ", next.Origin)
}

func (c contest) countOf(i int, mode ballot.Mode, v *outcomeVector) election.Count {
	count := election.Count{ID: newOption(0).ID}
	if mode == ballot.Satisfaction3 {
		count.Grades = [3]uint32(c.votes[3*i:])
		v.Grades = append(v.Grades, count.Grades)
		return count
	}
	count.For = c.votes[i]
	v.For = append(v.For, count.For)
	if c.against != nil {
		count.Against = c.against[i]
		v.Against = append(v.Against, count.Against)
	}
	return count
}
