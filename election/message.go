package election

import "errors"

// message is the head of what trustees send in a ceremony and after it.
type message struct {
	Trustees [32]byte // hash of the trustees entry
	Index    uint8    // of the sender, from 1
}

func (m message) encode(w *encoder) {
	w.bytes(m.Trustees[:])
	w.AddUint8(m.Index)
}

func decodeMessage(d *decoder) message {
	m := message{Trustees: d.bytes32(), Index: d.u8()}
	d.expect(m.Index > 0, "index is zero")
	return m
}

// check ties a message to the attempt: one of an earlier attempt is refused.
func (m message) check(s *State) error {
	if m.Trustees != s.ceremony.hash {
		return because(CauseOther, errors.New("names other trustees than those in force"))
	}
	return nil
}

func (m message) place() int {
	return int(m.Index) - 1
}
