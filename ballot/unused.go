package ballot

import (
	"bytes"
	"crypto/ed25519"
	"fmt"

	"golang.org/x/crypto/cryptobyte"

	"piaojue/group"
)

// Unused declares at the close that a credential was not cast, and excludes a
// ballot with it.
type Unused struct {
	presented
}

// Challenge gives a sealed ballot up for checking. It is shown to the box and
// never logged; only the seal code is.
type Challenge struct {
	presented
}

// presented is head[32] ‖ K ‖ prefix ‖ signatures ‖ sig[64]: a credential with
// a signature by its one-time key, since the credential alone is no right to
// anything (attack V12).
type presented struct {
	name       string // of the signature
	head       [32]byte
	credential Credential
	body       []byte
}

// NewUnused returns the body of an unused entry.
func (p *Params) NewUnused(c *Credential, sk ed25519.PrivateKey) ([]byte, error) {
	return p.present("unused", p.manifest, c, sk)
}

// ParseUnused reads the body of an unused entry. The error is ErrForm.
func (p *Params) ParseUnused(body []byte) (*Unused, error) {
	u, err := p.parsePresented("unused", body)
	if err != nil {
		return nil, err
	}
	if u.head != p.manifest {
		return nil, fmt.Errorf("%w: not of this vote", ErrForm)
	}
	return &Unused{*u}, nil
}

// VerifyUnused checks credential and signature.
func (p *Params) VerifyUnused(u *Unused) error {
	return p.verifyPresented(&u.presented)
}

// NewChallenge asks to record seal as spent.
func (p *Params) NewChallenge(seal [32]byte, c *Credential, sk ed25519.PrivateKey) ([]byte, error) {
	return p.present("challenge", seal, c, sk)
}

// ParseChallenge reads a challenge. The error is ErrForm.
func (p *Params) ParseChallenge(body []byte) (*Challenge, error) {
	c, err := p.parsePresented("challenge", body)
	if err != nil {
		return nil, err
	}
	return &Challenge{*c}, nil
}

// VerifyChallenge checks credential and signature.
func (p *Params) VerifyChallenge(c *Challenge) error {
	return p.verifyPresented(&c.presented)
}

// SealCode returns the seal code that is to be recorded as spent.
func (c *Challenge) SealCode() [32]byte {
	return c.head
}

// Key returns the one-time key.
func (u *presented) Key() [32]byte {
	return u.credential.Key
}

// Marshal returns the bytes that were parsed.
func (u *presented) Marshal() []byte {
	return bytes.Clone(u.body)
}

func (p *Params) present(name string, head [32]byte, c *Credential, sk ed25519.PrivateKey) ([]byte, error) {
	if err := p.checkHolder(c, sk); err != nil {
		return nil, err
	}
	body := c.appendTo(head[:])
	return append(body, group.Sign(sk, name, p.manifest, body)...), nil
}

func (p *Params) parsePresented(name string, body []byte) (*presented, error) {
	if len(body) != 32+credentialSize(len(p.issuers))+signatureSize {
		return nil, fmt.Errorf("%w: %s of %d bytes", ErrForm, name, len(body))
	}
	u := &presented{name: name, body: bytes.Clone(body)}
	s := cryptobyte.String(u.body)
	s.CopyBytes(u.head[:])
	if err := u.credential.read(&s, len(p.issuers)); err != nil {
		return nil, err
	}
	return u, nil
}

func (p *Params) verifyPresented(u *presented) error {
	if err := p.verifyCredential(&u.credential); err != nil {
		return err
	}
	n := len(u.body) - signatureSize
	if group.VerifySignature(u.credential.Key[:], u.name, p.manifest, u.body[:n], u.body[n:]) != nil {
		return ErrSignature
	}
	return nil
}
