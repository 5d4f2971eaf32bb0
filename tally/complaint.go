package tally

import (
	"errors"

	"golang.org/x/crypto/cryptobyte"

	"piaojue/group"
)

// evidence is the part of a complaint that proves it: the channel from the
// accused to the accuser, which lets everybody decrypt that one share, and
// proofs that it is the right one. The accuser's static key stays secret, and
// so do the shares of all others.
type evidence struct {
	channel
	proofSe, proofSd proof
}

const evidenceSize = 2 * (elementSize + proofSize)

var (
	errUnfounded = errors.New("complaint is unfounded: the share is good")
	errEvidence  = errors.New("evidence has the wrong length")
	errChannel   = errors.New("evidence does not show the shared elements")
)

// Complain returns the evidence of trustee i that his share in the dealing is
// bad. It refuses if the share is good: evidence would give it away.
func Complain(s *Setup, accused *Dealing, vote group.Context, i int, static *group.Scalar) ([]byte, error) {
	if err := s.holder(i, static); err != nil {
		return nil, err
	}
	if err := s.checkAccused(accused); err != nil {
		return nil, err
	}
	c := channelFrom(static, &accused.ephemeral, s.key(accused.index))
	if _, err := accused.share(s, i, c); err == nil {
		return nil, blame(i, errUnfounded)
	}
	e := &evidence{channel: channel{se: c.se.Encode(), sd: c.sd.Encode()}}
	se, sd := e.statements(s, accused, vote, i)
	e.proofSe, e.proofSd = *se.prove(static), *sd.prove(static)
	return e.marshal(), nil
}

// VerifyComplaint verifies trustee i's evidence against a dealing. No error
// means that its sender is guilty; a *BlameError names the accuser, whose
// complaint proves nothing.
func VerifyComplaint(s *Setup, accused *Dealing, vote group.Context, i int, body []byte) error {
	if err := s.trustee(i); err != nil {
		return err
	}
	if err := s.checkAccused(accused); err != nil {
		return err
	}
	e, err := parseEvidence(body)
	if err != nil {
		return blame(i, err)
	}
	se, sd := e.statements(s, accused, vote, i)
	if se.verify(&e.proofSe) != nil || sd.verify(&e.proofSd) != nil {
		return blame(i, errChannel)
	}
	if _, err := accused.share(s, i, e.channel); err == nil {
		return blame(i, errUnfounded) // against an honest dealer (attack K9)
	}
	return nil
}

func (s *Setup) checkAccused(accused *Dealing) error {
	if accused == nil || !s.fits(accused, accused.index, s.Context()) {
		return errDealing
	}
	return nil
}

// statements says that Se and Sd are the accuser's static key times the
// accused's ephemeral and static public key.
func (e *evidence) statements(s *Setup, accused *Dealing, vote group.Context, i int) (se, sd *statement) {
	place := 2 * uint64(accused.index)
	common := statement{Name: complaintProof, Context: vote, Trustee: uint64(i), Public: *s.key(i)}
	ephemeral, static := common, common
	ephemeral.Place, ephemeral.Base, ephemeral.Image = place, accused.ephemeral, *e.se
	static.Place, static.Base, static.Image = place+1, *s.key(accused.index), *e.sd
	return &ephemeral, &static
}

// marshal returns Se ‖ Sd ‖ proof of Se ‖ proof of Sd.
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
	return e, e.proofSd.read(&r)
}
