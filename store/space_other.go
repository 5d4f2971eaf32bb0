//go:build !unix

package store

import "math"

// Free returns the largest number: this system is not asked.
func (db *Projects) Free() uint64 { return math.MaxUint64 }
