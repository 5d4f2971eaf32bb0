package piaojue

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// unfuzzed are parsers that no bytes of others reach.
var unfuzzed = map[string]string{
	"keyfile.ParseIdentities": "reads a file of whoever runs the program, and leaves it to age",
	"lang.Parse":              "compares two letters",
}

// scalarMakers call SetUniformBytes of a Scalar, which has no logarithm.
var scalarMakers = []string{"ballot.next", "tally.scalar", "tally.hashToScalar", "audit.testStatic"}

// TestEveryParserIsFuzzed (G9): what turns bytes of others into values is reached
// by a fuzz target of its own package.
func TestEveryParserIsFuzzed(t *testing.T) {
	found := 0
	for pkg := range layers {
		g := namesOf(t, pkg)
		reached := g.reach(func(name string) bool { return strings.HasPrefix(name, "Fuzz") })
		for name := range g {
			if !strings.HasPrefix(name, "Parse") {
				continue
			}
			found++
			if !reached[name] && unfuzzed[pkg+"."+name] == "" {
				t.Errorf("no fuzz target reaches %s.%s", pkg, name)
			}
		}
	}
	if found < 40 {
		t.Errorf("%d parsers were looked at", found)
	}
}

// TestOneGenerator (F4): no package but group makes an element of a string, so
// there is no second generator whose logarithm somebody could know.
func TestOneGenerator(t *testing.T) {
	for pkg := range layers {
		for name, uses := range namesOf(t, pkg) {
			if pkg != "group" && slices.Contains(uses, "SetUniformBytes") && !slices.Contains(scalarMakers, pkg+"."+name) {
				t.Errorf("%s.%s makes an element of a string", pkg, name)
			}
		}
	}
	makers := []string{"Generator", "NewElement", "ParseElement"}
	if got := elementMakers(t); !slices.Equal(got, makers) {
		t.Errorf("package group makes elements by %v, want %v", got, makers)
	}
}

// names maps what a package declares at its top to all names in it.
type names map[string][]string

func namesOf(t *testing.T, pkg string) names {
	t.Helper()
	all := names{}
	eachDeclaration(t, pkg, func(d ast.Decl) {
		var called []string
		ast.Inspect(d, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				called = append(called, id.Name)
			}
			return true
		})
		switch d := d.(type) {
		case *ast.FuncDecl:
			all[d.Name.Name] = append(all[d.Name.Name], called...)
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if v, ok := s.(*ast.ValueSpec); ok {
					all[v.Names[0].Name] = append(all[v.Names[0].Name], called...)
				}
			}
		}
	})
	return all
}

func eachDeclaration(t *testing.T, pkg string, do func(ast.Decl)) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(pkg, "*.go"))
	if err != nil || len(files) == 0 {
		return // a package that is allowed and not there yet
	}
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			do(d)
		}
	}
}

// reach returns what is named, by however many steps, from where a walk begins.
func (g names) reach(begins func(name string) bool) map[string]bool {
	reached := map[string]bool{}
	var walk func(name string)
	walk = func(name string) {
		if reached[name] {
			return
		}
		reached[name] = true
		for _, next := range g[name] {
			walk(next)
		}
	}
	for name := range g {
		if begins(name) {
			walk(name)
		}
	}
	return reached
}

// elementMakers are the functions of package group that give an element.
func elementMakers(t *testing.T) (found []string) {
	t.Helper()
	eachDeclaration(t, "group", func(d ast.Decl) {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Recv != nil || !f.Name.IsExported() || f.Type.Results == nil {
			return
		}
		for _, r := range f.Type.Results.List {
			star, ok := r.Type.(*ast.StarExpr)
			if id, named := starName(star, ok); named && id == "Element" {
				found = append(found, f.Name.Name)
			}
		}
	})
	slices.Sort(found)
	return found
}

func starName(e *ast.StarExpr, ok bool) (string, bool) {
	if !ok {
		return "", false
	}
	id, ok := e.X.(*ast.Ident)
	if !ok {
		return "", false
	}
	return id.Name, true
}
