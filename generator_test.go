package piaojue

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"testing"
)

// scalarMakers call SetUniformBytes of a Scalar, which has no logarithm.
var scalarMakers = []string{"ballot.next", "tally.scalar", "tally.hashToScalar", "audit.testStatic", "testvectors/gen.schnorr"}

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
