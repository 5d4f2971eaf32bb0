package golden

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
)

// storage is a log in memory.
type storage struct {
	entries [][]byte
	hashes  []tlog.Hash
}

func (s *storage) Size(context.Context) (uint64, error) { return uint64(len(s.entries)), nil }

func (s *storage) ReadHashes(_ context.Context, indexes []int64) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, x := range indexes {
		out = append(out, s.hashes[x])
	}
	return out, nil
}

func (s *storage) ReadEntries(_ context.Context, start, end uint64) ([][]byte, error) {
	return s.entries[start:end], nil
}

func (s *storage) Append(_ context.Context, size uint64, entries [][]byte, hashes []tlog.Hash) error {
	if size != uint64(len(s.entries)) {
		return audit.ErrMoved
	}
	s.entries = append(s.entries, entries...)
	s.hashes = append(s.hashes, hashes...)
	return nil
}
