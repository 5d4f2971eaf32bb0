package web

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"piaojue/audit"
	"piaojue/store"
)

// restoredSuffix marks a vote whose files came from a backup. What it knows of
// its last checkpoint came from there as well: only witnesses know more.
const restoredSuffix = ".restored"

func restoredPath(folder, id string) string { return filepath.Join(folder, id+restoredSuffix) }

// MarkRestored has the next server on these keys ask the vote's witnesses
// before it signs anything.
func MarkRestored(folder, id string) error {
	return os.WriteFile(restoredPath(folder, id), nil, 0o600)
}

func isRestored(folder, id string) (bool, error) {
	_, err := os.Stat(restoredPath(folder, id))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Follows refuses, with ErrStale, a database that does not continue every
// checkpoint that is kept in a folder of keys.
func Follows(ctx context.Context, db *store.DB, keys string) error {
	files, err := filepath.Glob(filepath.Join(keys, "*"+headSuffix))
	if err != nil {
		return err
	}
	for _, path := range files {
		id := strings.TrimSuffix(filepath.Base(path), headSuffix)
		head, err := readHead(keys, id)
		if err != nil {
			return err
		}
		if err := follows(ctx, db.Log(id), id, head); err != nil {
			return err
		}
	}
	return nil
}

func follows(ctx context.Context, log *store.Log, id string, head *audit.Checkpoint) error {
	size, err := log.Size(ctx)
	if errors.Is(err, store.ErrNotFound) || err == nil && size < head.Size {
		return staleVote(id)
	}
	if err != nil {
		return err
	}
	root, err := audit.RootAt(ctx, log, head.Size)
	if err == nil && root != head.Root {
		return staleVote(id)
	}
	return err
}
