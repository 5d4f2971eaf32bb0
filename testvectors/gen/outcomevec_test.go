package gen

import (
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
}

// contest is a case before it is counted.
type contest struct {
	about   string
	set     string // "name=value …" of rules that are not as in contestRules
	votes   []uint32
	against []uint32
	numbers string // "N P I R X" if not 100 90 88 80 2
}

func outcomeVectors() []outcomeVector {
	var list []outcomeVector
	for _, c := range contests {
		list = append(list, c.count())
	}
	return list
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
	return v
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
