package election

import (
	"errors"
	"fmt"

	"piaojue/tally"
)

// Share is a trustee's part in opening the sum of all ballots.
type Share struct {
	Size    uint64   // of the closing checkpoint
	Root    [32]byte // of the closing checkpoint
	Index   uint8    // of the trustee, from 1
	Factors []byte   // what package tally makes, per position
}

// NewShare returns the body of a share entry.
func NewShare(size uint64, root [32]byte, index uint8, factors []byte) *Share {
	return &Share{Size: size, Root: root, Index: index, Factors: factors}
}

// ParseShare parses the body of a share entry, up to the factors.
func ParseShare(b []byte) (*Share, error) {
	d := newDecoder(b)
	m := &Share{Size: d.u64(), Root: d.bytes32(), Index: d.u8()}
	d.expect(m.Index > 0, "index is zero")
	m.Factors = d.remaining()
	return finish(d, "share", m)
}

// Marshal returns the bytes of the body.
func (m *Share) Marshal() []byte {
	var w encoder
	w.AddUint64(m.Size)
	w.bytes(m.Root[:])
	w.AddUint8(m.Index)
	w.bytes(m.Factors)
	return w.sum()
}

func (m *Share) kind() Kind { return KindShare }

func (m *Share) signers(s *State) demand { return s.scrutineer(m.Index) }

func (m *Share) apply(s *State, at place) error {
	if err := s.checkMinimum(at); err != nil {
		return err
	}
	c, err := s.ClosingCheckpoint()
	if err != nil {
		return err
	}
	share, err := m.verify(s, c)
	if err != nil {
		s.refused = at
		return at.fail(CheckShareProofs, err)
	}
	s.shares = append(s.shares, share)
	return nil
}

// verify binds the share to the one aggregate that may be opened (K5, K6).
func (m *Share) verify(s *State, c *ClosingCheckpoint) (*tally.DecryptionShare, error) {
	if m.Size != c.Size || m.Root != c.Root {
		return nil, because(CauseOther, fmt.Errorf("trustee %d: share is for another closing checkpoint", m.Index))
	}
	for _, other := range s.shares {
		if other.Index() == int(m.Index) {
			return nil, because(CauseTwice, fmt.Errorf("trustee %d: second share", m.Index))
		}
	}
	return tally.VerifyShare(c.Context, s.ceremony.joint, int(m.Index), c.Aggregate, m.Factors)
}

// BadShare is a share in an existing log that does not verify.
type BadShare struct {
	Entry   uint64
	Trustee uint8
}

var errNotRefused = errors.New("election: not the share that was refused last")

// SkipShare moves past a share that Apply just refused with CheckShareProofs. A
// verifier calls it on an existing log: a bad share names its sender and stops
// nobody (attack K2). A server never does.
func (s *State) SkipShare(e *Entry) error {
	if e.Kind != KindShare || s.refused != (place{s.size, e.Hash()}) {
		return errNotRefused
	}
	m, err := ParseShare(e.Body)
	if err != nil {
		return errNotRefused
	}
	s.badShares = append(s.badShares, BadShare{Entry: s.size, Trustee: m.Index})
	s.size++
	return nil
}

// BadShares returns the shares that were skipped.
func (s *State) BadShares() []BadShare {
	return s.badShares
}

// Shares returns the trustees whose valid shares came, in the order of the log.
func (s *State) Shares() []uint8 {
	var trustees []uint8
	for _, d := range s.shares {
		trustees = append(trustees, uint8(d.Index()))
	}
	return trustees
}
