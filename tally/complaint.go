package tally

import (
	"errors"

	"golang.org/x/crypto/cryptobyte"

	"piaojue/group"
)

// A complaint says that a dealing's encrypted share for the accuser is bad. Its
// evidence is the channel from the accused to the accuser, which lets everybody
// decrypt that one share, and proofs that it is the right channel. The
// accuser's static key stays secret, and so do the shares of all others.

var (
	errUnfounded = errors.New("complaint is unfounded: the share is good")
	errEvidence  = errors.New("evidence has the wrong length")
	errChannel   = errors.New("evidence does not prove the shared elements")
)

// Complain returns the evidence of trustee i that his share in the dealing is
// bad. It refuses if the share is good: evidence would give it away.
func Complain(s *Setup, accused *Dealing, vote group.Context, i int, static *group.Scalar) ([]byte, error) {
	if err := s.holder(i, static); err != nil {
		return nil, err
	}
	d, err := newDispute(s, accused, vote, i)
	if err != nil {
		return nil, err
	}
	c := channelFrom(static, &accused.ephemeral, s.key(accused.index))
	if _, err := accused.share(s, i, c); err == nil {
		return nil, blame(i, errUnfounded)
	}
	return d.prove(c, static, newHedge()).marshal(), nil
}

// VerifyComplaint verifies trustee i's evidence against a dealing. No error
// means that its sender is guilty; a *BlameError names the accuser, whose
// complaint proves nothing.
func VerifyComplaint(s *Setup, accused *Dealing, vote group.Context, i int, body []byte) error {
	d, err := newDispute(s, accused, vote, i)
	if err != nil {
		return err
	}
	e, err := parseEvidence(body)
	if err != nil {
		return blame(i, err)
	}
	if err := d.verify(e); err != nil {
		return blame(i, err)
	}
	if _, err := accused.share(s, i, e.channel); err == nil {
		return blame(i, errUnfounded) // against an honest dealer (attack K9)
	}
	return nil
}

// dispute is who complains about which dealing.
type dispute struct {
	setup   *Setup
	accused *Dealing
	vote    group.Context
	accuser int
}

func newDispute(s *Setup, accused *Dealing, vote group.Context, i int) (*dispute, error) {
	if err := s.trustee(i); err != nil {
		return nil, err
	}
	if accused == nil || !s.fits(accused, accused.index, s.Context()) {
		return nil, errDealing
	}
	return &dispute{setup: s, accused: accused, vote: vote, accuser: i}, nil
}

// ephemeral says that Se is the accuser's static key times the accused's E.
func (d *dispute) ephemeral(c channel) *statement {
	s := d.statement(2 * d.accused.index)
	s.Base, s.Image = d.accused.ephemeral, *c.se
	return s
}

// static says that Sd is the accuser's static key times the accused's P.
func (d *dispute) static(c channel) *statement {
	s := d.statement(2*d.accused.index + 1)
	s.Base, s.Image = *d.setup.key(d.accused.index), *c.sd
	return s
}

func (d *dispute) statement(place int) *statement {
	return &statement{
		Name:    complaintProof,
		Context: d.vote,
		Trustee: uint64(d.accuser),
		Place:   uint64(place),
		Public:  *d.setup.key(d.accuser),
	}
}

func (d *dispute) prove(c channel, static *group.Scalar, hedge []byte) *evidence {
	return &evidence{
		channel: c,
		proofSe: *d.ephemeral(c).prove(static, hedge),
		proofSd: *d.static(c).prove(static, hedge),
	}
}

func (d *dispute) verify(e *evidence) error {
	if d.ephemeral(e.channel).verify(&e.proofSe) != nil || d.static(e.channel).verify(&e.proofSd) != nil {
		return errChannel
	}
	return nil
}

// evidence is Se ‖ Sd ‖ proof of Se ‖ proof of Sd.
type evidence struct {
	channel
	proofSe, proofSd proof
}

const evidenceSize = 2 * (elementSize + proofSize)

func (e *evidence) marshal() []byte {
	b := e.se.AppendBytes(nil)
	b = e.sd.AppendBytes(b)
	b = e.proofSe.appendTo(b)
	return e.proofSd.appendTo(b)
}

func parseEvidence(body []byte) (*evidence, error) {
	if len(body) != evidenceSize {
		return nil, errEvidence
	}
	r := cryptobyte.String(body)
	e := &evidence{channel: channel{se: group.NewElement(), sd: group.NewElement()}}
	if err := readElement(&r, e.se); err != nil {
		return nil, err
	}
	if err := readElement(&r, e.sd); err != nil {
		return nil, err
	}
	if err := e.proofSe.read(&r); err != nil {
		return nil, err
	}
	if err := e.proofSd.read(&r); err != nil {
		return nil, err
	}
	return e, nil
}
