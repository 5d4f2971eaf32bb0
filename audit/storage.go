package audit

import (
	"context"
	"errors"

	"golang.org/x/mod/sumdb/tlog"
)

// ErrMoved means that the tree does not have the size the caller counted on:
// somebody else appended first. Nothing was written.
var ErrMoved = errors.New("audit: the tree has moved")

// Storage keeps the entries of one log and the hashes of its tree.
//
// It is append-only. The compare-and-swap in Append, rather than a lock, is
// what keeps two nodes of one server from growing two trees: a lock can be
// lost without its holder noticing, a row count cannot.
type Storage interface {
	// Size returns the number of entries.
	Size(ctx context.Context) (uint64, error)

	// ReadHashes returns the hashes stored under the given indexes, as
	// tlog.StoredHashIndex numbers them, in the order asked for.
	ReadHashes(ctx context.Context, indexes []int64) ([]tlog.Hash, error)

	// ReadEntries returns entries start to end-1, in order.
	ReadEntries(ctx context.Context, start, end uint64) ([][]byte, error)

	// Append stores entries size, size+1, … and the hashes that follow the
	// tlog.StoredHashCount(size) stored ones, durably and all or nothing. If
	// there are not exactly size entries it stores nothing and returns ErrMoved.
	Append(ctx context.Context, size uint64, entries [][]byte, hashes []tlog.Hash) error
}

// reader binds a Storage to a context for package tlog.
func reader(ctx context.Context, s Storage) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		if len(indexes) == 0 {
			return nil, nil
		}
		return s.ReadHashes(ctx, indexes)
	})
}
