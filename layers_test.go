package piaojue

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var core = []string{"group", "ballot", "tally", "election", "project", "audit", "client"}

// layers says which of our packages each package may import, and is the whole
// truth: what is not listed is forbidden.
var layers = map[string][]string{
	"group":              {},
	"project":            {},
	"lang":               {},
	"keyfile":            {},
	"courier":            {},
	"kiosk":              {"lang"},
	"ballot":             {"group"},
	"tally":              {"group", "ballot"},
	"election":           {"ballot", "tally", "group"},
	"audit":              {"group", "ballot", "tally", "election", "project"},
	"client":             {"group", "ballot", "tally", "election", "project", "audit"},
	"form":               append([]string{"lang"}, core...),
	"bridge":             core,
	"store":              core,
	"web":                append([]string{"courier", "form", "lang", "keyfile", "kiosk", "store"}, core...),
	"doctor":             append([]string{"lang", "store"}, core...),
	"node":               {"audit", "keyfile", "lang", "store"},
	"packaging/manual":   {},
	"cmd/piaojued":       append([]string{"packaging/manual", "courier", "doctor", "form", "lang", "keyfile", "node", "store", "web"}, core...),
	"cmd/piaojue":        append([]string{"packaging/manual", "form", "lang", "keyfile", "kiosk"}, core...),
	"cmd/piaojue-verify": append([]string{"lang"}, core...),
	"cmd/terminal":       append([]string{"bridge", "lang"}, core...),
	"cmd/desk":           append([]string{"bridge", "keyfile", "lang"}, core...),
	"bench":              append([]string{"store"}, core...), // a benchmark with the programs as they are
	"pgtest":             {},                                 // for tests of any package
	"leaktest":           {},                                 // and this
	"porttest":           {},                                 // and this
	"deps":               {},                                 // audits modules
	"docs/site":          {},                                 // documents as pages
	"testvectors":        {},
	"testvectors/gen":    append([]string{"testvectors"}, core...),
}

// forbidden are packages of the standard library that the core must not know:
// it takes values and returns values.
var forbidden = []string{"os", "net", "net/http", "database/sql", "log", "log/slog", "os/exec", "time"}

func TestLayers(t *testing.T) {
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, ".go") {
			return err
		}
		checkImports(t, path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkImports(t *testing.T, path string) {
	t.Helper()
	dir, test := filepath.ToSlash(filepath.Dir(path)), strings.HasSuffix(path, "_test.go")
	allowed, known := layers[dir]
	if dir == "." {
		return
	}
	if !known {
		t.Errorf("%s: package %s is in no layer", path, dir)
		return
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Error(err)
		return
	}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Error(err)
			continue
		}
		ours, isOurs := strings.CutPrefix(imported, "piaojue/")
		switch {
		case test && (ours == dir || ours == "testvectors" || ours == "pgtest" || ours == "leaktest" || ours == "porttest"):
		case isOurs && !slices.Contains(allowed, ours):
			t.Errorf("%s imports %s, which its layer forbids", path, imported)
		case !test && slices.Contains(core, dir) && slices.Contains(forbidden, imported):
			t.Errorf("%s: the core must not import %s", path, imported)
		}
	}
}
