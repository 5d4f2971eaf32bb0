package lang

import (
	"fmt"
	"go/ast"
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

// TestUses reads every Go file of the module that imports this package and
// demands that each id it names exists and gets as many arguments as it has
// verbs. What the templates of pages name, package web checks.
func TestUses(t *testing.T) {
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || d.Name() == ".git"):
			return fs.SkipDir
		case strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go"):
			return report(t, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func report(t *testing.T, path string) error {
	t.Helper()
	source, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	found, err := goFlaws(string(source))
	for _, flaw := range found {
		t.Errorf("%s: %s", path, flaw)
	}
	return err
}

func goFlaws(source string) ([]string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "", source, 0)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(file.Imports, func(s *ast.ImportSpec) bool { return s.Path.Value == `"piaojue/lang"` }) {
		return nil, nil
	}
	var flaws []string
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			flaws = append(flaws, callFlaws(n)...)
		case *ast.BasicLit:
			flaws = append(flaws, literalFlaws(n)...)
		}
		return true
	})
	return flaws, nil
}

// callFlaws looks at x.Text("id", arguments…).
func callFlaws(call *ast.CallExpr) []string {
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || method.Sel.Name != "Text" || len(call.Args) == 0 {
		return nil
	}
	id, ok := literal(call.Args[0])
	switch {
	case !ok:
		return nil
	case !ZH.Has(id):
		return []string{fmt.Sprintf("no message %q", id)}
	case call.Ellipsis == token.NoPos && len(call.Args)-1 != len(verbs(zh()[id])):
		return []string{fmt.Sprintf("%q takes %d arguments", id, len(verbs(zh()[id])))}
	}
	return nil
}

// literalFlaws looks at texts that are built like an id, wherever they stand:
// in a table of causes for example, or as a prefix to which a name is joined.
func literalFlaws(node *ast.BasicLit) []string {
	text, ok := literal(node)
	if !ok || !looksLikeID(text) || ZH.Has(text) {
		return nil
	}
	if strings.HasSuffix(text, ".") && len(IDs(text)) > 0 {
		return nil
	}
	return []string{fmt.Sprintf("no message %q", text)}
}

func literal(expr ast.Expr) (string, bool) {
	node, ok := expr.(*ast.BasicLit)
	if !ok || node.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(node.Value)
	return text, err == nil
}

var fileEndings = []string{"csv", "css", "db", "html", "js", "json", "key", "log", "md", "pdf", "png", "svg", "txt", "wasm", "xlsx", "zip"}

func looksLikeID(text string) bool {
	group, rest, ok := strings.Cut(text, ".")
	return ok && strings.Trim(text, idLetters) == "" && len(IDs(group+".")) > 0 && !slices.Contains(fileEndings, rest)
}

// TestFlawsAreFound keeps TestUses from being vacuous.
func TestFlawsAreFound(t *testing.T) {
	for _, tt := range []struct {
		body string
		want int
	}{
		{`l.Text("phase.voting")`, 0},
		{`l.Text("phase.vooting")`, 2}, // as a call and as a literal
		{`l.Text("nothing")`, 1},
		{`l.Text("live.present", 1, 2)`, 0},
		{`l.Text("live.present", 1)`, 1},
		{`l.Text("phase.voting", 1)`, 1},
		{`l.Text("live.present", args...)`, 0},
		{`l.Text("phase." + name)`, 0},
		{`l.Text("phase.x" + name)`, 1},
		{`f(cause{"row.required"})`, 0},
		{`f(cause{"row.requird"})`, 1},
		{`f("report.pdf", "x.y", "report", "Report.x")`, 0},
	} {
		source := "package p\nimport \"piaojue/lang\"\nfunc _() { " + tt.body + " }\n"
		got, err := goFlaws(source)
		if err != nil || len(got) != tt.want {
			t.Errorf("%s: got %q, %v; want %d flaws", tt.body, got, err, tt.want)
		}
	}
}
