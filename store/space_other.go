//go:build !unix

package store

import "math"

// free is the largest number: this system is not asked.
func (sqliteFile) free() uint64 { return math.MaxUint64 }
