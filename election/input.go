package election

import (
	"errors"
	"fmt"

	"piaojue/ballot"
)

// Input is all that decides an outcome.
type Input struct {
	Rules   Rules
	Numbers Numbers
	Counts  []Count // one per option, in the order of the manifest
}

// Check refuses counts that no set of ballots can add up to (attack K10). The
// error holds a *FieldError for each field that is wrong.
func (in *Input) Check() error {
	if len(in.Counts) != in.Rules.CandidatesN {
		return refuse(false, "counts", "%d counts for %d options", len(in.Counts), in.Rules.CandidatesN)
	}
	err := in.Numbers.check()
	for i, c := range in.Counts {
		err = errors.Join(err, in.checkCount(fmt.Sprintf("counts[%d]", i), c))
	}
	return errors.Join(err, in.checkSum())
}

func (in *Input) checkCount(field string, c Count) error {
	v := uint64(in.Numbers.V)
	marks := uint64(c.For) + uint64(c.Against)
	grades := uint64(c.Grades[0]) + uint64(c.Grades[1]) + uint64(c.Grades[2])
	if in.Rules.BallotMode == ballot.Satisfaction3 {
		return errors.Join(
			refuse(marks == 0, field+".for", "a satisfaction vote has grades only"),
			refuse(grades <= v, field+".grades", "%d grades on %d valid ballots", grades, v),
			refuse(grades == v || in.Rules.MinMarks == 0, field+".grades", "%d grades on %d valid ballots without abstention", grades, v),
		)
	}
	return errors.Join(
		refuse(grades == 0, field+".grades", "only a satisfaction vote has grades"),
		refuse(c.Against == 0 || in.Rules.judged(), field+".against", "%s has no votes against", in.Rules.BallotMode),
		refuse(marks <= v, field+".for", "%d marks on %d valid ballots", marks, v),
	)
}

// checkSum compares all marks with what the valid ballots can hold together.
func (in *Input) checkSum() error {
	var sum uint64
	for _, c := range in.Counts {
		sum += uint64(c.For)
	}
	low, high := in.bounds()
	return errors.Join(
		refuse(sum <= high, "counts", "%d marks, at most %d possible", sum, high),
		refuse(sum >= low, "counts", "%d marks, at least %d needed", sum, low),
	)
}

// bounds returns between what the marks for all options lie. Who abstains from
// the whole ballot makes none, so there is no lower bound if one may.
func (in *Input) bounds() (low, high uint64) {
	v, k := uint64(in.Numbers.V), uint64(in.Rules.MaxMarks)
	exact, mayAbstain := in.Rules.Undervote == UndervoteInvalid, in.Rules.MinMarks == 0
	switch in.Rules.BallotMode {
	case ballot.SelectK:
		low, high = v*uint64(in.Rules.MinMarks), v*k
		if exact && !mayAbstain {
			low = high
		}
	case ballot.YNACapped:
		high = v * k
		if exact {
			low = high
		}
	case ballot.Choose1:
		high = v
		if !mayAbstain {
			low = v
		}
	case ballot.YNAEach:
		high = v * uint64(in.Rules.CandidatesN)
	}
	return low, high
}

// abstain returns how many valid ballots say nothing about an option.
func (in *Input) abstain(c Count) uint32 {
	said := uint64(c.For) + uint64(c.Against) + uint64(c.Grades[0]) + uint64(c.Grades[1]) + uint64(c.Grades[2])
	if said > uint64(in.Numbers.V) {
		return 0
	}
	return in.Numbers.V - uint32(said)
}
