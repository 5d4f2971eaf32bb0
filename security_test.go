package piaojue

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// identifiers are those of the attacks that the tests carry in their names or
// comments: so many with each letter.
var identifiers = []struct {
	letter string
	count  int
}{{"F", 16}, {"G", 10}, {"B", 10}, {"V", 14}, {"K", 11}, {"S", 14}}

func security(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	attackRow = regexp.MustCompile(`^\| ([FGBVKS]\d+) \|`)
	anyAttack = regexp.MustCompile(`\b[FGBVKS]\d+\b`)
)

// TestAttacksDocument: each attack has one row in SECURITY.md, whose last cell
// names tests that exist, and that attack stands in a test as well.
func TestAttacksDocument(t *testing.T) {
	rows := map[string]string{}
	for line := range strings.Lines(security(t)) {
		m := attackRow.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		id := m[1]
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if rows[id] != "" || len(cells) != 4 {
			t.Errorf("%s: a second row, or %d cells", id, len(cells))
			continue
		}
		rows[id] = cells[3]
		if strings.Contains(cells[3], "decision:") || strings.Contains(cells[3], "later:") {
			t.Errorf("%s: a test is put off", id)
		}
		for _, fault := range rowFaults(t, cells[3]) {
			t.Errorf("%s: %s", id, fault)
		}
	}
	tests := attacksInTests(t)
	for _, x := range identifiers {
		for n := 1; n <= x.count; n++ {
			id := fmt.Sprint(x.letter, n)
			if rows[id] == "" {
				t.Errorf("no row for %s", id)
			}
			if !tests[id] {
				t.Errorf("no test says that it is about %s", id)
			}
			delete(rows, id)
		}
	}
	for id := range rows {
		t.Errorf("a row for %s, which is none of ours", id)
	}
}

// attacksInTests returns the identifiers that stand in tests and scripts.
func attacksInTests(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for pkg := range layers {
		if pkg == "form" {
			continue // there, names of cells look the same
		}
		for _, id := range anyAttack.FindAllString(testsOf(t, pkg), -1) {
			found[id] = true
		}
	}
	for _, id := range anyAttack.FindAllString(testsOf(t, "."), -1) {
		found[id] = true
	}
	return found
}

// TestSecurityNamesEverything: whatever an attacker may hold has its place in
// SECURITY.md: each table of the database, each role, kind of key file and
// command of the server. Who adds one says there what it gives away.
func TestSecurityNamesEverything(t *testing.T) {
	_, text, _ := strings.Cut(security(t), "\n## Keys, files, processes, roles\n")
	text, _, _ = strings.Cut(text, "\n## ")
	for what, x := range map[string]struct {
		files, pattern string
		format         string
		least          int
	}{
		"table":    {"store/migrations/*/*.sql", `(?m)^CREATE TABLE (?:IF NOT EXISTS )?(\w+)`, "`%s`", 20},
		"role":     {"store/person.go", `Role = "(\w+)"`, "`%s`", 8},
		"key file": {"keyfile/secret.go", `Kind = "(\w+)"`, "`%s`", 13},
		"command":  {"cmd/piaojued/*.go", `Use: +"(\w+)`, "`piaojued %s`", 8},
	} {
		found := namesIn(t, x.files, x.pattern)
		if len(found) < x.least {
			t.Errorf("%s: only %q found", what, found)
		}
		for _, name := range found {
			if !slices.Contains(partsOf[what], name) && !strings.Contains(text, fmt.Sprintf(x.format, name)) {
				t.Errorf("SECURITY.md does not say what the %s %s gives away", what, name)
			}
		}
	}
}

// TestKeyLives: of each kind of key file SECURITY.md says how it begins and ends.
func TestKeyLives(t *testing.T) {
	_, text, _ := strings.Cut(security(t), "\n| key file |")
	text, _, _ = strings.Cut(text, "\n\n")
	for _, kind := range namesIn(t, "keyfile/secret.go", `Kind = "(\w+)"`) {
		_, row, found := strings.Cut(text, fmt.Sprintf("`%s`", kind))
		row, _, _ = strings.Cut(row, "\n")
		if cells := strings.Split(row, " | "); !found || len(cells) != 3 || len(cells[2]) < 20 {
			t.Errorf("SECURITY.md does not say how long a key file %s lives", kind)
		}
	}
}

// partsOf lists what is named as a part of something else.
var partsOf = map[string][]string{
	"table":   {"persons_new"},                                        // becomes persons
	"command": {"piaojued", "key", "add", "remove", "list", "forget"}, // of backup, person, witness and node
}

func namesIn(t *testing.T, files, pattern string) (found []string) {
	t.Helper()
	paths, err := filepath.Glob(files)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(text), -1) {
			found = append(found, m[1])
		}
	}
	return found
}
