package client

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
)

// A ForkError is ErrBoard with the evidence that convicts the log (attack S1):
// its key signed two histories. Keep the evidence, where others can check it.
type ForkError struct {
	Evidence *audit.Evidence
}

func (e *ForkError) Error() string {
	return ErrBoard.Error() + ": its key signed two histories"
}

func (e *ForkError) Unwrap() error { return ErrBoard }

// fork compares a checkpoint with the one that was believed last. The tree is
// that of the larger of them, as far as somebody shows it. It asks for no
// witness: that the log signed both is enough.
func (h *head) fork(note []byte, larger tlog.HashReader) *ForkError {
	if h.signed == nil {
		return nil
	}
	e, err := audit.NewEvidence(h.policy.Logs()[0], h.signed.Marshal(), note)
	if err != nil {
		return nil
	}
	if e, err = e.WithTree(larger); err != nil || e.Verify() != nil {
		return nil
	}
	return &ForkError{e}
}

// accuse turns a refusal into evidence, if the server shows all of its other
// history. The tree still holds what came with the checkpoint, or a part of it.
func (h *head) accuse(note []byte, refused error) error {
	c, err := audit.ReadCheckpoint(note)
	if err != nil || h.signed == nil {
		return refused
	}
	if root, err := h.tree.rootAt(c.Size); err == nil && root == c.Root {
		return refused // it continues what was believed
	}
	other := newHead(h.send, h.vote, h.manifest)
	if c.Size > h.signed.Size && other.grow(c) != nil {
		return refused
	}
	if f := h.fork(note, &other.tree); f != nil {
		return f
	}
	return refused
}

// grow fetches the hashes under a checkpoint into an empty tree.
func (h *head) grow(c audit.Checkpoint) error {
	if err := h.addHashes(c.Size); err != nil {
		return err
	}
	if root, err := h.tree.rootAt(c.Size); err != nil || root != c.Root {
		return fmt.Errorf("%w: entries do not have the signed root at size %d", ErrBoard, c.Size)
	}
	return nil
}

// LogKey reads the key of a vote's log from the manifest with this hash. It asks
// for no cosignature: a new witness needs the key before there can be one, and
// the hash of the manifest, from paper, decides.
func LogKey(send Transport, vote string, manifest [32]byte) (*audit.Key, error) {
	b := NewBoard(send, vote, manifest)
	_, size, err := b.latest()
	if err != nil {
		return nil, err
	}
	if size == 0 {
		return nil, errEmpty
	}
	entries, err := b.fetch(min(size, 256))
	if err != nil {
		return nil, err
	}
	m, err := b.setPolicy(entries[0])
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBoard, err)
	}
	return audit.LogKey(m.Origin, m.LogKey)
}
