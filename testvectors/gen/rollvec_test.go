package gen

import (
	"encoding/binary"
	"fmt"
	"slices"

	"piaojue/ballot"
	"piaojue/election"
)

type rollFile struct {
	Root   bin          `json:"root"`
	Leaves []leafVector `json:"leaves"`
}

type leafVector struct {
	Index      uint32 `json:"index"`
	BadgeSeed  bin    `json:"badge_seed"`
	BadgeKey   bin    `json:"badge_key"`
	Salt       bin    `json:"salt"`
	Number     string `json:"number"`
	Commitment bin    `json:"commitment"`
	Leaf       bin    `json:"leaf"`
	Hash       bin    `json:"hash"`
	Path       []bin  `json:"path"`
}

// rollVectors are the roll of the main vote. Seven of its twelve leaves are
// not under a full subtree.
func rollVectors() rollFile {
	v := &vote{plan: mainPlan()}
	v.roll = v.newRoll()
	root := v.roll.Root()
	f := rollFile{Root: root[:]}
	for i := range uint32(v.roll.Len()) {
		l := must(v.roll.Leaf(i))
		salt, hash := secretOf(fmt.Sprint("salt ", i)), l.Hash()
		leaf := leafVector{
			Index: i, BadgeSeed: v.badges[i].Seed(), BadgeKey: l.Key[:], Salt: salt[:], Number: rollNumber(i),
			Commitment: l.Commitment[:], Hash: hash[:],
			Leaf: slices.Concat(binary.BigEndian.AppendUint32(nil, i), l.Key[:], l.Commitment[:]),
		}
		for _, h := range must(v.roll.Path(i)) {
			leaf.Path = append(leaf.Path, h[:])
		}
		if election.HashEntry(leaf.Leaf) != hash {
			panic("leaf hash")
		}
		f.Leaves = append(f.Leaves, leaf)
	}
	return f
}

type gridVector struct {
	Mode       ballot.Mode  `json:"ballot_mode"`
	Options    int          `json:"options"`
	MinMarks   int          `json:"min_marks"`
	MaxMarks   int          `json:"max_marks"`
	Undervote  string       `json:"undervote"`
	AllowSpoil bool         `json:"allow_spoil"`
	Positions  []string     `json:"positions"` // what it is for, and the option
	Limits     []limitEntry `json:"limits"`
	BodySize   []int        `json:"body_size"` // with 1, 2, 3 issuers
}

type limitEntry struct {
	Low   uint32   `json:"low"`
	High  uint32   `json:"high"`
	Terms [][2]int `json:"terms"` // position, weight
}

func gridVectors() []gridVector {
	var list []gridVector
	for _, mode := range []ballot.Mode{ballot.SelectK, ballot.YNAEach, ballot.YNACapped, ballot.Choose1, ballot.Satisfaction3} {
		for _, s := range []ballot.Style{
			{Options: 3, MaxMarks: 2, AllowSpoil: true},
			{Options: 3, MinMarks: 1, MaxMarks: 2},
			{Options: 3, MinMarks: 2, MaxMarks: 3, AllowSpoil: true},
			{Options: 3, MaxMarks: 2, Exact: true, AllowSpoil: true},
			{Options: 1, MinMarks: 1, MaxMarks: 1},
		} {
			s.Mode = mode
			if enforced(s) {
				list = append(list, newGrid(s))
			}
		}
	}
	return append(list, newGrid(ballot.Style{Mode: ballot.SelectK, Options: 13, MaxMarks: 10, AllowSpoil: true}))
}

// enforced reports whether rules may say so (PROTOCOL.md, "Rules").
func enforced(s ballot.Style) bool {
	switch s.Mode {
	case ballot.SelectK:
		return true
	case ballot.YNACapped:
		return s.MinMarks == 0
	case ballot.YNAEach:
		return s.MinMarks == 0 && !s.Exact
	}
	return s.MinMarks <= 1 && !s.Exact
}

func newGrid(s ballot.Style) gridVector {
	g := must(s.Grid())
	v := gridVector{
		Mode: s.Mode, Options: s.Options, MinMarks: s.MinMarks, MaxMarks: s.MaxMarks,
		Undervote: "valid", AllowSpoil: s.AllowSpoil, Positions: positionNames(g),
	}
	if s.Exact {
		v.Undervote = "invalid"
	}
	for _, l := range g.Limits {
		e := limitEntry{Low: l.Low, High: l.High}
		for _, t := range l.Terms {
			e.Terms = append(e.Terms, [2]int{t.Position, int(t.Weight)})
		}
		v.Limits = append(v.Limits, e)
	}
	for n := 1; n <= 3; n++ {
		v.BodySize = append(v.BodySize, g.BodySize(n))
	}
	return v
}

func positionNames(g *ballot.Grid) []string {
	var names []string
	for _, p := range g.Positions {
		name := string(p.Mark)
		if p.Option != ballot.WholeBallot {
			name += fmt.Sprint(" ", p.Option)
		}
		names = append(names, name)
	}
	return names
}
