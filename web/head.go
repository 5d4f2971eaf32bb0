package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"piaojue/audit"
	"piaojue/store"
)

// The last checkpoint of each log is kept beside the keys as well. The database
// cannot tell that all of it is an older copy; this file can (attack S2).

const headSuffix = ".head"

func headPath(folder, id string) string { return filepath.Join(folder, id+headSuffix) }

// writeHead replaces the kept checkpoint. It comes after the transaction, so
// that after a crash it is older, never newer, than an honest database.
func writeHead(folder, id string, note []byte) error {
	// A name of its own: a command may write that of the administration meanwhile.
	f, err := os.CreateTemp(folder, id+".new*")
	if err != nil {
		return err
	}
	_, err = f.Write(note)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), headPath(folder, id))
}

func readHead(folder, id string) (*audit.Checkpoint, error) {
	note, err := os.ReadFile(headPath(folder, id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c, err := audit.ReadCheckpoint(note)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrKeys, headPath(folder, id), err)
	}
	return &c, nil
}

// ErrStale means that the database is older than the last checkpoint that the
// server signed: a backup was restored, and what came after it is lost. Going
// on would break promises and fork the log.
var ErrStale = errors.New("web: the database is older than what the server signed; restore the newest backup")

// checkHead refuses a log that does not continue the kept checkpoint.
func (v *vote) checkHead(ctx context.Context, log *store.Log) error {
	head, err := readHead(v.config.Keys, v.id)
	if err != nil || head == nil {
		return err
	}
	config := audit.LogConfig{Storage: log, Origin: head.Origin, Key: v.keys.log, Last: head}
	if _, err := audit.OpenLog(ctx, config); err != nil {
		if errors.Is(err, audit.ErrRollback) {
			return fmt.Errorf("%w: %w", ErrStale, err)
		}
		return err
	}
	return nil
}

func staleVote(id string) error { return fmt.Errorf("vote %s: %w", id, ErrStale) }

// checkHeads refuses a database that does not know a vote of which a checkpoint
// is kept.
func checkHeads(folder string, known map[string]bool) error {
	files, err := filepath.Glob(filepath.Join(folder, "*"+headSuffix))
	if err != nil {
		return err
	}
	for _, path := range files {
		if id := strings.TrimSuffix(filepath.Base(path), headSuffix); !known[id] {
			return staleVote(id)
		}
	}
	return nil
}
