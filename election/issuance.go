package election

import (
	"errors"
	"fmt"
)

// ErrIssued means that a roll leaf, or the badge for it, has its issuance in this
// epoch. Who asks again with the same vector gets the answer again.
var ErrIssued = errors.New("election: issued already")

// Issuance records, before any signature leaves an issuer, that a deputy asks
// for a credential. It names the leaf and never the credential.
type Issuance struct {
	Opening [32]byte
	Leaf    Leaf
	Path    [][32]byte
	Vector  [32]byte // hash of the blinded messages
}

// ParseIssuance parses the body of an issuance entry.
func ParseIssuance(b []byte) (*Issuance, error) {
	d := newDecoder(b)
	i := &Issuance{
		Opening: d.bytes32(),
		Leaf:    decodeLeaf(d),
		Path:    list8(d, (*decoder).bytes32),
		Vector:  d.bytes32(),
	}
	return finish(d, "issuance", i)
}

// Marshal returns the bytes of the body.
func (i *Issuance) Marshal() []byte {
	var w encoder
	w.bytes(i.Opening[:])
	i.Leaf.encode(&w)
	encodePath(&w, i.Path)
	w.bytes(i.Vector[:])
	return w.sum()
}

func (i *Issuance) kind() Kind { return KindIssuance }

// signers: a replaced badge no longer counts.
func (i *Issuance) signers(s *State) demand {
	return demand{signers: []signer{{role: RoleBadge, key: s.BadgeKey(i.Leaf)}}}
}

func (i *Issuance) apply(s *State, at place) error {
	if err := i.check(s); err != nil {
		return at.fail(CheckIssuanceRoll, err)
	}
	s.epoch.issued.put(i.Leaf.Index, at.index, i.Vector)
	s.epoch.signed.add(s.BadgeKey(i.Leaf))
	return nil
}

func (i *Issuance) check(s *State) error {
	if i.Opening != s.epoch.hash {
		return because(CauseEpoch, errors.New("names another opening"))
	}
	if s.PaperOnly() {
		return because(CauseMissing, errors.New("all vote on paper: there is no issuer"))
	}
	if err := i.Leaf.Verify(s.manifest.RollRoot, s.manifest.Deputies, i.Path); err != nil {
		return err
	}
	if !s.CheckedIn(i.Leaf.Index) {
		return because(CauseAbsent, fmt.Errorf("roll index %d is not checked in", i.Leaf.Index))
	}
	if _, ok := s.Issued(i.Leaf.Index); ok {
		return because(CauseTwice, fmt.Errorf("roll index %d: %w", i.Leaf.Index, ErrIssued))
	}
	// A roll or a badge entry can put one badge on two leaves (attack V7).
	if s.epoch.signed.Has(s.BadgeKey(i.Leaf)) {
		return because(CauseTwice, fmt.Errorf("the badge of roll index %d signed for another leaf: %w", i.Leaf.Index, ErrIssued))
	}
	return nil
}
