package ballot

import (
	"bytes"
	"fmt"
	"slices"

	"golang.org/x/crypto/cryptobyte"

	"piaojue/group"
)

// Paper is a parsed ballot that tellers took from a sheet of paper: a row with
// the place of the sheet instead of a credential and its signature. That it is
// one of the sheets of a batch, package election checks.
type Paper struct {
	row
	batch  [32]byte
	number uint32
}

// paperHead is the length of manifest hash, batch and number.
const paperHead = 32 + 32 + 4

// ParsePaper reads the body of a paper entry, strictly. The error is ErrForm.
func (p *Params) ParsePaper(body []byte) (*Paper, error) {
	if want := paperHead + p.grid.rowSize(); len(body) != want {
		return nil, fmt.Errorf("%w: %d bytes, not %d", ErrForm, len(body), want)
	}
	b := &Paper{row: row{params: p, body: bytes.Clone(body)}}
	s := cryptobyte.String(b.body)
	if err := p.readManifest(&s); err != nil {
		return nil, err
	}
	if !s.CopyBytes(b.batch[:]) || !s.ReadUint32(&b.number) {
		return nil, fmt.Errorf("%w: cut short", ErrForm)
	}
	if err := b.read(&s); err != nil {
		return nil, err
	}
	b.context = p.paperContext(b.batch, b.number, b.ciphertexts)
	return b, nil
}

// Batch returns the hash of the header of the batch that the sheet is of.
func (b *Paper) Batch() [32]byte { return b.batch }

// Number returns the place of the sheet in its batch, from 1.
func (b *Paper) Number() uint32 { return b.number }

// VerifyPaper checks the proofs. The error is ErrProof.
func (p *Params) VerifyPaper(b *Paper) error {
	return p.verifyProofs(&b.row)
}

// FinishPaper makes the body of a paper entry: the sheet of this number in the
// batch with this header hash. Unlike a ballot that a deputy cast, it comes
// with its opening: the other teller and a scrutineer see by it, with
// CheckPaper, that the entry holds what the sheet says. It spends s.
func (s *Sealed) FinishPaper(batch [32]byte, number uint32) (body []byte, r *Revealed, err error) {
	if !s.spent.CompareAndSwap(false, true) {
		return nil, nil, ErrSpent
	}
	defer s.erase()
	p := s.params
	proofs := s.prove(p.paperContext(batch, number, s.ciphertexts))
	r = &Revealed{bits: slices.Clone(s.bits), randomness: slices.Clone(s.randomness)}
	var b cryptobyte.Builder
	b.AddBytes(p.manifest[:])
	b.AddBytes(batch[:])
	b.AddUint32(number)
	return appendRow(b.BytesOrPanic(), s.ciphertexts, proofs), r, nil
}

// CheckPaper encrypts anew what was revealed and returns the bits that a paper
// entry holds. The error is ErrProof, or ErrForm.
func (p *Params) CheckPaper(b *Paper, r *Revealed) ([]bool, error) {
	return p.CheckRevealed(r, b.SealCode())
}

// paperContext ties every proof to the place of the sheet and to all
// ciphertexts, so that no sheet can be entered again at another place.
func (p *Params) paperContext(batch [32]byte, number uint32, cs []Ciphertext) group.Context {
	t := group.NewTranscript("paper")
	t.Bytes("context", p.keyContext[:])
	t.Bytes("batch", batch[:])
	t.Uint("number", uint64(number))
	absorbCiphertexts(t, cs)
	return t.Sum()
}
