package ballot

import (
	"crypto/ed25519"
	"fmt"

	"golang.org/x/crypto/cryptobyte"

	"piaojue/group"
)

const (
	signatureSize = ed25519.SignatureSize

	credentialTag = "piaojue-v1 credential\n"
)

// credentialSize is the length of K ‖ prefix ‖ signatures.
func credentialSize(issuers int) int {
	return 32 + 32 + issuers*modulusSize
}

// Credential is the right to vote once: a one-time key with the signatures of
// all issuers of the set S. No issuer can tell for whom it signed. Without the
// private half of Key it is useless to whoever sees it (attack V12).
type Credential struct {
	Key        [32]byte // K, an Ed25519 public key
	Prefix     [32]byte
	Signatures [][]byte // 384 bytes each, in the order of S
}

// preparedMessage is what the issuers sign, in fixed-width fields: nothing that
// a voter chooses can shift into another (attack V2). The prefix is that of
// Prepare, RFC 9474, Section 4.1; manifest and opening tie the credential to
// one vote and epoch (attack V1).
func preparedMessage(prefix, manifest, opening, key [32]byte) []byte {
	m := append(make([]byte, 0, 32+len(credentialTag)+96), prefix[:]...)
	m = append(m, credentialTag...)
	m = append(m, manifest[:]...)
	m = append(m, opening[:]...)
	return append(m, key[:]...)
}

// Digest returns the hash by which a ballot's proofs name the credential.
func (c *Credential) Digest() [32]byte {
	t := group.NewTranscript("credential")
	t.Bytes("key", c.Key[:])
	t.Bytes("prefix", c.Prefix[:])
	t.List("signatures", len(c.Signatures))
	for _, sig := range c.Signatures {
		t.Bytes("signature", sig)
	}
	return t.Digest()
}

func (c *Credential) appendTo(b []byte) []byte {
	b = append(b, c.Key[:]...)
	b = append(b, c.Prefix[:]...)
	for _, sig := range c.Signatures {
		b = append(b, sig...)
	}
	return b
}

// read takes a credential off s. That K is a good key is checked here, once
// for ballots, unused and challenges.
func (c *Credential) read(s *cryptobyte.String, issuers int) error {
	if !s.CopyBytes(c.Key[:]) || !s.CopyBytes(c.Prefix[:]) {
		return fmt.Errorf("%w: credential is cut short", ErrForm)
	}
	c.Signatures = make([][]byte, issuers)
	for i := range c.Signatures {
		c.Signatures[i] = make([]byte, modulusSize)
		if !s.CopyBytes(c.Signatures[i]) {
			return fmt.Errorf("%w: credential is cut short", ErrForm)
		}
	}
	if err := group.CheckPublicKey(c.Key[:]); err != nil {
		return fmt.Errorf("%w: one-time key: %v", ErrForm, err)
	}
	return nil
}

// KeyOf returns the one-time key that the body of a ballot or of an unused credential
// names. Whoever sent it has not shown yet that it is theirs. The error is ErrForm.
func KeyOf(body []byte) (key [32]byte, err error) {
	s := cryptobyte.String(body)
	if !s.Skip(32) || !s.CopyBytes(key[:]) { // behind the manifest
		return key, fmt.Errorf("%w: credential is cut short", ErrForm)
	}
	return key, nil
}

// verifyCredential demands the signature of every issuer of S. If there is
// none, votes are on paper only: nobody's signatures would be everybody's.
func (p *Params) verifyCredential(c *Credential) error {
	if len(p.issuers) == 0 {
		return fmt.Errorf("%w: there are none in a vote on paper", ErrCredential)
	}
	if len(c.Signatures) != len(p.issuers) {
		return fmt.Errorf("%w: %d signatures for %d issuers", ErrCredential, len(c.Signatures), len(p.issuers))
	}
	m := preparedMessage(c.Prefix, p.manifest, p.opening, c.Key)
	for i, k := range p.issuers {
		if k.client.Verify(m, c.Signatures[i]) != nil {
			return fmt.Errorf("%w: signature of issuer %d", ErrCredential, i)
		}
	}
	return nil
}
