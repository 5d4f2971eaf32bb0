package election

import (
	"fmt"

	"piaojue/tally"
)

// Dealing is a trustee's first message: commitments, a proof of possession,
// and a share for each trustee, encrypted.
type Dealing struct {
	message
	Msg []byte // msg1 of COCKTAIL-DKG
}

// NewDealing returns the body of a dealing entry.
func NewDealing(trustees [32]byte, index uint8, msg1 []byte) *Dealing {
	return &Dealing{message{trustees, index}, msg1}
}

// ParseDealing parses the body of a dealing entry, up to msg1.
func ParseDealing(b []byte) (*Dealing, error) {
	d := newDecoder(b)
	m := &Dealing{decodeMessage(d), d.remaining()}
	return finish(d, "dealing", m)
}

// Marshal returns the bytes of the body.
func (m *Dealing) Marshal() []byte {
	var w encoder
	m.encode(&w)
	w.bytes(m.Msg)
	return w.sum()
}

func (m *Dealing) kind() Kind { return KindDealing }

func (m *Dealing) signers(s *State) demand { return s.scrutineer(m.Index) }

func (m *Dealing) apply(s *State, at place) error {
	return at.fail(CheckCeremonyDealings, m.admit(s))
}

func (m *Dealing) admit(s *State) error {
	if err := m.check(s); err != nil {
		return err
	}
	c := s.ceremony
	if c.dealings[m.place()] != nil {
		return because(CauseTwice, fmt.Errorf("second dealing of trustee %d", m.Index))
	}
	dealing, err := tally.ParseDealing(c.setup, int(m.Index), m.Msg)
	if err != nil {
		return err
	}
	c.dealings[m.place()] = dealing
	err = c.join()
	if err != nil {
		c.dealings[m.place()] = nil // a refused entry changes nothing
	}
	return err
}

// join makes the joint key of the last dealing. It refuses a dealing that makes
// it the identity (attack G6).
func (c *Ceremony) join() error {
	for _, d := range c.dealings {
		if d == nil {
			return nil
		}
	}
	joint, err := tally.NewJointKey(c.setup, c.dealings)
	c.joint = joint
	return err
}
