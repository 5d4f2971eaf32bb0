package election

import (
	"errors"
	"fmt"

	"piaojue/tally"
)

// Agreement is a trustee's CertEq signature: all saw the same dealings.
type Agreement struct {
	message
	Sig [64]byte
}

// NewAgreement returns the body of an agreement entry.
func NewAgreement(trustees [32]byte, index uint8, sig [64]byte) *Agreement {
	return &Agreement{message{trustees, index}, sig}
}

// ParseAgreement parses the body of an agreement entry.
func ParseAgreement(b []byte) (*Agreement, error) {
	d := newDecoder(b)
	m := &Agreement{decodeMessage(d), d.bytes64()}
	return finish(d, "agreement", m)
}

// Marshal returns the bytes of the body.
func (m *Agreement) Marshal() []byte {
	var w encoder
	m.encode(&w)
	w.bytes(m.Sig[:])
	return w.sum()
}

func (m *Agreement) kind() Kind { return KindAgreement }

func (m *Agreement) signers(s *State) demand { return s.scrutineer(m.Index) }

func (m *Agreement) apply(s *State, at place) error {
	return at.fail(CheckCeremonyAgreement, m.admit(s))
}

func (m *Agreement) admit(s *State) error {
	if err := m.check(s); err != nil {
		return err
	}
	c := s.ceremony
	if !c.dealt() {
		return errors.New("agreement before all dealings")
	}
	if c.agreements[m.place()] != nil {
		return fmt.Errorf("second agreement of trustee %d", m.Index)
	}
	err := tally.VerifyAgreement(c.setup, c.dealings, int(m.Index), m.Sig[:])
	if err == nil {
		c.agreements[m.place()] = m.Sig[:]
	}
	return err
}

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
		return errors.New("ready before all agreements")
	case c.ready[m.place()]:
		return fmt.Errorf("trustee %d is ready already", m.Index)
	case m.JointKey != [32]byte(c.joint.Y.Bytes()):
		return errors.New("names another joint key")
	}
	c.ready[m.place()] = true
	return nil
}
