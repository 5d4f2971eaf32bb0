package client

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"

	"golang.org/x/crypto/chacha20poly1305"
)

// SealedSeed is the length of a sealed seed: nonce, seed, tag.
const SealedSeed = chacha20poly1305.NonceSizeX + 32 + chacha20poly1305.Overhead

// ErrSeed means that what the server keeps for this badge cannot be opened
// with it.
var ErrSeed = errors.New("client: sealed seed does not open with this badge")

// seedKey binds a sealed seed to badge, vote and epoch (PROTOCOL.md, "Sealed
// seed"): the server sees neither the badge's seed nor what it seals.
func seedKey(badge, manifest [32]byte, epoch uint32) []byte {
	info := binary.BigEndian.AppendUint32([]byte("piaojue-v1 seed"), epoch)
	key, err := hkdf.Key(sha256.New, badge[:], manifest[:], string(info), chacha20poly1305.KeySize)
	if err != nil {
		panic("client: internal error: " + err.Error())
	}
	return key
}

func sealSeed(badge, manifest [32]byte, epoch uint32, seed [32]byte) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(seedKey(badge, manifest, epoch))
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, chacha20poly1305.NonceSizeX, SealedSeed)
	rand.Read(nonce)
	return aead.Seal(nonce, nonce, seed[:], nil), nil
}

func openSeed(badge, manifest [32]byte, epoch uint32, sealed []byte) (seed [32]byte, err error) {
	aead, err := chacha20poly1305.NewX(seedKey(badge, manifest, epoch))
	if err != nil {
		return seed, err
	}
	if len(sealed) != SealedSeed {
		return seed, ErrSeed
	}
	nonce, box := sealed[:chacha20poly1305.NonceSizeX], sealed[chacha20poly1305.NonceSizeX:]
	opened, err := aead.Open(nil, nonce, box, nil)
	if err != nil {
		return seed, ErrSeed
	}
	return [32]byte(opened), nil
}
