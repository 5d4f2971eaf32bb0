// Package tally does what the trustees of a vote do with many ballots: it makes
// the joint key that nobody can use alone, adds the ballots up while they are
// encrypted, and opens the sums and nothing else.
//
// # Key ceremony
//
// The ceremony is C2SP COCKTAIL-DKG v0.2.1 (c2sp.org/cocktail-dkg), ciphersuite
// COCKTAIL(Ristretto255, SHA-512), with the log as its untrusted coordinator:
//
//	Deal            a trustee's one message: commitments, proof, encrypted shares
//	ParseDealing    what everybody checks of it
//	Agree           checks the shares one received, then signs the transcript
//	VerifyAgreement what everybody checks of that
//	Recover         the key share, from the log and the static key alone
//	Complain        public evidence against a dealer whose share is bad
//	NewJointKey     the joint key and everybody's verification share
//
// # Opening
//
// Everybody feeds an Aggregate and derives its CloseContext. A trustee answers
// with KeyShare.Decrypt, everybody verifies with VerifyShare, and Combine makes
// the totals of any t verified shares.
//
// # Threat
//
// Up to t-1 trustees, the server and the network may be hostile and work
// together. They learn no single choice, because only the aggregate is ever
// opened; they cannot make a wrong total pass, because each share carries a
// proof for each position; and n-t of them cannot stop the count, because a bad
// share names its sender and is skipped. Whoever deals last can bias the joint
// key; that is harmless, because ElGamal under it stays as hard to break as
// under the honest trustees' part alone (PROTOCOL.md, Section 13).
//
// # What it does not do
//
// It keeps no state: that a trustee opens one aggregate only, and none of a log
// that does not verify (attack K5), is for package client to see to, which also
// keeps static keys. It knows no entries, phases or log; package election does.
// It cannot stop t trustees who conspire: they can open any ballot.
//
// # Formats
//
// A dealing, a signature, the evidence of a complaint and the per-position part
// of a share are byte strings as PROTOCOL.md, Sections 8 and 9, lays them out,
// without the headers that entries put before them. Each has one encoding only.
package tally

// Names follow PROTOCOL.md and the COCKTAIL specification; read them side by
// side. From the latter: i, j are trustees from 1, n their number, t the
// threshold; d, P a static key pair; e, E the ephemeral one of a dealing; a, C
// coefficients and their commitments; Se, Sd the two Diffie-Hellman elements;
// x, Y a key share and its public part; T the transcript that all sign.
//
// Scalars here are secrets unless a comment says otherwise, and only meet
// constant-time operations; functions of package group whose names begin with
// VarTime see public values only.

import "fmt"

// BlameError says that a trustee sent something no honest one would send.
type BlameError struct {
	Accused int // from 1
	Err     error
}

func (e *BlameError) Error() string {
	return fmt.Sprintf("tally: trustee %d: %v", e.Accused, e.Err)
}

// Unwrap returns what is wrong.
func (e *BlameError) Unwrap() error {
	return e.Err
}

func blame(accused int, err error) error {
	return &BlameError{Accused: accused, Err: err}
}
