package tally

import (
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"fmt"

	"piaojue/group"
)

// maxTrustees is what an index of one byte can name.
const maxTrustees = 255

// Setup is what all trustees agree on before the ceremony.
type Setup struct {
	// Threshold is t: so many trustees can open, one fewer cannot. It is at
	// least 2, because with 1 each trustee could open every ballot alone.
	Threshold int

	// Session never occurs twice: SessionID makes one.
	Session []byte

	// StaticKeys holds P_1 ... P_n; the order gives trustees their index.
	StaticKeys []*group.Element
}

// SessionID returns the session id of PROTOCOL.md, Section 8: a new trustees
// entry or another vote is another session.
func SessionID(manifest, trustees [32]byte, attempt uint32) []byte {
	id := append(manifest[:], trustees[:]...)
	return binary.BigEndian.AppendUint32(id, attempt)
}

// GenerateStatic draws a static private key. It serves one session: whoever
// learns it can recover the key share from the public log.
func GenerateStatic() *group.Scalar {
	return group.RandomScalar()
}

var (
	errThreshold = errors.New("tally: threshold is not between 2 and the number of trustees")
	errTrustees  = errors.New("tally: more than 255 trustees")
	errSession   = errors.New("tally: session id is empty")
	errIndex     = errors.New("tally: no trustee has this index")
	errStatic    = errors.New("tally: static key is not that of this trustee")
)

// Check checks all that COCKTAIL, "Setup", demands. That a majority must be
// needed to open (2t > n) is a rule of the manifest, not of the ceremony.
func (s *Setup) Check() error {
	switch n := len(s.StaticKeys); {
	case n > maxTrustees:
		return errTrustees
	case s.Threshold < 2 || s.Threshold > n:
		return errThreshold
	case len(s.Session) == 0:
		return errSession
	}
	return s.checkKeys()
}

// checkKeys refuses the identity (attack G5) and a key that occurs twice, with
// which one person would hold two shares (attack K4).
func (s *Setup) checkKeys() error {
	seen := make(map[[32]byte]bool)
	for j, p := range s.StaticKeys {
		if p == nil || p.IsIdentity() {
			return fmt.Errorf("tally: static key of trustee %d is the identity", j+1)
		}
		enc := [32]byte(p.Bytes())
		if seen[enc] {
			return fmt.Errorf("tally: static key of trustee %d is another trustee's", j+1)
		}
		seen[enc] = true
	}
	return nil
}

// Context returns the context by the recommended construction of COCKTAIL,
// "Setup". It binds session, ciphersuite, and all static keys in their order.
func (s *Setup) Context() [64]byte {
	h := []byte("COCKTAIL-DKG-CONTEXT")
	h = binary.BigEndian.AppendUint64(h, uint64(len(s.Session)))
	h = append(h, s.Session...)
	h = binary.BigEndian.AppendUint64(h, uint64(len(ciphersuite)))
	h = append(h, ciphersuite...)
	h = binary.LittleEndian.AppendUint32(h, uint32(len(s.StaticKeys)))
	for _, p := range s.StaticKeys {
		h = p.AppendBytes(h)
	}
	return sha512.Sum512(h)
}

// trustee checks an index and the setup it belongs to.
func (s *Setup) trustee(i int) error {
	if err := s.Check(); err != nil {
		return err
	}
	if i < 1 || i > len(s.StaticKeys) {
		return errIndex
	}
	return nil
}

// holder checks that static is the private key of trustee i.
func (s *Setup) holder(i int, static *group.Scalar) error {
	if err := s.trustee(i); err != nil {
		return err
	}
	if !new(group.Element).ScalarBaseMult(static).Equal(s.key(i)) {
		return errStatic
	}
	return nil
}

// key returns P_i.
func (s *Setup) key(i int) *group.Element {
	return s.StaticKeys[i-1]
}
