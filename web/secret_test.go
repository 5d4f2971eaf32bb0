package web

import (
	"bytes"
	"encoding/hex"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"piaojue/client"
	"piaojue/election"
	"piaojue/store"
)

// TestSecretsInLogs (S9): the logs of server and issuer hold no key, no badge,
// no credential, no ballot and no address, at any level, after a vote with
// refusals of all kinds.
func TestSecretsInLogs(t *testing.T) {
	var lines bytes.Buffer
	s := newStage(t)
	s.config.Log = slog.New(slog.NewTextHandler(&lines, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s.restart()
	key, path := s.second()
	s.begin()
	db, err := store.OpenDB(t.Context(), path)
	must(t, err)
	defer db.Close()
	i, err := OpenIssuer(t.Context(), IssuerConfig{
		DB: db, Log: s.config.Log, Key: key, Vote: s.vote, Manifest: s.manifest, Board: s.transport,
	})
	must(t, err)
	s.issuers[1] = i.Handler()
	a := s.asker(1)
	request := a.body(nil)
	s.issue(request)
	s.transport(client.Request{Method: "POST", Path: s.path("/issuances"), Body: request, Issuer: 1})
	s.transport(client.Request{Method: "POST", Path: s.path("/issuances"), Body: request[1:], Issuer: 1})
	var cast []byte // the ballot entry
	board := client.NewBoard(func(r client.Request) ([]byte, error) {
		if strings.HasSuffix(r.Path, "/ballots") {
			cast = r.Body
		}
		return s.transport(r)
	}, s.vote, s.manifest)
	must(t, board.Update())
	voter := client.NewVoter(board, badgeSeed(number(0)))
	must(t, voter.Identify())
	must(t, voter.Obtain())
	_, err = voter.Seal(marks(0))
	must(t, err)
	must(t, voter.Cast())
	wrong, _ := GenerateKey()
	for _, path := range []string{"/votes", "/none?key=" + wrong, "/votes/" + wrong} {
		s.send("", "GET", path, nil, "Authorization", "Bearer "+wrong)
		s.send("", "POST", path, []byte(wrong), "Cookie", "session="+wrong)
	}
	seed := badgeSeed(number(0))
	secrets := map[string][]byte{
		"address": []byte("127.0.0.1"), "header": []byte("Bearer"), "wrong key": []byte(wrong), "badge": seed[:],
		"blinded": a.request.Blinded()[0], "vector": request[len(request)-32:], "role key": s.staff.Seed(),
	}
	for role, k := range s.people {
		secrets["key of "+string(role)] = []byte(k)
	}
	e, err := election.ParseEntry(cast)
	must(t, err)
	secrets["one-time key"], secrets["ballot"] = e.Body[32:64], e.Body[len(e.Body)-64:]
	for name, secret := range secrets {
		for _, form := range []string{string(secret), hex.EncodeToString(secret), strings.ToUpper(hex.EncodeToString(secret))} {
			if strings.Contains(lines.String(), form) {
				t.Errorf("the log holds: %s", name)
			}
		}
	}
	if strings.Count(lines.String(), "route=/votes/{vote}/issuances") < 3 {
		t.Error("the log holds no requests: the test looks at the wrong place")
	}
}

// secretNames are what variables and fields are called that hold secrets.
var secretNames = []string{"token", "password", "pin", "secret", "bearer", "cookie", "seed", "apikey"}

// TestConstantTime (S9): nothing here compares a secret with == or the like. API
// keys, sessions and links are found by their hashes (person.go), codes are
// compared by crypto/subtle, passwords and PINs by argon2id.
func TestConstantTime(t *testing.T) {
	files, err := filepath.Glob("*.go")
	must(t, err)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		must(t, err)
		for _, found := range comparisons(t, string(source)) {
			t.Errorf("%s compares %s in variable time", name, found)
		}
	}
	for code, want := range map[string]int{
		"_ = a.token == b": 1, "_ = bytes.Equal(x, password)": 1, "_ = strings.EqualFold(pin, x)": 1, "_ = slices.Equal(x, seed[:])": 1,
		`_ = token == ""`: 0, "_ = secret == nil": 0, "_ = len(pin) == n": 0, "_ = subtle.ConstantTimeCompare(secret, x) == 1": 0, "_ = name == x": 0,
	} {
		if got := comparisons(t, "package p\nfunc f() { "+code+" }"); len(got) != want {
			t.Errorf("%s: found %v", code, got)
		}
	}
}

func comparisons(t *testing.T, source string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "", source, 0)
	must(t, err)
	var found []string
	note := func(sides ...ast.Expr) {
		for i, side := range sides {
			if name := secretName(side); name != "" && !constant(sides[1-i]) {
				found = append(found, name)
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if n.Op == token.EQL || n.Op == token.NEQ {
				note(n.X, n.Y)
			}
		case *ast.CallExpr:
			f, ok := n.Fun.(*ast.SelectorExpr)
			if ok && len(n.Args) == 2 && slices.Contains([]string{"Equal", "EqualFold", "Compare"}, f.Sel.Name) {
				note(n.Args[0], n.Args[1])
			}
		}
		return true
	})
	return found
}

// secretName returns the name of an operand that is a secret, or "".
func secretName(e ast.Expr) string {
	name := ""
	switch e := e.(type) {
	case *ast.Ident:
		name = e.Name
	case *ast.SelectorExpr:
		name = e.Sel.Name
	case *ast.SliceExpr:
		return secretName(e.X)
	case *ast.ParenExpr:
		return secretName(e.X)
	}
	if slices.Contains(secretNames, strings.ToLower(name)) {
		return name
	}
	return ""
}

// constant reports an operand that everybody knows.
func constant(e ast.Expr) bool {
	if id, ok := e.(*ast.Ident); ok {
		return id.Name == "nil"
	}
	_, ok := e.(*ast.BasicLit)
	return ok
}
