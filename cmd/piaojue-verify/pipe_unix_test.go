//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestPipe (S7): a pipe in a folder does not hold the program up, with either
// kind of record.
func TestPipe(t *testing.T) {
	for _, name := range []string{"checkpoint", "closing", "issuer/0/checkpoint", "tile/0/000"} {
		dir := t.TempDir()
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if name != "checkpoint" {
			note := "example.org/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— example.org/log AAAAAAA=\n"
			if err := os.WriteFile(filepath.Join(dir, "checkpoint"), []byte(note), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if err := syscall.Mkfifo(path, 0o666); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"-lang", "en", dir}, {"projects", "-lang", "en", dir}} {
			ended := make(chan int)
			var out strings.Builder
			go func() { ended <- run(args, "", &out, &out) }()
			select {
			case status := <-ended:
				if status != exitNotVerified {
					t.Errorf("%s, %s: exit status %d: %s", name, args[0], status, out.String())
				}
			case <-time.After(10 * time.Second):
				t.Fatalf("%s, %s: waits for the pipe", name, args[0])
			}
		}
	}
}
