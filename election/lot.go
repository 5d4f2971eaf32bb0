package election

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// OrderByLot is the rule by which ballots show the options in the order of Lot.
const OrderByLot = "by_lot_published_seed"

// Lot returns the numbers of the options in the order drawn by lot (PROTOCOL.md,
// Section 4.2), nil before the joint key stands. The seed is that key: it is
// made in the hall after the options are frozen, is published in the log, and no
// single person decides it.
func (s *State) Lot() []int {
	k := s.JointKey()
	if k == nil {
		return nil
	}
	tickets := make([][32]byte, len(s.manifest.Options))
	order := make([]int, len(tickets))
	for i := range tickets {
		b := append([]byte("piaojue-v1 lot\n"), s.manifestHash[:]...)
		b = append(b, k.Y.Bytes()...)
		tickets[i], order[i] = sha256.Sum256(binary.BigEndian.AppendUint16(b, uint16(i))), i
	}
	slices.SortFunc(order, func(i, j int) int {
		return cmp.Or(bytes.Compare(tickets[i][:], tickets[j][:]), cmp.Compare(i, j))
	})
	return order
}
