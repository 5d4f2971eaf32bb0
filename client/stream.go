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
	for _, t := range audit.Bundles(old, size) {
		if err := b.take(t); err != nil {
			b.tree.truncate(b.state.Size()) // the next update goes on there
			b.signed = signed
			return err
		}
	}
	return nil
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
	hashes, err := b.fetchHashes(size)
	if err != nil {
		return err
	}
	for _, h := range hashes {
		if err := b.tree.add(h); err != nil {
			return err
		}
	}
	return b.believe(note)
}

// take applies the entries of a bundle behind those that the state has.
func (b *Board) take(t audit.Tile) error {
	entries, err := b.bundle(t)
	if err != nil {
		return err
	}
	start := b.state.Size()
	entries = entries[start-t.Start():]
	for i, e := range entries {
		if at := start + uint64(i); tlog.RecordHash(e) != b.tree.leaf(at) {
			return fmt.Errorf("%w: entry %d has another hash than its leaf", ErrBoard, at)
		}
	}
	if b.keeps {
		b.entries = append(b.entries, entries...)
	}
	return b.apply(entries)
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
