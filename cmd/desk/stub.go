//go:build !js

package main

import "os"

// main of other systems only says where the program belongs.
func main() {
	os.Stderr.WriteString("desk: runs in a browser; see make wasm-clients\n")
	os.Exit(2)
}
