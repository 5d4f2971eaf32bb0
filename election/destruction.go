package election

import "fmt"

// Destruction says that a trustee destroyed the static key.
type Destruction struct {
	message
}

// NewDestruction returns the body of a destruction entry.
func NewDestruction(trustees [32]byte, index uint8) *Destruction {
	return &Destruction{message{trustees, index}}
}

// ParseDestruction parses the body of a destruction entry.
func ParseDestruction(b []byte) (*Destruction, error) {
	d := newDecoder(b)
	m := &Destruction{decodeMessage(d)}
	return finish(d, "destruction", m)
}

// Marshal returns the bytes of the body.
func (m *Destruction) Marshal() []byte {
	var w encoder
	m.encode(&w)
	return w.sum()
}

func (m *Destruction) kind() Kind { return KindDestruction }

func (m *Destruction) signers(s *State) demand { return s.scrutineer(m.Index) }

func (m *Destruction) apply(s *State, at place) error {
	if err := m.check(s); err != nil {
		return at.fail(CheckArchiveRoot, err)
	}
	if s.destroyed[m.Index] {
		return at.fail(CheckArchiveRoot, because(CauseTwice, fmt.Errorf("second destruction of trustee %d", m.Index)))
	}
	s.destroyed[m.Index] = true
	return nil
}
