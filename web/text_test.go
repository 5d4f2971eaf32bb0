package web

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"piaojue/lang"
)

var textVerbs = regexp.MustCompile(`%[dsv]`)

// TestTextsComplete: both catalogues have the same texts with the same verbs,
// no English has slipped into the Chinese, and no text hides one of package
// lang.
func TestTextsComplete(t *testing.T) {
	zh, en := textsIn(lang.ZH), textsIn(lang.EN)
	for id, text := range zh {
		other, ok := en[id]
		if !ok {
			t.Errorf("%s: no English", id)
		}
		if got, want := textVerbs.FindAllString(other, -1), textVerbs.FindAllString(text, -1); !slices.Equal(got, want) {
			t.Errorf("%s: verbs %q in English, %q in Chinese", id, got, want)
		}
		if word := englishWord(id, text); word != "" {
			t.Errorf("%s: English %q in %q", id, word, text)
		}
		if lang.ZH.Has(id) {
			t.Errorf("%s: stands in package lang as well", id)
		}
	}
	for id, text := range en {
		if zh[id] == "" {
			t.Errorf("%s: no Chinese", id)
		}
		if id != "common.other_language" && strings.ContainsFunc(text, func(r rune) bool { return r >= 0x2E80 }) {
			t.Errorf("%s: Chinese in %q", id, text)
		}
	}
}

// latinNames may stand in Chinese text, as people in China say them.
var latinNames = []string{"usr", "local", "share", "ca-certificates", "update-ca-certificates", "CSV", "UTF-8", "GB18030", "Excel", "PIN", "PDF", "JSON", "English", "USB", "Ctrl", "IP", "A3", "A4"}

func englishWord(id, text string) string {
	if id == "common.other_language" {
		return ""
	}
	for _, word := range regexp.MustCompile(`[A-Za-z][A-Za-z0-9-]*`).FindAllString(textVerbs.ReplaceAllString(text, ""), -1) {
		if len(word) > 1 && !slices.Contains(latinNames, word) {
			return word
		}
	}
	return ""
}

// textUses finds the ids that templates and scripts name.
var textUses = regexp.MustCompile(`(?:\bt |\btext\()"([a-z0-9_.]+)"`)

// goTextUses finds those that the server itself joins to sentences.
var goTextUses = regexp.MustCompile(`(?:\bv\.text\(|\brefuse\(f, |\bpageText\(l, )"([a-z0-9_.]+)"`)

// goTextPrefixes finds the ids whose numbers the server joins to them.
var goTextPrefixes = regexp.MustCompile(`"([a-z]+\.[a-z]+_)"`)

// TestTextsUsed: each id that a template or script names exists, and each text
// is named or begins like one whose end is joined at run time.
func TestTextsUsed(t *testing.T) {
	var prefixes []string
	used := make(map[string]bool)
	readPageSources(t, func(name, source string) {
		for _, use := range textUses.FindAllStringSubmatch(source, -1) {
			used[use[1]] = true
			if pageText(lang.ZH, use[1]) == use[1] {
				t.Errorf("%s: no text %q", name, use[1])
			}
		}
		for _, joined := range regexp.MustCompile("[\"`]([a-z_]+\\.[a-z0-9_.]*?)(?:\"|\\$\\{)").FindAllStringSubmatch(source, -1) {
			prefixes = append(prefixes, joined[1])
		}
	})
	names, err := filepath.Glob("*.go")
	must(t, err)
	for _, name := range names {
		source, err := os.ReadFile(name)
		must(t, err)
		for _, use := range goTextUses.FindAllStringSubmatch(string(source), -1) {
			used[use[1]] = true
		}
		for _, joined := range goTextPrefixes.FindAllStringSubmatch(string(source), -1) {
			prefixes = append(prefixes, joined[1])
		}
	}
	for id := range textsIn(lang.ZH) {
		if !used[id] && !slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(id, p) }) {
			t.Errorf("%s is named nowhere", id)
		}
	}
}

func readPageSources(t *testing.T, visit func(name, source string)) {
	t.Helper()
	for _, files := range []fs.FS{templateFiles, staticFiles, os.DirFS("../kiosk")} {
		err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(name, ".html") && !strings.HasSuffix(name, ".js") || strings.Contains(name, "/wasm/") {
				return err
			}
			body, err := fs.ReadFile(files, name)
			visit(name, string(body))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestPageSources: no page has a script or style of its own in the text, which
// the policy would stop, makes HTML of strings, or names another host.
func TestPageSources(t *testing.T) {
	forbidden := regexp.MustCompile(`<style|\sstyle="|\son[a-z]+="|<script>|javascript:|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|https?://[a-z0-9]`)
	readPageSources(t, func(name, source string) {
		source = strings.ReplaceAll(source, "http://www.w3.org/2000/svg", "")
		if found := forbidden.FindString(source); found != "" {
			t.Errorf("%s: %q", name, found)
		}
	})
	if !forbidden.MatchString(`<p style="x">`) || !forbidden.MatchString(`src="https://cdn.example/x.js"`) {
		t.Error("nothing is found")
	}
}
