//go:build testonly

package main

import "piaojue/keyfile"

// lowerCost makes key files that are opened at once, for tests.
func lowerCost() { keyfile.TestOnlyWorkFactor(4) }
