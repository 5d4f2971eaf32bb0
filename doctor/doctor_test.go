package doctor

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"piaojue/lang"
	"piaojue/leaktest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

// want compares what a check came to.
func want(t *testing.T, name string, got Finding, v Verdict, seen string) {
	t.Helper()
	if got.Verdict != v || got.Case != seen {
		t.Errorf("%s: %s %s, want %s %s", name, words[got.Verdict], got.Case, words[v], seen)
	}
	for _, l := range []lang.Lang{lang.ZH, lang.EN} {
		if text := got.Seen(l) + got.Fix(l); strings.Contains(text, "%!") || text == "" {
			t.Errorf("%s: it says %q", name, text)
		}
	}
}

// TestReport: a line for each check with its mark, what to do where something is to be
// done, and at the end whether a session can begin.
func TestReport(t *testing.T) {
	well := found(Well, "memory", "enough", 4096)
	for name, x := range map[string]struct {
		r     Report
		fails bool
		ends  string
	}{
		"all well": {Report{well, well}, false, "可以开场。"},
		"careful":  {Report{well, found(Careful, "backup", "none")}, false, "可以开场。标 ！ 的各项请有空时看一看。"},
		"wrong":    {Report{found(Wrong, "kind", "memory"), well}, true, "还不能开场。请先逐条处理标 ✗ 的各项，再检查一遍。"},
	} {
		lines := x.r.Lines(lang.ZH)
		if x.r.Fails() != x.fails || len(lines) != len(x.r)+2 || lines[len(lines)-1] != x.ends {
			t.Errorf("%s: %t, %q", name, x.r.Fails(), lines)
		}
		for i, f := range x.r {
			if !strings.HasPrefix(lines[i], marks[f.Verdict]+" ") || strings.Contains(lines[i], "→") != (f.Verdict != Well) {
				t.Errorf("%s: %q", name, lines[i])
			}
		}
		text, err := x.r.JSON()
		var said struct {
			Ready  bool
			Checks []map[string]string
		}
		if err != nil || json.Unmarshal(text, &said) != nil || said.Ready == x.fails || len(said.Checks) != len(x.r) {
			t.Errorf("%s: %v %s", name, err, text)
		}
	}
	if got, want := (Report{well}).Lines(lang.EN)[0], "✓ memory: 4096 MB are free"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestForeign: what other machines have sent moves no cursor.
func TestForeign(t *testing.T) {
	f := found(Well, "issuer", "answers", "x\x1b[2J\u202e")
	if got := f.Seen(lang.ZH); strings.ContainsAny(got, "\x1b\u202e") {
		t.Errorf("got %q", got)
	}
}

var verb = regexp.MustCompile(`%[.0-9]*[a-z]`)

// reasons are the cases of connections, see reason.
var reasons = []string{"untrusted", "misnamed", "expired", "nowhere", "silent"}

// TestCatalogues: what a check can say has a text with as many verbs as it gets, in
// both languages, and what is not well says what to do, in whole sentences without
// English among the Chinese; nothing is there for nobody.
func TestCatalogues(t *testing.T) {
	said := findings(t)
	for id, x := range said {
		check, _, _ := strings.Cut(id, ".")
		for l, texts := range map[lang.Lang]map[string]string{lang.ZH: zh(), lang.EN: en()} {
			if got := len(verb.FindAllString(texts[id], -1)); texts[id] == "" || got != x.args || texts["name."+check] == "" {
				t.Errorf("%s %s: %q gets %d arguments", l, id, texts[id], x.args)
			}
			fix := texts[id+".fix"]
			if (fix == "") != (x.verdict == "Well") || fix != "" && !strings.HasSuffix(fix, "。") && !strings.HasSuffix(fix, ".") || strings.Contains(fix, "%") {
				t.Errorf("%s %s is %s, and to be done is %q", l, id, x.verdict, fix)
			}
		}
	}
	for id := range zh() {
		group, rest, _ := strings.Cut(id, ".")
		if _, ok := said[strings.TrimSuffix(id, ".fix")]; !ok && group != "say" && !(group == "name" && zh()[rest] == "") {
			t.Errorf("%s is for nobody", id)
		}
		if !slices.Equal(verb.FindAllString(zh()[id], -1), verb.FindAllString(en()[id], -1)) {
			t.Errorf("%s: other verbs in English", id)
		}
	}
	if len(said) < 80 || len(zh()) != len(en()) {
		t.Errorf("%d findings, %d and %d texts", len(said), len(zh()), len(en()))
	}
}

type use struct {
	verdict string
	args    int
}

// findings reads all calls of found from the sources.
func findings(t *testing.T) map[string]use {
	t.Helper()
	all := map[string]use{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && calls(call, "found") {
				note(all, call)
			}
			return true
		})
	}
	return all
}

func calls(call *ast.CallExpr, name string) bool {
	f, ok := call.Fun.(*ast.Ident)
	return ok && f.Name == name
}

// note expands what is no literal: who is asked, and why it does not answer.
func note(all map[string]use, call *ast.CallExpr) {
	verdict := call.Args[0].(*ast.Ident).Name
	checks, cases := []string{"issuer", "witness"}, reasons
	if text, ok := literal(call.Args[1]); ok {
		checks = []string{text}
	}
	if text, ok := literal(call.Args[2]); ok {
		cases = []string{text}
	} else if checks[0] == "ready" {
		cases = []string{"disk", "projects", "storage"}
	}
	for _, check := range checks {
		for _, c := range cases {
			all[check+"."+c] = use{verdict, len(call.Args) - 3}
		}
	}
}

func literal(e ast.Expr) (string, bool) {
	x, ok := e.(*ast.BasicLit)
	if !ok {
		return "", false
	}
	text, err := strconv.Unquote(x.Value)
	return text, err == nil
}

var errTest = errors.New("test")
