package store

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
)

// PostgreSQL keeps a new version of a row behind the others, and a log of what was
// written, on as many disks as it has replicas: which row came when, anybody who
// holds a copy can tell. So there a slot is sealed under a key that the database
// never has, and that is destroyed at the close. What is left is that somebody
// cast at that moment, and nothing that leads to a ballot of the log (attack V14).

// Keyring keeps the key of each vote's box outside the database, on every server
// that may come to write it.
type Keyring interface {
	// BoxKey returns the key of a vote's box. It is an error that there is none.
	BoxKey(vote string) ([32]byte, error)

	// EraseBoxKey destroys it. That it is gone already is no error.
	EraseBoxKey(vote string) error
}

// ErrNoKey means that this server lacks the key of a box.
var ErrNoKey = errors.New("store: no key for the ballot box")

// Sealed reports whether ballot boxes are sealed under keys outside the database.
func (db *DB) Sealed() bool { return db.box.keys != nil }

const sealOverhead = 12 + 16 // nonce and tag of AES-GCM

// overhead is by how much a slot is longer than what lies in it.
func (f *boxFile) overhead() int {
	if f.keys == nil {
		return 0
	}
	return sealOverhead
}

// aead returns the cipher of a vote's slots. Its nonces are random: 2^32 slips of
// one key are far away (NIST SP 800-38D, Section 8.3).
func (f *boxFile) aead(vote string) (cipher.AEAD, error) {
	key, err := f.keys.BoxKey(vote)
	if err != nil {
		return nil, fmt.Errorf("%w of vote %s: %w", ErrNoKey, vote, err)
	}
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// slotName binds what is sealed to its place: a row cannot be moved.
func slotName(vote string, slot int64) []byte {
	return binary.BigEndian.AppendUint64([]byte("piaojue slot\x00"+vote+"\x00"), uint64(slot))
}

// pack makes the body of a slot of a size.
func (f *boxFile) pack(vote string, slot int64, s *slip, size int) ([]byte, error) {
	if f.keys == nil {
		return s.marshal(size), nil
	}
	aead, err := f.aead(vote)
	if err != nil {
		return nil, err
	}
	return aead.Seal(nil, nil, s.marshal(size-sealOverhead), slotName(vote, slot)), nil
}

// unpack returns what lies in a slot, or nil if nothing does.
func (f *boxFile) unpack(vote string, slot int64, body []byte) (*slip, error) {
	if f.keys != nil && !isZero(body) {
		aead, err := f.aead(vote)
		if err != nil {
			return nil, err
		}
		if body, err = aead.Open(nil, nil, body, slotName(vote, slot)); err != nil {
			return nil, fmt.Errorf("%w: slot %d is not sealed under the key of the box", ErrDamaged, slot)
		}
	}
	s, err := parseSlip(body)
	if err != nil {
		return nil, fmt.Errorf("%w: slot %d: %v", ErrDamaged, slot, err)
	}
	return s, nil
}
