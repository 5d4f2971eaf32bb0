package tally

import (
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"

	"piaojue/group"
)

// DecryptionShare is one trustee's verified part in opening an aggregate. Only
// VerifyShare makes one.
type DecryptionShare struct {
	index   int
	closing group.Context
	factors []group.Element // D per position
}

// Index returns the trustee who sent the share.
func (d *DecryptionShare) Index() int {
	return d.index
}

// factorSize is the size of D ‖ a ‖ b ‖ z.
const factorSize = elementSize + proofSize

var (
	errOneBallot   = errors.New("tally: a sum of one ballot is never opened")
	errShareLength = errors.New("share has the wrong length")
)

// Decrypt returns the trustee's share in opening the aggregate: per position
// D = x·α and the proof of it. It refuses the sum of one ballot, which would be
// that ballot (attack K5); the sum of none, where all sheets are invalid, hides
// nothing. What else must hold before a share may leave the trustee's hands is
// not known here (PROTOCOL.md, Section 9).
func (k *KeyShare) Decrypt(closing group.Context, a *Aggregate) ([]byte, error) {
	if a.count == 1 {
		return nil, errOneBallot
	}
	return k.decrypt(closing, a, newHedge()), nil
}

func (k *KeyShare) decrypt(closing group.Context, a *Aggregate, hedge []byte) []byte {
	body := make([]byte, 0, len(a.sums)*factorSize)
	for p := range a.sums {
		s := k.key.statement(closing, k.index, a, p)
		s.Image.ScalarMult(k.x, &s.Base).Encode()
		body = s.Image.AppendBytes(body)
		body = s.prove(k.x, hedge).appendTo(body)
	}
	return body
}

// statement is what trustee i has to show for a position, but for the image.
func (k *JointKey) statement(closing group.Context, i int, a *Aggregate, position int) *statement {
	s := &statement{
		Name:    shareProof,
		Context: closing,
		Trustee: uint64(i),
		Place:   uint64(position),
		Public:  *k.VerificationShare(i),
	}
	s.Base.Set(&a.sums[position].Alpha).Encode()
	return s
}

// VerifyShare verifies what trustee i says is his share. A *BlameError means
// that it is garbage: name i, skip it and go on with the others (attack K2).
func VerifyShare(closing group.Context, k *JointKey, i int, a *Aggregate, body []byte) (*DecryptionShare, error) {
	if i < 1 || i > k.Trustees() {
		return nil, errIndex
	}
	factors, err := parseShare(body, len(a.sums))
	if err != nil {
		return nil, blame(i, err)
	}
	d := &DecryptionShare{index: i, closing: closing}
	for p := range factors {
		s := k.statement(closing, i, a, p)
		s.Image = factors[p].image
		if err := s.verify(&factors[p].proof); err != nil {
			return nil, blame(i, fmt.Errorf("position %d: %w", p, err))
		}
		d.factors = append(d.factors, s.Image)
	}
	return d, nil
}

// factor is D of one position with its proof. D may be any element; the proof
// says whether it is the right one.
type factor struct {
	image group.Element
	proof proof
}

func parseShare(body []byte, positions int) ([]factor, error) {
	if len(body) != positions*factorSize {
		return nil, errShareLength
	}
	r := cryptobyte.String(body)
	factors := make([]factor, positions)
	for p := range factors {
		if err := factors[p].read(&r); err != nil {
			return nil, fmt.Errorf("position %d: %w", p, err)
		}
	}
	return factors, nil
}

func (f *factor) read(r *cryptobyte.String) error {
	if err := readElement(r, &f.image); err != nil {
		return err
	}
	return f.proof.read(r)
}
