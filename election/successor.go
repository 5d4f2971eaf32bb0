package election

import (
	"errors"
	"fmt"
)

// Successor names the vote that repeats or continues this one. Its manifest
// names this vote as parent, so that each log leads to the other.
type Successor struct {
	Chain
	Manifest [32]byte // manifest hash of the next vote
}

// ParseSuccessor parses the body of a successor entry.
func ParseSuccessor(b []byte) (*Successor, error) {
	d := newDecoder(b)
	return finish(d, "successor", &Successor{Chain: decodeChain(d), Manifest: d.bytes32()})
}

// Marshal returns the bytes of the body.
func (c *Successor) Marshal() []byte {
	var w encoder
	c.Chain.encode(&w)
	w.bytes(c.Manifest[:])
	return w.sum()
}

func (c *Successor) kind() Kind { return KindSuccessor }

func (c *Successor) signers(s *State) demand { return s.organizers() }

func (c *Successor) apply(s *State, at place) error {
	if err := c.check(s); err != nil {
		return at.fail(CheckSuccessorNext, err)
	}
	s.successor = c.Manifest
	return nil
}

func (c *Successor) check(s *State) error {
	if s.successor != [32]byte{} {
		return because(CauseTwice, errors.New("a next vote is named"))
	}
	if c.Manifest == s.manifestHash || c.Manifest == [32]byte{} {
		return because(CauseInvalid, errors.New("names no other vote"))
	}
	if next := s.Next(); next != NextRepeat && next != NextSecondRound {
		return because(CauseEarly, fmt.Errorf("nothing follows this vote: next is %s", next))
	}
	return nil
}

// Next says what follows this vote: what its outcome says, or a repeat once it
// is void.
func (s *State) Next() string {
	switch {
	case s.phase == PhaseVoided:
		return NextRepeat
	case s.result == nil || s.result.Outcome.Next == NextPresidium && s.decision != nil:
		return NextNone
	}
	return s.result.Outcome.Next
}

// Follow derives the vote that must follow this one. The error is ErrNoFollow if
// none does, or not yet.
func (s *State) Follow() (*Follow, error) {
	switch {
	case s.phase == PhaseVoided:
		return s.manifest.Next(nil)
	case s.phase < PhaseCertified:
		return nil, ErrNoFollow
	}
	return s.manifest.Next(&s.result.Outcome)
}

// Successor returns the manifest hash of the vote that repeats or continues
// this one, and whether it is named.
func (s *State) Successor() ([32]byte, bool) {
	return s.successor, s.successor != [32]byte{}
}
