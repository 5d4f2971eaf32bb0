package election

import "errors"

// ErrChain means that a chained entry does not name its predecessor: its
// signers did not see the latest order, and must sign again.
var ErrChain = errors.New("election: entry does not name the latest chained entry")

// Chain is the beginning of every chained body. Prev is the hash of the latest
// chained entry before it, so that nobody can replay or reorder orders; Time
// is the signers' clock in Unix seconds, for people only.
type Chain struct {
	Prev [32]byte
	Time uint64
}

// chained is a body with a Chain.
type chained interface {
	chain() Chain
}

func (c Chain) chain() Chain {
	return c
}

func (c Chain) encode(w *encoder) {
	w.bytes(c.Prev[:])
	w.AddUint64(c.Time)
}

func decodeChain(d *decoder) Chain {
	return Chain{Prev: d.bytes32(), Time: d.u64()}
}
