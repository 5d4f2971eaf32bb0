package election

import (
	"errors"
	"fmt"
)

// Ready says that a trustee recovered the key share from the log with the
// static key file, re-read: the trustee will be able to open.
type Ready struct {
	message
	JointKey [32]byte
}

// NewReady returns the body of a ready entry.
func NewReady(trustees [32]byte, index uint8, jointKey [32]byte) *Ready {
	return &Ready{message{trustees, index}, jointKey}
}

// ParseReady parses the body of a ready entry.
func ParseReady(b []byte) (*Ready, error) {
	d := newDecoder(b)
	m := &Ready{decodeMessage(d), d.bytes32()}
	return finish(d, "ready", m)
}

// Marshal returns the bytes of the body.
func (m *Ready) Marshal() []byte {
	var w encoder
	m.encode(&w)
	w.bytes(m.JointKey[:])
	return w.sum()
}

func (m *Ready) kind() Kind { return KindReady }

func (m *Ready) signers(s *State) demand { return s.scrutineer(m.Index) }

func (m *Ready) apply(s *State, at place) error {
	return at.fail(CheckCeremonyAgreement, m.admit(s))
}

func (m *Ready) admit(s *State) error {
	if err := m.check(s); err != nil {
		return err
	}
	c := s.ceremony
	switch {
	case !c.dealt() || !c.agreed():
		return because(CauseEarly, errors.New("ready before all agreements"))
	case c.ready[m.place()]:
		return because(CauseTwice, fmt.Errorf("trustee %d is ready already", m.Index))
	case m.JointKey != [32]byte(c.joint.Y.Bytes()):
		return because(CauseOther, errors.New("names another joint key"))
	}
	c.ready[m.place()] = true
	return nil
}
