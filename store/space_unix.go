//go:build unix

package store

import (
	"math"
	"path/filepath"
	"syscall"
)

// Free returns how many bytes of the disk are free for the projects, or the
// largest number if the system does not tell.
func (db *Projects) Free() uint64 {
	var s syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(db.path), &s); err != nil {
		return math.MaxUint64
	}
	return uint64(s.Bavail) * uint64(s.Bsize)
}
