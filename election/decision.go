package election

import (
	"errors"
	"fmt"
	"slices"
)

// Decision is what the presidium decides where the rules leave a tie to it. It
// alone can adopt among the tied options; it changes nothing else.
type Decision struct {
	Chain
	Adopted []uint16 // option numbers, strictly ascending
	Basis   string   // legal basis: the article, and the meeting that decided
	Text    string
	Members []string // who signed on paper
}

// ParseDecision parses the body of a decision entry.
func ParseDecision(b []byte) (*Decision, error) {
	d := newDecoder(b)
	c := &Decision{Chain: decodeChain(d), Adopted: list16(d, (*decoder).u16)}
	for i := 1; i < len(c.Adopted); i++ {
		d.expect(c.Adopted[i-1] < c.Adopted[i], "options are not ascending")
	}
	c.Basis, c.Text = d.lines16(), d.lines16()
	c.Members = list8(d, (*decoder).text8)
	d.expect(c.Basis != "" && c.Text != "", "basis or text is empty")
	return finish(d, "decision", c)
}

// Marshal returns the bytes of the body.
func (c *Decision) Marshal() []byte {
	var w encoder
	c.Chain.encode(&w)
	encodeNumbers(&w, c.Adopted)
	w.text16(c.Basis)
	w.text16(c.Text)
	w.count8(len(c.Members))
	for _, m := range c.Members {
		w.text8(m)
	}
	return w.sum()
}

func (c *Decision) kind() Kind { return KindDecision }

func (c *Decision) signers(s *State) demand { return s.presidium() }

func (c *Decision) apply(s *State, at place) error {
	if err := c.check(s); err != nil {
		return at.fail(CheckDecisionTie, err)
	}
	s.decision = c
	return nil
}

func (c *Decision) check(s *State) error {
	out := &s.result.Outcome
	if out.Next != NextPresidium {
		return because(CauseEarly, fmt.Errorf("the rules leave nothing to the presidium: next is %s", out.Next))
	}
	if s.decision != nil {
		return because(CauseTwice, errors.New("the presidium has decided"))
	}
	for _, i := range c.Adopted {
		if !slices.Contains(out.Tied, i) {
			return because(CauseBeyond, fmt.Errorf("option %d is not tied", i))
		}
	}
	if seats := s.manifest.Rules.WinnersK - len(out.Adopted); len(c.Adopted) > seats {
		return because(CauseExtra, fmt.Errorf("%d options for %d seats", len(c.Adopted), seats))
	}
	return nil
}

// Decision returns what the presidium decided about a tie, nil if nothing.
func (s *State) Decision() *Decision { return s.decision }

// Adopted returns the numbers of all options that are adopted: by the result,
// by rank, and then by a decision of the presidium.
func (s *State) Adopted() []uint16 {
	if s.result == nil {
		return nil
	}
	adopted := slices.Clone(s.result.Outcome.Adopted)
	if s.decision != nil {
		adopted = append(adopted, s.decision.Adopted...)
	}
	return adopted
}
