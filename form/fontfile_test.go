package form

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

func tinyFile(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tiny.ttf")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestFont: who sets forms at the same time has the same typeface, and nobody's
// typeface is let go.
func TestFont(t *testing.T) {
	font, err := OpenFont(tinyFile(t, tinyFont('a')))
	if err != nil {
		t.Fatal(err)
	}
	if font.typeface.Value() != nil {
		t.Error("was read before it was used")
	}
	var all [8]*Typeface
	var done sync.WaitGroup
	for i := range all {
		done.Go(func() { all[i], _ = font.Typeface() })
	}
	done.Wait()
	for _, face := range all {
		if face == nil || face != all[0] {
			t.Fatalf("not the same: %v", all)
		}
	}
	all = [8]*Typeface{}
	for range 10 {
		runtime.GC()
	}
	if font.typeface.Value() != nil {
		t.Error("is held although nobody uses it")
	}
	if face, err := font.Typeface(); err != nil || face.faces[plainFace].glyphs['a'] != 1 {
		t.Errorf("a second time: %v", err)
	}
}

// TestFontRefused: what is no font is refused before anybody wants a form.
func TestFontRefused(t *testing.T) {
	good := tinyFont('a')
	for name, data := range map[string][]byte{"empty": nil, "text": []byte("no font"), "cut": good[:len(good)-200]} {
		if _, err := OpenFont(tinyFile(t, data)); !errors.Is(err, errFont) {
			t.Errorf("%s: %v", name, err)
		}
	}
	path := tinyFile(t, good)
	font, err := OpenFont(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, good[:60], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := font.Typeface(); !errors.Is(err, errFont) {
		t.Errorf("changed since: %v", err)
	}
}
