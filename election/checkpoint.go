package election

import (
	"errors"

	"piaojue/group"
	"piaojue/tally"
)

// ClosingCheckpoint is what trustees open: one aggregate, at one checkpoint.
type ClosingCheckpoint struct {
	Size      uint64
	Root      [32]byte
	Context   group.Context
	Aggregate *tally.Aggregate
}

var errNotCollected = errors.New("election: there is no collection entry")

// ClosingSize returns the size of the closing checkpoint, 0 before it is known.
func (s *State) ClosingSize() uint64 { return s.closingSize }

// ClosingCheckpoint returns the closing checkpoint and its aggregate. The log must hold
// the collection entry by now, since its root is asked for.
func (s *State) ClosingCheckpoint() (*ClosingCheckpoint, error) {
	if s.closingSize == 0 {
		return nil, errNotCollected
	}
	if s.closing != nil {
		return s.closing, nil
	}
	root, err := s.rootAt(s.closingSize)
	if err != nil {
		return nil, err
	}
	c := &ClosingCheckpoint{Size: s.closingSize, Root: root, Aggregate: s.box.aggregate}
	c.Context = tally.CloseContext(s.keyContext, c.Size, c.Root, c.Aggregate)
	s.closing = c
	return c, nil
}

// CheckOpening says whether the sum may be opened at all: the ballots are
// collected, and enough to hide a choice (attack K5).
func (s *State) CheckOpening() error {
	at := place{index: s.size}
	if err := s.checkPhase(KindShare, at); err != nil {
		return err
	}
	return s.checkMinimum(at)
}

// checkMinimum looks at the terminals alone too: the tellers saw the paper, and
// what they did not see is the difference. R counts invalid sheets that are in no
// sum: of those that are, one alone would be opened itself, and none hides nothing.
func (s *State) checkMinimum(at place) error {
	n, least := s.Numbers(), s.manifest.MinBallots
	_, cast := n.Electronic()
	return first(
		at.demand(n.R >= least, CheckOpeningMinimum, CausePlain, "%d ballots, fewer than %d are never opened", n.R, least),
		at.demand(cast == 0 || cast >= least, CheckOpeningMinimum, CauseFew,
			"%d ballots beside paper, fewer than %d are never opened", cast, least),
		at.demand(s.box.aggregate.Count() != 1, CheckOpeningMinimum, CausePlain,
			"one ballot of %d is in the sum, which would be that ballot", n.R),
	)
}
