package election

import (
	"fmt"

	"piaojue/tally"
)

// Complaint proves that the accused sent Index a bad share. It ends the
// attempt: nothing but new trustees, or void, continues.
type Complaint struct {
	message
	Accused  uint8
	Evidence [256]byte // Se ‖ Sd ‖ proof of Se ‖ proof of Sd
}

// NewComplaint returns the body of a complaint entry. The evidence is what
// package tally makes.
func NewComplaint(trustees [32]byte, index, accused uint8, evidence []byte) (*Complaint, error) {
	m := &Complaint{message: message{trustees, index}, Accused: accused}
	if len(evidence) != len(m.Evidence) {
		return nil, fmt.Errorf("election: evidence has %d bytes", len(evidence))
	}
	copy(m.Evidence[:], evidence)
	return m, nil
}

// ParseComplaint parses the body of a complaint entry.
func ParseComplaint(b []byte) (*Complaint, error) {
	d := newDecoder(b)
	m := &Complaint{message: decodeMessage(d), Accused: d.u8()}
	d.expect(m.Accused > 0, "accused is zero")
	copy(m.Evidence[:], d.bytes(len(m.Evidence)))
	return finish(d, "complaint", m)
}

// Marshal returns the bytes of the body.
func (m *Complaint) Marshal() []byte {
	var w encoder
	m.encode(&w)
	w.AddUint8(m.Accused)
	w.bytes(m.Evidence[:])
	return w.sum()
}

func (m *Complaint) kind() Kind { return KindComplaint }

func (m *Complaint) signers(s *State) demand { return s.scrutineer(m.Index) }

// apply refuses a complaint that proves nothing: with it one trustee could stop
// the ceremony and blame another (attack K9).
func (m *Complaint) apply(s *State, at place) error {
	return at.fail(CheckCeremonyDealings, m.admit(s))
}

func (m *Complaint) admit(s *State) error {
	if err := m.check(s); err != nil {
		return err
	}
	c := s.ceremony
	if int(m.Accused) > len(c.dealings) || c.dealings[m.Accused-1] == nil {
		return because(CauseEarly, fmt.Errorf("trustee %d has not dealt", m.Accused))
	}
	dealing := c.dealings[m.Accused-1]
	err := tally.VerifyComplaint(c.setup, dealing, s.voteContext, int(m.Index), m.Evidence[:])
	if err != nil {
		return because(CauseUnfounded, err)
	}
	c.complaint = m
	return nil
}
