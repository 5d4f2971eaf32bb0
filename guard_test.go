package piaojue

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// importers maps each path that non-test code imports to the files that do.
func importers(t *testing.T) map[string][]string {
	t.Helper()
	found := make(map[string][]string)
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			found[imported] = append(found[imported], filepath.ToSlash(path))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestOneDecoder (G4, F4): bytes become group elements in package group and
// nowhere else, so that no path is without its membership check; and no package
// can make a generator of its own. The curve of TLS certificates is another one.
func TestOneDecoder(t *testing.T) {
	seen := false
	for path, files := range importers(t) {
		foreign := strings.HasPrefix(path, "filippo.io/edwards25519") || path == "crypto/elliptic" ||
			path == "crypto/ecdh" || strings.HasPrefix(path, "github.com/cloudflare/circl/group") ||
			strings.HasPrefix(path, "github.com/gtank/ristretto255")
		for _, f := range files {
			certificate := path == "crypto/elliptic" && f == "cmd/piaojued/certificate.go"
			if foreign && !certificate && !strings.HasPrefix(f, "group/") {
				t.Errorf("%s imports %s: only package group may", f, path)
			}
			seen = seen || foreign
		}
	}
	if !seen {
		t.Error("found no import of the curve at all: the test looks in the wrong place")
	}
}

// TestRandomness (V11): secrets come from crypto/rand. The exceptions expand a
// seed that did, or make up sample names.
func TestRandomness(t *testing.T) {
	allowed := []string{"ballot/request.go", "cmd/piaojue/sample.go", "cmd/piaojue/demo.go", "cmd/piaojue/scenario.go"}
	found := importers(t)
	for _, path := range []string{"math/rand", "math/rand/v2"} {
		for _, f := range found[path] {
			if !slices.Contains(allowed, f) {
				t.Errorf("%s imports %s", f, path)
			}
		}
	}
	if !slices.Contains(found["math/rand/v2"], "ballot/request.go") {
		t.Error("the known exception is not found: the test looks in the wrong place")
	}
}

// TestRandomnessOfPages (V11): scripts draw by chance when they ask again, and
// nothing else.
func TestRandomnessOfPages(t *testing.T) {
	allowed := map[string]int{"web/static/js/live.js": 1, "kiosk/static/js/terminal.js": 1}
	for _, pattern := range []string{"web/static/js/*.js", "kiosk/static/js/*.js", "testvectors/verifier-js/*.mjs"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := strings.Count(string(text), "Math.random"), allowed[filepath.ToSlash(file)]; got != want {
				t.Errorf("%s uses Math.random %d times, want %d", file, got, want)
			}
		}
	}
}
