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

// asvsChapters are the requirements of the ASVS, version 5.0.0, that docs/asvs.md
// goes through: all of levels 1 and 2, and those of level 3 in six chapters, each
// with its level.
var asvsChapters = []string{
	"1.1.1/2 1.1.2/2 1.2.1/1 1.2.2/1 1.2.3/1 1.2.4/1 1.2.5/1 1.2.6/2 1.2.7/2 1.2.8/2 1.2.9/2 1.3.1/1 1.3.2/1 1.3.3/2 1.3.4/2 1.3.5/2 1.3.6/2 1.3.7/2 1.3.8/2 1.3.9/2 1.3.10/2 1.3.11/2 1.4.1/2 1.4.2/2 1.4.3/2 1.5.1/1 1.5.2/2",
	"2.1.1/1 2.1.2/2 2.1.3/2 2.2.1/1 2.2.2/1 2.2.3/2 2.3.1/1 2.3.2/2 2.3.3/2 2.3.4/2 2.4.1/2",
	"3.2.1/1 3.2.2/1 3.3.1/1 3.3.2/2 3.3.3/2 3.3.4/2 3.4.1/1 3.4.2/1 3.4.3/2 3.4.4/2 3.4.5/2 3.4.6/2 3.5.1/1 3.5.2/1 3.5.3/1 3.5.4/2 3.5.5/2 3.7.1/2 3.7.2/2",
	"4.1.1/1 4.1.2/2 4.1.3/2 4.2.1/2 4.3.1/2 4.3.2/2 4.4.1/1 4.4.2/2 4.4.3/2 4.4.4/2",
	"5.1.1/2 5.2.1/1 5.2.2/1 5.2.3/2 5.3.1/1 5.3.2/1 5.4.1/2 5.4.2/2 5.4.3/2",
	"6.1.1/1 6.1.2/2 6.1.3/2 6.2.1/1 6.2.2/1 6.2.3/1 6.2.4/1 6.2.5/1 6.2.6/1 6.2.7/1 6.2.8/1 6.2.9/2 6.2.10/2 6.2.11/2 6.2.12/2 6.3.1/1 6.3.2/1 6.3.3/2 6.3.4/2 6.3.5/3 6.3.6/3 6.3.7/3 6.3.8/3 6.4.1/1 6.4.2/1 6.4.3/2 6.4.4/2 6.4.5/3 6.4.6/3 6.5.1/2 6.5.2/2 6.5.3/2 6.5.4/2 6.5.5/2 6.5.6/3 6.5.7/3 6.5.8/3 6.6.1/2 6.6.2/2 6.6.3/2 6.6.4/3 6.7.1/3 6.7.2/3 6.8.1/2 6.8.2/2 6.8.3/2 6.8.4/2",
	"7.1.1/2 7.1.2/2 7.1.3/2 7.2.1/1 7.2.2/1 7.2.3/1 7.2.4/1 7.3.1/2 7.3.2/2 7.4.1/1 7.4.2/1 7.4.3/2 7.4.4/2 7.4.5/2 7.5.1/2 7.5.2/2 7.5.3/3 7.6.1/2 7.6.2/2",
	"8.1.1/1 8.1.2/2 8.1.3/3 8.1.4/3 8.2.1/1 8.2.2/1 8.2.3/2 8.2.4/3 8.3.1/1 8.3.2/3 8.3.3/3 8.4.1/2 8.4.2/3",
	"9.1.1/1 9.1.2/1 9.1.3/1 9.2.1/1 9.2.2/2 9.2.3/2 9.2.4/2",
	"10.1.1/2 10.1.2/2 10.2.1/2 10.2.2/2 10.3.1/2 10.3.2/2 10.3.3/2 10.3.4/2 10.4.1/1 10.4.2/1 10.4.3/1 10.4.4/1 10.4.5/1 10.4.6/2 10.4.7/2 10.4.8/2 10.4.9/2 10.4.10/2 10.4.11/2 10.5.1/2 10.5.2/2 10.5.3/2 10.5.4/2 10.5.5/2 10.6.1/2 10.6.2/2 10.7.1/2 10.7.2/2 10.7.3/2",
	"11.1.1/2 11.1.2/2 11.1.3/3 11.1.4/3 11.2.1/2 11.2.2/2 11.2.3/2 11.2.4/3 11.2.5/3 11.3.1/1 11.3.2/1 11.3.3/2 11.3.4/3 11.3.5/3 11.4.1/1 11.4.2/2 11.4.3/2 11.4.4/2 11.5.1/2 11.5.2/3 11.6.1/2 11.6.2/3 11.7.1/3 11.7.2/3",
	"12.1.1/1 12.1.2/2 12.1.3/2 12.1.4/3 12.1.5/3 12.2.1/1 12.2.2/1 12.3.1/2 12.3.2/2 12.3.3/2 12.3.4/2 12.3.5/3",
	"13.1.1/2 13.2.1/2 13.2.2/2 13.2.3/2 13.2.4/2 13.2.5/2 13.3.1/2 13.3.2/2 13.4.1/1 13.4.2/2 13.4.3/2 13.4.4/2 13.4.5/2",
	"14.1.1/2 14.1.2/2 14.2.1/1 14.2.2/2 14.2.3/2 14.2.4/2 14.3.1/1 14.3.2/2 14.3.3/2",
	"15.1.1/1 15.1.2/2 15.1.3/2 15.2.1/1 15.2.2/2 15.2.3/2 15.3.1/1 15.3.2/2 15.3.3/2 15.3.4/2 15.3.5/2 15.3.6/2 15.3.7/2",
	"16.1.1/2 16.2.1/2 16.2.2/2 16.2.3/2 16.2.4/2 16.2.5/2 16.3.1/2 16.3.2/2 16.3.3/2 16.3.4/2 16.4.1/2 16.4.2/2 16.4.3/2 16.5.1/2 16.5.2/2 16.5.3/2 16.5.4/3",
	"17.1.1/2 17.2.1/2 17.2.2/2 17.2.3/2 17.2.4/2 17.3.1/2 17.3.2/2",
}

var (
	asvsID   = regexp.MustCompile(`^v5\.0\.0-(\d+\.\d+\.\d+)$`)
	asvsLink = regexp.MustCompile(`\[[^\]]+\]\(([^)#]*)#?([^)]*)\)`)
	asvsSays = []string{"met", "not applicable", "not met"}
)

// asvsRow is a row of docs/asvs.md.
type asvsRow struct{ id, level, asks, says, how string }

func asvsRows(t *testing.T) (text string, rows []asvsRow) {
	t.Helper()
	raw, err := os.ReadFile("docs/asvs.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		if !strings.HasPrefix(line, "| v5.0.0-") {
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 5 {
			t.Fatalf("%d cells, want 5: %s", len(cells), line)
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, asvsRow{strings.TrimPrefix(cells[0], "v5.0.0-"), cells[1], cells[2], cells[3], cells[4]})
		if !asvsID.MatchString(cells[0]) {
			t.Errorf("%s is no requirement", cells[0])
		}
	}
	return string(raw), rows
}

// TestASVSDocument: each requirement has one row in docs/asvs.md, in order, and each
// row a test or document that is there, a reason, or what comes next; and the sums at
// its beginning are those of the rows.
func TestASVSDocument(t *testing.T) {
	text, rows := asvsRows(t)
	want := strings.Fields(strings.Join(asvsChapters, " "))
	sums := map[string]int{}
	for i, row := range rows {
		if i >= len(want) || row.id+"/"+strings.TrimPrefix(row.level, "L") != want[i] {
			t.Fatalf("row %d is %s of level %s", i+1, row.id, row.level)
		}
		for _, fault := range asvsFaults(t, row) {
			t.Errorf("%s: %s", row.id, fault)
		}
		sums[row.says]++
	}
	if len(rows) != len(want) {
		t.Errorf("%d rows, want %d: the next is %s", len(rows), len(want), want[len(rows)])
	}
	first := fmt.Sprintf("**%d met, %d not applicable, %d not met**, of %d requirements", sums["met"], sums["not applicable"], sums["not met"], len(rows))
	if !strings.Contains(text, first) {
		t.Errorf("the sums are not: %s", first)
	}
}

// asvsFaults says what is wrong with a row.
func asvsFaults(t *testing.T, row asvsRow) []string {
	t.Helper()
	faults, named := namedFaults(t, row.how)
	for _, m := range asvsLink.FindAllStringSubmatch(row.how, -1) {
		named++
		if !anchorExists(t, m[1], m[2]) {
			faults = append(faults, "there is no "+m[0])
		}
	}
	switch {
	case !slices.Contains(asvsSays, row.says):
		faults = append(faults, "it says "+row.says)
	case row.says == "met" && named == 0:
		faults = append(faults, "neither a test nor a document")
	case row.says == "not met" && !strings.Contains(row.how, "next: ") && !strings.Contains(row.how, "on purpose: "):
		faults = append(faults, "it does not say what comes next")
	case row.asks == "" || row.says == "not applicable" && len(row.how) < len("No mail."):
		faults = append(faults, "it says too little")
	}
	return faults
}

// anchorExists looks for a heading; without a file it is one of docs/asvs.md.
func anchorExists(t *testing.T, file, anchor string) bool {
	t.Helper()
	if file == "" {
		file = "asvs.md"
	}
	text, err := os.ReadFile(filepath.Join("docs", file))
	if err != nil || anchor == "" {
		return err == nil
	}
	for line := range strings.Lines(string(text)) {
		title := strings.ToLower(strings.TrimSpace(strings.TrimLeft(line, "#")))
		title = regexp.MustCompile(`[^\p{L}\p{N} -]`).ReplaceAllString(title, "")
		if strings.HasPrefix(line, "#") && strings.ReplaceAll(title, " ", "-") == anchor {
			return true
		}
	}
	return false
}

// TestASVSDocumentFinds keeps the test above from being vacuous.
func TestASVSDocumentFinds(t *testing.T) {
	for _, x := range []struct {
		says, how string
		want      int
	}{
		{"met", "`web.TestHeaders` looks", 0},
		{"met", "See [keys](../SECURITY.md#keys-files-processes-roles).", 0},
		{"met", "[the sessions](#sessions) are", 0},
		{"met", "it is so", 1},
		{"met", "`web.TestNothing` looks", 1},
		{"met", "See [keys](../SECURITY.md#nowhere) and [x](nothing.md)", 2},
		{"nearly", "`web.TestHeaders` looks", 1},
		{"not met", "There is none.", 1},
		{"not met", "There is none; next: it.", 0},
		{"not applicable", "No mail.", 0},
		{"not applicable", "n/a", 1},
	} {
		if got := asvsFaults(t, asvsRow{"1.1.1", "L1", "asks something", x.says, x.how}); len(got) != x.want {
			t.Errorf("%s, %s: %q, want %d faults", x.says, x.how, got, x.want)
		}
	}
}

// dangerous are packages that no server of ours needs: commands, templates without
// escaping, decoders that make types as they are told, weak ciphers and hashes,
// debuggers, and logs beside the one. The people's tool starts a browser, and what
// hands requests on keeps package http's proxy from logging; pgtest, deps and bench
// are no programs of a vote.
var dangerous = map[string][]string{
	"os/exec": {"cmd/piaojue/", "pgtest/", "deps/", "bench/"}, "text/template": nil, "encoding/gob": nil, "net/rpc": nil, "plugin": nil, "unsafe": nil, "C": nil,
	"crypto/md5": nil, "crypto/sha1": nil, "crypto/des": nil, "crypto/rc4": nil, "crypto/dsa": nil,
	"net/http/pprof": nil, "expvar": nil, "log/syslog": nil,
	"log": {"cmd/piaojue/forward.go", "node/forward.go"},
}

// TestNotImported: none of what is dangerous is in our programs.
func TestNotImported(t *testing.T) {
	found := importers(t)
	for path, allowed := range dangerous {
		for _, f := range found[path] {
			if !slices.ContainsFunc(allowed, func(dir string) bool { return strings.HasPrefix(f, dir) }) {
				t.Errorf("%s imports %s", f, path)
			}
		}
	}
	if len(found["os/exec"]) == 0 {
		t.Error("the known exception is not found: the test looks in the wrong place")
	}
}

// cryptographic are the packages whose users the inventory names.
var cryptographic = regexp.MustCompile(`^(crypto/|golang\.org/x/crypto/|filippo\.io/|github\.com/(cloudflare/circl|alexedwards/argon2id|pquerna/otp|gorilla/securecookie))`)

// TestCryptoInventory: docs/asvs.md lists each package of cryptography that is used,
// with the packages of ours that do, unless these are many, and no other.
func TestCryptoInventory(t *testing.T) {
	text, _ := asvsRows(t)
	_, text, _ = strings.Cut(text, "\n## Cryptography\n")
	text, _, _ = strings.Cut(text, "\n## ")
	listed := map[string]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ([^|]*) \\|").FindAllStringSubmatch(text, -1) {
		listed[m[1]] = strings.TrimSpace(m[2])
	}
	for path, files := range importers(t) {
		if !cryptographic.MatchString(path) {
			continue
		}
		var users []string
		for _, f := range files {
			users = append(users, filepath.ToSlash(filepath.Dir(f)))
		}
		slices.Sort(users)
		users = slices.Compact(users)
		want := strings.Join(users, ", ")
		if len(users) > 6 {
			want = "throughout"
		}
		if listed[path] != want {
			t.Errorf("the inventory says that %s is used by %q, want %q", path, listed[path], want)
		}
		delete(listed, path)
	}
	for path := range listed {
		t.Errorf("nobody uses %s", path)
	}
}

var logged = regexp.MustCompile(`[lL]og\.(?:Debug|Info|Warn|Error)\("([^"]+)"`)

// TestLogInventory: docs/asvs.md lists each line that a daemon may log.
func TestLogInventory(t *testing.T) {
	text, _ := asvsRows(t)
	_, text, _ = strings.Cut(text, "\n## Logs\n")
	text, _, _ = strings.Cut(text, "\n## ")
	found := 0
	for _, pattern := range []string{"web/*.go", "node/*.go", "store/*.go", "cmd/piaojued/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range logged.FindAllStringSubmatch(string(source), -1) {
				found++
				if !strings.HasSuffix(file, "_test.go") && !strings.Contains(text, "`"+m[1]+"`") {
					t.Errorf("%s logs %q, which the inventory does not name", file, m[1])
				}
			}
		}
	}
	if found < 25 {
		t.Errorf("%d lines were found", found)
	}
}
