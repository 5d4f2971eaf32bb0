package main

import (
	"context"
	"fmt"
	"html"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// rendered is the site of this tree.
func rendered(t *testing.T) string {
	t.Helper()
	out := t.TempDir()
	if err := write("../..", out); err != nil {
		t.Fatal(err)
	}
	return out
}

var (
	linkIn   = regexp.MustCompile(`(?:href|src)="([^"]*)"`)
	anchorIn = regexp.MustCompile(` id="([^"]*)"`)
)

// faultsOf looks for links of a site that lead nowhere, and pictures that are not there.
func faultsOf(t *testing.T, site string) (faults []string, looked int) {
	t.Helper()
	pages, anchors := make(map[string]string), make(map[string]bool)
	err := filepath.WalkDir(site, func(file string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(site, file)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(file)
		pages[filepath.ToSlash(name)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range pages {
		for _, m := range anchorIn.FindAllStringSubmatch(text, -1) {
			anchors[name+"#"+html.UnescapeString(m[1])] = true
		}
	}
	for name, text := range pages {
		if path.Ext(name) != ".html" {
			continue
		}
		for _, m := range linkIn.FindAllStringSubmatch(text, -1) {
			looked++
			if fault := leads(name, html.UnescapeString(m[1]), pages, anchors); fault != "" {
				faults = append(faults, fault)
			}
		}
	}
	return faults, looked
}

// leads says what is wrong with a link of a page; those to elsewhere are not followed.
func leads(name, link string, pages map[string]string, anchors map[string]bool) string {
	u, err := url.Parse(link)
	switch {
	case err != nil:
		return fmt.Sprintf("%s: %v", name, err)
	case u.IsAbs():
		return ""
	}
	to := name
	if u.Path != "" {
		to = path.Join(path.Dir(name), u.Path)
	}
	if _, ok := pages[to]; !ok {
		return fmt.Sprintf("%s: %s is not there", name, link)
	}
	if u.Fragment != "" && !anchors[to+"#"+u.Fragment] {
		return fmt.Sprintf("%s: %s has no such part", name, link)
	}
	return ""
}

// TestSite: no link of the site is broken, each picture is there, and the
// first page leads to every guide and card.
func TestSite(t *testing.T) {
	site := rendered(t)
	faults, looked := faultsOf(t, site)
	for _, f := range faults {
		t.Error(f)
	}
	if looked < 200 {
		t.Errorf("%d links were looked at", looked)
	}
	first, err := os.ReadFile(filepath.Join(site, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"guide/*.html", "runbook/*.html"} {
		pages, err := filepath.Glob(filepath.Join(site, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, page := range pages {
			name, _ := filepath.Rel(site, page)
			if name = filepath.ToSlash(name); name == "runbook/all.html" { // runbook.html names it
				continue
			}
			if !strings.Contains(string(first), `href="`+name+`"`) && !strings.HasSuffix(name, ".en.html") {
				t.Errorf("docs/README.md does not lead to %s", name)
			}
		}
	}
}

// TestSiteFinds keeps the test above from being vacuous.
func TestSiteFinds(t *testing.T) {
	root, out := t.TempDir(), t.TempDir()
	for file, text := range map[string]string{
		"kiosk/static/style/00-tokens.css": "",
		"docs/README.md":                   "# A\n\n[good](b.md#a-part) [bad](b.md#no-part) [a folder](images/) ![p](images/p.png)\n",
		"docs/b.md":                        "# B\n\n## A part\n",
		"docs/images/p.png":                "p",
	} {
		file = filepath.Join(root, file)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, source := range documents {
		put(t, root, source)
	}
	for _, card := range cards {
		put(t, root, wall+"/"+card+".md")
	}
	if err := write(root, out); err != nil {
		t.Fatal(err)
	}
	if faults, _ := faultsOf(t, out); len(faults) != 1 || !strings.Contains(faults[0], "b.html#no-part has no such part") {
		t.Errorf("faults: %q", faults)
	}
	if err := os.Remove(filepath.Join(out, "images", "p.png")); err != nil {
		t.Fatal(err)
	}
	if faults, _ := faultsOf(t, out); len(faults) != 2 {
		t.Errorf("without the picture: %q", faults)
	}
	if err := os.Remove(filepath.Join(root, wall, cards[0]+".md")); err != nil {
		t.Fatal(err)
	}
	if err := write(root, out); err == nil || !strings.Contains(err.Error(), cards[0]) {
		t.Errorf("without a card: %v", err)
	}
}

func put(t *testing.T, root, source string) {
	t.Helper()
	file := filepath.Join(root, source)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("# "+source+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestWallCards: each card for the wall is one sheet of A4 on the printer, with
// room to spare for a printer whose letters are wider.
func TestWallCards(t *testing.T) {
	site := rendered(t)
	sheets := printed(t, filepath.Join(site, "runbook", "all.html"))
	if len(sheets) != len(cards) {
		t.Fatalf("%d cards are %d sheets of paper", len(cards), len(sheets))
	}
	for i, card := range cards {
		p, err := readPage("../..", wall+"/"+card+".md")
		if err != nil {
			t.Fatal(err)
		}
		if first, _, _ := strings.Cut(sheets[i], "\n"); strings.TrimSpace(first) != p.title {
			t.Errorf("sheet %d begins %q, want %q", i+1, first, p.title)
		}
	}
	wide := filepath.Join(site, "runbook", "wide.html") // the negative twin: what is too long is found
	text, err := os.ReadFile(filepath.Join(site, "runbook", "all.html"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(wide, []byte(strings.ReplaceAll(string(text), "font-size: 12.2pt", "font-size: 19pt")), 0o600); err != nil {
		t.Fatal(err)
	}
	if sheets := printed(t, wide); len(sheets) <= len(cards) {
		t.Errorf("in letters of half the size more: %d sheets", len(sheets))
	}
}

// printed is the text of each sheet that Chromium prints.
func printed(t *testing.T, page string) []string {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	pdf := filepath.Join(t.TempDir(), "out.pdf")
	profile, err := os.MkdirTemp("", "chromium") // its last processes may write to it when it has ended
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(profile)
	cmd := exec.CommandContext(ctx, chromium(), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer",
		"--user-data-dir="+profile, "--print-to-pdf="+pdf, "file://"+page)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("chromium: %v (make chromium installs it)\n%s", err, out)
	}
	text, err := exec.CommandContext(ctx, "pdftotext", pdf, "-").Output()
	if err != nil {
		t.Fatalf("pdftotext: %v (make poppler installs it)", err)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\f"), "\f")
}

// chromium is the browser that CHROMIUM names, the headless shell, or Chromium.
func chromium() string {
	if named := os.Getenv("CHROMIUM"); named != "" {
		return named
	}
	const shell = "/usr/lib/chromium/chromium-headless-shell"
	if _, err := os.Stat(shell); err == nil {
		return shell
	}
	return "/usr/bin/chromium"
}
