//go:build !linux

package doctor

import "errors"

// lookDisk knows Linux only.
func lookDisk(string) (disk, error) { return disk{}, errors.ErrUnsupported }
