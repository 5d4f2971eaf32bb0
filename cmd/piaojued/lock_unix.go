//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// locks: whoever has a lock is alone.
const locks = true

// lock keeps a second server from the same folder. The system releases it when
// the process ends, however it does.
func lock(dir string) (func(), error) { return lockFile(dir, "lock") }

// lockFile is lock for something else that only one process may do.
func lockFile(dir, name string) (func(), error) {
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		if os.IsNotExist(err) {
			return nil, hint(fmt.Errorf("%s is not there", dir), "make a server with: piaojued init --dir %s", dir)
		}
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s is in use by another piaojued", dir)
	}
	return func() { f.Close() }, nil
}
