package store

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sqlStart is how a statement begins.
var sqlStart = regexp.MustCompile("^[`\"]\\s*(SELECT|INSERT|UPDATE|DELETE|WITH|REPLACE)\\b")

// copiers are the files that copy tables of a list of ours, row by row.
var copiers = []string{"save.go", "tables.go"}

// TestStatementsAreConstant: no statement is put together at run time: what people
// send comes as a parameter only. Who copies whole databases names the tables of a
// list of ours.
func TestStatementsAreConstant(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	statements := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && sqlStart.MatchString(lit.Value) {
				statements++
			}
			if what := builtStatement(n); what != nil && !slices.Contains(copiers, file) {
				t.Errorf("%s: a statement is put together", set.Position(what.Pos()))
			}
			return true
		})
	}
	if statements < 100 {
		t.Errorf("%d statements were looked at", statements)
	}
	for code, want := range map[string]bool{
		"\"SELECT a FROM b WHERE c = '\" + x + \"'\"": true, "fmt.Sprintf(`DELETE FROM %s`, x)": true, "strings.Replace(\"UPDATE x\", a, b, 1)": true,
		"\"SELECT a\" + \" FROM b\"": false, "fmt.Sprintf(\"selected %s\", x)": false, "db.Exec(`SELECT 1`, x)": false,
	} {
		x, err := parser.ParseExpr(code)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		ast.Inspect(x, func(n ast.Node) bool { found = found || builtStatement(n) != nil; return true })
		if found != want {
			t.Errorf("%s: %t", code, found)
		}
	}
}

// builtStatement returns a statement that is made of parts that are not constant.
func builtStatement(n ast.Node) ast.Node {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		if n.Op == token.ADD && holdsSQL(n.X) && !isText(n.Y) || n.Op == token.ADD && holdsSQL(n.Y) && !isText(n.X) {
			return n
		}
	case *ast.CallExpr:
		f, ok := n.Fun.(*ast.SelectorExpr)
		if !ok || len(n.Args) == 0 || !holdsSQL(n.Args[0]) {
			return nil
		}
		if pkg, ok := f.X.(*ast.Ident); ok && (pkg.Name == "fmt" || pkg.Name == "strings") {
			return n
		}
	}
	return nil
}

func holdsSQL(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BasicLit:
		return sqlStart.MatchString(e.Value)
	case *ast.BinaryExpr:
		return holdsSQL(e.X) || holdsSQL(e.Y)
	}
	return false
}

func isText(e ast.Expr) bool {
	b, ok := e.(*ast.BasicLit)
	return ok && b.Kind == token.STRING
}
