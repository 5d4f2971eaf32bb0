package store

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"piaojue/pgtest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	statementStart = regexp.MustCompile(`^\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|PRAGMA|VACUUM)\b`)
	foreign        = regexp.MustCompile(`(?i)\?|\bOR (REPLACE|IGNORE|ABORT)\b|\bREPLACE INTO\b|\bGLOB\b|\bIFNULL\b|\browid\b|\bPRAGMA\b|\bVACUUM\b|datetime\(|x'|"|SELECT \*`)
	placeholder    = regexp.MustCompile(`\$(\d+)`)
	fullScan       = regexp.MustCompile(`SCAN (roll|register|entries|hashes|issuances|seeds|slots|blobs|contacts|codes|receipts|opinions)\b`)
	ofBox          = regexp.MustCompile(`\b(chunks|slots)\b`)
	ofProjects     = regexp.MustCompile(`\b(blobs|contacts|codes|members|receipts|opinions|grades|recipients|addresses|outbox)\b`)
)

// statements returns all SQL of the package by file.
func statements(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	names, err := filepath.Glob("*.go")
	must(t, err)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		must(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil && statementStart.MatchString(text) {
					found[name] = append(found[name], text)
				}
			}
			return true
		})
	}
	return found
}

// ofOne are the files whose statements are for one database only.
var ofOne = []string{
	"sqlite.go", "postgres.go", "postgresstate.go", "rights.go", "lease.go", "claim.go", "cluster.go", "move.go", "save.go", "tables.go",
}

// All other files do not know which database it is: the rest is what PostgreSQL runs as well.
// And no statement reads a whole large table: one did, and casting took time in
// proportion to the ballots there were.
func TestStatements(t *testing.T) {
	db := openVote(t)
	projects := projectsOf(t, db)
	n := 0
	for file, texts := range statements(t) {
		if slices.Contains(ofOne, file) {
			continue
		}
		for _, text := range texts {
			n++
			if found := foreign.FindString(text); found != "" {
				t.Errorf("%s: %q is not for both databases:%s", file, found, text)
			}
			if plan := explain(t, db, projects, text); fullScan.MatchString(plan) {
				t.Errorf("%s: %s\nreads a whole table:%s", file, plan, text)
			}
		}
	}
	if n < 50 {
		t.Errorf("found %d statements; the test looks at the wrong place", n)
	}
}

func explain(t *testing.T, db *DB, projects *Projects, text string) string {
	t.Helper()
	args := 0
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		n, err := strconv.Atoi(m[1])
		must(t, err)
		args = max(args, n)
	}
	file := db.writer
	switch {
	case ofBox.MatchString(text):
		file = db.box.conn
	case ofProjects.MatchString(text):
		file = projects.writer
	}
	if pgtest.Used() { // that it takes the statement is all it is asked
		stmt, err := file.Prepare(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		must(t, stmt.Close())
		return ""
	}
	rows, err := file.Query("EXPLAIN QUERY PLAN "+text, make([]any, args)...)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		must(t, rows.Scan(&id, &parent, &unused, &detail))
		plan = append(plan, detail)
	}
	must(t, rows.Err())
	return strings.Join(plan, "; ")
}
