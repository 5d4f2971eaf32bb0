//go:build manual

package main

import (
	"io"
	"os"

	"piaojue/packaging/manual"
)

// With the tag manual the program writes its manual pages: piaojued FOLDER DATE.
func init() {
	err := manual.Write(os.Args[1], newRoot(io.Discard, io.Discard), manual.EN, version, os.Args[2])
	if err != nil {
		panic(err)
	}
	os.Exit(0)
}
