// Package porttest is for tests that start servers: it finds them addresses, and
// has the go command know what they are made of.
package porttest

import (
	"fmt"
	"net"
	"os"
	"sync/atomic"
)

// The system gives connections their ports from 32768 on. One that a test has found
// there and let go may be another's by the time its server listens.
const (
	first = 10_000
	pairs = 11_000
)

// given counts the addresses of this process.
var given atomic.Uint32

// Address returns an address of this machine where nobody listens, nor at the next
// port. Processes begin at different places, and none gives an address twice before
// it has given all.
func Address() string { return fmt.Sprint("127.0.0.1:", Port()) }

// Port is the port of an Address.
func Port() int {
	for range pairs {
		port := first + 2*((os.Getpid()*127+int(given.Add(1)))%pairs)
		if free(port) && free(port+1) {
			return port
		}
	}
	panic("porttest: no port of this machine is free")
}

// free reports whether one can listen there, on all addresses of the machine.
func free(port int) bool {
	ln, err := net.Listen("tcp", fmt.Sprint(":", port))
	if err == nil {
		ln.Close()
	}
	return err == nil
}
