package piaojue

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	namedTest   = regexp.MustCompile("`([a-z][a-z/-]*)\\.(Test\\w+)`")
	namedScript = regexp.MustCompile("`([a-z/-]+/testdata/[a-z_/]+\\.txt)`")
	anyTest     = regexp.MustCompile(`\bTest[A-Z]\w*`)
	otherName   = regexp.MustCompile(`规则校验码|清单的校验码|(^|[^决])清单校验码|[Cc]ode of the (rules|vote)\b`)
	kept        = regexp.MustCompile(`(decision|later): \w`)
)

// TestScreensDocument: each row of docs/screens.md ends in a test that exists,
// in a decision, or in what is not there yet.
func TestScreensDocument(t *testing.T) {
	text, err := os.ReadFile("docs/screens.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if !strings.HasPrefix(line, "| ") || strings.Contains(line, "| test, or decision |") {
			continue
		}
		rows++
		if len(cells) != 3 {
			t.Errorf("%d cells, want 3: %s", len(cells), line)
			continue
		}
		for _, fault := range rowFaults(t, cells[2]) {
			t.Errorf("%s: %s", strings.TrimSpace(cells[0]), fault)
		}
	}
	if rows < 50 {
		t.Errorf("%d rows were looked at", rows)
	}
}

// TestScreensDocumentFinds keeps the test above from being vacuous.
func TestScreensDocumentFinds(t *testing.T) {
	for cell, want := range map[string]int{
		"`web.TestKiosk`":                    0,
		"decision: nobody may":               0,
		"":                                   1,
		"`web.TestNothing`":                  1,
		"`web.TestKios`":                     1,
		"`nowhere.TestKiosk`":                1,
		"`web.TestKiosk`, TestVote":          1,
		"`cmd/piaojue/testdata/nothing.txt`": 1,
	} {
		if got := rowFaults(t, cell); len(got) != want {
			t.Errorf("%q: %q, want %d faults", cell, got, want)
		}
	}
}

// rowFaults says what is wrong with the last cell of a row.
func rowFaults(t *testing.T, cell string) []string {
	t.Helper()
	faults, named := namedFaults(t, cell)
	if named == 0 && !kept.MatchString(cell) {
		faults = append(faults, "neither a test nor a decision")
	}
	return faults
}

// namedFaults looks for the tests and scripts that a cell names, and counts them.
func namedFaults(t *testing.T, cell string) (faults []string, named int) {
	t.Helper()
	tests, scripts := namedTest.FindAllStringSubmatch(cell, -1), namedScript.FindAllStringSubmatch(cell, -1)
	for _, n := range tests {
		if !testExists(t, n[1], n[2]) {
			faults = append(faults, "there is no "+n[0])
		}
	}
	for _, n := range scripts {
		if _, err := os.Stat(n[1]); err != nil {
			faults = append(faults, err.Error())
		}
	}
	if len(anyTest.FindAllString(cell, -1)) != len(tests) {
		faults = append(faults, "a test is named without its package")
	}
	return faults, len(tests) + len(scripts)
}

// testExists looks for a test in the test files of a package; piaojue is this one.
func testExists(t *testing.T, pkg, name string) bool {
	t.Helper()
	if pkg == "piaojue" {
		pkg = "."
	}
	return strings.Contains(testsOf(t, pkg), "\nfunc "+name+"(t *testing.T)")
}

// testsOf returns the test files of a package in one, with its scripts.
func testsOf(t *testing.T, pkg string) string {
	t.Helper()
	if text, ok := testText[pkg]; ok {
		return text
	}
	var all strings.Builder
	for _, pattern := range []string{"*_test.go", "testdata/*.txt", "testdata/online/*.txt"} {
		files, err := filepath.Glob(filepath.Join(pkg, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(text)
		}
	}
	testText[pkg] = all.String()
	return testText[pkg]
}

// testText keeps what testsOf has read.
var testText = map[string]string{}

// TestOneName: the code that people compare between hall, paper, pages and
// commands has one name, or they would look for two codes.
func TestOneName(t *testing.T) {
	var files []string
	for _, pattern := range []string{"*.md", "docs/*.md", "lang/*.txt", "form/text/*.txt", "web/text/*.txt", "kiosk/text/*.txt", "cmd/*/*.txt", "cmd/*/text/*.txt"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(found), err)
		}
		files = append(files, found...)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if found := otherName.FindString(line); found != "" {
				t.Errorf("%s: %q in %s", file, found, line)
			}
		}
	}
	for text, other := range map[string]bool{
		"票决清单校验码": false, "规则校验码": true, "清单校验码：": true, "上一轮的清单校验码": true,
		"Code of the manifest": false, "the code of the rules": true,
	} {
		if got := otherName.MatchString(text); got != other {
			t.Errorf("%q: %t, want %t", text, got, other)
		}
	}
}
