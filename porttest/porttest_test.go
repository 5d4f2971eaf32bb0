package porttest

import (
	"net"
	"testing"
)

// TestAddress: an address is free and no other's, and its next port is free too.
func TestAddress(t *testing.T) {
	seen := map[string]bool{}
	for range 20 {
		address := Address()
		if seen[address] {
			t.Errorf("%s was given twice", address)
		}
		seen[address] = true
		ln, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer ln.Close()
		if port := ln.Addr().(*net.TCPAddr).Port; port >= 32_768 || free(port) || !free(port+1) {
			t.Errorf("%s", address)
		}
	}
}
