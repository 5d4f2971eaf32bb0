package election

import (
	"errors"
	"fmt"

	"piaojue/ballot"
)

// Opening starts issuing and voting (发票), and a new epoch: what was issued,
// promised or cast under an earlier opening no longer counts.
type Opening struct {
	Chain
	Epoch   uint32
	Issuers []uint8 // the set S, as places in the manifest, from 0, ascending
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
	params, err := o.params(s, at.hash)
	if err != nil {
		return at.fail(CheckOpeningQuorum, err)
	}
	s.epoch = &Epoch{opening: o, hash: at.hash, params: params, issued: make(map[uint32]Issued)}
	return nil
}

func (o *Opening) check(s *State) error {
	m := s.manifest
	if q := m.Rules.QuorumOf(m.Deputies); m.Rules.Quorum.RecheckAtOpen && s.present < q {
		return fmt.Errorf("%d present, quorum is %d", s.present, q)
	}
	if want := s.lastEpoch() + 1; o.Epoch != want {
		return fmt.Errorf("epoch %d, not %d", o.Epoch, want)
	}
	if len(o.Issuers) == 0 { // credentials would be free for everybody
		return errors.New("names no issuer")
	}
	if last := o.Issuers[len(o.Issuers)-1]; int(last) >= len(m.Issuers) {
		return fmt.Errorf("issuer %d of %d", last, len(m.Issuers))
	}
	return nil
}

func (o *Opening) params(s *State, hash [32]byte) (*ballot.Params, error) {
	c := ballot.Config{
		Manifest:   s.manifestHash,
		Opening:    hash,
		Grid:       s.grid,
		JointKey:   s.ceremony.joint.Y,
		KeyContext: s.keyContext,
	}
	for _, i := range o.Issuers {
		key, err := ballot.ParseIssuerKey(s.manifest.Issuers[i].Modulus[:])
		if err != nil {
			return nil, err
		}
		c.Issuers = append(c.Issuers, key)
	}
	return ballot.NewParams(c)
}

// Epoch is the time from one opening to the next.
type Epoch struct {
	opening  *Opening
	hash     [32]byte // of the opening entry
	params   *ballot.Params
	issued   map[uint32]Issued
	promises uint32 // of the last count
}

// Issued says where the issuance of a roll leaf stands, and for which blinded
// messages it is: the same ones get the same answer, others none (attack V7).
type Issued struct {
	Entry  uint64
	Vector [32]byte
}

// Opening returns the opening entry.
func (e *Epoch) Opening() *Opening { return e.opening }

// Hash returns the hash of the opening entry, which credentials are bound to.
func (e *Epoch) Hash() [32]byte { return e.hash }

// Params returns what ballots are made and checked with.
func (e *Epoch) Params() *ballot.Params { return e.params }

// Promises returns the number of promises in the last count.
func (e *Epoch) Promises() uint32 { return e.promises }
