package client

import (
	"errors"

	"piaojue/audit"
)

var (
	// ErrNotLogged means that the log, which is closed, does not hold the
	// entry. With its promise this is evidence against the server (attack S3).
	ErrNotLogged = errors.New("client: the entry is not in the log")

	// ErrNotClosed means that it is too early for a receipt.
	ErrNotClosed = errors.New("client: the vote is not closed yet")
)

// Receipt makes the receipt of an entry, by its tracking code, under the
// checkpoint of the last update, which must not be older than the closing one.
// The Board has the whole tree, so nobody is asked: a request for the receipt
// would tell the server whose ballot it is.
func (b *Board) Receipt(entry [32]byte) (*audit.Receipt, error) {
	return b.receipt(entry, b.state.ClosingSize())
}

// CheckReceipt verifies a receipt that somebody brings: that it proves the
// entry, under a checkpoint that is not older than the closing one. A receipt
// under a checkpoint that is not of the Board's history, though log and
// witnesses signed both, is ErrBoard and evidence (attack S1).
func (b *Board) CheckReceipt(entry [32]byte, r *audit.Receipt) error {
	return b.checkReceipt(entry, r, b.state.ClosingSize())
}

// Find returns the index in the log of the entry with a hash.
func (b *Board) Find(entry [32]byte) (index uint64, ok bool) {
	return b.tree.find(entry)
}
