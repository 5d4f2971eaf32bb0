//go:build unix

package store

import (
	"math"
	"path/filepath"
	"syscall"
)

// free is the largest number if the system does not tell.
func (f sqliteFile) free() uint64 {
	var s syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(f.path), &s); err != nil {
		return math.MaxUint64
	}
	return uint64(s.Bavail) * uint64(s.Bsize)
}
