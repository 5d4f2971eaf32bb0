package piaojue

import (
	"bufio"
	"bytes"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// program is all our code, with its tests, type-checked from its source.
type program struct {
	files    *token.FileSet
	packages map[string]*types.Package
	// uses maps what is declared at the top of a package to all it names.
	uses map[types.Object][]types.Object
	// inTest are those that a file of tests declares.
	inTest  map[types.Object]bool
	foreign types.Importer
	named   []*types.TypeName
}

// theProgram takes a second of CPU, once.
var theProgram = sync.OnceValues(func() (*program, error) {
	p := &program{
		files: token.NewFileSet(), packages: map[string]*types.Package{},
		uses: map[types.Object][]types.Object{}, inTest: map[types.Object]bool{},
	}
	exports, err := exportsOf("./cmd/piaojue", "./cmd/piaojued", "./cmd/piaojue-verify", "testing", "net/http/httptest")
	if err != nil {
		return nil, err
	}
	p.foreign = importer.ForCompiler(p.files, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path]) // what only tests import is not there, and says nothing of parsers
	})
	for _, pkg := range slices.Sorted(maps.Keys(layers)) {
		if _, err := p.Import("piaojue/" + pkg); err != nil {
			return nil, err
		}
	}
	return p, nil
})

// exportsOf asks Go for the compiled packages that ours are type-checked against.
func exportsOf(roots ...string) (map[string]string, error) {
	out, err := exec.Command("go", append([]string{"list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}"}, roots...)...).Output()
	if err != nil {
		return nil, err
	}
	exports := make(map[string]string)
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		path, file, _ := strings.Cut(lines.Text(), " ")
		exports[path] = file
	}
	return exports, nil
}

// Import type-checks a package of ours with its tests; layers has no cycles.
func (p *program) Import(path string) (*types.Package, error) {
	dir, ours := strings.CutPrefix(path, "piaojue/")
	if !ours {
		return p.foreign.Import(path)
	}
	if done := p.packages[path]; done != nil {
		return done, nil
	}
	files, external, err := p.parse(dir)
	if err != nil {
		return nil, err
	}
	p.packages[path] = p.check(path, files)
	if len(external) > 0 {
		p.check(path+"_test", external)
	}
	return p.packages[path], nil
}

// parse returns the files of a package as Linux compiles it, or a browser, if it
// is for nothing else, and those of its tests that stand outside.
func (p *program) parse(dir string) (files, external []*ast.File, err error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, nil, err
	}
	for _, name := range names {
		f, err := parser.ParseFile(p.files, name, nil, parser.SkipObjectResolution|parser.ParseComments)
		switch {
		case err != nil:
			return nil, nil, err
		case strings.HasSuffix(f.Name.Name, "_test"):
			external = append(external, f)
		default:
			files = append(files, f)
		}
	}
	return files, external, nil
}

// check notes what is used where. Errors are about what tests alone import, and
// what other systems have instead: the compiler judges, not this.
func (p *program) check(path string, files []*ast.File) *types.Package {
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: p, Error: func(error) {}}
	pkg, _ := config.Check(path, p.files, files, info)
	for _, f := range files {
		test := strings.HasSuffix(p.files.Position(f.Pos()).Filename, "_test.go")
		for _, d := range f.Decls {
			p.note(info, d, test)
		}
	}
	return pkg
}

func (p *program) note(info *types.Info, d ast.Decl, test bool) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		p.noteAs(info, d.Name, d, test)
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				p.noteAs(info, s.Name, s, test)
			case *ast.ValueSpec:
				for _, name := range s.Names {
					p.noteAs(info, name, s, test)
				}
			}
		}
	}
}

func (p *program) noteAs(info *types.Info, name *ast.Ident, n ast.Node, test bool) {
	o := info.Defs[name]
	if o == nil {
		return
	}
	p.inTest[o] = test
	if t, ok := o.(*types.TypeName); ok {
		p.named = append(p.named, t)
	}
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && info.Uses[id] != nil {
			p.uses[o] = append(p.uses[o], original(info.Uses[id]))
		}
		return true
	})
}

// original is a method as it was declared, not as of a type with its parameters.
func original(o types.Object) types.Object {
	if f, ok := o.(*types.Func); ok {
		return f.Origin()
	}
	return o
}

// reach returns what is used, by however many steps, from where a walk begins.
func (p *program) reach(begin func(types.Object) bool) map[types.Object]bool {
	reached := make(map[types.Object]bool)
	var walk func(types.Object)
	walk = func(o types.Object) {
		if reached[o] {
			return
		}
		reached[o] = true
		for _, next := range p.uses[o] {
			walk(next)
		}
		for _, next := range p.called(o) {
			walk(next)
		}
	}
	for o := range p.uses {
		if begin(o) {
			walk(o)
		}
	}
	return reached
}

// fromOutside are methods that other packages call on what they are given.
var fromOutside = []string{"UnmarshalText", "UnmarshalJSON", "Read", "ReadAt", "ServeHTTP", "Open", "ReadHashes", "Scan", "Set"}

// called are the methods that may be meant by a method of an interface, and those
// of a type that others call.
func (p *program) called(o types.Object) (all []types.Object) {
	switch o := o.(type) {
	case *types.Func:
		r := o.Signature().Recv()
		if r == nil || !types.IsInterface(r.Type()) || o.Pkg() == nil || !strings.HasPrefix(o.Pkg().Path(), "piaojue/") {
			return nil
		}
		means, ok := r.Type().Underlying().(*types.Interface)
		for _, t := range p.named {
			if ok && !types.IsInterface(t.Type()) && types.Implements(types.NewPointer(t.Type()), means) {
				all = append(all, methodOf(t, o.Name())...)
			}
		}
	case *types.TypeName:
		for _, name := range fromOutside {
			all = append(all, methodOf(o, name)...)
		}
	}
	return all
}

func methodOf(t *types.TypeName, name string) []types.Object {
	if t.IsAlias() || t.Pkg() == nil {
		return nil
	}
	m, _, _ := types.LookupFieldOrMethod(types.NewPointer(t.Type()), true, t.Pkg(), name)
	if f, ok := m.(*types.Func); ok {
		return []types.Object{f.Origin()}
	}
	return nil
}

func loadProgram(t *testing.T) *program {
	t.Helper()
	p, err := theProgram()
	if err != nil {
		t.Fatal(err)
	}
	return p
}
