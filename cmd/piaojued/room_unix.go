//go:build unix

package main

import "syscall"

// openable is how many files the process may have open: package os has raised
// that to what the system allows. 0 if nobody knows.
func openable() int {
	var l syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l) != nil || l.Cur > 1<<30 {
		return 0
	}
	return int(l.Cur)
}
