package form

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestOfficialTexts: each text that the code names is in the catalogue, with as
// many verbs as it gets arguments, and none is there for nothing.
func TestOfficialTexts(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := make(map[string]bool)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				if id, err := strconv.Unquote(n.Value); err == nil && officialID.MatchString(id) {
					checkOfficialID(t, name, id, used)
				}
			case *ast.CallExpr:
				checkVerbs(t, name, n)
			}
			return true
		})
	}
	for id := range official() {
		if !used[id] {
			t.Errorf("%s is not used", id)
		}
	}
}

var officialID = regexp.MustCompile(`^t[1-7x]\.[a-z0-9_%]+$`)

// checkOfficialID takes a prefix that ends in _ or label for all that begin so.
func checkOfficialID(t *testing.T, file, id string, used map[string]bool) {
	id = strings.TrimSuffix(id, "%d")
	found := false
	for known := range official() {
		open := strings.HasSuffix(id, "_") || strings.HasSuffix(id, "label")
		if known == id || open && strings.HasPrefix(known, id) {
			used[known], found = true, true
		}
	}
	if !found {
		t.Errorf("%s: no text %q", file, id)
	}
}

func checkVerbs(t *testing.T, file string, call *ast.CallExpr) {
	name, ok := call.Fun.(*ast.Ident)
	if !ok || name.Name != "words" || call.Ellipsis != token.NoPos {
		return
	}
	lit, ok := call.Args[0].(*ast.BasicLit)
	if !ok {
		return
	}
	id, err := strconv.Unquote(lit.Value)
	if got, want := len(call.Args)-1, strings.Count(official()[id], "%"); err != nil || got != want {
		t.Errorf("%s: %s takes %d arguments, gets %d", file, id, want, got)
	}
}
