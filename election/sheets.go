package election

import (
	"errors"
	"fmt"
)

// Sheets records that paper ballots are handed out to deputies, who are checked
// in and have no credential. They count in I, and exclude one: a deputy has one
// channel.
type Sheets struct {
	Chain
	Epoch   uint32
	Indexes []uint32 // roll indexes, strictly ascending
}

// ParseSheets parses the body of a sheets entry.
func ParseSheets(b []byte) (*Sheets, error) {
	d := newDecoder(b)
	h := &Sheets{Chain: decodeChain(d), Epoch: d.u32(), Indexes: list16(d, (*decoder).u32)}
	d.expect(len(h.Indexes) > 0, "names nobody")
	for i := 1; i < len(h.Indexes); i++ {
		d.expect(h.Indexes[i-1] < h.Indexes[i], "roll indexes are not ascending")
	}
	return finish(d, "sheets", h)
}

// Marshal returns the bytes of the body.
func (h *Sheets) Marshal() []byte {
	var w encoder
	h.Chain.encode(&w)
	w.AddUint32(h.Epoch)
	w.count16(len(h.Indexes))
	for _, i := range h.Indexes {
		w.AddUint32(i)
	}
	return w.sum()
}

func (h *Sheets) kind() Kind { return KindSheets }

func (h *Sheets) signers(s *State) demand { return s.scrutineers(2) }

func (h *Sheets) apply(s *State, at place) error {
	if err := h.check(s); err != nil {
		return at.fail(CheckIssuanceRoll, err)
	}
	for _, i := range h.Indexes {
		s.epoch.issued.putPaper(i, at.index)
	}
	s.epoch.sheets += uint32(len(h.Indexes))
	return nil
}

func (h *Sheets) check(s *State) error {
	if want := s.lastEpoch(); h.Epoch != want {
		return because(CauseEpoch, fmt.Errorf("epoch %d, not %d", h.Epoch, want))
	}
	if len(s.ceremony.trustees.Tellers) < batchTellers { // nobody could count them
		return because(CauseFew, errors.New("there are no two tellers for paper"))
	}
	for _, i := range h.Indexes {
		if !s.CheckedIn(i) {
			return because(CauseAbsent, fmt.Errorf("roll index %d is not checked in", i))
		}
		if _, ok := s.Issued(i); ok {
			return because(CauseTwice, fmt.Errorf("roll index %d: %w", i, ErrIssued))
		}
	}
	return nil
}
