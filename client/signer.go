package client

import (
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"slices"

	"piaojue/election"
)

// ErrUnknownKey means that the vote does not know the key of who wants to sign:
// a signature that nobody can use only confuses.
var ErrUnknownKey = errors.New("client: the vote does not know this key")

// Signer signs entries for a role.
type Signer struct {
	Role  election.Role
	Index uint8 // of a scrutineer or teller, from 1
	sk    ed25519.PrivateKey
}

// NewSigner finds the place of a key among those of a role. The state is that
// of the log; it may be nil for the manifest entry, which comes before there is
// one.
func NewSigner(role election.Role, sk ed25519.PrivateKey, m *election.Manifest, s *election.State) (*Signer, error) {
	p := &Signer{Role: role, sk: sk}
	public, known := [32]byte(sk.Public().(ed25519.PublicKey)), false
	switch role {
	case election.RoleStaff:
		known = m.StaffKey == public
	case election.RolePresidium:
		known = m.Presidium == public
	case election.RoleScrutineer:
		p.Index, known = scrutineerIndex(s, public)
	case election.RoleTeller:
		p.Index, known = tellerIndex(s, public)
	}
	if !known {
		return nil, ErrUnknownKey
	}
	return p, nil
}

func scrutineerIndex(s *election.State, key [32]byte) (uint8, bool) {
	if s == nil || s.Ceremony() == nil {
		return 0, false
	}
	for i, x := range s.Ceremony().Trustees().Scrutineers {
		if x.RoleKey == key {
			return uint8(i + 1), true
		}
	}
	return 0, false
}

func tellerIndex(s *election.State, key [32]byte) (uint8, bool) {
	if s == nil || s.Ceremony() == nil {
		return 0, false
	}
	for i, x := range s.Ceremony().Trustees().Tellers {
		if x.RoleKey == key {
			return uint8(i + 1), true
		}
	}
	return 0, false
}

// May reports whether the signature is one that the entry may bear.
func (p *Signer) May(w election.Wanted) bool {
	return slices.ContainsFunc(w.Signers, func(x election.Signer) bool { return x.Role == p.Role && x.Index == p.Index })
}

// Sign adds the signature to an entry of the vote with the manifest hash, and
// returns it.
func (p *Signer) Sign(e *election.Entry, manifest [32]byte) election.Signature {
	if e.Kind == election.KindManifest {
		manifest = sha256.Sum256(e.Body)
	}
	e.Sign(p.Role, p.Index, p.sk, manifest)
	at := slices.IndexFunc(e.Signatures, func(s election.Signature) bool { return s.Role == p.Role && s.Index == p.Index })
	return e.Signatures[at]
}
