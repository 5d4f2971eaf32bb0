package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const (
	backupCopy = "backup.tmp"
	checkCopy  = "copy.tmp"
	backupLock = "backup.lock"

	// sweepEvery is how long the copy of a backup that was killed may stand there.
	sweepEvery = time.Minute
)

// tendCopies erases the copies that a killed backup or check has left, at once and
// while the server runs: they hold the box in plain, which shall be gone at the
// close. The caller has the lock of the folder. A copy that cannot be erased stops
// nobody from voting.
func (h home) tendCopies(log *slog.Logger) (stop func()) {
	sweep := func() {
		if err := h.sweepCopies(); err != nil && log != nil {
			log.Error("a copy that was left behind is not erased", "error", err)
		}
	}
	sweep()
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		ticker := time.NewTicker(sweepEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				sweep()
			}
		}
	})
	return func() {
		cancel()
		wg.Wait()
	}
}

// sweepCopies leaves alone what a backup is at. A check has the lock that the caller
// has.
func (h home) sweepCopies() error {
	err := eraseFolder(filepath.Join(h.dir, checkCopy))
	path := filepath.Join(h.dir, backupCopy)
	if _, missing := os.Lstat(path); errors.Is(missing, os.ErrNotExist) || !locks {
		return err
	}
	unlock, busy := lockFile(h.dir, backupLock)
	if busy != nil {
		return err // by the backup, or it is asked again
	}
	defer unlock()
	return errors.Join(err, eraseFolder(path))
}
