package piaojue

import (
	"go/ast"
	"go/token"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestPostgresTestsRun: every test of the server that runs on PostgreSQL alone is
// one that make postgres-tests runs. Elsewhere it is skipped, and nobody would see.
func TestPostgresTestsRun(t *testing.T) {
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	const pkg = "cmd/piaojued"
	line := regexp.MustCompile(`(?m)^\t\.ci/postgres go test .*-run '([^']+)' \./` + pkg + `$`).FindSubmatch(makefile)
	if line == nil {
		t.Fatalf("make postgres-tests names no tests of %s", pkg)
	}
	named, found := regexp.MustCompile(string(line[1])), 0
	eachFile(t, pkg, true, func(_ *token.FileSet, f *ast.File) {
		for _, d := range f.Decls {
			d, ok := d.(*ast.FuncDecl)
			if !ok || !calls(d, "pgtest", "Used") {
				continue
			}
			found++
			if strings.HasPrefix(d.Name.Name, "Test") && !named.MatchString(d.Name.Name) {
				t.Errorf("make postgres-tests does not run %s", d.Name.Name)
			}
		}
	})
	if found < 3 {
		t.Errorf("%d tests ask for PostgreSQL: the test looks in the wrong place", found)
	}
}

// calls says whether a function calls another one of a package.
func calls(d *ast.FuncDecl, pkg, name string) (does bool) {
	ast.Inspect(d, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == name {
			id, named := s.X.(*ast.Ident)
			does = does || named && id.Name == pkg
		}
		return true
	})
	return does
}
