package client

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
	"piaojue/election"
)

var (
	// ErrBoard means that the server shows a log that cannot be: not the
	// manifest that people hold in their hands, a false signature, a history
	// that was shortened or changed, or an entry that breaks a rule. Somebody
	// must look into it; trying again does not help.
	ErrBoard = errors.New("client: the server's log is not credible")

	// ErrStale means that the log cannot be read, or is not the latest, or is
	// not cosigned by enough witnesses, just now. Trying again may help.
	ErrStale = errors.New("client: no current answer from the log")
)

// Board is a verified copy of the log of one vote. It is not safe for
// concurrent use.
type Board struct {
	head
	state   *election.State
	broken  error
	window  uint64 // of new entries
	keeps   bool
	entries [][]byte // if keeps
}

// NewBoard follows the log of a vote, by the server's name for it, whose
// manifest has the given hash.
func NewBoard(send Transport, vote string, manifest [32]byte) *Board {
	b := &Board{head: newHead(send, vote, manifest), window: window}
	b.state = election.NewState(b.tree.rootAt)
	return b
}

// Keep makes the Board keep the entries that it verifies from now on, for
// showing them to people. Call it before the first update.
func (b *Board) Keep() { b.keeps = true }

// Entries returns the verified entries that were kept, not to be changed.
func (b *Board) Entries() [][]byte { return b.entries }

// State returns the state after the last update. It belongs to the Board.
func (b *Board) State() *election.State { return b.state }

// Update fetches what is new and verifies it: that it continues what the Board
// has seen, under a checkpoint that log and witnesses signed, and that every
// entry is one that election.State accepts. A Board that met ErrBoard stays
// broken.
func (b *Board) Update() error {
	if b.broken != nil {
		return b.broken
	}
	err := b.update()
	if errors.Is(err, ErrBoard) {
		b.broken = err
	}
	return err
}

func (b *Board) update() error {
	note, size, err := b.latest()
	if err != nil {
		return err
	}
	if size-b.tree.size > b.window {
		return b.stream(note, size)
	}
	entries, err := b.fetch(size)
	if err != nil {
		return err
	}
	old := b.tree.size
	if err := b.extend(entries, note); err != nil {
		err = b.accuse(note, err)
		b.tree.truncate(old)
		return err
	}
	return b.replay(func(r *replay) error {
		for _, e := range entries {
			if err := r.apply(e); err != nil {
				return err
			}
		}
		return nil
	})
}

// fetch reads the entries from the Board's size to the given one.
func (b *Board) fetch(size uint64) ([][]byte, error) {
	var entries [][]byte
	for _, t := range audit.Bundles(b.tree.size, size) {
		es, err := b.bundle(t)
		if err != nil {
			return nil, err
		}
		if t.Start() < b.tree.size {
			es = es[b.tree.size-t.Start():]
		}
		entries = append(entries, es...)
	}
	return entries, nil
}

// extend grows the tree and compares its root with the signed one. Nothing of
// an entry is believed before that, but that entry 0 is the manifest, whose
// hash people know.
func (b *Board) extend(entries [][]byte, note []byte) error {
	for _, e := range entries {
		if err := b.tree.add(tlog.RecordHash(e)); err != nil {
			return err
		}
	}
	if b.policy == nil {
		if len(entries) == 0 {
			return errEmpty
		}
		if _, err := b.setPolicy(entries[0]); err != nil {
			return fmt.Errorf("%w: %w", ErrBoard, err)
		}
	}
	return b.believe(note)
}

var errEmpty = fmt.Errorf("%w: it is empty", ErrBoard)
