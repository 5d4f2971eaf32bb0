package election

import (
	"fmt"

	"piaojue/ballot"
)

// Opening starts issuing and voting (发票), and a new epoch: what was issued,
// promised or cast under an earlier opening no longer counts.
type Opening struct {
	Chain
	Epoch   uint32
	Issuers []uint8 // the set S, as places in the manifest, from 0, ascending; none if all vote on paper
}

// ParseOpening parses the body of an opening entry.
func ParseOpening(b []byte) (*Opening, error) {
	d := newDecoder(b)
	o := &Opening{Chain: decodeChain(d), Epoch: d.u32(), Issuers: list8(d, (*decoder).u8)}
	for i := 1; i < len(o.Issuers); i++ {
		d.expect(o.Issuers[i-1] < o.Issuers[i], "issuers are not ascending")
	}
	return finish(d, "opening", o)
}

// Marshal returns the bytes of the body.
func (o *Opening) Marshal() []byte {
	var w encoder
	o.Chain.encode(&w)
	w.AddUint32(o.Epoch)
	w.count8(len(o.Issuers))
	w.bytes(o.Issuers)
	return w.sum()
}

func (o *Opening) kind() Kind { return KindOpening }

func (o *Opening) signers(s *State) demand { return s.organizers() }

func (o *Opening) apply(s *State, at place) error {
	err := o.check(s)
	if err != nil {
		return at.fail(CheckOpeningQuorum, err)
	}
	issuers, err := o.issuerKeys(s)
	if err != nil {
		return at.fail(CheckOpeningQuorum, err)
	}
	params, err := ballot.NewParams(ballot.Config{
		Manifest:   s.manifestHash,
		Opening:    at.hash,
		Grid:       s.grid,
		JointKey:   s.ceremony.joint.Y,
		KeyContext: s.keyContext,
		Issuers:    issuers,
	})
	if err != nil {
		return at.fail(CheckOpeningQuorum, err)
	}
	if s.epoch != nil {
		s.former = append(s.former, s.epoch.over())
	}
	s.epoch = &epoch{
		opening: o, hash: at.hash, issuers: issuers, params: params,
		issued: newIssuances(), signed: newSet(),
	}
	return nil
}

func (o *Opening) check(s *State) error {
	m := s.manifest
	if q := m.Rules.QuorumOf(m.Deputies); m.Rules.Quorum.RecheckAtOpen && s.present < q {
		return because(CauseFew, fmt.Errorf("%d present, quorum is %d", s.present, q))
	}
	if want := s.lastEpoch() + 1; o.Epoch != want {
		return because(CauseEpoch, fmt.Errorf("epoch %d, not %d", o.Epoch, want))
	}
	for _, i := range o.Issuers {
		if int(i) >= len(m.Issuers) {
			return because(CauseBeyond, fmt.Errorf("issuer %d of %d", i, len(m.Issuers)))
		}
	}
	return nil
}

func (o *Opening) issuerKeys(s *State) ([]*ballot.IssuerKey, error) {
	var keys []*ballot.IssuerKey
	for _, i := range o.Issuers {
		key, err := ballot.ParseIssuerKey(s.manifest.Issuers[i].Modulus[:])
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// epoch is the time from one opening to the next.
type epoch struct {
	opening  *Opening
	hash     [32]byte // of the opening entry
	issuers  []*ballot.IssuerKey
	params   *ballot.Params
	issued   *issuances
	signed   *set   // badge keys that asked for a credential
	promises uint32 // of the last count
	sheets   uint32 // handed out, of those issued
}

// Opening returns the opening in force, nil before the first.
func (s *State) Opening() *Opening {
	if s.epoch == nil {
		return nil
	}
	return s.epoch.opening
}

// OpeningHash returns the hash of the opening in force, which credentials are
// bound to; zeros before the first.
func (s *State) OpeningHash() [32]byte {
	if s.epoch == nil {
		return [32]byte{}
	}
	return s.epoch.hash
}

// Issuers returns the keys of the set S in force, in its order.
func (s *State) Issuers() []*ballot.IssuerKey {
	if s.epoch == nil {
		return nil
	}
	return s.epoch.issuers
}

// Params returns what the ballots of the epoch in force are made and checked
// with, nil before the first opening.
func (s *State) Params() *ballot.Params {
	if s.epoch == nil {
		return nil
	}
	return s.epoch.params
}

// Promises returns the number of promises in the last count of the epoch: a
// server that holds fewer ballots has lost some.
func (s *State) Promises() uint32 {
	if s.epoch == nil {
		return 0
	}
	return s.epoch.promises
}

// PaperOnly reports whether the opening in force names no issuer: everybody
// votes on paper.
func (s *State) PaperOnly() bool {
	return s.epoch != nil && len(s.epoch.issuers) == 0
}

func (s *State) lastEpoch() uint32 {
	if s.epoch == nil {
		return 0
	}
	return s.epoch.opening.Epoch
}
