package client

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
)

// window is how many new entries a Board takes into memory at once. The ballots
// of a large vote come in at its close, all together: 6.5 GB of a million.
const window = 4096

// stream is update for more entries than that: the hashes come first, with which
// the checkpoint is believed, and then the entries, a bundle at a time.
func (b *Board) stream(note []byte, size uint64) error {
	old, signed := b.tree.size, b.signed
	if err := b.extendHashes(note, size); err != nil {
		err = b.accuse(note, err)
		b.tree.truncate(old)
		return err
	}
	err := b.replay(func(r *replay) error {
		at := old
		for _, t := range audit.Bundles(old, size) {
			entries, err := b.bundle(t)
			if err != nil {
				return err
			}
			for _, e := range entries[at-t.Start():] {
				if err := r.take(e, at); err != nil {
					return err
				}
				at++
			}
		}
		return nil
	})
	if err != nil {
		b.tree.truncate(b.state.Size()) // the next update goes on there
		b.signed = signed
	}
	return err
}

// take applies an entry that hashes to its leaf.
func (r *replay) take(raw []byte, at uint64) error {
	if tlog.RecordHash(raw) != r.tree.leaf(at) {
		return fmt.Errorf("%w: entry %d has another hash than its leaf", ErrBoard, at)
	}
	return r.apply(raw)
}

// extendHashes is extend for entries that are not there yet, but for the
// manifest.
func (b *Board) extendHashes(note []byte, size uint64) error {
	if b.policy == nil {
		first, err := b.fetch(min(size, 256))
		if err != nil {
			return err
		}
		if _, err := b.setPolicy(first[0]); err != nil {
			return fmt.Errorf("%w: %w", ErrBoard, err)
		}
	}
	if err := b.addHashes(size); err != nil {
		return err
	}
	return b.believe(note)
}

func (b *Board) bundle(t audit.Tile) ([][]byte, error) {
	data, err := b.get("/" + t.Path())
	if err != nil {
		return nil, err
	}
	entries, err := t.ParseEntries(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrBoard, err)
	}
	return entries, nil
}
