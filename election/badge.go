package election

import (
	"errors"
	"fmt"

	"piaojue/group"
)

// Badge puts another key in the place of a lost badge's.
type Badge struct {
	Chain
	Index uint32
	Key   [32]byte
}

// ParseBadge parses the body of a badge entry.
func ParseBadge(b []byte) (*Badge, error) {
	d := newDecoder(b)
	e := &Badge{Chain: decodeChain(d), Index: d.u32(), Key: d.bytes32()}
	return finish(d, "badge", e)
}

// Marshal returns the bytes of the body.
func (b *Badge) Marshal() []byte {
	var w encoder
	b.Chain.encode(&w)
	w.AddUint32(b.Index)
	w.bytes(b.Key[:])
	return w.sum()
}

func (b *Badge) kind() Kind { return KindBadge }

func (b *Badge) signers(s *State) demand { return s.scrutineers(2) }

// apply refuses a new badge once the old one has its credential: whoever held
// both could have two.
func (b *Badge) apply(s *State, at place) error {
	if n := s.manifest.Deputies; b.Index >= n {
		return at.fail(CheckAttendanceRoll, because(CauseBeyond, fmt.Errorf("roll index %d of %d deputies", b.Index, n)))
	}
	if err := group.CheckPublicKey(b.Key[:]); err != nil {
		return at.fail(CheckAttendanceRoll, because(CauseInvalid, fmt.Errorf("new badge key: %w", err)))
	}
	if s.badgeKeys[b.Key] { // one key on two leaves would vote twice (attack V7)
		return at.fail(CheckAttendanceRoll, because(CauseTwice, errors.New("an earlier badge entry set this key")))
	}
	if _, issued := s.Issued(b.Index); issued {
		return at.fail(CheckIssuanceRoll, because(CauseTwice, fmt.Errorf("roll index %d: %w", b.Index, ErrIssued)))
	}
	s.badges[b.Index], s.badgeKeys[b.Key] = b.Key, true
	return nil
}
