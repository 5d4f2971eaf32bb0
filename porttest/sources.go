package porttest

import (
	"os"
	"path/filepath"
	"testing"
)

// LookAtSources lets the go command know what a test is about that compiles programs
// and starts them: its cached result rests on what is linked into it and on the files
// that it has looked at, and the programs are neither. root is the folder of go.mod.
func LookAtSources(t testing.TB, root string) {
	t.Helper()
	for _, pattern := range []string{"go.sum", "*/*.go", "cmd/*/*.go", "cmd/*/testdata/*.mjs", "web/static/js/*", "web/templates/*/*", "*/text/*.txt", "lang/*.txt"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, name := range files {
			if _, err := os.Stat(name); err != nil {
				t.Fatal(err)
			}
		}
	}
}
