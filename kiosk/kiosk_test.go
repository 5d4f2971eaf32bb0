package kiosk

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"piaojue/lang"
)

func bytesOf(t *testing.T, f *File) []byte {
	t.Helper()
	b, err := io.ReadAll(f.Body.Open())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestList: the list names each part once, in order, with its hash, and another
// byte in any part is another list.
func TestList(t *testing.T) {
	if !Complete() {
		t.Fatal("kiosk/static/wasm is missing: run make wasm-clients first")
	}
	all := Files()
	lines := strings.Split(strings.TrimSuffix(string(List()), "\n"), "\n")
	if len(lines) != len(all) || !slices.IsSortedFunc(all, func(a, b File) int { return strings.Compare(a.Name, b.Name) }) {
		t.Fatalf("%d lines for %d files", len(lines), len(all))
	}
	for i, f := range all {
		if want := fmt.Sprintf("%x  %s", sha256.Sum256(bytesOf(t, &f)), f.Name); lines[i] != want {
			t.Errorf("got %q, want %q", lines[i], want)
		}
		changed := slices.Clone(all)
		changed[i] = newFile(f.Name, f.Media, Made(append(bytesOf(t, &f), 0)))
		if bytes.Equal(MarshalList(Lines(changed)), List()) {
			t.Errorf("%s changed, and the list is the same", f.Name)
		}
	}
	for _, name := range []string{"terminal?lang=zh", "terminal?lang=en", "static/kiosk.css", "static/wasm/terminal.wasm", "static/js/terminal.js"} {
		if f, ok := Find(name); !ok || len(bytesOf(t, f)) == 0 {
			t.Errorf("no %s", name)
		}
	}
	if _, ok := Find("static/js/nothing.js"); ok {
		t.Error("found what is not there")
	}
	if Hash() != sha256.Sum256(List()) {
		t.Error("the hash is not that of the list")
	}
}

var loads = regexp.MustCompile("(?:src|href)=\"/(static/[^\"]+)\"|from \"\\./([a-z-]+\\.js)\"|[\"`]/(static/[a-z_/-]+\\.(?:js|wasm))[\"`]|importScripts\\(\"/([^\"]+)\"")

// TestWhole: whatever the page and its scripts name is a part of the bundle.
func TestWhole(t *testing.T) {
	found := 0
	for _, f := range Files() {
		if f.Media == "application/wasm" || strings.HasSuffix(f.Name, "wasm_exec.js") {
			continue
		}
		for _, m := range loads.FindAllStringSubmatch(string(bytesOf(t, &f)), -1) {
			name := m[1] + m[3] + m[4]
			if m[2] != "" {
				name = "static/js/" + m[2]
			}
			if _, ok := Find(name); !ok {
				t.Errorf("%s loads %s, which is in no bundle", f.Name, name)
			}
			found++
		}
	}
	if found < 15 {
		t.Errorf("only %d found: the test looks in the wrong place", found)
	}
}

var importMapOf = regexp.MustCompile(`<script type="importmap">(.*?)</script>`)

// TestIntegrity: the page names the hash of all that a browser loads for it, and
// its policy allows its import map and no other script in it (attacks S4, S5).
func TestIntegrity(t *testing.T) {
	for _, l := range []lang.Lang{lang.ZH, lang.EN} {
		f, _ := Find(PageName(l))
		page := string(bytesOf(t, f))
		m := importMapOf.FindStringSubmatch(page)
		if m == nil || !json.Valid([]byte(m[1])) || !strings.Contains(Policy(), "'"+integrity(sha256.Sum256([]byte(m[1])))+"'") {
			t.Fatalf("import map %v, policy %q", m, Policy())
		}
		for _, part := range Files() {
			if part.Name == "static/icon.svg" || strings.HasPrefix(part.Name, "terminal?") {
				continue
			}
			// html/template writes + as a reference, which is the same.
			if !strings.Contains(strings.ReplaceAll(page, "&#43;", "+"), part.Integrity()) {
				t.Errorf("%s: no hash of %s", l, part.Name)
			}
		}
		if !strings.Contains(page, `<html lang="`+l.Tag()+`">`) || strings.Contains(page, "no value") || strings.Contains(page, "ZgotmplZ") {
			t.Errorf("%s: %.300s", l, page)
		}
	}
	if strings.Contains(Strict(), "sha256-") || !strings.HasPrefix(Policy(), "default-src 'none'") {
		t.Error("the policies are not as strict as they should be")
	}
}
