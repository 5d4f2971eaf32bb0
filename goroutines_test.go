package piaojue

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// unwatched are packages that start goroutines, and whose tests cannot tell
// whether these end.
var unwatched = map[string]string{
	"bridge": "its goroutines are calls of a page, in a browser, and end with it",
	"bench":  "it measures, ends, and is part of no program",
}

// TestGoroutinesEnd: the tests of each package that starts goroutines fail when
// some are left behind, and run with the race detector too.
func TestGoroutinesEnd(t *testing.T) {
	raced := racedPackages(t)
	found := 0
	for pkg := range layers {
		if len(starts(t, pkg)) == 0 {
			if unwatched[pkg] != "" {
				t.Errorf("package %s starts no goroutine and is among the exceptions", pkg)
			}
			continue
		}
		found++
		if unwatched[pkg] != "" {
			continue
		}
		if !watches(t, pkg) {
			t.Errorf("package %s starts goroutines at %v; its TestMain must call package leaktest", pkg, starts(t, pkg))
		}
		if !slices.Contains(raced, pkg) {
			t.Errorf("package %s starts goroutines, and make race runs none of its tests", pkg)
		}
	}
	if found < 8 {
		t.Errorf("%d packages start goroutines: the test looks in the wrong place", found)
	}
}

// starts returns where the package itself, not its tests, starts goroutines.
func starts(t *testing.T, pkg string) (places []string) {
	t.Helper()
	eachFile(t, pkg, false, func(files *token.FileSet, f *ast.File) {
		places = append(places, startsIn(files, f)...)
	})
	return places
}

func startsIn(files *token.FileSet, f *ast.File) (places []string) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			places = append(places, files.Position(n.Pos()).String())
		case *ast.CallExpr: // of a sync.WaitGroup, or what looks like one
			if s, ok := n.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "Go" {
				places = append(places, files.Position(n.Pos()).String())
			}
		}
		return true
	})
	return places
}

// watches says whether the TestMain of a package calls package leaktest.
func watches(t *testing.T, pkg string) (does bool) {
	t.Helper()
	eachFile(t, pkg, true, func(_ *token.FileSet, f *ast.File) {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); !ok || d.Name.Name != "TestMain" {
				continue
			}
			ast.Inspect(d, func(n ast.Node) bool {
				s, ok := n.(*ast.SelectorExpr)
				if ok {
					id, named := s.X.(*ast.Ident)
					does = does || named && id.Name == "leaktest"
				}
				return true
			})
		}
	})
	return does
}

// eachFile parses the files of a package, its tests or the others.
func eachFile(t *testing.T, pkg string, tests bool, do func(*token.FileSet, *ast.File)) {
	t.Helper()
	entries, err := os.ReadDir(pkg)
	if err != nil {
		t.Fatal(err)
	}
	files := token.NewFileSet()
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") != tests {
			continue
		}
		f, err := parser.ParseFile(files, pkg+"/"+e.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		do(files, f)
	}
}

// racedPackages are those that make race runs tests of.
func racedPackages(t *testing.T) (pkgs []string) {
	t.Helper()
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	for _, lines := range regexp.MustCompile(`(?m)^RACE +=.*$|^race:\n(\t.*\n)+`).FindAll(makefile, -1) {
		for _, word := range strings.Fields(string(lines)) {
			if pkg, ok := strings.CutPrefix(word, "./"); ok {
				pkgs = append(pkgs, pkg)
			}
		}
	}
	return pkgs
}

// TestStartsIn: each way to start a goroutine is found.
func TestStartsIn(t *testing.T) {
	for body, want := range map[string]int{
		"go f()": 1, "go func() {}()": 1, "wg.Go(f)": 1, "s.jobs.Go(func() { go f() })": 2, "f()": 0, "": 0,
	} {
		files := token.NewFileSet()
		f, err := parser.ParseFile(files, "x.go", "package x; func x() { "+body+" }", 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := startsIn(files, f); len(got) != want {
			t.Errorf("%s: %d goroutines, want %d", body, len(got), want)
		}
	}
}
