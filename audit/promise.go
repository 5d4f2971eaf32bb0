package audit

import (
	"crypto/ed25519"
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"

	"piaojue/group"
)

// Promise is the server's word, signed with the promise key, that a ballot or
// unused entry will be in the log before the close (PROTOCOL.md, Section 7).
// If it is not, the promise is evidence (attack S3). It says nothing about the
// choice.
type Promise struct {
	Manifest  [32]byte // manifest hash
	Epoch     uint32
	Entry     [32]byte // hash of the entry: the tracking code
	Signature [64]byte
}

// promiseSize is the length of a marshalled promise.
const promiseSize = 32 + 4 + 32 + 64

var errPromise = errors.New("audit: malformed promise")

// NewPromise signs a promise. The entry must be stored durably before.
func NewPromise(key ed25519.PrivateKey, manifest [32]byte, epoch uint32, entry [32]byte) Promise {
	p := Promise{Manifest: manifest, Epoch: epoch, Entry: entry}
	p.Signature = [64]byte(group.Sign(key, "promise", manifest, p.body()))
	return p
}

func (p *Promise) body() []byte {
	return append(binary.BigEndian.AppendUint32(nil, p.Epoch), p.Entry[:]...)
}

// Verify verifies that the promise key signed p.
func (p *Promise) Verify(key [32]byte) error {
	if err := group.VerifySignature(key[:], "promise", p.Manifest, p.body(), p.Signature[:]); err != nil {
		return fmt.Errorf("audit: promise: %w", err)
	}
	return nil
}

// Marshal encodes p.
func (p *Promise) Marshal() []byte {
	b := append(p.Manifest[:], p.body()...)
	return append(b, p.Signature[:]...)
}

// ParsePromise parses what Marshal made; it verifies nothing.
func ParsePromise(b []byte) (*Promise, error) {
	p := &Promise{}
	s := cryptobyte.String(b)
	if len(b) != promiseSize || !s.CopyBytes(p.Manifest[:]) || !s.ReadUint32(&p.Epoch) ||
		!s.CopyBytes(p.Entry[:]) || !s.CopyBytes(p.Signature[:]) {
		return nil, errPromise
	}
	return p, nil
}
