// Package ballot makes and checks one ballot of a vote.
//
// A ballot is a row of encrypted bits, a credential from which nobody can tell
// whose it is, zero-knowledge proofs that the bits keep the rules of the vote,
// and a signature by the credential's one-time key. A deputy's device wants
// NewRequest and Request.Finalize for the credential, Grid.Fill, Params.Encrypt
// and Sealed.Finish for the ballot. Whoever checks wants Params.Parse and
// Params.VerifyBatch.
//
// # Threats
//
// The voter is hostile: no ballot that verifies may hold more than its share,
// be built from another's ballot, or stand for two. The server is hostile: it
// gets no ballot open, and none that it could attribute. The device that seals
// a ballot is trusted to do so; to doubt it, Sealed.SealCode is shown before it
// learns whether it must Reveal.
//
// This package counts nothing and keeps no state: that a credential serves
// once, that a challenged ballot is never cast and that an issuer signs once
// for each deputy is up to packages election and store. It does not decrypt;
// that is package tally.
//
// # Format
//
// The body of a ballot entry, all parts of fixed width for a given vote, so
// that its length says nothing about the choice (PROTOCOL.md, Section 7):
//
//	manifest hash[32] ‖ K[32] ‖ prefix[32] ‖ s signatures[384]
//	per position α[32] ‖ β[32]
//	per position, then per limit, a range proof:
//	    a_lo ‖ b_lo ‖ … ‖ a_hi ‖ b_hi ‖ c_lo ‖ … ‖ c_{hi−1} ‖ z_lo ‖ … ‖ z_hi
//	sig[64] by K over all of the above
package ballot

// For reviewers: names follow PROTOCOL.md; read them side by side. Sections 3
// and 6 are credential.go, request.go and issuer.go; Section 7 is style.go
// (modes), statement.go (transcript), prove.go and fold.go (the two sides of
// the range proof), seal.go, unused.go and reveal.go.

import (
	"bytes"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"

	"piaojue/group"
)

// The reasons to refuse a ballot; each error of this package's parsers and
// verifiers wraps one of them. They stand in the order of the checks, cheap
// ones first.
var (
	ErrForm       = errors.New("ballot: malformed")
	ErrCredential = errors.New("ballot: invalid credential")
	ErrSignature  = errors.New("ballot: invalid signature")
	ErrProof      = errors.New("ballot: invalid proof")
)

// Ballot is a parsed ballot. Parsing proves nothing but its form.
type Ballot struct {
	row
	credential Credential
}

// Parse reads the body of a ballot entry, strictly: one ballot has one
// encoding (attacks G2, G7, G8). The error is ErrForm.
func (p *Params) Parse(body []byte) (*Ballot, error) {
	if len(body) != p.bodySize {
		return nil, fmt.Errorf("%w: %d bytes, not %d", ErrForm, len(body), p.bodySize)
	}
	b := &Ballot{row: row{params: p, body: bytes.Clone(body)}}
	s := cryptobyte.String(b.body)
	if err := p.readManifest(&s); err != nil {
		return nil, err
	}
	if err := b.credential.read(&s, len(p.issuers)); err != nil {
		return nil, err
	}
	if err := b.read(&s); err != nil {
		return nil, err
	}
	if len(s) != signatureSize {
		return nil, fmt.Errorf("%w: trailing bytes", ErrForm)
	}
	b.context = p.ballotContext(&b.credential, b.ciphertexts)
	return b, nil
}

func (p *Params) readManifest(s *cryptobyte.String) error {
	var manifest [32]byte
	if !s.CopyBytes(manifest[:]) || manifest != p.manifest {
		return fmt.Errorf("%w: not of this vote", ErrForm)
	}
	return nil
}

// Key returns the one-time key, which must be unique in a vote.
func (b *Ballot) Key() [32]byte {
	return b.credential.Key
}

// signed returns what the one-time key signed, and its signature.
func (b *Ballot) signed() (message, sig []byte) {
	n := len(b.body) - signatureSize
	return b.body[:n], b.body[n:]
}

// Ciphertext is an exponential ElGamal encryption of one bit.
type Ciphertext struct {
	Alpha, Beta group.Element
}

const ciphertextSize = 64

// read refuses the identity, with which a position would not be encrypted at
// all (attack G5).
func (c *Ciphertext) read(s *cryptobyte.String) bool {
	return readElement(s, &c.Alpha) && readElement(s, &c.Beta) && !c.Alpha.IsIdentity() && !c.Beta.IsIdentity()
}

func (c *Ciphertext) appendTo(b []byte) []byte {
	return c.Beta.AppendBytes(c.Alpha.AppendBytes(b))
}

func readElement(s *cryptobyte.String, e *group.Element) bool {
	var b []byte
	if !s.ReadBytes(&b, 32) {
		return false
	}
	_, err := e.SetBytes(b)
	return err == nil
}

func readScalar(s *cryptobyte.String, v *group.Scalar) bool {
	var b []byte
	if !s.ReadBytes(&b, 32) {
		return false
	}
	_, err := v.SetBytes(b)
	return err == nil
}
