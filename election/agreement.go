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
		return because(CauseEarly, errors.New("agreement before all dealings"))
	}
	if c.agreements[m.place()] != nil {
		return because(CauseTwice, fmt.Errorf("second agreement of trustee %d", m.Index))
	}
	err := tally.VerifyAgreement(c.setup, c.dealings, int(m.Index), m.Sig[:])
	if err == nil {
		c.agreements[m.place()] = m.Sig[:]
	}
	return err
}
