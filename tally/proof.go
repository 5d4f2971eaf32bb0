package tally

import (
	"errors"

	"golang.org/x/crypto/cryptobyte"

	"piaojue/group"
)

const (
	shareProof     = "share proof"
	complaintProof = "complaint proof"
)

// statement is what a DLEQ proof shows: Public = x·G and Image = x·Base for one
// x. Prover and verifier call the same absorb, so neither can forget a field
// (attacks F1, F2, F5); that holds for every field of this type.
type statement struct {
	Name    string        // shareProof or complaintProof
	Context group.Context // close context, or vote context
	Trustee uint64        // from 1
	Place   uint64        // position, or which element of a complaint
	Base    group.Element
	Public  group.Element
	Image   group.Element
}

func (s *statement) absorb() *group.Transcript {
	t := group.NewTranscript(s.Name)
	t.Bytes("context", s.Context[:])
	t.Uint("trustee", s.Trustee)
	t.Uint("place", s.Place)
	t.Element("generator", group.Generator())
	t.Element("base", &s.Base)
	t.Element("public", &s.Public)
	t.Element("image", &s.Image)
	return t
}

// challenge hashes the statement and the commitments.
func (s *statement) challenge(a, b *group.Element) *group.Scalar {
	t := s.absorb()
	t.Element("a", a)
	t.Element("b", b)
	return t.Challenge()
}

// proof is a non-interactive Chaum-Pedersen proof that carries its commitments.
// Each trustee proves on his own; there is no joint nonce that the last one to
// move could choose (attack F13).
type proof struct {
	a, b group.Element
	z    group.Scalar
}

const proofSize = 2*elementSize + scalarSize

// prove shows s with witness x. The hedge is hashed with the witness and the
// statement, so that even a random source that repeats itself uses no nonce for
// two statements (attack F15).
func (s *statement) prove(x *group.Scalar, hedge []byte) *proof {
	w := s.nonce(x, hedge)
	p := new(proof)
	p.a.ScalarBaseMult(w).Encode()
	p.b.ScalarMult(w, &s.Base).Encode()
	p.z.Multiply(s.challenge(&p.a, &p.b), x)
	p.z.Add(&p.z, w)
	return p
}

func (s *statement) nonce(x *group.Scalar, hedge []byte) *group.Scalar {
	sum := s.absorb().Sum()
	return hashToScalar([]byte("piaojue-v1 nonce"), x.Bytes(), hedge, sum[:])
}

var errProof = errors.New("proof does not verify")

// verify recomputes the challenge and compares both equations:
// a = z·G - c·Public and b = z·Base - c·Image.
func (s *statement) verify(p *proof) error {
	c := s.challenge(&p.a, &p.b)
	c.Negate(c)
	a := new(group.Element).VarTimeDoubleScalarBaseMult(c, &s.Public, &p.z)
	b := new(group.Element).VarTimeMultiScalarMult(
		[]group.Scalar{p.z, *c}, []group.Element{s.Base, s.Image})
	if !a.Equal(&p.a) || !b.Equal(&p.b) {
		return errProof
	}
	return nil
}

// appendTo appends a ‖ b ‖ z.
func (p *proof) appendTo(b []byte) []byte {
	b = p.a.AppendBytes(b)
	b = p.b.AppendBytes(b)
	return p.z.AppendBytes(b)
}

// read reads a ‖ b ‖ z. A commitment may be any element.
func (p *proof) read(r *cryptobyte.String) error {
	if err := readElement(r, &p.a); err != nil {
		return err
	}
	if err := readElement(r, &p.b); err != nil {
		return err
	}
	var z []byte
	if !r.ReadBytes(&z, scalarSize) {
		return errTruncated
	}
	_, err := p.z.SetBytes(z)
	return err
}
