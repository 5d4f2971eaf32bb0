// Package leaktest fails the tests of a package that leave goroutines behind.
// What starts goroutines in a server for years must end each of them.
package leaktest

import (
	"fmt"
	"io"
	"os"
	"time"

	"go.uber.org/goleak"
)

// patience is how long a goroutine may take to end after the last test: goleak
// alone waits less than a machine at full load needs to run one.
const patience = 20 * time.Second

// wasm is what runs the events of a page, and never ends, where there is one.
var wasm = goleak.IgnoreAnyFunction("runtime.handleEvent")

// Tests are those of a package: a *testing.M.
type Tests interface{ Run() int }

// Main is all of a TestMain: it runs the tests and exits.
func Main(m Tests) { os.Exit(Watch(m).Run()) }

// Watch returns tests whose status is 1 as well when they pass and leak.
func Watch(m Tests) Tests { return watched{m, patience, os.Stderr} }

type watched struct {
	Tests
	patience time.Duration
	report   io.Writer
}

func (w watched) Run() int {
	if status := w.Tests.Run(); status != 0 {
		return status
	}
	end := time.Now().Add(w.patience)
	for {
		err := goleak.Find(wasm)
		if err == nil {
			return 0
		}
		if time.Now().After(end) {
			fmt.Fprintln(w.report, "the tests passed and left goroutines behind:", err)
			return 1
		}
	}
}
