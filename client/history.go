package client

import (
	"errors"
	"fmt"

	"piaojue/audit"
)

// History is what somebody was shown of a log: a checkpoint that it signed, and
// the hashes of all entries under it, if they were shown as well. It asks for no
// witness: that the log signed two histories convicts it, whoever cosigned.
type History struct {
	log  *audit.Key
	note []byte
	head audit.Checkpoint
	tree *tree // nil: only the checkpoint
}

// ErrOtherLog means that two checkpoints are not of one log.
var ErrOtherLog = errors.New("client: the two are not of one log")

// ReadHistory reads the history of a log that a server or a record shows.
func ReadHistory(send Transport, vote string, log *audit.Key) (*History, error) {
	h := newHead(send, vote, [32]byte{})
	note, _, err := h.latest()
	if err != nil {
		return nil, err
	}
	shown, err := NewHistory(log, note)
	if err != nil {
		return nil, err
	}
	shown.tree = &h.tree
	return shown, h.grow(shown.head)
}

// NewHistory is the history of which somebody has no more than the checkpoint.
func NewHistory(log *audit.Key, note []byte) (*History, error) {
	e, err := audit.NewEvidence(log, note, note)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrOtherLog, err)
	}
	head, _ := e.Heads()
	return &History{log: log, note: note, head: head}, nil
}

// Checkpoint returns the checkpoint.
func (h *History) Checkpoint() audit.Checkpoint { return h.head }

// Compare returns nil if one history continues the other or both are the same,
// and the evidence if the log's key signed both and they contradict each other
// (attack S1). audit.ErrUnproven means that the entries of the larger one are
// needed to tell.
func (h *History) Compare(other *History) (*audit.Evidence, error) {
	if h.log.String() != other.log.String() {
		return nil, ErrOtherLog
	}
	small, large := h, other
	if small.head.Size > large.head.Size {
		small, large = large, small
	}
	e, err := audit.NewEvidence(h.log, small.note, large.note)
	if err != nil {
		return nil, err
	}
	if small.head.Size < large.head.Size {
		if large.tree == nil {
			return nil, audit.ErrUnproven
		}
		if e, err = e.WithTree(large.tree); err != nil {
			return nil, err
		}
	}
	if err := e.Verify(); err == nil {
		return e, nil
	}
	return nil, nil
}
