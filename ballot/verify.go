package ballot

import (
	"fmt"
	"slices"

	"golang.org/x/crypto/cryptobyte"

	"piaojue/group"
)

// foldPoints bounds the elements in one multi-scalar multiplication: beyond it
// a ballot gets hardly cheaper, and a batch should not eat the memory of the
// server that checks it.
const foldPoints = 8192

// Verify checks a parsed ballot: credential, signature and proofs, in this
// order, so that nobody buys an expensive check for nothing (attack S8).
func (p *Params) Verify(b *Ballot) error {
	if err := p.VerifyCredential(b); err != nil {
		return err
	}
	if err := p.VerifySignature(b); err != nil {
		return err
	}
	return p.VerifyProofs(b)
}

// VerifyCredential checks that every issuer of S signed the credential. The
// error is ErrCredential and names the issuer.
func (p *Params) VerifyCredential(b *Ballot) error {
	if err := p.checkOrigin(b); err != nil {
		return err
	}
	return p.verifyCredential(&b.credential)
}

// VerifySignature checks that the one-time key signed the ballot. The error is
// ErrSignature.
func (p *Params) VerifySignature(b *Ballot) error {
	if err := p.checkOrigin(b); err != nil {
		return err
	}
	message, sig := b.signed()
	if group.VerifySignature(b.credential.Key[:], "ballot", p.manifest, message, sig) != nil {
		return ErrSignature
	}
	return nil
}

// VerifyHolder makes the checks of a body that nobody has parsed which only the
// holder of a credential passes: credential and signature. Reading the elements
// of a ballot costs more than both, so whoever takes ballots from everybody asks
// this first (attack S8). The errors are ErrForm, ErrCredential and ErrSignature.
func (p *Params) VerifyHolder(body []byte) (key [32]byte, err error) {
	if len(body) != p.bodySize {
		return key, fmt.Errorf("%w: %d bytes, not %d", ErrForm, len(body), p.bodySize)
	}
	s := cryptobyte.String(body)
	if err := p.readManifest(&s); err != nil {
		return key, err
	}
	var c Credential
	if err := c.read(&s, len(p.issuers)); err != nil {
		return key, err
	}
	if err := p.verifyCredential(&c); err != nil {
		return key, err
	}
	n := len(body) - signatureSize
	if group.VerifySignature(c.Key[:], "ballot", p.manifest, body[:n], body[n:]) != nil {
		return key, ErrSignature
	}
	return c.Key, nil
}

// VerifyProofs checks every range proof. The error is ErrProof and names the
// first position or limit that fails.
func (p *Params) VerifyProofs(b *Ballot) error {
	if err := p.checkOrigin(b); err != nil {
		return err
	}
	return p.verifyProofs(&b.row)
}

func (p *Params) verifyProofs(r *row) error {
	if p.proofsHold(r) {
		return nil
	}
	return p.locate(r)
}

// VerifyBatch does what Verify does for each ballot, several times as fast,
// and returns one error for each, nil for a good one. It runs on the calling
// goroutine; on several cores, call it for several parts.
func (p *Params) VerifyBatch(bs []*Ballot) []error {
	errs := make([]error, len(bs))
	for i, b := range bs {
		if errs[i] = p.VerifyCredential(b); errs[i] == nil {
			errs[i] = p.VerifySignature(b)
		}
	}
	p.VerifyProofsOf(bs, errs)
	return errs
}

// VerifyProofsOf is VerifyBatch without credentials and signatures. It looks at
// the ballots that have no error yet.
func (p *Params) VerifyProofsOf(bs []*Ballot, errs []error) {
	var pending []int
	for i, b := range bs {
		if errs[i] == nil {
			errs[i] = p.checkOrigin(b)
		}
		if errs[i] == nil {
			pending = append(pending, i)
		}
	}
	for chunk := range slices.Chunk(pending, max(1, foldPoints/p.points())) {
		p.bisect(bs, chunk, errs)
	}
}

// bisect finds the ballots among bs[indexes] whose proofs fail.
func (p *Params) bisect(bs []*Ballot, indexes []int, errs []error) {
	if len(indexes) == 1 {
		errs[indexes[0]] = p.VerifyProofs(bs[indexes[0]])
		return
	}
	part := make([]*row, len(indexes))
	for i, index := range indexes {
		part[i] = &bs[index].row
	}
	if p.proofsHold(part...) {
		return
	}
	middle := len(indexes) / 2
	p.bisect(bs, indexes[:middle], errs)
	p.bisect(bs, indexes[middle:], errs)
}

func (p *Params) proofsHold(rows ...*row) bool {
	f := newFold(p, rows...)
	for _, r := range rows {
		f.addRow(r)
	}
	return f.holds()
}

// locate names the first proof that fails, one by one.
func (p *Params) locate(r *row) error {
	for i := range r.proofs {
		f := newFold(p, r)
		f.addProof(p.statement(i, r.context, r.ciphertexts), &r.proofs[i], f.addCiphertexts(r))
		if !f.holds() {
			return fmt.Errorf("%w: %s", ErrProof, p.place(i))
		}
	}
	return ErrProof // the sum of all failed: that no part does happens once in 2¹²⁸
}

// checkOrigin guards against ballots that were parsed for another vote or
// epoch, whose parts need not match this grid.
func (p *Params) checkOrigin(b *Ballot) error {
	if b == nil || b.params != p {
		return fmt.Errorf("%w: parsed for another vote", ErrForm)
	}
	return nil
}
