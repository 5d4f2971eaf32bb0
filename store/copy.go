package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// copyTries bounds how often Copy begins anew.
const copyTries = 5

// Copy copies the database at path, its box, and the projects, if there are any,
// to new files, while a server may be using them, and checks the copies as
// [OpenDB] does. It changes no file and migrates nothing.
//
// Database and box belong together, and no lock spans them. So the box is copied
// first, the database after it:
//
//   - A ballot that was promised before Copy began is in the copy of the box, or,
//     if the box was closed meanwhile, in the copy of the log as well.
//   - Whatever opens, shuts or empties the box is committed in the database
//     first. A box older than its database holds what counts no more, which is
//     swept; one newer than its database looks like a rollback (attack S2), and
//     may have been swept of ballots that the older log has not taken in.
//   - Only a count entry that falls between the two copies promises more than the
//     older box holds. The copies are then refused, as a restored backup would
//     be, and made again: counts are a minute apart, that gap is milliseconds.
//
// Copying the database makes nobody wait: a reader of the write-ahead log keeps
// its state. Copying the box makes casts wait. Where that
// takes more than five seconds they fail, and terminals send them again.
func Copy(ctx context.Context, path, to string) error {
	if err := checkSource(path); err != nil {
		return err
	}
	var err error
	for range copyTries {
		if err = copyOnce(ctx, path, to); err == nil {
			if err = checkCopy(ctx, to); err == nil {
				return nil
			}
		}
		if erased := Erase(to); erased != nil || !errors.Is(err, ErrDamaged) {
			return errors.Join(err, erased)
		}
	}
	return fmt.Errorf("copy: %w", err)
}

// checkSource keeps SQLite from making an empty database of a wrong name.
func checkSource(path string) error {
	for _, p := range []string{path, boxPath(path)} {
		if _, err := os.Stat(p); err != nil {
			return err
		}
	}
	return nil
}

func copyOnce(ctx context.Context, path, to string) error {
	for _, p := range [][2]string{{boxPath(path), boxPath(to)}, {path, to}} {
		if err := copyFile(ctx, p[0], p[1]); err != nil {
			return err
		}
	}
	if !hasProjects(path) {
		return nil
	}
	return copyFile(ctx, projectsPath(path), projectsPath(to))
}

func hasProjects(path string) bool {
	_, err := os.Stat(projectsPath(path))
	return err == nil
}

// copyFile asks for no journal mode, so that the file keeps its own.
func copyFile(ctx context.Context, from, to string) error {
	from, err := filepath.Abs(from)
	if err != nil {
		return err
	}
	if to, err = filepath.Abs(to); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", dsn(from, "deferred", readerCache))
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	return backup(ctx, db, to)
}

// checkCopy opens the copies, which also sweeps what counts no more.
func checkCopy(ctx context.Context, path string) error {
	db, err := OpenDB(ctx, path)
	if err != nil {
		return err
	}
	if err := db.Close(); err != nil || !hasProjects(path) {
		return err
	}
	projects, err := OpenProjects(ctx, path)
	if err != nil {
		return err
	}
	return projects.Close()
}

// Erase overwrites a database, its box and the projects with zeros and removes
// them. A disk that moves its blocks, such as flash, may keep the old ones all
// the same.
func Erase(path string) error {
	var errs []error
	for _, p := range []string{path, boxPath(path), projectsPath(path)} {
		for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
			errs = append(errs, EraseFile(p+suffix))
		}
	}
	return errors.Join(errs...)
}

// EraseFile is [Erase] for one file, which need not be there.
func EraseFile(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(zero(f), f.Close(), os.Remove(path))
}

func zero(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	zeros := make([]byte, 1<<20)
	for left := info.Size(); left > 0; left -= int64(len(zeros)) {
		if _, err := f.Write(zeros[:min(left, int64(len(zeros)))]); err != nil {
			return err
		}
	}
	return f.Sync()
}
