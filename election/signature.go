package election

import (
	"crypto/ed25519"
	"fmt"
	"slices"

	"piaojue/group"
)

// Role says for whom a signature speaks.
type Role uint8

// The roles (PROTOCOL.md, "Entries").
const (
	RoleStaff Role = 1 + iota
	RolePresidium
	RoleScrutineer
	RoleTeller
	RoleLog
	RoleBadge

	lastRole = RoleBadge
)

var roleNames = [lastRole + 1]string{
	RoleStaff:      "staff lead",
	RolePresidium:  "presidium",
	RoleScrutineer: "scrutineer",
	RoleTeller:     "teller",
	RoleLog:        "log key",
	RoleBadge:      "badge",
}

// String returns the role's name in PROTOCOL.md.
func (r Role) String() string {
	if r == 0 || r > lastRole {
		return fmt.Sprintf("role %d", uint8(r))
	}
	return roleNames[r]
}

// numbered reports whether several people hold the role, each with an index.
func (r Role) numbered() bool {
	return r == RoleScrutineer || r == RoleTeller
}

// Signature is one signature of an entry. Index is the place of a scrutineer
// or teller in the trustees entry in force, from 1, and 0 for other roles.
type Signature struct {
	Role  Role
	Index uint8
	Sig   [64]byte
}

func (s *Signature) encode(w *encoder) {
	w.AddUint8(uint8(s.Role))
	w.AddUint8(s.Index)
	w.bytes(s.Sig[:])
}

func decodeSignature(d *decoder) Signature {
	s := Signature{Role: Role(d.u8()), Index: d.u8()}
	d.expect(s.Role >= RoleStaff && s.Role <= lastRole, "no such role")
	d.expect(s.Role.numbered() == (s.Index > 0), "index does not fit the role")
	s.Sig = d.bytes64()
	return s
}

// compare orders signatures by (role, index).
func (s Signature) compare(t Signature) int {
	return (int(s.Role)<<8 | int(s.Index)) - (int(t.Role)<<8 | int(t.Index))
}

func ascending(sigs []Signature) bool {
	for i := 1; i < len(sigs); i++ {
		if sigs[i-1].compare(sigs[i]) >= 0 {
			return false
		}
	}
	return true
}

// Sign adds a signature at its place, instead of one that the same person made
// before. Sign the manifest entry with the hash of its own body.
func (e *Entry) Sign(role Role, index uint8, sk ed25519.PrivateKey, manifest [32]byte) {
	s := Signature{Role: role, Index: index}
	copy(s.Sig[:], group.Sign(sk, e.Kind.String(), manifest, e.Body))
	at, found := slices.BinarySearchFunc(e.Signatures, s, Signature.compare)
	if found {
		e.Signatures[at] = s
		return
	}
	e.Signatures = slices.Insert(e.Signatures, at, s)
}

// signer is a person or machine whose signature is demanded.
type signer struct {
	role  Role
	index uint8
	key   [32]byte
}

// demand says which signatures an entry must bear: exactly those of signers,
// or, if quorum is set, those of quorum or more of the signers, the first of
// them included if chief is set, or, if each is set, those of so many or more
// of each role.
type demand struct {
	signers []signer
	quorum  int
	chief   bool
	each    map[Role]int
}

// verify checks that the entry bears exactly the signatures demanded: no other
// role, none missing, all valid.
func (m demand) verify(e *Entry, manifest [32]byte) error {
	keys, err := m.match(e.Signatures)
	if err != nil {
		return err
	}
	for i, s := range e.Signatures {
		err := group.VerifySignature(keys[i][:], e.Kind.String(), manifest, e.Body, s.Sig[:])
		if err != nil {
			return s.fault(CauseInvalid, "signature of %s is invalid")
		}
	}
	return nil
}

// match returns the key of each signature.
func (m demand) match(sigs []Signature) ([][32]byte, error) {
	var keys [][32]byte
	for _, s := range sigs {
		at := slices.IndexFunc(m.signers, s.by)
		if at < 0 {
			return nil, s.fault(CauseExtra, "%s must not sign")
		}
		keys = append(keys, m.signers[at].key)
	}
	return keys, m.missing(sigs)
}

func (m demand) missing(sigs []Signature) error {
	for i, w := range m.signers {
		needed := m.quorum == 0 && m.each == nil || m.chief && i == 0
		if needed && !slices.ContainsFunc(sigs, func(s Signature) bool { return s.by(w) }) {
			return Signature{Role: w.role, Index: w.index}.fault(CauseMissing, "signature of %s is missing")
		}
	}
	if len(sigs) < m.quorum {
		return because(CauseFew, fmt.Errorf("%d signatures, needs %d", len(sigs), m.quorum))
	}
	for role := RoleStaff; role <= lastRole; role++ {
		if have, need := count(sigs, role), m.each[role]; have < need {
			return &Fault{Cause: CauseFew, About: role.String(), Err: fmt.Errorf("%d signatures of a %s, needs %d", have, role, need)}
		}
	}
	return nil
}

func count(sigs []Signature, role Role) (n int) {
	for _, s := range sigs {
		if s.Role == role {
			n++
		}
	}
	return n
}

func (s Signature) by(w signer) bool {
	return s.Role == w.role && s.Index == w.index
}

func (s Signature) fault(c Cause, format string) error {
	return &Fault{Cause: c, About: s.name(), Err: fmt.Errorf(format, s.name())}
}

func (s Signature) name() string {
	if s.Role.numbered() {
		return fmt.Sprintf("%s %d", s.Role, s.Index)
	}
	return s.Role.String()
}
