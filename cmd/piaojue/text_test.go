package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"piaojue/lang"
)

func newTestTool(l lang.Lang) *tool {
	t := &tool{in: strings.NewReader(""), out: io.Discard, err: io.Discard, env: func(string) string { return "" }, now: time.Now}
	t.speak(l)
	return t
}

// walk visits all commands but the ones cobra hides.
func walk(c *cobra.Command, visit func(path string, c *cobra.Command)) {
	if c.Hidden {
		return
	}
	_, path, ok := strings.Cut(c.CommandPath(), " ")
	if !ok {
		path = "piaojue"
	}
	visit(path, c)
	for _, sub := range c.Commands() {
		walk(sub, visit)
	}
}

// TestHelp: every command says what it does, with an example, and describes its
// flags, in both languages; no page is left over from a command that is gone.
func TestHelp(t *testing.T) {
	for _, l := range []lang.Lang{lang.ZH, lang.EN} {
		tool := newTestTool(l)
		unused := make(map[string]bool)
		for path := range tool.words.pages {
			unused[path] = true
		}
		walk(tool.root(), func(path string, c *cobra.Command) {
			delete(unused, path)
			if c.Short == "" || c.Long == "" {
				t.Errorf("%s %s: no help", l, path)
			}
			if !c.HasSubCommands() && c.Example == "" {
				t.Errorf("%s: no example", path)
			}
			c.LocalFlags().VisitAll(func(f *pflag.Flag) {
				if tool.words.flags[f.Name] == "" {
					t.Errorf("%s: flag --%s is not described", path, f.Name)
				}
			})
		})
		for path := range unused {
			t.Errorf("%s: there is no command %s", l, path)
		}
	}
}

// TestExamples: each example calls a command that exists, with flags that it
// has.
func TestExamples(t *testing.T) {
	tool := newTestTool(lang.EN)
	root := tool.root()
	n := 0
	walk(root, func(path string, c *cobra.Command) {
		for line := range strings.Lines(c.Example) {
			_, call, ok := strings.Cut(line, "piaojue ")
			if !ok {
				continue
			}
			n++
			words := strings.Fields(strings.NewReplacer(")", " ", "'", "").Replace(call))
			about, _, err := root.Find(words)
			if err != nil || about != c {
				t.Errorf("%s: example %q is of %v, %v", path, line, about.CommandPath(), err)
			}
			for _, w := range words {
				name, isFlag := strings.CutPrefix(w, "--")
				if isFlag && c.Flag(name) == nil {
					t.Errorf("%s: example %q: no flag --%s", path, line, name)
				}
			}
		}
	})
	if n < 5 {
		t.Errorf("found %d examples", n)
	}
}

func TestSameWords(t *testing.T) {
	zh, en := chinese(), english()
	for _, pair := range []struct {
		name   string
		zh, en map[string]string
	}{{"words", zh.words, en.words}, {"flags", zh.flags, en.flags}} {
		for id, text := range pair.zh {
			if pair.en[id] == "" {
				t.Errorf("%s %s: not in English", pair.name, id)
			} else if got, want := verbs(pair.en[id]), verbs(text); !slices.Equal(got, want) {
				t.Errorf("%s %s: English has verbs %q, Chinese %q", pair.name, id, got, want)
			}
		}
		for id, text := range pair.en {
			if pair.zh[id] == "" {
				t.Errorf("%s %s: not in Chinese", pair.name, id)
			}
			if strings.IndexFunc(text, isHan) >= 0 {
				t.Errorf("%s %s: Chinese in the English catalogue", pair.name, id)
			}
		}
	}
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

var verb = regexp.MustCompile(`%[^%]?|%%`)

func verbs(s string) []string {
	return slices.DeleteFunc(verb.FindAllString(s, -1), func(v string) bool { return v == "%%" })
}

// speakers are the functions whose argument names a text, and the prefix of its
// id.
var speakers = map[string]struct {
	argument int
	prefix   string
}{
	"say": {0, ""}, "wrong": {0, "fault."}, "misuse": {0, "fault."}, "because": {1, "fault."},
}

// TestUses: whatever the program says exists and gets as many arguments as it
// has verbs, and nothing is in the catalogue for nobody.
func TestUses(t *testing.T) {
	used := make(map[string]bool)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if !strings.HasSuffix(name, "_test.go") {
			readUses(t, name, used)
		}
	}
	for _, h := range hints {
		for _, id := range []string{"hint." + h.id, "cause." + h.id} {
			used[id] = true
			if !english().has(id) {
				t.Errorf("no text for %s", id)
			}
		}
	}
	sheet, err := os.ReadFile("text/badges.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`ay "([a-z0-9.]+)"`).FindAllStringSubmatch(string(sheet), -1) {
		used[m[1]] = true
	}
	for id := range english().words {
		if !isUsed(id, used) {
			t.Errorf("%s is used nowhere", id)
		}
	}
	for id := range used {
		if !strings.HasSuffix(id, ".") && !english().has(id) {
			t.Errorf("%s is no text", id)
		}
	}
}

func isUsed(id string, used map[string]bool) bool {
	if used[id] || used[strings.TrimSuffix(id, ".hint")] {
		return true
	}
	for i := range id { // "group."+name
		if id[i] == '.' && used[id[:i+1]] {
			return true
		}
	}
	return false
}

func readUses(t *testing.T, name string, used map[string]bool) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok { // an id on its way to who says it
			if id, whole := textID(lit); whole && english().has(id) {
				used[id] = true
			}
		}
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		s, ok := speakers[calledName(call)]
		if !ok || len(call.Args) <= s.argument {
			return true
		}
		if id, whole := textID(call.Args[s.argument]); id != "" {
			id = s.prefix + id
			used[id] = true
			if want, got := len(verbs(english().words[id])), len(call.Args)-s.argument-1; whole && call.Ellipsis == token.NoPos && got != want {
				t.Errorf("%s: %s takes %d arguments, gets %d", name, id, want, got)
			}
		}
		return true
	})
}

func calledName(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// textID reads "id", or "prefix."+something.
func textID(e ast.Expr) (id string, whole bool) {
	if sum, ok := e.(*ast.BinaryExpr); ok {
		id, _ := textID(sum.X)
		return id, false
	}
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	id, err := strconv.Unquote(lit.Value)
	return id, err == nil
}

// TestFaultsGiveARemedy: what people can do something about says what.
func TestFaultsGiveARemedy(t *testing.T) {
	for id := range english().words {
		if strings.HasPrefix(id, "fault.") && !strings.HasSuffix(id, ".hint") && !english().has(id+".hint") {
			t.Errorf("%s has no hint", id)
		}
	}
}

func TestReadPhrasesRefuses(t *testing.T) {
	for _, text := range []string{
		"[a]\n\n[b]\nx", "[a]\nx\n[a]\ny", "[words]\nid text", "[words]\nid = a\nid = b", "[flags]\nid =",
	} {
		if _, err := readPhrases(text); err == nil {
			t.Errorf("%q: accepted", text)
		}
	}
	p, err := readPhrases("# note\n[a b]\nshort\n\nlong\nlong\n\n[words]\nid = a = b\n")
	if err != nil || p.pages["a b"] != (page{"short", "long\nlong"}) || p.words["id"] != "a = b" {
		t.Errorf("got %+v, %v", p, err)
	}
}
