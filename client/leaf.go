package client

import (
	"encoding/binary"
	"errors"

	"golang.org/x/crypto/cryptobyte"

	"piaojue/election"
)

var errLeaf = errors.New("client: malformed roll leaf")

// MarshalLeaf returns a server's answer to Voter.Identify: `index u32 ‖ badge
// key[32] ‖ commitment[32] ‖ list8 of path hash[32]`.
func MarshalLeaf(l election.Leaf, path [][32]byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, l.Index)
	b = append(b, l.Key[:]...)
	b = append(b, l.Commitment[:]...)
	b = append(b, byte(len(path)))
	for _, h := range path {
		b = append(b, h[:]...)
	}
	return b
}

func parseLeaf(b []byte) (l election.Leaf, path [][32]byte, err error) {
	s := cryptobyte.String(b)
	var n uint8
	if !s.ReadUint32(&l.Index) || !s.CopyBytes(l.Key[:]) || !s.CopyBytes(l.Commitment[:]) || !s.ReadUint8(&n) {
		return l, nil, errLeaf
	}
	path = make([][32]byte, n)
	for i := range path {
		if !s.CopyBytes(path[i][:]) {
			return l, nil, errLeaf
		}
	}
	if !s.Empty() {
		return l, nil, errLeaf
	}
	return l, path, nil
}
