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

	"piaojue/election"
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

var officialID = regexp.MustCompile(`^t(?:[1-9]|1[0-6]|x)\.[a-z0-9_%]+$`)

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

// TestOfficialWords: what the log names in words of its own has a text.
func TestOfficialWords(t *testing.T) {
	var ids []string
	for _, k := range []election.VoteKind{election.Rehearsal, election.Demonstration} {
		ids = append(ids, "tx.kind_"+k.String())
	}
	for _, r := range []election.Role{
		election.RoleStaff, election.RolePresidium, election.RoleScrutineer, election.RoleTeller, election.RoleLog, election.RoleBadge,
	} {
		ids = append(ids, (&minutes{}).signer(election.Signature{Role: r}))
	}
	for _, f := range election.RuleFields() {
		for _, v := range f.Values {
			switch {
			case f.Name == "base" && v != election.BaseNone:
				ids = append(ids, "t4.share_"+v, "t4.need_"+v)
			case f.Name == "base":
				ids = append(ids, "t4.need_"+v)
			case f.Name == "display.tallies" && v != "public":
				ids = append(ids, "t4.secret_"+v)
			}
		}
	}
	for _, r := range []election.Reason{
		election.ReasonAdopted, election.ReasonBelow, election.ReasonOutranked, election.ReasonTied, election.ReasonTieAdopted,
		election.ReasonTieDropped, election.ReasonFewerAgainst, election.ReasonMoreAgainst, election.ReasonSurplus,
		election.ReasonEmpty, election.ReasonInvalid,
	} {
		ids = append(ids, "t4.reason_"+string(r))
	}
	for _, id := range ids {
		if officialID.MatchString(id) && words(id) == id {
			t.Errorf("no text %q", id)
		}
	}
	if len(ids) < 25 {
		t.Errorf("only %d ids", len(ids))
	}
}
