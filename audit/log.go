package audit

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"sync"

	"golang.org/x/mod/sumdb/tlog"
)

// ErrRollback means that the tree does not continue a checkpoint that was
// signed before: the storage lost entries or was replaced, for instance by a
// restored backup (attack S2). The log must not go on.
var ErrRollback = errors.New("audit: the tree does not continue a signed checkpoint")

// LogConfig says which log it is.
type LogConfig struct {
	Storage Storage
	Origin  string
	Key     ed25519.PrivateKey

	// Last is the latest checkpoint known to be signed. Taking it from the
	// Storage itself would defeat its purpose: keep it elsewhere, or ask a
	// witness. Nil if none was ever signed.
	Last *Checkpoint
}

// Log appends entries to one log and signs its checkpoints. Within a process
// there should be one Log for each log; several processes are kept apart by
// Storage.Append.
type Log struct {
	storage Storage
	origin  string
	key     ed25519.PrivateKey

	mu   sync.Mutex
	last Checkpoint // guarded by mu; the latest one signed
}

// OpenLog opens a log, which may be empty. It returns ErrRollback if the
// storage does not continue c.Last.
func OpenLog(ctx context.Context, c LogConfig) (*Log, error) {
	if _, err := newSigner(c.Origin, typeEd25519, c.Key); err != nil {
		return nil, err
	}
	l := &Log{storage: c.Storage, origin: c.Origin, key: c.Key}
	l.last = Checkpoint{Origin: c.Origin, Root: emptyRoot()}
	if c.Last != nil {
		l.last = *c.Last
	}
	if l.last.Origin != c.Origin {
		return nil, errors.New("audit: last checkpoint is of another log")
	}
	return l, l.checkLast(ctx)
}

// checkLast checks that the tree still contains the last signed one. Called
// with mu held, or before l is shared.
func (l *Log) checkLast(ctx context.Context) error {
	root, err := RootAt(ctx, l.storage, l.last.Size)
	if errors.Is(err, errSize) {
		return fmt.Errorf("%w of %d entries: %v", ErrRollback, l.last.Size, err)
	}
	if err != nil {
		return err
	}
	if root != l.last.Root {
		return fmt.Errorf("%w of %d entries: another root", ErrRollback, l.last.Size)
	}
	return nil
}

// Append appends a batch to a tree of the given size, which is the one that
// the entries were admitted to, and returns the new tree.
func (l *Log) Append(ctx context.Context, size uint64, entries [][]byte) (tlog.Tree, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Append(ctx, l.storage, size, entries)
}

// Checkpoint signs the checkpoint of the given size. It refuses, with
// ErrRollback, one that the last signed one is no prefix of: a log never signs
// two checkpoints without a consistency proof between them (C2SP
// tlog-checkpoint), and never goes back.
func (l *Log) Checkpoint(ctx context.Context, size uint64) ([]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if size < l.last.Size {
		return nil, fmt.Errorf("%w: %d entries, %d were signed", ErrRollback, size, l.last.Size)
	}
	if err := l.checkLast(ctx); err != nil {
		return nil, err
	}
	root, err := RootAt(ctx, l.storage, size)
	if err != nil {
		return nil, err
	}
	next := Checkpoint{Origin: l.origin, Size: size, Root: root}
	signed, err := Sign(next, l.key)
	if err != nil {
		return nil, err
	}
	l.last = next
	return signed, nil
}

// Size returns the number of entries.
func (l *Log) Size(ctx context.Context) (uint64, error) { return l.storage.Size(ctx) }

// RootAt returns the root of the tree over the first size entries.
func (l *Log) RootAt(ctx context.Context, size uint64) ([32]byte, error) {
	return RootAt(ctx, l.storage, size)
}

// ProveInclusion proves that entry index is in the tree of the given size.
func (l *Log) ProveInclusion(ctx context.Context, size, index uint64) ([]tlog.Hash, error) {
	return ProveInclusion(ctx, l.storage, size, index)
}

// ProveConsistency proves that the tree of size old is a prefix.
func (l *Log) ProveConsistency(ctx context.Context, size, old uint64) ([]tlog.Hash, error) {
	return ProveConsistency(ctx, l.storage, size, old)
}
