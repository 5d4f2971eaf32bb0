package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The whole audit runs with make audit-deps; here are its refusals.

func mit2020(owner string) string {
	return "The MIT License\n\nCopyright (c) 2020 " + owner + "\n\n" + mit
}

func TestIdentify(t *testing.T) {
	named := strings.NewReplacer("the …", "the name of Google LLC nor the names of its contributors", "…", "the copyright holders and contributors")
	ours, err := os.ReadFile("../LICENSE")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ name, text, want string }{
		{"MIT", mit2020("Alice"), "MIT"},
		{"BSD of three", named.Replace("Copyright 2009 X\n\n" + bsd + bsdName + bsdEnd), "BSD-3-Clause"},
		{"BSD of two", named.Replace(bsd + bsdEnd), "BSD-2-Clause"},
		{"ISC", named.Replace(isc), "ISC"},
		{"two of them", mit2020("Alice") + named.Replace(bsd+bsdEnd), "MIT BSD-2-Clause"},
		{"ours", string(ours), "Apache-2.0"},
		{"nothing", "", ""},
		{"a name only", "MIT License", ""},
		{"a word less", strings.Replace(mit2020("Alice"), "sublicense, ", "", 1), ""},
		{"Commons Clause", mit2020("Alice") + "\nWithout limiting the above, the grant of rights does not include the right to sell: Commons Clause.", ""},
		{"a condition", mit2020("Alice") + "\nThe Software shall be used for Good, not Evil.", ""},
		{"one more text", mit2020("Alice") + strings.Repeat("\nand another thing that the owner asks for", 10), ""},
		{"ours, with a word changed", strings.Replace(string(ours), "perpetual", "revocable", 1), ""},
		{"GPL", "GNU GENERAL PUBLIC LICENSE Version 3, 29 June 2007", ""},
	} {
		if got := strings.Join(identify(x.text), " "); got != x.want {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
}

func TestLicensesOf(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"example.org/none":    {"README": mit2020("Alice")},
		"example.org/unknown": {"LICENSE": mit2020("Alice"), "COPYING": "All rights reserved."},
	} {
		if got, err := licensesOf(name, folder(t, files)); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	got, err := licensesOf("example.org/both", folder(t, map[string]string{"LICENSE": mit2020("Alice"), "COPYING.txt": mit2020("Bob")}))
	if err != nil || len(got) != 1 || got[0] != "MIT" {
		t.Errorf("two files of one licence: %v, %v", got, err)
	}
}

func folder(t *testing.T, files map[string]string) string {
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestPermit(t *testing.T) {
	for _, x := range []struct {
		ids     []string
		shipped bool
		ok      bool
	}{
		{[]string{"MIT", "Apache-2.0"}, true, true},
		{[]string{"MPL-2.0"}, false, true},
		{[]string{"MPL-2.0"}, true, false},
		{[]string{"MIT", "GPL-3.0"}, false, false},
	} {
		if err := permit("m", x.ids, x.shipped); (err == nil) != x.ok {
			t.Errorf("%v, in a program %v: %v", x.ids, x.shipped, err)
		}
	}
}

func TestFloors(t *testing.T) {
	rules := map[string]floor{"a": {"v1.6.5", false, "forged"}, "b": {"v1.60.1", true, "tried"}}
	for _, x := range []struct{ a, b, want string }{
		{"v1.6.5", "v1.60.1", ""},
		{"v1.10.0", "v1.60.1", ""},
		{"v1.6.4", "v1.60.1", "a v1.6.4 is older"},
		{"v1.6.5-0.20250101000000-abcdefabcdef", "v1.60.1", "older"},
		{"v1.6.5", "v1.61.0", "only one"},
		{"v1.6.5", "v1.9.0", "b v1.9.0 is older"},
	} {
		said(t, x.want, checkFloors([]*module{{Path: "a", Version: x.a}, {Path: "b", Version: x.b}}, rules))
	}
	said(t, "b is no module", checkFloors([]*module{{Path: "a", Version: "v1.6.5"}}, rules))
}

func TestSums(t *testing.T) {
	m := []*module{{Path: "a", Version: "v1.0.0", Sum: "h1:one", GoModSum: "h1:two"}}
	for text, want := range map[string]string{
		"a v1.0.0 h1:one\na v1.0.0/go.mod h1:two\n":   "",
		"a v1.0.0/go.mod h1:two\n":                    "a v1.0.0 has no sum",
		"a v1.0.0 h1:one\n":                           "a v1.0.0/go.mod has no sum",
		"a v1.0.0 h1:other\na v1.0.0/go.mod h1:two\n": "a v1.0.0 is not what go.sum pins",
		"": "has no sum",
	} {
		said(t, want, checkSums(m, sums([]byte(text))))
	}
}

func TestRows(t *testing.T) {
	m := []*module{{Path: "a", direct: true, licenses: []string{"MIT"}}, {Path: "of others"}}
	rules := map[string]floor{"a": {"v1.6.5", false, "forged"}}
	for text, want := range map[string]string{
		"| module | what | why | who | licence |\n| `a` | x | from v1.6.5 on | z | MIT |\n": "",
		"| `a` | x | whatever | z | MIT |":                                                  "does not name v1.6.5",
		"| `a` | x | v1.6.5 | z | ISC |":                                                    "has the licence MIT",
		"| `a` |  | v1.6.5 | z | MIT |":                                                     "empty cell",
		"":                                                                                  "a has no row",
		"| `a` | x | v1.6.5 | z | MIT |\n| `b` | x | y | z | MIT |": "b has a row",
	} {
		said(t, want, checkRows(m, parseRows(text), rules))
	}
}

func TestNPM(t *testing.T) {
	sum := "sha512-" + strings.Repeat("A", 86) + "=="
	for text, want := range map[string]string{
		`{"lockfileVersion": 3, "packages": {"": {}, "node_modules/a": {"version": "1.0.0", "license": "MIT", "integrity": "` + sum + `"}}}`: "",
		`{"lockfileVersion": 3, "packages": {"node_modules/a": {"license": "MIT", "integrity": "sha1-AAAA"}}}`:                               "no SHA-512",
		`{"lockfileVersion": 3, "packages": {"node_modules/a": {"license": "MIT"}}}`:                                                         "no SHA-512",
		`{"lockfileVersion": 3, "packages": {"node_modules/a": {"license": "ISC", "integrity": "` + sum + `"}}}`:                             "ISC in its lock",
		`{"lockfileVersion": 3, "packages": {"node_modules/b": {"license": "MIT", "integrity": "` + sum + `"}}}`:                             "make node_modules",
		`{"lockfileVersion": 3, "packages": {"": {}}}`:                                                                                       "names no package",
		`{"lockfileVersion": 1}`: "not of version 3",
		`{`:                      "unexpected end",
	} {
		dir := folder(t, map[string]string{"package-lock.json": text})
		if err := os.MkdirAll(filepath.Join(dir, "node_modules/a"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "node_modules/a/LICENSE"), []byte(mit2020("Alice")), 0o600); err != nil {
			t.Fatal(err)
		}
		_, errs := checkNPM(dir)
		said(t, want, errs)
	}
}

// said demands one error with some words, or none.
func said(t *testing.T, want string, errs []error) {
	t.Helper()
	var all []string
	for _, err := range errs {
		if err != nil {
			all = append(all, err.Error())
		}
	}
	if got := strings.Join(all, "\n"); (got == "") != (want == "") || !strings.Contains(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestNotChecked: without a database nobody reads that there is no vulnerability.
func TestNotChecked(t *testing.T) {
	var w strings.Builder
	if err := checkVulnerabilities("", &w); err != nil || !strings.Contains(w.String(), "NOT CHECKED") {
		t.Errorf("%q, %v", w.String(), err)
	}
}

// TestBOM: what a program says it holds, this test program for one, is in the
// bill; what go.mod does not name is refused.
func TestBOM(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.ReadFile(program)
	if err != nil || len(info.Deps) == 0 {
		t.Fatalf("%v, %v", info, err)
	}
	all := []*module{{Path: "example.org/tests", Version: "v1.0.0"}}
	for _, d := range info.Deps {
		all = append(all, &module{Path: d.Path, Version: d.Version, Sum: d.Sum, shipped: true, licenses: []string{"BSD-3-Clause"}})
	}
	var got bom
	var text bytes.Buffer
	if err := writeBOM(&text, "v9", all, []string{program}); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Components) != len(info.Deps)+1 || got.Metadata.Component.Version != "v9" {
		t.Errorf("%d components of %d modules: %s", len(got.Components), len(info.Deps), &text)
	}
	for _, c := range got.Components {
		if c.Name != "std" && (len(c.Licenses) != 1 || len(c.Properties) != 2) {
			t.Errorf("%+v", c)
		}
	}
	err = writeBOM(&text, "v9", all[:len(all)-1], []string{program})
	if err == nil || !strings.Contains(err.Error(), "go.mod does not name") {
		t.Errorf("a module that go.mod does not name: %v", err)
	}
}
