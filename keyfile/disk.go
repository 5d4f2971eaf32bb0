package keyfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

// Write creates a file that only its owner may read, and makes it durable. It
// never overwrites: the file that is there may be the only copy of a key.
func Write(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s exists already and is not overwritten: %w", path, os.ErrExist)
	}
	if err != nil {
		return fmt.Errorf("create key file: %w", err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		// Half a key file would block the next try and help nobody.
		return fmt.Errorf("write key file: %w", errors.Join(err, os.Remove(path)))
	}
	return SyncFolder(filepath.Dir(path))
}

// SyncFolder makes the name of a new file durable. Windows and the browser
// cannot, and need not, open a folder for this.
func SyncFolder(path string) error {
	if runtime.GOOS == "windows" || runtime.GOOS == "js" {
		return nil
	}
	d, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("sync folder of key file: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("sync folder of key file: %w", err)
	}
	return nil
}

// Read reads a key file. It refuses one that other users may read or write,
// and says how to mend that.
func Read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	defer f.Close()
	// Asking the open file, not the path, leaves no gap between look and use.
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	if err := checkMode(path, info.Mode()); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("%s: %w", path, errTooLarge)
	}
	return data, nil
}

func checkMode(path string, mode os.FileMode) error {
	if !mode.IsRegular() {
		return fmt.Errorf("%s is not a regular file", path)
	}
	private := os.FileMode(0o600)
	if handedOver(path) {
		private |= 0o040
	}
	// Windows has no such bits; Go shows 0666 for every writable file.
	if runtime.GOOS != "windows" && mode.Perm()&^private != 0 {
		return fmt.Errorf("%s is open to other users (mode %04o): run chmod 600 %s", path, mode.Perm(), path)
	}
	return nil
}

// handedOver reports whether systemd has handed a file to this service alone
// (LoadCredential=). It may do so by an access list, the mask of which shows as the
// bits of the group; the folder is closed to everybody else.
func handedOver(path string) bool {
	folder := os.Getenv("CREDENTIALS_DIRECTORY")
	return filepath.IsAbs(folder) && filepath.Dir(filepath.Clean(path)) == filepath.Clean(folder)
}

// WriteKey writes a daemon's secret in plain text, with the care of [Write].
// Whoever reads the file has the key; [Seal] is for people.
func WriteKey(path string, s *Secret) error {
	text, err := s.Marshal()
	if err != nil {
		return err
	}
	return Write(path, text)
}

// ReadKey reads what [WriteKey] wrote and demands its kind, so that two paths
// swapped in a configuration are noticed.
func ReadKey(path string, kind Kind) (*Secret, error) {
	text, err := Read(path)
	if err != nil {
		return nil, err
	}
	s, err := Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := s.Check(kind, ""); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}
