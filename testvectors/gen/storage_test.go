package gen

import (
	"context"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
)

// memory is a log. Its slices only grow, so that a copy of it is a fork.
type memory struct {
	entries [][]byte
	hashes  []tlog.Hash
}

var _ audit.Storage = &memory{}

func (m *memory) fork() *memory {
	return &memory{slices.Clip(m.entries), slices.Clip(m.hashes)}
}

func (m *memory) Size(context.Context) (uint64, error) {
	return uint64(len(m.entries)), nil
}

func (m *memory) ReadHashes(_ context.Context, indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		hashes[i] = m.hashes[at]
	}
	return hashes, nil
}

func (m *memory) ReadEntries(_ context.Context, start, end uint64) ([][]byte, error) {
	return m.entries[start:end], nil
}

func (m *memory) Append(_ context.Context, size uint64, entries [][]byte, hashes []tlog.Hash) error {
	if size != uint64(len(m.entries)) {
		return audit.ErrMoved
	}
	m.entries, m.hashes = append(m.entries, entries...), append(m.hashes, hashes...)
	return nil
}
